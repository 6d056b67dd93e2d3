"""How well a split of people over camps was predicted on the held-out days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from safepassage.flee.calibration.parameters import Levers
from safepassage.flee.calibration.posterior import Calibrated
from safepassage.flee.calibration.training import Training
from safepassage.flee.compile.arrays import plan
from safepassage.flee.engine.simulate import Journeys, draw, with_redistribution
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.settings import KNOWN, Settings
from safepassage.network.arrays import Floats


@dataclass(frozen=True)
class Score:
    """Of one method on one scenario's held-out days; 0 is best."""

    ardr: float
    """Of the median over runs, totals made equal: Flee's figure where there is one run."""
    crps: float
    """Summed over camps and divided by the people reported; ARDr where all runs agree."""


def score(people: Floats, one: Training) -> Score:
    """Score runs (R, T, W) of the camps with reports on the held-out days."""
    reported = one.plan.reported[one.days :, list(one.counted)]
    totals = reported.sum(axis=1)
    with_reports = totals > 0.0
    reported, totals = reported[with_reports], totals[with_reports]
    runs = _rescaled(people[:, one.days :][:, with_reports], totals)
    middle = _rescaled(np.median(runs, axis=0)[None], totals)[0]
    ardr = np.abs(middle - reported).sum(axis=1) / totals
    ordered, many = np.sort(runs, axis=0), len(runs)
    weights = (2.0 * np.arange(1, many + 1) - many - 1) / many**2
    crps = np.abs(runs - reported).mean(axis=0) - np.tensordot(weights, ordered, 1)
    return Score(float(ardr.mean()), float((crps.sum(axis=1) / totals).mean()))


def _rescaled(runs: Floats, totals: Floats) -> Floats:
    """Runs (R, T, W) with the totals (T,); an even split where nobody is."""
    sums = runs.sum(axis=2, keepdims=True)
    even = np.ones_like(runs) / runs.shape[2]
    return np.where(sums > 0.0, runs / np.where(sums > 0.0, sums, 1.0), even) * totals[:, None]


def persistence(one: Training) -> Floats:
    """(1, T, W) the last reported split of the training days, day after day."""
    return np.broadcast_to(one.last[None, None], (1, one.scenario.days, len(one.counted)))


def split_as_last_reported(journeys: Journeys, one: Training) -> Journeys:
    """A scenario with everybody redistributed as last reported when the training days end.

    Who appears is what reports rise by, so that by the reports everybody is in a camp.
    """
    if not one.last.any():
        return journeys
    return with_redistribution(journeys, np.array([one.days - 1]), one.watched, one.last[None])


def with_settings(
    scenario: Scenario, settings: Settings, one: Training, replicates: int, seed: int = 1, *,
    from_report: bool = False,
) -> Floats:  # fmt: skip
    """(R, T, W) runs of a scenario under fixed settings; `from_report`: from the last report on."""
    journeys = plan(replace(scenario, settings=settings)).journeys
    journeys = split_as_last_reported(journeys, one) if from_report else journeys
    return draw(journeys, one.watched, seed=seed, replicates=replicates).here


def flees_defaults(settings: Settings) -> Settings:
    """Every movement rule at the default of Flee's code; who appears stays as it is."""
    moves = {f.name: f.default for f in fields(Settings) if f.name in KNOWN["move_rules"]}
    return replace(settings, **moves)


def at_draws(
    one: Training, posterior: Calibrated, z: Floats, *, seed: int = 1, from_report: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Floats:  # fmt: skip
    """(S, T, W) an exact run for each draw z (S, P); `from_report`: from the last report on."""
    levers = Levers(one.scenario, one.plan, posterior.density.names)
    runs: list[Floats] = []
    for number, point in enumerate(z):
        journeys = levers.journeys(posterior.density.values(point))
        journeys = split_as_last_reported(journeys, one) if from_report else journeys
        runs.append(draw(journeys, one.watched, seed=seed, replicates=1, first=number).here[0])
        progress(number + 1)
    return np.array(runs)
