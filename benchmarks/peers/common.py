"""The simple model and the stop-watch that every peer shares. Needs the standard library only.

People start in one state and leave states at constant hazards per year (`model.json`). Days are
steps: with total hazard H, 1 - exp(-H / 365.25) of the people leave in a day, split in
proportion to the hazards, and nobody moves twice in a day. So every peer has the same exact mean.

A peer calls `main` with two functions: `prepare` builds what the documentation of its framework
calls the model with its people, `run` advances it by the days asked and counts people by state.
Only `run` is in `cpu_seconds`; one small run before the first warms compilers and caches.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

MODEL = Path(__file__).resolve().parent / "model.json"
WARM_PEOPLE, WARM_DAYS = 200, 20


@dataclass(frozen=True)
class Ladder:
    """The model by number of state; absorbing states come last and have no exits."""

    states: tuple[str, ...]
    start: int
    targets: tuple[tuple[int, ...], ...]
    """States that each state leads to."""
    hazard: tuple[float, ...]
    """Total hazard per day."""
    exit_chance: tuple[tuple[float, ...], ...]
    """Chance in a day of each exit; they sum to 1 - exp(-hazard)."""

    @property
    def leave_chance(self) -> tuple[float, ...]:
        """Chance in a day to leave, by state."""
        return tuple(-math.expm1(-h) for h in self.hazard)

    @property
    def live(self) -> int:
        """Number of states that can be left; they are the first."""
        return sum(h > 0 for h in self.hazard)

    def thresholds(self) -> list[list[float]]:
        """Cumulated chances of the exits in a day: one uniform number decides a person's day."""
        return [[sum(row[: k + 1]) for k in range(len(row))] for row in self.exit_chance]

    def split(self) -> list[list[float]]:
        """Cumulated shares of the exits among those who leave; the last is exactly 1."""
        return [[c / row[-1] for c in row] for row in self.thresholds()]


def load(hazard_scale: float = 1.0) -> Ladder:
    """Read `model.json`, with every hazard multiplied by `hazard_scale`."""
    content = json.loads(MODEL.read_text())
    exits: dict[str, dict[str, float]] = content["hazards_per_year"]
    states = (*exits, *content["absorbing"])
    number = {state: i for i, state in enumerate(states)}
    per_day = hazard_scale / content["days_per_year"]
    daily = [[h * per_day for h in exits.get(state, {}).values()] for state in states]
    hazard = tuple(sum(row) for row in daily)
    return Ladder(
        states=states,
        start=number[content["start"]],
        targets=tuple(tuple(number[t] for t in exits.get(state, {})) for state in states),
        hazard=hazard,
        exit_chance=tuple(
            tuple(-math.expm1(-total) * h / total for h in row)
            for row, total in zip(daily, hazard, strict=True)
        ),
    )


@dataclass(frozen=True)
class Task:
    """What one run is asked to do."""

    ladder: Ladder
    people: int
    days: int
    seed: int
    replicates: int
    style: str


def parse(styles: Sequence[str], extra: Callable[[argparse.ArgumentParser], None] | None) -> Any:
    """Arguments of the command line, the same for every peer."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--people", type=int, required=True, help="people in a replicate")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicates", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3, help="runs; the figure is their median")
    parser.add_argument("--hazard-scale", type=float, default=1.0, help="multiplies all hazards")
    parser.add_argument("--style", choices=styles, default=styles[0])
    if extra:
        extra(parser)
    return parser.parse_args()


def main(
    peer: str,
    version: str,
    prepare: Callable[[Task], Any],
    run: Callable[[Task, Any], Sequence[int]],
    *,
    styles: Sequence[str] = ("daily",),
    same_model: bool = True,
    extra: Callable[[argparse.ArgumentParser], None] | None = None,
) -> None:
    """Measure a peer by its arguments and print one line of JSON.

    Args:
        peer: Name of the framework.
        version: Its version.
        prepare: Builds the people; its seconds stand apart, in `setup_seconds`.
        run: Advances them and gives the counts by state at the end, summed over replicates.
        styles: Ways to write the model in this framework; the first is the default.
        same_model: False for a framework that cannot state the model (Flee).
        extra: Adds arguments of this peer alone.
    """
    options = parse(styles, extra)
    ladder = load(options.hazard_scale)
    task = Task(
        ladder, options.people, options.days, options.seed, options.replicates, options.style
    )
    begin = process_time()
    small = Task(ladder, WARM_PEOPLE, WARM_DAYS, options.seed, 1, options.style)
    run(small, prepare(small))
    warm_up = process_time() - begin

    setup: list[float] = []
    spent: list[float] = []
    final = [0] * len(ladder.states)
    for repeat in range(options.runs):
        this = Task(ladder, task.people, task.days, task.seed + repeat, task.replicates, task.style)
        gc.collect()
        begin = process_time()
        ready = prepare(this)
        middle = process_time()
        counts = run(this, ready)
        end = process_time()
        del ready
        setup.append(middle - begin)
        spent.append(end - middle)
        if same_model:
            final = [a + int(b) for a, b in zip(final, counts, strict=True)]
        else:
            final = list(counts)
    report(peer, version, options, setup, spent, warm_up, same_model, ladder, final)


def report(
    peer: str,
    version: str,
    options: Any,
    setup: list[float],
    spent: list[float],
    warm_up: float,
    same_model: bool,
    ladder: Ladder,
    final: list[int],
) -> None:
    """Print the line of JSON; `final` is summed over runs and replicates.

    For a framework with another dynamics it is what its last run counted.
    """
    cpu = median(spent)
    person_days = options.people * options.replicates * options.days
    row = {
        "peer": peer,
        "version": version,
        "style": options.style,
        "people": options.people,
        "replicates": options.replicates,
        "days": options.days,
        "hazard_scale": options.hazard_scale,
        "runs": options.runs,
        "cpu_seconds": cpu,
        "cpu_seconds_of_runs": spent,
        "setup_seconds": median(setup),
        "warm_up_seconds": warm_up,
        "person_days_per_cpu_second": person_days / cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "same_model": same_model,
        "final": dict(zip(ladder.states, final, strict=True)) if same_model else final,
    }
    print(json.dumps(row))
