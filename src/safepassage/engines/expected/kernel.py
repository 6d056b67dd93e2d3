"""The compiled loops of the expected engine: one step of mean counts, forward and in reverse.

Lanes (chains, draws) are the last axis and the innermost loop. A kernel call handles the block of
lanes `first:first + SIMD_WIDTH`, so that threads can share one set of arrays.

Every cell moves people in the same form: an edge carries `people * gain * rate`, where rate is
the edge's hazard or weight and gain depends on the cell's total rate H alone:

- HELD: gain = (1 - exp(-H h)) / H, and exp(-H h) stay;
- DELAY and INSTANT: gain = 1 / H, and nobody stays.

So the reverse pass needs only gain and its slope in H, never an edge's share. Rates are computed
anew only where the month's row differs or a feedback acts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from safepassage.engines.expected.escape import SMALLEST, stay_and_gain
from safepassage.engines.jit.compile import inline, integers, kernel, read_only
from safepassage.engines.jit.simd import (
    SIMD_WIDTH,
    add_to,
    any_differs,
    at_least,
    read,
    scratch,
    spread,
    where_zero,
    write,
)
from safepassage.network.arrays import (
    EDGE,
    HELD,
    INSTANT,
    SATURATING,
    STOCK,
    Network,
    Tables,
)

DONE = -1
"""What `forward` returns as the step in which people strand, if none do."""


class Structure(NamedTuple):
    """The arrays of a `Network` that the kernels read."""

    step_years: float
    month: Any
    kind: Any
    instant_order: Any
    edge_start: Any
    edge_target: Any
    edge_series: Any
    edge_feedback: Any
    entry_target: Any
    entry_feedback: Any
    feedback_kind: Any
    feedback_sharpness: Any
    feedback_start: Any
    feedback_cell: Any
    tap_start: Any
    tap_kind: Any
    tap_index: Any


def structure_of(network: Network) -> Structure:
    """Collect the arrays of a network in the types that the kernels are compiled for."""
    return Structure(
        step_years=float(network.step_years),
        month=integers(network.month_of_step),
        kind=integers(network.kind),
        instant_order=integers(network.instant_order),
        edge_start=integers(network.edge_start),
        edge_target=integers(network.edge_target),
        edge_series=integers(network.edge_series),
        edge_feedback=integers(network.edge_feedback),
        entry_target=integers(network.entry_target),
        entry_feedback=integers(network.entry_feedback),
        feedback_kind=integers(network.feedback_kind),
        feedback_sharpness=read_only(
            np.ascontiguousarray(network.feedback_sharpness, dtype=np.float64)
        ),
        feedback_start=integers(network.feedback_start),
        feedback_cell=integers(network.feedback_cell),
        tap_start=integers(network.tap_start),
        tap_kind=integers(network.tap_kind),
        tap_index=integers(network.tap_index),
    )


@inline
def feedback_factors(
    net: Structure, tables: Tables, month: int, first: int, people: Any, load: Any, factor: Any
) -> None:
    """Write each feedback's load and factor from the counts at the start of a step."""
    for k in range(load.shape[0]):
        total = spread(0.0)
        for j in range(net.feedback_start[k], net.feedback_start[k + 1]):
            total += read(people, (net.feedback_cell[j], first))
        write(load, (k, 0), total)
        write(factor, (k, 0), total)
        if net.feedback_kind[k] == SATURATING:
            sharpness = net.feedback_sharpness[k]
            for i in range(SIMD_WIDTH):
                ratio = load[k, i] / tables.capacity[k, month, first + i]
                raised = ratio if sharpness == 1.0 else ratio**sharpness
                factor[k, i] = 1.0 / (1.0 + raised) if load[k, i] > 0.0 else 1.0


@inline
def open_month(
    series: Any, month: int, first: int, fresh: bool, factors: Any, changed: Any
) -> None:
    """Copy a month's row of every series to `factors` and mark those that differ from before.

    The rows lie far apart in memory: fetched together they wait for each other's lines only once.
    """
    for s in range(factors.shape[0]):
        value = read(series, (s, month, first))
        changed[s] = fresh or any_differs(value, read(factors, (s, 0)))
        write(factors, (s, 0), value)


@inline
def needs_rates(net: Structure, cell: int, changed: Any) -> bool:
    """Whether a cell's rates may differ from those of the step handled before."""
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        if net.edge_feedback[e] >= 0 or changed[net.edge_series[e]]:
            return True
    return False


@inline
def rates(
    net: Structure,
    tables: Tables,
    cell: int,
    first: int,
    series: Any,
    factor: Any,
    rate: Any,
    gain: Any,
    stay: Any,
    slope: Any,
) -> None:
    """Write the rates of a cell's edges, the cell's gain, its slope in H, and who stays."""
    total = spread(0.0)
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        value = read(tables.scale, (e, first)) * read(series, (net.edge_series[e], 0))
        if net.edge_feedback[e] >= 0:
            value = value * read(factor, (net.edge_feedback[e], 0))
        write(rate, (e, 0), value)
        total += value
    if net.kind[cell] == HELD:
        h = net.step_years
        x = total * h
        stays, share = stay_and_gain(x)
        write(stay, (cell, 0), stays)
        write(gain, (cell, 0), share * h)
        write(slope, (cell, 0), (stays - share) * (h * h) / at_least(x, SMALLEST))
    else:
        inverse = where_zero(total, 0.0, 1.0 / total)
        write(stay, (cell, 0), 0.0)
        write(gain, (cell, 0), inverse)
        write(slope, (cell, 0), inverse * inverse * -1.0)


