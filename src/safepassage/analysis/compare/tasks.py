"""A comparison in chunks: some draws of the baseline or of one scenario.

A chunk is a pure function of its key and of the inputs that all share (`ComparisonInputs`), so that
any process may compute it: the one that answers, or a worker that was sent the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from safepassage.analysis.cohorts import answers, cohort_draws
from safepassage.analysis.compare.totals import BATCH_SIZE, ScenarioModel, Totals
from safepassage.errors import InputError
from safepassage.evidence.grades import best_grade
from safepassage.model.scenario_schema import with_openings
from safepassage.network.compile import Compiled, compile_model
from safepassage.network.interventions.scenario_program import Changed, changed

if TYPE_CHECKING:
    from safepassage.analysis.cohorts import Answers
    from safepassage.analysis.compare.request import CompareRequest
    from safepassage.model.schema import Model
    from safepassage.study.loader import Study
    from safepassage.study.scenarios import NamedScenario

POSTERIOR, PRIOR, COHORTS = "posterior", "prior", "cohorts"
BASELINE = -1
COMPILED_AT_ONCE = 4
"""Scenarios that a worker caches compiled: chunks of one come close together."""


class Chunk(NamedTuple):
    """A part of the work."""

    scenario: int
    """Its place among those requested, or `BASELINE`."""
    kind: str
    """Totals at `POSTERIOR` or `PRIOR` draws, or `COHORTS`."""
    at: int | str
    """First draw of totals, date of cohorts."""


class ComparisonInputs(NamedTuple):
    """What all chunks of a comparison depend on."""

    study: Study
    model: Model
    """The fitted one, its calendar extended where the request goes past it."""
    request: CompareRequest
    seed: int
    draws: dict[str, np.ndarray]
    """(P, B) by kind."""


class ComparisonTasks:
    """The baseline compiled, and scenarios beside it."""

    def __init__(self, inputs: ComparisonInputs, compiled: Compiled | None = None):
        self.inputs, self.model, self.request = inputs, inputs.model, inputs.request
        self.compiled = compiled or self.compile(inputs.model)
        self.baseline = ScenarioModel(self.compiled, inputs.request.engine, inputs.seed)
        self._means = ScenarioModel(self.compiled)
        self._prices: dict[tuple[str, int], np.ndarray] = {}

    def compile(self, model: Model) -> Compiled:
        """Compile a variant of the fitted model."""
        study = self.inputs.study
        return compile_model(
            model, study.covariates, grade_of=lambda ids: best_grade(study.evidence, ids)
        )

    def scenario(self, requested: NamedScenario) -> ScenarioModel[Changed]:
        """The model under a scenario."""
        compiled = self.compiled
        if requested.scenario.opens:
            compiled = self.compile(with_openings(self.model, requested.scenario))
        compiled = changed(compiled, requested.scenario, self.inputs.study.covariates)
        return ScenarioModel(compiled, self.request.engine, self.inputs.seed)

    def scenario_models(
        self, requested: NamedScenario | None, scenario_model: ScenarioModel
    ) -> dict[str, ScenarioModel]:
        """What measures each kind of draws: the prior's are of mean flows."""
        means = self._means if requested is None else ScenarioModel(scenario_model.compiled)
        return {POSTERIOR: scenario_model, PRIOR: means}

    def totals(
        self, requested: NamedScenario | None, scenario_model: ScenarioModel, kind: str, first: int
    ) -> Totals:
        """Totals of the draws from `first` on, as many as are run at once.

        Raises:
            InputError: people reach a place that the scenario gives no way out of.
        """
        batch = self.inputs.draws[kind][:, first : first + BATCH_SIZE]
        if (kind, first) not in self._prices:
            self._prices[kind, first] = self.baseline.prices(batch)
        try:
            return scenario_model.totals(batch, first, self._prices[kind, first])
        except ValueError as error:
            if requested is None:
                raise
            message = f"cannot be run: {error}; leave one of the exits open"
            raise InputError([requested.fault("", message)]) from error

    def cohorts_of(self, scenario_model: ScenarioModel, date: str) -> Answers:
        """What becomes of those who set out on each way as of a date."""
        return answers(scenario_model.compiled, cohort_draws(self.inputs.draws[POSTERIOR]), date)

    def firsts(self, kind: str) -> range:
        """The first draw of each chunk."""
        return range(0, self.inputs.draws[kind].shape[1], BATCH_SIZE)


def chunk_worker(
    inputs: ComparisonInputs, requested: Sequence[NamedScenario]
) -> Callable[[Chunk], Totals | Answers]:
    """What computes chunks in another process."""
    tasks = ComparisonTasks(inputs)

    @lru_cache(COMPILED_AT_ONCE)
    def models_of(scenario: int) -> tuple[NamedScenario | None, dict[str, ScenarioModel]]:
        one = None if scenario == BASELINE else requested[scenario]
        scenario_model = tasks.baseline if one is None else tasks.scenario(one)
        return one, tasks.scenario_models(one, scenario_model)

    def compute(chunk: Chunk) -> Totals | Answers:
        one, scenario_models = models_of(chunk.scenario)
        if chunk.kind == COHORTS:
            return tasks.cohorts_of(scenario_models[POSTERIOR], str(chunk.at))
        return tasks.totals(one, scenario_models[chunk.kind], chunk.kind, int(chunk.at))

    return compute
