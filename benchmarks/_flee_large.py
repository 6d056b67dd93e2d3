"""What Flee's day costs where it is large: many places, many people, many replicates.

And what serial Flee's order makes of mali2012 at full population, from runs of Flee that are kept
(`peers/flee/mali2012_full.npz`: 20 runs of each version, 60 to 90 CPU seconds each), made by
`peers/flee/beside.py` with seeds 1 to 20; camps only.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.stats import ks_2samp

from safepassage.flee import read_scenario
from safepassage.flee.compile.arrays import Plan, plan
from safepassage.flee.engine.simulate import draw
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.outcome import Outcome

SIDE, DAYS, PEOPLE = 50, 30, 100_000
FLEE_ON_GRID = 325.0
"""Person-days per CPU second of serial Flee (02cd2cbd) on such a grid, measured once."""
LEVEL = 1e-3
KEPT = Path(__file__).resolve().parent / "peers" / "flee" / "mali2012_full.npz"


def large(mali: Path) -> Iterator[dict[str, Any]]:
    """All of it."""
    yield from on_grid()
    scenario = read_scenario(mali)
    yield many_replicates(scenario)
    yield many_people(scenario)
    if KEPT.exists():
        yield from order_of_people(scenario)


def on_grid() -> Iterator[dict[str, Any]]:
    """A grid of 2,500 towns, three hops in sight."""
    with tempfile.TemporaryDirectory() as name:
        begin = time.process_time()
        planned = plan(read_scenario(write_grid(Path(name))))
        spent = time.process_time() - begin
    routes = len(planned.journeys.ground.route_end)
    person_days, seconds = 0.0, []
    for number in range(-1, 3):
        begin = time.process_time()
        drawn = draw(planned.journeys, np.array(planned.camps), first=number + 1, threads=1)
        seconds.append(time.process_time() - begin)
        person_days = float(drawn.total.sum())
    yield _row("grid of 2,500 places, awareness 3: person-days per CPU second",
               person_days / median(seconds[1:]), "1/s", "Flee, serial, measured once",
               FLEE_ON_GRID)  # fmt: skip
    yield _row(f"grid of 2,500 places, awareness 3: reading and {routes:,} routes", spent, "CPU s")


def write_grid(folder: Path) -> Path:
    """The grid as a Flee folder: everybody starts in one corner, a camp lies in the other."""
    rng, names = random.Random(1), [[f"P{i}_{j}" for j in range(SIDE)] for i in range(SIDE)]
    last = names[-1][-1]
    places = ["#name,region,country,latitude,longitude,location_type,conflict_date,population"]
    routes = ["#name1,name2,distance,forced_redirection"]
    for i in range(SIDE):
        for j in range(SIDE):
            name = names[i][j]
            kind = "camp" if name == last else "town" if i + j else "conflict_zone"
            people = -1 if name == last else 10_000_000
            places.append(f"{name},R,C,{i / 100},{j / 100},{kind},0,{people}")
            ends = [names[a][b] for a, b in ((i + 1, j), (i, j + 1)) if a < SIDE and b < SIDE]
            routes += [f"{name},{end},{rng.randint(50, 150)}," for end in ends]
    files = {
        "input_csv/locations.csv": places, "input_csv/routes.csv": routes,
        "input_csv/closures.csv": ["#closure_type,name1,name2,closure_start,closure_end"],
        "input_csv/conflicts.csv": ["#Day,P0_0", *(f"{day},1" for day in range(DAYS))],
        "input_csv/sim_period.csv": ["StartDate,2020-01-01", f"Length,{DAYS}"],
        "source_data/data_layout.csv": ["total,total.csv", f"{last},camp.csv"],
        "source_data/total.csv": ["2020-01-01,0"],
        "source_data/camp.csv": ["2020-01-01,0", f"2020-01-02,{PEOPLE}"],
        "simsetting.yml": ["move_rules:", "  awareness_level: 3"],
    }  # fmt: skip
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    return folder


def many_replicates(scenario: Scenario, replicates: int = 1000) -> dict[str, Any]:
    """An ensemble, on all cores."""
    planned = plan(scenario)
    _seconds(planned)
    begin, used = time.perf_counter(), time.process_time()
    draw(planned.journeys, np.array(planned.camps), replicates=replicates)
    wall, spent = time.perf_counter() - begin, time.process_time() - used
    row = _row(f"mali2012: wall seconds of {replicates:,} replicates", wall, "s", "the bar", 60.0)
    return row | {"cpu_seconds": spent}


def many_people(scenario: Scenario, times: int = 100) -> dict[str, Any]:
    """The same scenario with so many times its people, its residents and its room."""
    locations = tuple(
        replace(place, people=place.people * (times if place.people > 0 else 1))
        for place in scenario.locations
    )
    reported = tuple(
        replace(series, people=tuple(count * times for count in series.people))
        for series in scenario.reported
    )
    more = _seconds(plan(replace(scenario, locations=locations, reported=reported)))
    once = _seconds(plan(scenario))
    return _row(f"mali2012: CPU seconds at {times} times its people", more, "s", "its people", once)


def order_of_people(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """How far serial Flee is from pflee and from us, beside the spread of each."""
    kept, planned = np.load(KEPT), plan(scenario)
    names = [scenario.locations[i].name for i in planned.camps]
    assert names == list(kept["names"])
    ours = draw(planned.journeys, np.array(planned.camps), replicates=1000).here
    serial, pflee = kept["serial"].astype(float), kept["pflee"].astype(float)
    spread = apart(ours[0], ours[1:].mean(axis=0))
    for name, first, second in (
        ("serial Flee and pflee", serial, pflee),
        ("serial Flee and ours", serial, ours),
        ("pflee and ours", pflee, ours),
    ):
        yield _row(f"mali2012 at full population: {name}, share of people in other camps",
                   apart(first.mean(axis=0), second.mean(axis=0)), "",
                   "one of our runs and their mean", spread)  # fmt: skip
        values = smallest_first(first, second)
        yield _row(
            f"mali2012 at full population: {name}, smallest p of {len(values):,} camps and days "
            "times their number (Kolmogorov-Smirnov, Bonferroni)",
            min(values[0] * len(values), 1.0), "", "camps and days rejected at .001",
            float(sum(p * len(values) < LEVEL for p in values)),
        )  # fmt: skip
    for name, runs in (("serial Flee", serial), ("pflee", pflee), ("ours", ours)):
        outcome = Outcome(scenario, planned, runs, runs.sum(axis=2), 0, 0.0)
        for figure, found in (("ARD", outcome.ard), ("ARDr", outcome.ardr)):
            yield _row(f"mali2012 at full population: {figure}, {name}, mean of {len(runs)} runs",
                       float(found.mean()), "", "standard deviation of a run",
                       float(found.std(ddof=1)))  # fmt: skip


def smallest_first(first: np.ndarray, second: np.ndarray) -> list[float]:
    """P-values of a two-sample test for every camp and day on which anything varies."""
    found: list[float] = []
    for a, b in zip(first.transpose(1, 2, 0).reshape(-1, len(first)),
                    second.transpose(1, 2, 0).reshape(-1, len(second)), strict=True):  # fmt: skip
        if np.ptp(a) > 0 or np.ptp(b) > 0:
            found.append(float(ks_2samp(a, b).pvalue))
    return sorted(found)


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """Mean over days of half the sum of differences, as a share of the people in camps."""
    differences = np.abs(first - second).sum(axis=1) / 2.0
    return float((differences / np.maximum(second.sum(axis=1), 1.0)).mean())


def _seconds(planned: Plan) -> float:
    found: list[float] = []
    for number in range(4):
        begin = time.process_time()
        draw(planned.journeys, np.array(planned.camps), first=number, threads=1)
        found.append(time.process_time() - begin)
    return median(found[1:])


def _row(
    figure: str, value: float, unit: str, baseline: str = "none", against: float = 0.0
) -> dict[str, Any]:
    return {
        "figure": figure, "value": value, "unit": unit, "baseline": baseline,
        "baseline_value": against, "state": "warm",
    }  # fmt: skip