@inline
def _leave(
    net: Structure, cell: int, first: int, people: Any, gain: Any, rate: Any, flow: Any, after: Any
) -> bool:
    """Send `people * gain` of a cell along its edges; tell whether people there cannot pass."""
    share = read(gain, (cell, 0))
    for e in range(net.edge_start[cell], net.edge_start[cell + 1]):
        leaving = people * share * read(rate, (e, 0))
        write(flow, (e, 0), leaving)
        add_to(after, (net.edge_target[e], first), leaving)
    return any_differs(where_zero(share, people, 0.0), 0.0)


@inline
def _enter(
    net: Structure, tables: Tables, month: int, first: int, factor: Any, entered: Any, after: Any
) -> None:
    """Let people enter their target cells."""
    for n in range(entered.shape[0]):
        entering = read(tables.entries, (n, month, first)) * net.step_years
        if net.entry_feedback[n] >= 0:
            entering = entering * read(factor, (net.entry_feedback[n], 0))
        write(entered, (n, 0), entering)
        add_to(after, (net.entry_target[n], first), entering)


@inline
def _measure(
    net: Structure, t: int, first: int, after: Any, flow: Any, entered: Any, quantities: Any
) -> None:
    """Add up the taps of each quantity for one step."""
    for q in range(quantities.shape[0]):
        total = spread(0.0)
        for j in range(net.tap_start[q], net.tap_start[q + 1]):
            index = net.tap_index[j]
            if net.tap_kind[j] == STOCK:
                total += read(after, (index, first))
            elif net.tap_kind[j] == EDGE:
                total += read(flow, (index, 0))
            else:
                total += read(entered, (index, 0))
        write(quantities, (q, t, first), total)


@inline
def _add_to_window(window: int, first: int, flow: Any, sums: Any) -> None:
    """Add one step's flows to the sums of its window."""
    if window >= 0:
        for e in range(flow.shape[0]):
            add_to(sums, (window, e, first), read(flow, (e, 0)))


@kernel
def forward(
    net: Structure,
    tables: Tables,
    first: int,
    window: Any,
    counts: Any,
    passed: Any,
    quantities: Any,
    feedback: Any,
    edge_sums: Any,
    entry_sums: Any,
) -> tuple[int, int]:
    """Run every step for some lanes; return (DONE, 0), or the step and cell where people strand.

    Args:
        net: The network's structure.
        tables: Full tables, each with its lane axis.
        first: First lane of the block.
        window: (T,) row of `edge_sums` and `entry_sums` that a step's flows go to, or -1.
        counts: (T + 1, N, B), written.
        passed: (T, J, B) people who pass the J instant cells, in `instant_order`, written.
        quantities: (Q, T, B), written.
        feedback: (K, T, B) feedback factors, written.
        edge_sums: (W, E, B), added to.
        entry_sums: (W, I, B), added to.
    """
    cells, edges, feedbacks = net.kind.shape[0], net.edge_target.shape[0], feedback.shape[0]
    rate, flow = scratch(edges), scratch(edges)
    entered = scratch(net.entry_target.shape[0])
    gain, stay, slope = scratch(cells), scratch(cells), scratch(cells)
    load, factor = scratch(feedbacks), scratch(feedbacks)
    series, changed = scratch(tables.series.shape[0]), np.ones(tables.series.shape[0], np.bool_)
    for c in range(cells):
        write(counts, (0, c, first), read(tables.initial, (c, first)))
    for t in range(net.month.shape[0]):
        month, people, after = net.month[t], counts[t], counts[t + 1]
        changed[:] = False
        if t == 0 or month != net.month[t - 1]:
            open_month(tables.series, month, first, t == 0, series, changed)
        feedback_factors(net, tables, month, first, people, load, factor)
        for k in range(feedbacks):
            write(feedback, (k, t, first), read(factor, (k, 0)))
        for c in range(cells):
            if t == 0 or needs_rates(net, c, changed):
                rates(net, tables, c, first, series, factor, rate, gain, stay, slope)
            present = read(people, (c, first))
            if net.kind[c] != INSTANT:
                present = present * read(stay, (c, 0))
            # an instant cell holds people only at the start: they pass in the first step
            write(after, (c, first), present)
        for c in range(cells):
            if net.kind[c] != INSTANT:
                present = read(people, (c, first))
                if _leave(net, c, first, present, gain, rate, flow, after):
                    return t, c
        _enter(net, tables, month, first, factor, entered, after)
        for j in range(passed.shape[1]):
            c = net.instant_order[j]
            present = read(after, (c, first))
            write(passed, (t, j, first), present)
            write(after, (c, first), 0.0)
            if _leave(net, c, first, present, gain, rate, flow, after):
                return t, c
        _measure(net, t, first, after, flow, entered, quantities)
        _add_to_window(window[t], first, flow, edge_sums)
        _add_to_window(window[t], first, entered, entry_sums)
    return DONE, 0
