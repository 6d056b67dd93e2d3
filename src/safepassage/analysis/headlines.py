"""The headline answers of a fit: what its reader will quote, for any draws.

They are the outcomes of every way at the model's date, and the last value of the outputs that the
report names, memories among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.cohorts import OUTCOMES, Cohorts
from safepassage.analysis.ranking import cohorts_at, prior_run
from safepassage.inference.durations import Remembered, remember
from safepassage.inference.outputs import spans

if TYPE_CHECKING:
    from safepassage.inference.posterior import Fitted

Headlines = dict[str, np.ndarray]
"""By name, `WAY.OUTCOME` or that of an output: (B,) values."""


def of_posterior(fitted: Fitted) -> Headlines:
    """Of the answering draws."""
    cohorts = cohorts_at(fitted, fitted.loaded.model.model.as_of)
    return dict(_answers(fitted, cohorts, fitted.remembered))


def of_prior(fitted: Fitted) -> Headlines:
    """Of draws from the prior."""
    cohorts, _ = prior_run(fitted)
    return dict(_answers(fitted, cohorts, _remembered(fitted, cohorts)))


def of_draws(fitted: Fitted, z: np.ndarray) -> Headlines:
    """Of any draws z (P, B)."""
    from safepassage.engines.expected.solve import solve

    run = solve(fitted.compiled.network, fitted.compiled.program.tables(z))
    cohorts = Cohorts(fitted.compiled, z, run, fitted.loaded.model.model.as_of)
    return dict(_answers(fitted, cohorts, _remembered(fitted, cohorts)))


def outputs_named(fitted: Fitted) -> tuple[str, ...]:
    """The outputs that the report shows, or all."""
    model = fitted.loaded.model
    return tuple(model.report.outputs or model.outputs)


def _remembered(fitted: Fitted, cohorts: Cohorts) -> Remembered:
    model = fitted.loaded.model
    if not any(model.outputs[n].quantity in model.memories for n in outputs_named(fitted)):
        return {}
    return remember(fitted.compiled, fitted.compiled.program.tables(cohorts.z), cohorts.run)


def _answers(
    fitted: Fitted, cohorts: Cohorts, remembered: Remembered
) -> Iterator[tuple[str, np.ndarray]]:
    answers = cohorts.answers(None)
    for i, way in enumerate(answers.ways):
        for outcome in OUTCOMES:
            yield f"{way}.{outcome}", answers.measures[outcome][i]
    model = fitted.loaded.model
    for name in outputs_named(fitted):
        series = list(
            spans(
                fitted.compiled, model.outputs[name], cohorts.run.quantities, remembered=remembered
            )
        )
        if series:
            yield name, series[-1][1]
