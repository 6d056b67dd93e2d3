"""A naive loop in Numba: each day each person draws a uniform number and leaves or stays."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main


@numba.njit(cache=False)
def live(
    rng: Any,
    state: np.ndarray,
    days: int,
    movable: int,
    thresholds: np.ndarray,
    targets: np.ndarray,
) -> None:
    """Advance every person by every day; `state` is (people,) and changed in place."""
    exits = thresholds.shape[1]
    for _ in range(days):
        for person in range(len(state)):
            now = state[person]
            if now >= movable:
                continue
            draw = rng.random()
            if draw < thresholds[now, exits - 1]:
                which = 0
                while draw >= thresholds[now, which]:
                    which += 1
                state[person] = targets[now, which]


def prepare(task: Task) -> tuple[Any, ...]:
    """One byte for each person, and the chances as arrays."""
    ladder = task.ladder
    return (
        np.random.default_rng(task.seed),
        np.full(task.people * task.replicates, ladder.start, np.int8),
        task.days,
        ladder.live,
        np.array(ladder.thresholds()[: ladder.live]),
        np.array(ladder.targets[: ladder.live], np.int8),
    )


def run(task: Task, ready: tuple[Any, ...]) -> list[int]:
    """Run the loop and count."""
    live(*ready)
    return np.bincount(ready[1], minlength=len(task.ladder.states)).tolist()


if __name__ == "__main__":
    main("naive_numba", numba.__version__, prepare, run)
