"""A simulated scenario: camps by day with intervals, and how far from the reports."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from safepassage.errors import Fault, InputError
from safepassage.flee.compile.arrays import Plan, plan
from safepassage.flee.engine.simulate import NobodyLeft, draw, first_days, parted_anew
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.series import by_name, until
from safepassage.inference.summary import estimate
from safepassage.network.arrays import Floats
from safepassage.results.flee import (
    BiasedEstimate,
    Camp,
    CampChange,
    CampDay,
    FleeSimulation,
    FleeWhatIf,
)


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
    """CPU time of the days alone, without reading and compiling, seconds."""
    first: int = 0
    """The first day that is compared with the reports."""

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
        from_report: A day at whose end everybody is parted over camps as last reported by then;
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
    """The plan with everybody parted as last reported when a day ends."""
    if not 0 <= day < scenario.days - 1:
        message = f"is day {day}; give one of 0 to {scenario.days - 2}, so that later days are left"
        raise InputError([Fault("call", 0, "from_report", message)])
    series, places = by_name(scenario.reported), np.array(planned.camps, np.int32)
    names = [scenario.locations[i].name for i in planned.camps]
    last = np.array([until(series[n], day + 1).people[-1] if n in series else 0.0 for n in names])
    if not last.any():
        message = f"is day {day}, by which nobody is reported in a camp; give a later one"
        raise InputError([Fault("call", 0, "from_report", message)])
    journeys = parted_anew(planned.journeys, np.array([day]), places, last[None])
    return replace(planned, journeys=journeys)


def _distance(here: Floats, reported: Floats, *, rescaled: bool) -> Floats:
    counted = ~np.isnan(reported).any(axis=0)
    simulated, reported = here[:, :, counted], reported[:, counted]
    totals = reported.sum(axis=1)
    days = totals > 0.0
    if not days.any():
        return np.full(len(here), np.nan)
    if rescaled:
        people = simulated.sum(axis=2, keepdims=True)
        simulated = simulated * totals[None, :, None] / np.where(people > 0.0, people, 1.0)
    apart = np.abs(simulated - reported).sum(axis=2)
    return (apart[:, days] / totals[days]).mean(axis=1)


def flee_simulation(outcome: Outcome, changed: Outcome | None = None) -> FleeSimulation:
    """A simulated scenario in figures.

    Args:
        outcome: The scenario as it is.
        changed: The same with a change, drawn with the same random numbers.
    """
    dates = [
        (outcome.scenario.start + timedelta(days=day)).isoformat()
        for day in range(outcome.scenario.days)
    ]
    return FleeSimulation(
        scenario=outcome.scenario.folder,
        replicates=len(outcome.here),
        seed=outcome.seed,
        scored_from=dates[outcome.first],
        cpu_seconds=outcome.cpu_seconds,
        ard=estimate(outcome.ard),
        ardr=estimate(outcome.ardr),
        flee_printed_error=estimate(outcome.flee_error, BiasedEstimate, biased="too low"),
        people=estimate(outcome.total[:, -1]),
        camps=_camps(outcome, dates),
        warnings=tuple(map(str, outcome.scenario.warnings)),
        what_if=None if changed is None else differences(outcome, changed),
    )


def _camps(outcome: Outcome, dates: list[str]) -> tuple[Camp, ...]:
    """Every camp by day; no place is given finer than half a degree."""
    low, median, high = np.quantile(outcome.here, (0.05, 0.5, 0.95), axis=0).tolist()
    reported = outcome.plan.reported.tolist()
    places = [outcome.scenario.locations[place] for place in outcome.plan.camps]
    return tuple(
        Camp(
            name=place.name,
            longitude=round(place.longitude * 2) / 2,
            latitude=round(place.latitude * 2) / 2,
            people=tuple(
                CampDay(
                    time=time,
                    median=median[day][w],
                    low=low[day][w],
                    high=high[day][w],
                    reported=None if np.isnan(reported[day][w]) else reported[day][w],
                )
                for day, time in enumerate(dates)
            ),
        )
        for w, place in enumerate(places)
    )


def differences(before: Outcome, after: Outcome) -> FleeWhatIf:
    """What a change does to the camps on the last day, with common random numbers."""
    names = dict.fromkeys([*before.camps, *after.camps])
    return FleeWhatIf(
        camps=tuple(
            estimate(_last(after, name) - _last(before, name), CampChange, name=name)
            for name in names
        ),
        people_in_camps=estimate(_all(after) - _all(before)),
    )


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


def camps_csv(simulation: FleeSimulation) -> str:
    """All camps and days with their intervals, one row each, marked as simulated."""
    rows = ["camp,date,median,low,high,reported,simulated"]
    for camp in simulation.camps:
        for at in camp.people:
            reported = "" if at.reported is None else f"{at.reported:.0f}"
            figures = f"{at.median:.6g},{at.low:.6g},{at.high:.6g}"
            rows.append(f"{camp.name},{at.time},{figures},{reported},true")
    return "\n".join(rows) + "\n"
