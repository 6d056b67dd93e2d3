"""The baseline and its scenarios over the same draws, each run once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from safepassage.analysis.cohorts import Answers
from safepassage.analysis.compare.cache import Cache, NullCache, Values
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.tasks import (
    BASELINE,
    COHORTS,
    POSTERIOR,
    PRIOR,
    Chunk,
    ComparisonInputs,
    ComparisonTasks,
    chunk_worker,
)
from safepassage.analysis.compare.totals import ScenarioModel, Totals, joined
from safepassage.analysis.forecast.projection import extend_calendar, unknowns_ahead
from safepassage.engines.rng.streams import Stream
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.study.scenarios import NamedScenario

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

V = TypeVar("V", Totals, Answers)
PRIOR_DRAWS = 240
"""Draws from the prior that say how far the data narrowed an answer."""


class Runs(ComparisonTasks):
    """The baseline over posterior and prior draws, run once, and scenarios beside it."""

    def __init__(
        self,
        posterior: Posterior,
        request: CompareRequest,
        points: np.ndarray | None = None,
        cache: Cache | None = None,
        prior_draws: int = PRIOR_DRAWS,
    ):
        """Choose the draws, and extend the calendar where the request goes past it.

        Args:
            posterior: the posterior.
            request: what is requested.
            points: (P, B) what is run instead of draws from the posterior, within its calendar.
            cache: where finished chunks are stored; nowhere unless given.
            prior_draws: draws from the prior that labels are based on.
        """
        self._cache = cache or NullCache()
        self.posterior = posterior
        model = posterior.study.model
        self.last_fitted = int(model.model.end[:4])
        self.years_on = max(0, (request.last_year or 0) - self.last_fitted)
        model = extend_calendar(model, request.last_year or 0, ()) if self.years_on else model
        inputs = ComparisonInputs(posterior.study, model, request, posterior.seed, {})
        super().__init__(inputs, None if self.years_on else posterior.compiled)
        numbers = posterior.draw_numbers(request.draws)
        if points is not None:
            self.z = points
        elif self.years_on:
            self.z = unknowns_ahead(posterior, self.compiled, numbers)
        else:
            self.z = posterior.draws_at(numbers)
        rng = Stream.PRIOR.generator(posterior.seed)
        self.prior = rng.standard_normal((len(self.compiled.parameters), prior_draws))
        inputs.draws.update({POSTERIOR: self.z, PRIOR: self.prior})
        self._baseline_totals: dict[str, Totals] = {}
        self._baseline_cohorts: dict[str, Answers] = {}
        self._received: dict[tuple[str | None, str, int | str], Values] = {}

    def pair(
        self, requested: NamedScenario, scenario_model: ScenarioModel
    ) -> tuple[Totals, Totals]:
        """Totals of the baseline and of a scenario, draw by draw."""
        return self._pair(requested, scenario_model, POSTERIOR)

    def prior_pair(
        self, requested: NamedScenario, scenario_model: ScenarioModel
    ) -> tuple[Totals, Totals]:
        """The same of mean flows at draws from the prior."""
        return self._pair(requested, scenario_model, PRIOR)

    def cohorts(
        self, requested: NamedScenario | None, scenario_model: ScenarioModel, date: str
    ) -> Answers:
        """What becomes of those who set out; the baseline's are computed once for a date."""
        if requested is None and date in self._baseline_cohorts:
            return self._baseline_cohorts[date]
        run = partial(self.cohorts_of, scenario_model, date)
        values = self._values(requested, COHORTS, date, run)
        if requested is None:
            self._baseline_cohorts[date] = values
        return values

    def ready(
        self,
        scenarios: Sequence[tuple[NamedScenario, ScenarioModel]],
        dates: Sequence[str],
        executor: Executor = LOCAL,
    ) -> Iterator[tuple[NamedScenario, ScenarioModel]]:
        """Scenarios in the order requested, each as soon as the executor has run it.

        In this process nothing is run ahead: `pair`, `prior_pair` and `cohorts` run what they need.

        Args:
            scenarios: scenarios and their models.
            dates: the date of each one's cohorts.
            executor: what runs them.
        """
        if not executor.elsewhere:
            yield from scenarios
            return
        requested = [one for one, _ in scenarios]
        every = {BASELINE: [*self._chunks(BASELINE, dict.fromkeys(dates))]}
        every |= {n: [*self._chunks(n, [dates[n]])] for n in range(len(requested))}

        def name_of(scenario: int) -> str | None:
            return None if scenario == BASELINE else requested[scenario].name

        missing = {
            n: [c for c in chunks if self._cache.load(name_of(n), c.kind, c.at) is None]
            for n, chunks in every.items()
        }
        left = {n: len(chunks) for n, chunks in missing.items()}
        spec = TaskSpec(chunk_worker, (self.inputs, tuple(requested)))
        results = executor.each(spec, [c for chunks in missing.values() for c in chunks])
        for following in range(len(scenarios)):
            while left[BASELINE] or left[following]:
                chunk, values = next(results)
                name = name_of(chunk.scenario)
                self._received[name, chunk.kind, chunk.at] = values
                self._cache.save(name, chunk.kind, chunk.at, values)
                left[chunk.scenario] -= 1
            yield scenarios[following]

    def _values(
        self, requested: NamedScenario | None, kind: str, at: int | str, run: Callable[[], V]
    ) -> V:
        """Values of a chunk: as a worker sent them, as they are stored, or computed now."""
        name = requested and requested.name
        values: Any = self._received.pop((name, kind, at), None)
        if values is None:
            values = self._cache.load(name, kind, at)
        if values is None:
            values = run()
            self._cache.save(name, kind, at, values)
        return values

    def _chunks(self, scenario: int, dates: Iterable[str]) -> Iterator[Chunk]:
        for kind in (POSTERIOR, PRIOR):
            for first in self.firsts(kind):
                yield Chunk(scenario, kind, first)
        for date in dates:
            yield Chunk(scenario, COHORTS, date)

    def _pair(
        self, requested: NamedScenario, scenario_model: ScenarioModel, kind: str
    ) -> tuple[Totals, Totals]:
        if kind not in self._baseline_totals:
            self._baseline_totals[kind] = self._run(None, self.baseline, kind)
        return self._baseline_totals[kind], self._run(requested, scenario_model, kind)

    def _run(
        self, requested: NamedScenario | None, scenario_model: ScenarioModel, kind: str
    ) -> Totals:
        own = self.scenario_models(requested, scenario_model)[kind]
        return joined(
            [
                self._values(
                    requested, kind, first, partial(self.totals, requested, own, kind, first)
                )
                for first in self.firsts(kind)
            ]
        )
