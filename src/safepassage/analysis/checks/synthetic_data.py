"""Simulated figures: whole people under drawn parameters, published as the channels declare."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.evidence.observations import Observation
from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.inference.fit import compile_study
from safepassage.inference.likelihood import Likelihood

if TYPE_CHECKING:
    from safepassage.study.loader import Study


def simulate_figures(
    study: Study,
    seed: int,
    number: int,
    *,
    truth: Callable[[Study], Study] = lambda study: study,
    reporting: Callable[[Likelihood], Likelihood] = lambda likelihood: likelihood,
) -> tuple[Study, np.ndarray]:
    """The study with simulated figures in place of the published, and the (P,) z behind them.

    Args:
        study: The model folder.
        seed: Seed of all sets of figures.
        number: Number of this one.
        truth: Gives the model that simulates; the same one unless given.
        reporting: Gives the law by which figures are published; the channels' own unless given.

    Raises:
        InputError: No channel has figures.
    """
    from safepassage.engines.counts.draw import draw

    unbounded = _without_bounds(study)
    actual = truth(unbounded)
    compiled = compile_study(actual)
    likelihood = reporting(compile_likelihood(actual, compiled))
    if not likelihood.data:
        message = "no channel has figures that could be simulated; give the model observations"
        raise InputError([Fault(str(study.path), 0, "channels", message)])
    rng = Stream.SYNTHETIC_DATA.generator(seed, number)
    z = rng.standard_normal((len(compiled.parameters), 1))
    tables = compiled.program.tables(z)
    people = draw(compiled.network, tables, seed=seed, draws=[number])
    figures = likelihood.publish(compiled.program.logarithms(z), people.quantities, rng)[:, 0]
    observations = _replaced(unbounded, likelihood, figures)
    return dataclasses.replace(unbounded, observations=observations), z[:, 0]


def _without_bounds(study: Study) -> Study:
    channels = study.model.channels
    observations = {
        name: rows
        for name, rows in study.observations.items()
        if channels[name].reporting.kind != "lower_bound"
    }
    return dataclasses.replace(study, observations=observations)


def _replaced(
    study: Study, likelihood: Likelihood, figures: np.ndarray
) -> dict[str, tuple[Observation, ...]]:
    """Observations with new values; an interval keeps its relative width."""
    fresh = iter(zip(figures, likelihood.value, strict=True))
    replaced: dict[str, tuple[Observation, ...]] = {}
    for name, rows in study.observations.items():
        changed: list[Observation] = []
        for row in rows:
            value, old = (float(x) for x in next(fresh))
            low, high = (
                None if end is None or old <= 0 else value * end / old
                for end in (row.low, row.high)
            )
            changed.append(dataclasses.replace(row, value=value, low=low, high=high))
        replaced[name] = tuple(changed)
    return replaced
