"""The two sides of a comparison in pieces: some draws of the baseline or of one scenario.

A piece is a pure function of its key and of what all share (`Given`), so that any process may do
it: the one that answers, or a worker that was sent the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from safepassage.analysis.cohorts import answers, cohort_draws
from safepassage.analysis.compare.totals import LANES, Meter, Totals
from safepassage.errors import InputError
from safepassage.evidence.grades import best_grade
from safepassage.model.scenario_schema import with_openings
from safepassage.network.compile import Compiled, compile_model
from safepassage.network.interventions.scenario_program import changed

if TYPE_CHECKING:
    from safepassage.analysis.cohorts import Answers
    from safepassage.analysis.compare.question import Question
    from safepassage.model.schema import Model
    from safepassage.study.loader import Loaded
    from safepassage.study.scenarios import Asked

POSTERIOR, PRIOR, COHORTS = "posterior", "prior", "cohorts"
BASELINE = -1
METERS = 4
"""Scenarios that a worker holds compiled: pieces of one come close together."""


class Piece(NamedTuple):
    """Which part of the work."""

    scenario: int
    """Its place among those asked for, or `BASELINE`."""
    kind: str
    """Totals at `POSTERIOR` or `PRIOR` draws, or `COHORTS`."""
    at: int | str
    """First draw of totals, date of cohorts."""


class Given(NamedTuple):
    """What all pieces of a comparison depend on."""

    loaded: Loaded
    model: Model
    """The fitted one, its calendar run on where the question asks for it."""
    question: Question
    seed: int
    draws: dict[str, np.ndarray]
    """(P, B) by kind."""


class Sides:
    """The baseline compiled, and scenarios beside it."""

    def __init__(self, given: Given, compiled: Compiled | None = None):
        self.given, self.model, self.question = given, given.model, given.question
        self.compiled = compiled or self.compile(given.model)
        self.baseline = Meter(self.compiled, given.question.engine, given.seed)
        self._means = Meter(self.compiled)
        self._prices: dict[tuple[str, int], np.ndarray] = {}

    def compile(self, model: Model) -> Compiled:
        """Compile a variant of the fitted model."""
        loaded = self.given.loaded
        return compile_model(
            model, loaded.covariates, grade_of=lambda ids: best_grade(loaded.evidence, ids)
        )

    def scenario(self, asked: Asked) -> Meter:
        """A scenario's meter."""
        compiled = self.compiled
        if asked.scenario.opens:
            compiled = self.compile(with_openings(self.model, asked.scenario))
        made = changed(compiled, asked.scenario, self.given.loaded.covariates)
        return Meter(made, self.question.engine, self.given.seed)

    def meters(self, asked: Asked | None, meter: Meter) -> dict[str, Meter]:
        """What measures each kind of draws: the prior's are of mean flows."""
        means = self._means if asked is None else Meter(meter.compiled)
        return {POSTERIOR: meter, PRIOR: means}

    def totals(self, asked: Asked | None, meter: Meter, kind: str, first: int) -> Totals:
        """Totals of the draws from `first` on, as many as are run at one go.

        Raises:
            InputError: people reach a place that the scenario gives no way out of.
        """
        lanes = self.given.draws[kind][:, first : first + LANES]
        if (kind, first) not in self._prices:
            self._prices[kind, first] = self.baseline.prices(lanes)
        try:
            return meter.totals(lanes, first, self._prices[kind, first])
        except ValueError as error:
            if asked is None:
                raise
            message = f"cannot be run: {error}; leave one of the exits open"
            raise InputError([asked.fault("", message)]) from error

    def cohorts_of(self, meter: Meter, date: str) -> Answers:
        """What becomes of those who set out on each way as of a date."""
        return answers(meter.compiled, cohort_draws(self.given.draws[POSTERIOR]), date)

    def firsts(self, kind: str) -> range:
        """The first draw of each piece."""
        return range(0, self.given.draws[kind].shape[1], LANES)


def piecework(given: Given, asked: Sequence[Asked]) -> Callable[[Piece], Totals | Answers]:
    """What does pieces in another process."""
    sides = Sides(given)

    @lru_cache(METERS)
    def known(scenario: int) -> tuple[Asked | None, dict[str, Meter]]:
        one = None if scenario == BASELINE else asked[scenario]
        meter = sides.baseline if one is None else sides.scenario(one)
        return one, sides.meters(one, meter)

    def done(piece: Piece) -> Any:
        one, meters = known(piece.scenario)
        if piece.kind == COHORTS:
            return sides.cohorts_of(meters[POSTERIOR], str(piece.at))
        return sides.totals(one, meters[piece.kind], piece.kind, int(piece.at))

    return done
