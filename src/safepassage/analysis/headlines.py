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
    from safepassage.inference.posterior import Posterior

Headlines = dict[str, np.ndarray]
"""By name, `WAY.OUTCOME` or that of an output: (B,) values."""


def of_posterior(posterior: Posterior) -> Headlines:
    """Of the answering draws."""
    cohorts = cohorts_at(posterior, posterior.study.model.model.as_of)
    return dict(_answers(posterior, cohorts, posterior.remembered))


def of_prior(posterior: Posterior) -> Headlines:
    """Of draws from the prior."""
    cohorts, _ = prior_run(posterior)
    return dict(_answers(posterior, cohorts, _remembered(posterior, cohorts)))


def of_draws(posterior: Posterior, z: np.ndarray) -> Headlines:
    """Of any draws z (P, B)."""
    from safepassage.engines.expected.solve import solve

    run = solve(posterior.compiled.network, posterior.compiled.program.tables(z))
    cohorts = Cohorts(posterior.compiled, z, run, posterior.study.model.model.as_of)
    return dict(_answers(posterior, cohorts, _remembered(posterior, cohorts)))


def outputs_named(posterior: Posterior) -> tuple[str, ...]:
    """The outputs that the report shows, or all."""
    model = posterior.study.model
    return tuple(model.report.outputs or model.outputs)


def _remembered(posterior: Posterior, cohorts: Cohorts) -> Remembered:
    model = posterior.study.model
    if not any(model.outputs[n].quantity in model.memories for n in outputs_named(posterior)):
        return {}
    return remember(posterior.compiled, posterior.compiled.program.tables(cohorts.z), cohorts.run)


def _answers(
    posterior: Posterior, cohorts: Cohorts, remembered: Remembered
) -> Iterator[tuple[str, np.ndarray]]:
    answers = cohorts.answers(None)
    for i, way in enumerate(answers.ways):
        for outcome in OUTCOMES:
            yield f"{way}.{outcome}", answers.measures[outcome][i]
    model = posterior.study.model
    for name in outputs_named(posterior):
        series = list(
            spans(
                posterior.compiled,
                model.outputs[name],
                cohorts.run.quantities,
                remembered=remembered,
            )
        )
        if series:
            yield name, series[-1][1]
