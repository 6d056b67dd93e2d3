"""What a simulated scenario came to: camps by day with intervals, and how far from the reports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from safepassage.errors import Fault, InputError
from safepassage.flee.compile.arrays import Plan, plan
from safepassage.flee.engine.simulate import NobodyLeft, draw, first_days, with_redistribution
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.series import by_name, until
from safepassage.network.arrays import Floats

LOW, HIGH = 5.0, 95.0
"""Percentiles of an interval of 90 %."""


@dataclass(frozen=True)
class Outcome:
    """A scenario, its plan and its replicates."""

    scenario: Scenario
    plan: Plan
    here: Floats
    """(R, T, W) people in the camps at the end of each day."""
    total: Floats
    """(R, T) all people."""
    seed: int
    cpu_seconds: float
    """Of the days alone: what is compiled, read and worked out before is not in it."""
    first: int = 0
    """The first day whose distance from the reports is looked at."""

    @property
    def camps(self) -> tuple[str, ...]:
        """Names of the camps."""
        return tuple(self.scenario.locations[i].name for i in self.plan.camps)

    @property
    def ard(self) -> Floats:
        """(R,) mean over days of sum |simulated - reported| / sum reported."""
        return self._distance(rescaled=False)

    @property
    def ardr(self) -> Floats:
        """(R,) the same with the simulated total of each day rescaled to the reported one."""
        return self._distance(rescaled=True)

    @property
    def flee_error(self) -> Floats:
        """(R,) mean of what Flee prints as its total error, too low: see `Plan.raw_total`."""
        apart = np.nansum(np.abs(self.here - self.plan.reported), axis=2)
        raw = self.plan.raw_total
        errors = np.where(raw > 0.0, apart / np.where(raw > 0.0, raw, 1.0), 0.0)
        return errors[:, self.first :].mean(axis=1)

    def _distance(self, *, rescaled: bool) -> Floats:
        here, reported = self.here[:, self.first :], self.plan.reported[self.first :]
        return _distance(here, reported, rescaled=rescaled)


def simulate_scenario(
    scenario: Scenario, *, replicates: int = 1, seed: int = 1, first: int = 0,
    threads: int | None = None, as_flee: bool = False, from_report: int | None = None,
) -> Outcome:  # fmt: skip
    """Simulate a scenario.

    Args:
        scenario: What `read_scenario` gave.
        replicates: How many runs.
        seed: Seed of every random choice.
        first: Number of the first replicate.
        threads: At most so many.
        as_flee: Whether to keep what is known to be broken in Flee.
        from_report: A day at whose end everybody is redistributed over camps as last reported by
        then;
            how far from the reports is then of the days after it.

    Raises:
        InputError: Nobody is left to appear, there are too many routes, or no reports by that day.
    """
    worked_out = plan(scenario, as_flee=as_flee)
    if from_report is not None:
        worked_out = _from_report(scenario, worked_out, from_report)
    watched = np.array(worked_out.camps, np.int32)
    draw(first_days(worked_out.journeys, 1), watched, threads=1)  # has the kernel compiled
    start = time.process_time()
    try:
        drawn = draw(
            worked_out.journeys, watched, seed=seed, replicates=replicates, first=first,
            threads=threads,
        )  # fmt: skip
    except NobodyLeft as error:
        message = f"{error}; raise the populations, or switch take_from_population off"
        raise InputError([Fault(scenario.folder, 0, "population", message)]) from error
    except MemoryError as error:
        raise InputError([Fault(scenario.folder, 0, "", str(error))]) from error
    used = time.process_time() - start
    later = 0 if from_report is None else from_report + 1
    return Outcome(scenario, worked_out, drawn.here, drawn.total, seed, used, later)


def _from_report(scenario: Scenario, planned: Plan, day: int) -> Plan:
    """The plan with everybody redistributed as last reported when a day ends."""
    if not 0 <= day < scenario.days - 1:
        message = f"is day {day}; give one of 0 to {scenario.days - 2}, so that later days are left"
        raise InputError([Fault("--from-report", 0, "", message)])
    series, places = by_name(scenario.reported), np.array(planned.camps, np.int32)
    names = [scenario.locations[i].name for i in planned.camps]
    last = np.array([until(series[n], day + 1).people[-1] if n in series else 0.0 for n in names])
    if not last.any():
        message = f"is day {day}, by which nobody is reported in a camp; give a later one"
        raise InputError([Fault("--from-report", 0, "", message)])
    journeys = with_redistribution(planned.journeys, np.array([day]), places, last[None])
    return replace(planned, journeys=journeys)


def _distance(here: Floats, reported: Floats, *, rescaled: bool) -> Floats:
    with_reports = ~np.isnan(reported).any(axis=0)
    simulated, counts = here[:, :, with_reports], reported[:, with_reports]
    totals = counts.sum(axis=1)
    days = totals > 0.0
    if not days.any():
        return np.full(len(here), np.nan)
    if rescaled:
        people = simulated.sum(axis=2, keepdims=True)
        simulated = simulated * totals[None, :, None] / np.where(people > 0.0, people, 1.0)
    apart = np.abs(simulated - counts).sum(axis=2)
    return (apart[:, days] / totals[days]).mean(axis=1)


def spread_of(values: Floats) -> dict[str, float]:
    """Median and interval over replicates of one figure."""
    low, median, high = np.percentile(values, [LOW, 50.0, HIGH])
    return {"median": float(median), "low": float(low), "high": float(high)}


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Everything, as plain values."""
    low, median, high = np.percentile(outcome.here, [LOW, 50.0, HIGH], axis=0)
    dates = [
        (outcome.scenario.start + timedelta(days=day)).isoformat()
        for day in range(outcome.scenario.days)
    ]
    camps = [
        {
            "name": name,
            # no place finer than half a degree
            "longitude": round(outcome.scenario.locations[place].longitude * 2) / 2,
            "latitude": round(outcome.scenario.locations[place].latitude * 2) / 2,
            "people": [
                {
                    "time": dates[day],
                    "median": median[day, w],
                    "low": low[day, w],
                    "high": high[day, w],
                    "reported": outcome.plan.reported[day, w],
                }
                for day in range(len(dates))
            ],
        }
        for w, (place, name) in enumerate(zip(outcome.plan.camps, outcome.camps, strict=True))
    ]
    return {
        "scenario": outcome.scenario.folder,
        "simulated": True,
        "replicates": len(outcome.here),
        "seed": outcome.seed,
        "scored_from": dates[outcome.first],
        "cpu_seconds": outcome.cpu_seconds,
        "ard": spread_of(outcome.ard),
        "ardr": spread_of(outcome.ardr),
        "flee_printed_error": spread_of(outcome.flee_error) | {"biased": "too low"},
        "people": spread_of(outcome.total[:, -1]),
        "camps": camps,
        "warnings": [str(warning) for warning in outcome.scenario.warnings],
    }


