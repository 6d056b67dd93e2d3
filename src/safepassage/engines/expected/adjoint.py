"""The reverse pass of the expected engine: gradients of a function of the quantities.

`pull[c]` is the derivative with respect to the people who arrive in cell c in a step. An edge that
carries `people * gain(H) * rate` has three ways to matter: through the people, through its own
rate, and through the total rate H of its cell, which also decides who stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.expected.kernel import (
    Structure,
    feedback_factors,
    needs_rates,
    open_month,
    rates,
)
from safepassage.engines.jit.compile import inline, kernel
from safepassage.engines.jit.simd import SIMD_WIDTH, add_to, read, scratch, spread, write
from safepassage.network.arrays import EDGE, INSTANT, SATURATING, STOCK, Tables


@inline
def _taps(
    net: Structure, t: int, first: int, d_quantities: Any, pull: Any, d_flow: Any, d_entered: Any
) -> None:
    """Spread the quantities' derivatives over the stocks and flows that they sum."""
    d_flow[:] = 0.0
    d_entered[:] = 0.0
    for q in range(d_quantities.shape[0]):
        value = read(d_quantities, (q, t, first))
        for j in range(net.tap_start[q], net.tap_start[q + 1]):
            if net.tap_kind[j] == STOCK:
                add_to(pull, (net.tap_index[j], 0), value)
            elif net.tap_kind[j] == EDGE:
                add_to(d_flow, (net.tap_index[j], 0), value)
            else:
                add_to(d_entered, (net.tap_index[j], 0), value)


@inline
def _leave_reversed(
    net: Structure,
    tables: Tables,
    d_tables: Tables,
    cell: int,
    first: int,
    people: Any,
    series: Any,
    d_series: Any,
    factor: Any,
    rate: Any,
    gain: Any,
    stay: Any,
    slope: Any,
    pull: Any,
    d_flow: Any,
    d_factor: Any,
) -> Any:
    """Derivatives of one cell's exits; return that with respect to the people before them."""
    pulled = spread(0.0)
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        worth = read(d_flow, (e, 0)) + read(pull, (net.edge_target[e], 0))
        write(d_flow, (e, 0), worth)
        pulled += read(rate, (e, 0)) * worth
    share = read(gain, (cell, 0))
    stays = read(stay, (cell, 0)) * read(pull, (cell, 0))
    shared = people * (read(slope, (cell, 0)) * pulled - stays * net.step_years)
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        s, k = net.edge_series[e], net.edge_feedback[e]
        scale, seasonal = read(tables.scale, (e, first)), read(series, (s, 0))
        d_rate = people * share * read(d_flow, (e, 0)) + shared
        if k >= 0:
            add_to(d_factor, (k, 0), d_rate * scale * seasonal)
            d_rate = d_rate * read(factor, (k, 0))
        add_to(d_tables.scale, (e, first), d_rate * seasonal)
        add_to(d_series, (s, 0), d_rate * scale)
    return share * pulled + stays


@inline
def _enter_reversed(
    net: Structure,
    tables: Tables,
    d_tables: Tables,
    month: int,
    first: int,
    factor: Any,
    pull: Any,
    d_entered: Any,
    d_factor: Any,
) -> None:
    """Derivatives of the entries."""
    for n in range(net.entry_target.shape[0]):
        k = net.entry_feedback[n]
        worth = (read(pull, (net.entry_target[n], 0)) + read(d_entered, (n, 0))) * net.step_years
        if k >= 0:
            add_to(d_factor, (k, 0), worth * read(tables.entries, (n, month, first)))
            worth = worth * read(factor, (k, 0))
        add_to(d_tables.entries, (n, month, first), worth)


