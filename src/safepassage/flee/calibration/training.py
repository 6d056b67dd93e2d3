"""What Flee's movement parameters are learned from: the first days' reports, thinned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safepassage.errors import Fault, InputError
from safepassage.flee.compile.arrays import Plan, plan
from safepassage.flee.io.scenario import Reported, Scenario
from safepassage.flee.io.series import by_name, reported_on, until
from safepassage.network.arrays import Floats, Ints

FEWEST_DATES = 4
"""Dates with reports, below which nothing is learned."""


@dataclass(frozen=True)
class Training:
    """A scenario and the part of its reports that is learned from."""

    scenario: Scenario
    plan: Plan
    days: int
    """Days 0 to `days` - 1 are for learning."""
    counted: tuple[int, ...]
    """Which of the plan's camps have reports, W."""
    dates: Ints
    """(N,) days of reports."""
    reported: Floats
    """(N, W + 1) people, by reports of the training days alone; last, those in no camp."""
    last: Floats
    """(W,) the last counts of the training days."""

    @property
    def watched(self) -> Ints:
        """The places of the camps."""
        return np.array([self.plan.camps[w] for w in self.counted], np.int32)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the camps."""
        return tuple(self.scenario.locations[i].name for i in self.watched)


def training(scenario: Scenario, days: int | None = None, gap_days: int = 14) -> Training:
    """Set apart what is learned from.

    Args:
        scenario: What was read.
        days: How many of its days; six tenths of them unless given.
        gap_days: Least days between two dates.

    Raises:
        InputError: There is too little to learn from, or nothing left to score.
    """
    days = int(0.6 * scenario.days) if days is None else days
    if not 1 < days < scenario.days:
        message = (
            f"are {days} of the scenario's {scenario.days} days; leave some to learn from and some "
            "to score"
        )
        raise InputError([Fault(scenario.folder, 0, "training days", message)])
    if scenario.settings.spawn_mode:
        message = (
            "lets conflicts decide how many appear; people in no camp are then not known from the "
            "reports: learn with conflict_driven_spawning left out"
        )
        where = "spawn_rules.conflict_driven_spawning"
        raise InputError([Fault(scenario.folder, 0, where, message)])
    planned = plan(scenario)
    series = by_name(scenario.reported)
    names = [scenario.locations[i].name for i in planned.camps]
    counted = tuple(w for w, name in enumerate(names) if name in series)
    if len(counted) < 2:
        message = (
            f"has reports of {len(counted)} of its camps; people are split over at least two: add "
            "their files to data_layout.csv"
        )
        raise InputError([Fault(scenario.folder, 0, "source_data", message)])
    counts = [until(series[names[w]], days) for w in counted]
    dates = _dates(counts, days, gap_days)
    reported = np.array([[reported_on(one, int(day)) for one in counts] for day in dates], float)
    some = reported.sum(axis=1) > 0.0 if len(dates) else np.zeros(0, bool)
    if some.sum() < FEWEST_DATES:
        message = (
            f"hold {int(some.sum())} dates with reports {gap_days} days apart; at least "
            f"{FEWEST_DATES} are needed: give a longer span"
        )
        raise InputError([Fault(scenario.folder, 0, "training days", message)])
    last = np.array([one.people[-1] for one in counts], float)
    start, days_ = planned.journeys.start, planned.journeys.days
    everybody = start.people.sum() + np.cumsum(days_.newcomers)[dates]
    elsewhere = np.maximum(everybody - reported.sum(axis=1), 0.0)
    reported = np.column_stack([reported, elsewhere])
    return Training(scenario, planned, days, counted, dates[some], reported[some], last)


def _dates(reports: Sequence[Reported], days: int, gap_days: int) -> Ints:
    """Days of reports after the first day, thinned from the last one back."""
    every = sorted({day for series in reports for day in series.days if 0 < day < days})
    dates: list[int] = []
    for day in reversed(every):
        if not dates or dates[-1] - day >= gap_days:
            dates.append(day)
    return np.array(dates[::-1], np.int32)