def differences(before: Outcome, after: Outcome) -> dict[str, Any]:
    """What a change does to the camps on the last day, with common random numbers."""
    names = list(dict.fromkeys([*before.camps, *after.camps]))
    changed: list[dict[str, Any]] = []
    for name in names:
        columns = (_last(outcome, name) for outcome in (before, after))
        first, second = columns
        changed.append({"name": name, **spread_of(second - first)})
    return {"camps": changed, "people_in_camps": spread_of(_all(after) - _all(before))}


def _last(outcome: Outcome, name: str) -> Floats:
    if name not in outcome.camps:
        return np.zeros(len(outcome.here))
    return outcome.here[:, -1, outcome.camps.index(name)]


def _all(outcome: Outcome) -> Floats:
    return outcome.here[:, -1].sum(axis=1)


def flee_csv(outcome: Outcome, replicate: int = 0) -> str:
    """One replicate in the columns of Flee's own `out.csv`, its dates and rounding included."""
    names, plan_ = outcome.camps, outcome.plan
    head = ["Day", "Date"]
    for name in names:
        head += [f"{name} sim", f"{name} data", f"{name} error"]
    head += [
        "Total error", "refugees in camps (UNHCR)", "total refugees (simulation)",
        "raw UNHCR refugee count", "refugees in camps (simulation)", "refugee_debt",
    ]  # fmt: skip
    rows = [",".join(head)]
    for day in range(outcome.scenario.days):
        here, reported = outcome.here[replicate, day], np.nan_to_num(plan_.reported[day])
        # Flee writes a row after it has turned to the next day
        cells = [str(day), (outcome.scenario.start + timedelta(days=day + 1)).isoformat()]
        for people, count in zip(here, reported, strict=True):
            error = 0.0 if count < 0.00001 else round(abs(people / count - 1.0), 4)
            cells += [f"{people:.0f}", f"{count:.0f}", str(error)]
        total, raw = outcome.total[replicate, day], plan_.raw_total[day]
        if raw > 0.0:
            cells += [str(float(np.abs(here - reported).sum() / raw)), f"{reported.sum():.0f}"]
            cells += [f"{total:.0f}", f"{raw:.0f}", f"{here.sum():.0f}", str(int(plan_.debt[day]))]
        else:
            cells += ["0.0", "0", f"{total:.0f}", "0", f"{here.sum():.0f}", "0"]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def camps_csv(value: Mapping[str, Any]) -> str:
    """All camps and days with their intervals, one row each, marked as simulated."""
    rows = ["camp,date,median,low,high,reported,simulated"]
    for camp in value["camps"]:
        for entry in camp["people"]:
            reported = "" if np.isnan(entry["reported"]) else f"{entry['reported']:.0f}"
            figures = ",".join(f"{entry[key]:.6g}" for key in ("median", "low", "high"))
            rows.append(f"{camp['name']},{entry['time']},{figures},{reported},true")
    return "\n".join(rows) + "\n"
