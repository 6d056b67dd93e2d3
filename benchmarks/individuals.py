"""The individuals engine beside a naive loop in which each person draws a number every day.

Baseline: a Numba loop over days and people, one uniform number (NumPy's `Generator`) for whether
and where a person goes, no tallies. Ours keeps persons moved by every exit every day, and its
numbers belong to persons, so that nothing depends on the order. Three states lead to each other
and to an absorbing one; a million people, a year by day. CPU seconds of one thread, medians of
five runs in turn.

Two ways are measured: whole lives (nobody's moves bear on another's: no memory at all for a
person) and the calendar (here a feedback with endless capacity acts on every exit, so that all
that a feedback costs is paid and the law stays the same).

    python benchmarks/run.py individuals
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numba
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the sketches are the tests'

from tests.networks import Sketch  # noqa: E402

from safepassage.network.arrays import Network, Tables  # noqa: E402

PEOPLE, DAYS, REPEATS = 1_000_000, 365, 5
EXITS_PER_YEAR = {"frequent": 30.0, "rare": 0.3}
MANY = 10_000_000
NAIVE = "naive Numba loop, every person every day"


@numba.njit
def naive(rng: Any, state: Any, days: int, movable: int, chance: Any, target: Any) -> None:
    """Move everyone day by day; `chance` (states, exits) is added up over exits."""
    exits = chance.shape[1]
    for _ in range(days):
        for person in range(len(state)):
            now = state[person]
            if now >= movable:
                continue
            draw = rng.random()
            if draw < chance[now, exits - 1]:
                which = 0
                while draw >= chance[now, which]:
                    which += 1
                state[person] = target[now, which]


def network_of(people: int, exits: float, *, calendar: bool) -> tuple[Network, Tables]:
    """Three states with exits at a constant hazard per year, and one without."""
    sketch = Sketch(steps=DAYS, step_years=1 / DAYS, steps_per_month=31)
    for name in "abc":
        sketch.cell(name, persons=people if name == "a" else 0)
    sketch.cell("end")
    fed = "load" if calendar else None
    if calendar:
        sketch.feedback("load", "saturating", ["end"], capacity=1e300)
    for here, there, elsewhere in ("abc", "bca", "cab"):
        sketch.edge(here, there, exits * 0.45, fed)
        sketch.edge(here, elsewhere, exits * 0.5495, fed).edge(here, "end", exits * 0.0005, fed)
    return sketch.build()


def cpu(works: dict[str, Callable[[], Any]], repeats: int = REPEATS) -> dict[str, float]:
    """Median CPU seconds of each work, run in turn after one uncounted round."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats + 1):
        for name, work in works.items():
            begin = process_time()
            work()
            if turn:
                spent[name].append(process_time() - begin)
    return {name: median(times) for name, times in spent.items()}


def naive_work(exits: float) -> Callable[[], Any]:
    """The naive loop on the same model."""
    share = np.cumsum([0.45, 0.5495, 0.0005])
    chance = np.tile(-np.expm1(-exits / DAYS) * share, (3, 1))
    target = np.array([[1, 2, 3], [2, 0, 3], [0, 1, 3]], np.int8)

    def work() -> None:
        rng = np.random.default_rng(1)
        naive(rng, np.zeros(PEOPLE, np.int8), DAYS, 3, chance, target)

    return work


def our_work(people: int, exits: float, *, calendar: bool) -> Callable[[], Any]:
    """Our engine on one thread."""
    from safepassage.engines.individuals import draw as individuals

    network, tables = network_of(people, exits, calendar=calendar)
    return lambda: individuals.run(network, tables, threads=1)


def memory_of(people: int) -> None:
    """Print the peak resident bytes of a process that moves so many people by calendar."""
    our_work(100, 3.0, calendar=True)()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of compiling
    our_work(people, 3.0, calendar=True)()
    status = Path("/proc/self/status").read_text()  # `getrusage` would tell the parent's peak
    (peak,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    print(int(peak) * 1024)


def bytes_per_person() -> float:
    """Resident bytes that each person more takes, in processes of their own."""
    peaks = [
        int(subprocess.run([sys.executable, __file__, str(people)], capture_output=True,
                           text=True, check=True).stdout)
        for people in (MANY // 10, MANY)
    ]  # fmt: skip
    return (peaks[1] - peaks[0]) / (MANY - MANY // 10)


def run() -> list[dict[str, Any]]:
    """Measure everything: one row for each figure and baseline."""
    rows: list[dict[str, Any]] = []

    def row(figure: str, value: float, unit: str, baseline: str = "", other: Any = None) -> None:
        rows.append({
            "figure": f"individuals: {figure}", "value": value, "unit": unit,
            "baseline": baseline, "baseline_value": other, "state": "warm",
        })  # fmt: skip

    for name, exits in EXITS_PER_YEAR.items():
        spent = cpu({
            "naive": naive_work(exits),
            "lives": our_work(PEOPLE, exits, calendar=False),
            "calendar": our_work(PEOPLE, exits, calendar=True),
        })  # fmt: skip
        what = f"1e6 people for a year by day, {exits:g} exits a year ({name})"
        for way in ("lives", "calendar"):
            row(f"{way}, {what}", spent[way], "s", NAIVE, spent["naive"])
            speed, slow = (PEOPLE * DAYS / spent[w] for w in (way, "naive"))
            row(f"{way}, {what}", speed, "person-days per CPU second", NAIVE, slow)
    for way in (False, True):
        spent = cpu({"all": our_work(MANY, 3.0, calendar=way)}, repeats=1)["all"]
        name = "calendar" if way else "lives"
        row(f"{name}, 1e7 people for a year by day, 3 exits a year", spent, "s")
    row("calendar, memory", bytes_per_person(), "bytes per person")
    return rows


if __name__ == "__main__":
    if len(sys.argv) > 1:
        memory_of(int(sys.argv[1]))
    else:
        for measured in run():
            base = measured["baseline_value"]
            against = f"  naive {base:.4g}, ratio {measured['value'] / base:.4g}" if base else ""
            print(f"{measured['figure']}: {measured['value']:.4g} {measured['unit']}{against}")
