"""The baseline and its scenarios over the same draws, each run once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.cohorts import Answers
from safepassage.analysis.compare.cache import Cache, NullCache
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.tasks import (
    BASELINE,
    COHORTS,
    POSTERIOR,
    PRIOR,
    ComparisonTasks,
    Given,
    Piece,
    piecework,
)
from safepassage.analysis.compare.totals import ScenarioModel, Totals, joined
from safepassage.analysis.forecast.projection import extend_calendar, unknowns_ahead
from safepassage.engines.rng.streams import Stream
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.study.scenarios import NamedScenario

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

PRIOR_DRAWS = 240
"""Draws from the prior that say how far the data moved an answer."""


class Runs(ComparisonTasks):
    """The baseline over posterior and prior draws, run once, and scenarios beside it."""

    def __init__(
        self,
        posterior: Posterior,
        request: CompareRequest,
        points: np.ndarray | None = None,
        kept: Cache | None = None,
        prior_draws: int = PRIOR_DRAWS,
    ):
        """Choose the draws, and run the calendar on where the question asks for it.

        Args:
            posterior: the posterior.
            request: what is asked.
            points: (P, B) what is run instead of draws from the posterior, within its calendar.
            kept: where finished pieces are kept; nowhere unless given.
            prior_draws: draws from the prior that labels are told from.
        """
        self._on_disk = kept or NullCache()
        self.posterior = posterior
        model = posterior.study.model
        self.last_fitted = int(model.model.end[:4])
        self.years_on = max(0, (request.last_year or 0) - self.last_fitted)
        model = extend_calendar(model, request.last_year or 0, ()) if self.years_on else model
        given = Given(posterior.study, model, request, posterior.seed, {})
        super().__init__(given, None if self.years_on else posterior.compiled)
        numbers = posterior.draw_numbers(request.draws)
        if points is not None:
            self.z = points
        elif self.years_on:
            self.z = unknowns_ahead(posterior, self.compiled, numbers)
        else:
            self.z = posterior.draws_at(numbers)
        rng = Stream.PRIOR.generator(posterior.seed)
        self.prior = rng.standard_normal((len(self.compiled.parameters), prior_draws))
        given.draws.update({POSTERIOR: self.z, PRIOR: self.prior})
        self._kept: dict[str, Any] = {}
        self._come: dict[tuple[str | None, str, int | str], Any] = {}

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
        """What becomes of those who set out; the baseline's are kept by date."""
        if requested is None and f"cohorts {date}" in self._kept:
            return self._kept[f"cohorts {date}"]
        found = self._done(requested, COHORTS, date, lambda: self.cohorts_of(scenario_model, date))
        if requested is None:
            self._kept[f"cohorts {date}"] = found
        return found

    def ready(
        self,
        known: Sequence[tuple[NamedScenario, ScenarioModel]],
        dates: Sequence[str],
        executor: Executor = LOCAL,
    ) -> Iterator[tuple[NamedScenario, ScenarioModel]]:
        """Scenarios in the order asked for, each as soon as other hands have run it.

        In this process nothing is run ahead: `pair`, `prior_pair` and `cohorts` run what they need.

        Args:
            known: scenarios and their meters.
            dates: the date of each one's cohorts.
            executor: who runs them.
        """
        if not executor.elsewhere:
            yield from known
            return
        requested = [one for one, _ in known]
        every = {BASELINE: [*self._pieces(BASELINE, dict.fromkeys(dates))]}
        every |= {n: [*self._pieces(n, [dates[n]])] for n in range(len(requested))}

        def name_of(scenario: int) -> str | None:
            return None if scenario == BASELINE else requested[scenario].name

        lacking = {
            n: [p for p in pieces if self._on_disk.take(name_of(n), p.kind, p.at) is None]
            for n, pieces in every.items()
        }
        left = {n: len(pieces) for n, pieces in lacking.items()}
        spec = TaskSpec(piecework, (self.given, tuple(requested)))
        coming = executor.each(spec, [p for pieces in lacking.values() for p in pieces])
        for following in range(len(known)):
            while left[BASELINE] or left[following]:
                piece, found = next(coming)
                name = name_of(piece.scenario)
                self._come[name, piece.kind, piece.at] = found
                self._on_disk.keep(name, piece.kind, piece.at, found)
                left[piece.scenario] -= 1
            yield known[following]

    def _done(
        self, requested: NamedScenario | None, kind: str, at: int | str, run: Callable[[], Any]
    ) -> Any:
        """A piece: as other hands sent it, as it was kept, or run now and kept."""
        name = requested and requested.name
        found = self._come.pop((name, kind, at), None)
        if found is None:
            found = self._on_disk.take(name, kind, at)
        if found is None:
            found = run()
            self._on_disk.keep(name, kind, at, found)
        return found

    def _pieces(self, scenario: int, dates: Iterable[str]) -> Iterator[Piece]:
        for kind in (POSTERIOR, PRIOR):
            for first in self.firsts(kind):
                yield Piece(scenario, kind, first)
        for date in dates:
            yield Piece(scenario, COHORTS, date)

    def _pair(
        self, requested: NamedScenario, scenario_model: ScenarioModel, kind: str
    ) -> tuple[Totals, Totals]:
        if kind not in self._kept:
            self._kept[kind] = self._run(None, self.baseline, kind)
        return self._kept[kind], self._run(requested, scenario_model, kind)

    def _run(
        self, requested: NamedScenario | None, scenario_model: ScenarioModel, kind: str
    ) -> Totals:
        own = self.scenario_models(requested, scenario_model)[kind]
        return joined(
            [
                self._done(
                    requested, kind, first, partial(self.totals, requested, own, kind, first)
                )
                for first in self.firsts(kind)
            ]
        )
