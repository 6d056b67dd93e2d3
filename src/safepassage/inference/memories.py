"""Declared memories: mean years behind those who move, or the share with something behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from safepassage.model.declarations import Memory
from safepassage.network.compile import Compiled

if TYPE_CHECKING:
    from safepassage.engines.expected import Trajectory
    from safepassage.network.arrays import Floats, Tables

Remembered = dict[str, tuple[np.ndarray, np.ndarray]]
"""By name of the memory (T, B) what is summed and (T, B) the people it is divided by."""


def remember(compiled: Compiled, tables: Tables, run: Trajectory) -> Remembered:
    """Every memory that the model declares, of mean flows.

    Args:
        compiled: the model.
        tables: one draw's, or with lanes.
        run: what `expected.solve` gave for them.
    """
    return {
        name: _one(compiled, memory, tables, run)
        for name, memory in compiled.model.memories.items()
    }


def _one(
    compiled: Compiled, memory: Memory, tables: Tables, run: Trajectory
) -> tuple[Floats, Floats]:
    from safepassage.engines.memory import by_having_been, by_time_of_coming

    network = compiled.network
    row = network.quantity_name.index(memory.among)
    wanted = memory.years_in or memory.ever_in
    cells = np.array([cell.state in wanted for cell in network.cells])
    if memory.ever_in:
        (moved,) = by_having_been(network, tables, run, [row], cells)
        return moved[:, 1], moved.sum(axis=1)
    (moved,), _ = by_time_of_coming(network, tables, run, [row], cells)
    weight = _years(network.month_of_step, moved.shape[1], memory.over_years)
    return np.einsum("tkb,tk->tb", moved, weight), moved.sum(axis=1)


def _years(month: np.ndarray, classes: int, over: float | None) -> np.ndarray:
    """(T, C) mean years since coming of a class seen in a step, or the share of it above `over`."""
    from safepassage.engines.memory import MONTHS

    first = MONTHS * (np.arange(1, classes) - 1)
    came = first[:, None] + np.arange(MONTHS)  # (C - 1, MONTHS) months in which a class came
    since = month[:, None, None] - came[None]
    behind = since >= 0
    value = since / 12 if over is None else (since > 12 * over).astype(float)
    known = behind.sum(axis=2)
    mean = np.where(behind, value, 0.0).sum(axis=2) / np.maximum(known, 1)
    return np.concatenate([np.zeros((len(month), 1)), mean], axis=1)