@inline
def _feedback_reversed(
    net: Structure,
    tables: Tables,
    d_tables: Tables,
    month: int,
    first: int,
    load: Any,
    factor: Any,
    d_factor: Any,
    earlier: Any,
) -> None:
    """Derivatives of the feedback factors; clears `d_factor`.

    At a load of zero a saturating factor with sharpness below 1 has an infinite slope: 0 is used.
    """
    for k in range(load.shape[0]):
        sharpness = net.feedback_sharpness[k]
        for i in range(SIMD_WIDTH):
            d_load = d_factor[k, i]
            if net.feedback_kind[k] == SATURATING:
                capacity = tables.capacity[k, month, first + i]
                if load[k, i] > 0.0:
                    bend = d_load * sharpness * factor[k, i] * (1.0 - factor[k, i])
                    if capacity > 0.0:
                        d_tables.capacity[k, month, first + i] += bend / capacity
                    d_load = -bend / load[k, i]
                else:
                    d_load = -d_load / capacity if sharpness == 1.0 and capacity > 0.0 else 0.0
            d_factor[k, i] = 0.0
            for j in range(net.feedback_start[k], net.feedback_start[k + 1]):
                earlier[net.feedback_cell[j], i] += d_load


@kernel
def reverse(
    net: Structure,
    tables: Tables,
    first: int,
    counts: Any,
    passed: Any,
    d_quantities: Any,
    d_tables: Tables,
) -> None:
    """Add to `d_tables` the gradients for some lanes, given `d_quantities` (Q, T, B).

    `counts` and `passed` are those that `forward` wrote for the same tables.
    """
    cells, edges, entries = net.kind.shape[0], net.edge_target.shape[0], net.entry_target.shape[0]
    feedbacks, steps = net.feedback_kind.shape[0], net.month.shape[0]
    rate, d_flow = scratch(edges), scratch(edges)
    gain, stay, slope = scratch(cells), scratch(cells), scratch(cells)
    load, factor = scratch(feedbacks), scratch(feedbacks)
    d_factor, d_entered = scratch(feedbacks), scratch(entries)
    pull, earlier = scratch(cells), scratch(cells)
    rows = tables.series.shape[0]
    series, d_series, changed = scratch(rows), scratch(rows), np.ones(rows, np.bool_)
    for back in range(steps):
        t = steps - 1 - back
        month, people = net.month[t], counts[t]
        changed[:] = False
        if back == 0 or month != net.month[t + 1]:
            open_month(tables.series, month, first, back == 0, series, changed)
        feedback_factors(net, tables, month, first, people, load, factor)
        for c in range(cells):
            if back == 0 or needs_rates(net, c, changed):
                rates(net, tables, c, first, series, factor, rate, gain, stay, slope)
        _taps(net, t, first, d_quantities, pull, d_flow, d_entered)
        for j in range(passed.shape[1] - 1, -1, -1):
            c = net.instant_order[j]
            reached = _leave_reversed(
                net, tables, d_tables, c, first, read(passed, (t, j, first)), series, d_series,
                factor, rate, gain, stay, slope, pull, d_flow, d_factor,
            )  # fmt: skip
            write(pull, (c, 0), reached)
        for c in range(cells):
            reached = read(pull, (c, 0))
            if net.kind[c] != INSTANT:
                reached = _leave_reversed(
                    net, tables, d_tables, c, first, read(people, (c, first)), series, d_series,
                    factor, rate, gain, stay, slope, pull, d_flow, d_factor,
                )  # fmt: skip
            write(earlier, (c, 0), reached)
        _enter_reversed(net, tables, d_tables, month, first, factor, pull, d_entered, d_factor)
        _feedback_reversed(net, tables, d_tables, month, first, load, factor, d_factor, earlier)
        if t == 0 or month != net.month[t - 1]:
            for s in range(rows):
                add_to(d_tables.series, (s, month, first), read(d_series, (s, 0)))
            d_series[:] = 0.0
        pull, earlier = earlier, pull
    for c in range(cells):
        add_to(d_tables.initial, (c, first), read(pull, (c, 0)))
