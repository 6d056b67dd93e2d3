"""The baseline and its scenarios over the same draws, each run once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.evidence.grades import best_grade
from safepassage.evidence.scenarios import Asked
from safepassage.model.faults import InputError
from safepassage.model.scenarios import with_openings
from safepassage.network.changing import changed
from safepassage.network.compile import Compiled, compile_model
from safepassage.questions.asking import Question
from safepassage.questions.cohorts import Answers
from safepassage.questions.forecasting import extended
from safepassage.questions.measuring import LANES, Meter, Totals, joined
from safepassage.questions.wayside import answers

if TYPE_CHECKING:
    from safepassage.inference import Fitted
    from safepassage.model.declarations import Model

PRIOR_DRAWS = 240
"""Draws from the prior that say how far the data moved an answer."""


class Runs:
    """The baseline over posterior and prior draws, run once, and scenarios beside it."""

    def __init__(self, fitted: Fitted, question: Question):
        """Choose the draws, and run the calendar on where the question asks for it."""
        self.fitted, self.question = fitted, question
        model = fitted.loaded.model
        self.last_fitted = int(model.model.end[:4])
        self.years_on = max(0, (question.last_year or 0) - self.last_fitted)
        self.model = extended(model, question.last_year or 0, ()) if self.years_on else model
        self.compiled = self.compile(self.model) if self.years_on else fitted.compiled
        self.z = self._known(spread_draws(fitted, question.draws))
        rng = np.random.Generator(np.random.Philox(np.random.SeedSequence((fitted.seed, 3000))))
        self.prior = rng.standard_normal((len(self.compiled.parameters), PRIOR_DRAWS))
        self.baseline = Meter(self.compiled, question.engine, fitted.seed)
        self._kept: dict[str, Any] = {}

    def compile(self, model: Model) -> Compiled:
        """Compile a variant of the fitted model."""
        loaded = self.fitted.loaded
        return compile_model(
            model, loaded.covariates, grade_of=lambda ids: best_grade(loaded.evidence, ids)
        )

    def scenario(self, asked: Asked) -> Meter:
        """A scenario's meter."""
        compiled = self.compiled
        if asked.scenario.opens:
            compiled = self.compile(with_openings(self.model, asked.scenario))
        made = changed(compiled, asked.scenario, self.fitted.loaded.covariates)
        return Meter(made, self.question.engine, self.fitted.seed)

    def pair(self, asked: Asked, meter: Meter) -> tuple[Totals, Totals]:
        """Totals of the baseline and of a scenario, draw by draw."""
        return self._totals("posterior", self.z, None), self._run(asked, meter, self.z)

    def prior_pair(self, asked: Asked, meter: Meter) -> tuple[Totals, Totals]:
        """The same of mean flows at draws from the prior."""
        mean = Meter(meter.compiled)
        return self._totals("prior", self.prior, Meter(self.compiled)), self._run(
            asked, mean, self.prior
        )

    def cohorts(self, z: np.ndarray, date: str) -> Answers:
        """What becomes of those who set out in the baseline, kept by date."""
        key = f"cohorts {date}"
        if key not in self._kept:
            self._kept[key] = answers(self.compiled, z, date)
        return self._kept[key]

    def _totals(self, name: str, z: np.ndarray, meter: Meter | None) -> Totals:
        if name not in self._kept:
            self._kept[name] = self._run(None, meter or self.baseline, z)
        return self._kept[name]

    def _run(self, asked: Asked | None, meter: Meter, z: np.ndarray) -> Totals:
        parts: list[Totals] = []
        for first in range(0, z.shape[1], LANES):
            lanes = z[:, first : first + LANES]
            key = f"prices {id(z)} {first}"
            if key not in self._kept:
                self._kept[key] = self.baseline.prices(lanes)
            try:
                parts.append(meter.totals(lanes, first, self._kept[key]))
            except ValueError as error:
                if asked is None:
                    raise
                message = f"cannot be run: {error}; leave one of the exits open"
                raise InputError([asked.fault("", message)]) from error
        return joined(parts)

    def _known(self, z: np.ndarray) -> np.ndarray:
        """The draws, with years past the calendar drawn from their law."""
        if not self.years_on:
            return z
        names = self.fitted.compiled.parameters.names
        row_of = {name: row for row, name in enumerate(names)}
        seeds = np.random.SeedSequence((self.fitted.seed, 7000))
        rng = np.random.Generator(np.random.Philox(seeds))
        longer = rng.standard_normal((len(self.compiled.parameters), z.shape[1]))
        for row, name in enumerate(self.compiled.parameters.names):
            if name in row_of:
                longer[row] = z[row_of[name]]
        return longer


def spread_draws(fitted: Fitted, count: int) -> np.ndarray:
    """(P, B) posterior draws, spread evenly over chains and iterations."""
    chains, draws, size = fitted.draws.z.shape
    flat = fitted.draws.z.transpose(1, 0, 2).reshape(chains * draws, size)
    chosen = np.linspace(0, len(flat) - 1, count).round().astype(int)
    return np.ascontiguousarray(flat[chosen].T)
