"""Declared memories: mean years behind people, or the share with something behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from safepassage.model.schema import Memory
from safepassage.network.arrays import STOCK
from safepassage.network.compile import Compiled

if TYPE_CHECKING:
    from safepassage.engines.expected.solve import Trajectory
    from safepassage.network.arrays import Tables

Remembered = dict[str, tuple[np.ndarray, np.ndarray]]
"""By name of the memory (T, B) what is summed and (T, B) the people it is divided by."""
_Pass = tuple[str, tuple[str, ...], float]
"""How people are kept apart: by which property, of which states, and for stocks how long a long
stay is."""


def remember(compiled: Compiled, tables: Tables, run: Trajectory) -> Remembered:
    """Every memory that the model declares, of mean flows.

    Memories that keep people apart in the same way share one run.

    Args:
        compiled: the model.
        tables: one draw's, or with a batch axis.
        run: what `expected.solve` gave for them.
    """
    together: dict[_Pass, list[str]] = {}
    for name, memory in compiled.model.memories.items():
        together.setdefault(_pass(compiled, memory), []).append(name)
    results: Remembered = {}
    for rule, names in together.items():
        results.update(_run(compiled, tables, run, rule, names))
    return {name: results[name] for name in compiled.model.memories}


def of_stock(compiled: Compiled, quantity: str) -> bool:
    """Whether a quantity counts people who are there, and not moves."""
    network = compiled.network
    row = network.quantity_name.index(quantity)
    first, end = network.tap_start[row], network.tap_start[row + 1]
    return first < end and int(network.tap_kind[first]) == STOCK


def _pass(compiled: Compiled, memory: Memory) -> _Pass:
    if memory.ever_in:
        return "ever", tuple(memory.ever_in), 0.0
    if memory.over_years is not None and of_stock(compiled, memory.among):
        return "longer", tuple(memory.years_in), memory.over_years
    return "came", tuple(memory.years_in), 0.0


def _run(
    compiled: Compiled, tables: Tables, run: Trajectory, rule: _Pass, names: list[str]
) -> Remembered:
    """The memories of one pass."""
    from safepassage.engines.expected.durations import (
        by_having_been,
        by_time_of_coming,
        longer_than,
    )

    network, declared = compiled.network, compiled.model.memories
    how, states, years = rule
    cells = np.array([cell.state in states for cell in network.cells])
    among = list(dict.fromkeys(declared[name].among for name in names))
    rows = [network.quantity_name.index(name) for name in among]
    if how == "ever":
        been = by_having_been(network, tables, run, rows, cells)
        return {
            name: (people[:, 1], people.sum(axis=1))
            for name in names
            for people in [been[among.index(declared[name].among)]]
        }
    if how == "longer":
        long = longer_than(network, tables, run, rows, cells, 12 * years)
        everybody = run.quantities[rows].reshape(long.shape)
        position = {name: among.index(declared[name].among) for name in names}
        return {name: (long[i], everybody[i]) for name, i in position.items()}
    came, _ = by_time_of_coming(network, tables, run, rows, cells)
    results: Remembered = {}
    for name in names:
        memory = declared[name]
        people = came[among.index(memory.among)]
        stock = of_stock(compiled, memory.among)
        weight = _years(network.month_of_step, people.shape[1], memory.over_years, stock=stock)
        results[name] = np.einsum("tkb,tk->tb", people, weight), people.sum(axis=1)
    return results


def _years(
    month: np.ndarray, classes: int, over: float | None, *, stock: bool = False
) -> np.ndarray:
    """(T, C) mean years since coming of a class seen in a step, or the share of it above `over`.

    A move happens in the middle of a month, a stock is that of its end.
    """
    from safepassage.engines.expected.durations import MONTHS

    first = MONTHS * (np.arange(1, classes) - 1)
    came = first[:, None] + np.arange(MONTHS)  # (C - 1, MONTHS) months in which a class came
    since = month[:, None, None] - came[None]
    behind = since >= 0
    passed = since + 0.5 if stock else since
    value = passed / 12 if over is None else (passed > 12 * over).astype(float)
    months = behind.sum(axis=2)
    mean = np.where(behind, value, 0.0).sum(axis=2) / np.maximum(months, 1)
    return np.concatenate([np.zeros((len(month), 1)), mean], axis=1)
