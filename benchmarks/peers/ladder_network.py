"""The simple model as a `Network` of ours; the engines' scripts share it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent.parent))  # the builder is the tests'
from common import Task
from tests.networks import Sketch

from safepassage.network.arrays import Network, Tables

DAYS_PER_YEAR = 365.25


def network_of(task: Task) -> tuple[Network, Tables]:
    """The ladder by day, with the stock of every state as a quantity."""
    ladder = task.ladder
    sketch = Sketch(steps=task.days, step_years=1 / DAYS_PER_YEAR, steps_per_month=task.days)
    for i, state in enumerate(ladder.states):
        sketch.cell(state, persons=task.people if i == ladder.start else 0.0)
    for i, targets in enumerate(ladder.targets):
        total = sum(ladder.exit_chance[i])
        for target, chance in zip(targets, ladder.exit_chance[i], strict=True):
            hazard = ladder.hazard[i] * DAYS_PER_YEAR * chance / total
            sketch.edge(ladder.states[i], ladder.states[target], hazard)
    for state in ladder.states:
        sketch.quantity(state, ("stock", state))
    return sketch.build()


def last_day(steps: int) -> np.ndarray:
    """Every step in one row of the answer: only the end is asked for, as of the peers."""
    return np.zeros(steps, np.int64)
