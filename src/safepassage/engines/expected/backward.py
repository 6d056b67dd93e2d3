"""What awaits a person: Kolmogorov-backward values of a cohort under frozen conditions.

A forward run answers for one start; the backward recursion answers for every start at once, with
as many values side by side as needed (chances of outcomes, costs, months, harm to relatives).
Conditions are frozen: a feedback has a given factor in each month's row, whoever else is there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.expected.kernel import Structure, structure_of
from safepassage.engines.jit.compile import inline, kernel, read_only
from safepassage.engines.jit.simd import (
    SIMD_WIDTH,
    add_to,
    read,
    scratch,
    spread,
    where_zero,
    write,
)
from safepassage.network.arrays import DELAY, HELD, INSTANT, Floats, Network, Tables


def cohort_values(
    network: Network,
    tables: Tables,
    feedback: NDArray[Any],
    months: NDArray[Any],
    terminal: NDArray[Any],
    edge_reward: NDArray[Any],
    edge_elapsed: NDArray[Any],
    stopped: NDArray[Any],
) -> Floats:
    """Expected values for a person in each cell at the start of the first step.

    A value is `terminal` of the cell where the person is after the last step, plus `edge_reward` of
    every edge passed, plus `edge_elapsed` times the months elapsed when an edge is passed (an edge
    passed in step k, counted from 0, counts (k + 1) / steps_per_month). For an INSTANT cell the
    person passes it in the first step.

    Args:
        network: The structure.
        tables: Its numbers, without a batch axis.
        feedback: (K, M) factor of each feedback in each month's row.
        months: (H,) or (W, H) row of the month tables that holds in each step of the cohort; W
            cohorts (start months, dates) share the work of the rows that they have in common.
        terminal: (N, R)
        edge_reward: (E, R)
        edge_elapsed: (E, R)
        stopped: (N, R) true where, for value r, a person who reaches the cell stays for good; the
            value is then that cell's `terminal`.

    Returns:
        (N, R) or (W, N, R). NaN for a cell whose odds are all zero in a step (nobody can pass it)
        and for what leads there with a positive chance.

    Raises:
        ValueError: A shape does not fit the network.
    """
    cells, edges, values = len(network.kind), len(network.edge_target), np.shape(terminal)[-1]
    for name, array, shape in (
        ("scale", tables.scale, (edges,)),
        ("terminal", terminal, (cells, values)),
        ("edge_reward", edge_reward, (edges, values)),
        ("edge_elapsed", edge_elapsed, (edges, values)),
        ("stopped", stopped, (cells, values)),
    ):
        if np.shape(array) != shape:
            raise ValueError(f"{name} has shape {np.shape(array)}, needs {shape}")
    rows, steps = np.unique(np.atleast_2d(months), return_inverse=True)
    steps = steps.reshape(np.atleast_2d(months).shape).astype(np.int32)
    width = -(-values // SIMD_WIDTH) * SIMD_WIDTH
    result = np.empty((len(steps), cells, width))
    ends, rewards, waits, stops = (
        _filled(array, width) for array in (terminal, edge_reward, edge_elapsed, stopped)
    )
    _backward(
        structure_of(network),
        read_only(np.ascontiguousarray(tables.scale, dtype=np.float64)),
        read_only(np.ascontiguousarray(np.asarray(tables.series, dtype=np.float64)[:, rows])),
        read_only(np.ascontiguousarray(np.asarray(feedback, dtype=np.float64)[:, rows])),
        steps,
        1.0 / network.steps_per_month,
        ends,
        rewards,
        waits,
        stops,
        result,
    )
    return result[0, :, :values] if np.ndim(months) == 1 else result[..., :values]


def _filled(array: NDArray[Any], width: int) -> Floats:
    """As float64 with zeros up to whole blocks of lanes."""
    filled = np.zeros((len(array), width))
    filled[:, : array.shape[1]] = array
    return filled


@inline
def _shares(
    net: Structure, scale: Any, series: Any, feedback: Any, row: int, share: Any, stay: Any
) -> None:
    """Write the share of people who take each edge, and who stay in each cell, in one row."""
    for c in range(net.kind.shape[0]):
        total = 0.0
        for e in range(net.edge_start[c], net.edge_start[c + 1]):
            rate = scale[e] * series[net.edge_series[e], row]
            if net.edge_feedback[e] >= 0:
                rate *= feedback[net.edge_feedback[e], row]
            share[row, e] = rate
            total += rate
        stay[row, c] = 0.0
        gain = 1.0 / total
        if net.kind[c] == HELD:
            stay[row, c] = np.exp(-total * net.step_years)
            leaving = -np.expm1(-total * net.step_years)
            gain = leaving / total if total > 0.0 else 0.0
        elif total == 0.0:
            stay[row, c] = np.nan
            gain = 0.0
        for e in range(net.edge_start[c], net.edge_start[c + 1]):
            share[row, e] *= gain


@inline
def _gather(net: Structure, cell: int, share: Any, row: int, first: int, worth: Any) -> Any:
    """Sum of what the edges of a cell are worth, by the share of people who take them."""
    total = spread(0.0)
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        if share[row, e] > 0.0:
            total += read(worth, (e, first)) * share[row, e]
    return total


@inline
def _arrive(net: Structure, cell: int, share: Any, row: int, value: Any) -> Any:
    """Sum of what the targets of a cell's edges are worth, by the share of people who go there."""
    total = spread(0.0)
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        if share[row, e] > 0.0:
            total += read(value, (net.edge_target[e], 0)) * share[row, e]
    return total


@kernel
def _backward(
    net: Structure,
    scale: Any,
    series: Any,
    feedback: Any,
    steps: Any,
    step_months: float,
    terminal: Any,
    edge_reward: Any,
    edge_elapsed: Any,
    stopped: Any,
    result: Any,
) -> None:
    """Write `result` (W, N, R); `steps` (W, H) are columns of `series` and `feedback`."""
    cells, edges, rows = net.kind.shape[0], net.edge_target.shape[0], series.shape[1]
    share, stay = np.empty((rows, edges)), np.empty((rows, cells))
    for row in range(rows):
        _shares(net, scale, series, feedback, row, share, stay)
    reward, elapsed = scratch(rows * cells), scratch(rows * cells)
    value, earlier = scratch(cells), scratch(cells)
    for first in range(0, result.shape[2], SIMD_WIDTH):
        for row in range(rows):
            for c in range(cells):
                write(reward, (row * cells + c, 0), _gather(net, c, share, row, first, edge_reward))
                write(
                    elapsed, (row * cells + c, 0), _gather(net, c, share, row, first, edge_elapsed)
                )
        for w in range(steps.shape[0]):
            for c in range(cells):
                write(value, (c, 0), read(terminal, (c, first)))
            for back in range(steps.shape[1]):
                k = steps.shape[1] - 1 - back
                row, months = steps[w, k], (k + 1) * step_months
                for c in range(cells):
                    at = row * cells + c
                    write(
                        earlier,
                        (c, 0),
                        read(reward, (at, 0)) + read(elapsed, (at, 0)) * months,
                    )
                for j in range(net.instant_order.shape[0] - 1, -1, -1):
                    c = net.instant_order[j]
                    passing = read(earlier, (c, 0)) + _arrive(net, c, share, row, value)
                    passing = passing + stay[row, c]  # 0, or NaN where nobody can pass
                    stop, end = read(stopped, (c, first)), read(terminal, (c, first))
                    write(value, (c, 0), where_zero(stop, passing, end))
                for c in range(cells):
                    if net.kind[c] == INSTANT:
                        write(earlier, (c, 0), read(value, (c, 0)))
                        continue
                    add_to(earlier, (c, 0), _arrive(net, c, share, row, value))
                    if net.kind[c] == DELAY:
                        add_to(earlier, (c, 0), spread(stay[row, c]))
                    elif stay[row, c] > 0.0:
                        add_to(earlier, (c, 0), read(value, (c, 0)) * stay[row, c])
                    stop, end = read(stopped, (c, first)), read(terminal, (c, first))
                    write(earlier, (c, 0), where_zero(stop, read(earlier, (c, 0)), end))
                value, earlier = earlier, value
            for c in range(cells):
                write(result, (w, c, first), read(value, (c, 0)))
