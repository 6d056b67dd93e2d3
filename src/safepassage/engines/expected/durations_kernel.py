"""The compiled loop of what people carry: mean numbers by cell and by what lies behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.expected.kernel import Structure, needs_rates, open_month, rates
from safepassage.engines.jit.compile import inline, kernel
from safepassage.engines.jit.simd import add_to, any_differs, read, scratch, write
from safepassage.network.arrays import EDGE, INSTANT, STOCK, Tables

KEEP, BEGIN, FORGET, MARK = 0, 1, 2, 3
"""What coming to a cell does to a person's class: nothing; class 0 becomes the class of the step;
becomes 0; becomes 1."""
OLD = 1
"""The class that takes in a class that is retired."""


@inline
def _after_coming(rule: int, carried: int, now: int) -> int:
    if rule == BEGIN:
        return carried if carried > 0 else now
    if rule == FORGET:
        return 0
    return 1 if rule == MARK else carried


@kernel
def carry(
    net: Structure,
    tables: Tables,
    first: int,
    feedback: Any,
    rule: Any,
    class_of: Any,
    retired: Any,
    quantities: Any,
    column: Any,
    out: Any,
) -> None:
    """Run every step for eight lanes with the feedback factors of an earlier run.

    Args:
        net: The network's structure.
        tables: Full tables, each with its lane axis.
        first: First lane of the block.
        feedback: (K, T, B) factors.
        rule: (N,) what coming to a cell does to the class.
        class_of: (T,) the class that begins in a step, at least 1.
        retired: (T,) the class that turns into `OLD` at the start of a step, or -1.
        quantities: (M,) rows of the quantities that are looked at.
        column: (T, C) where a class of a step goes in `out`.
        out: (M, T, K, B) persons who moved, by class before the move, or who are there at the end
            of a step. Added to.
    """
    cells, classes = net.kind.shape[0], column.shape[1]
    people, after = scratch(cells * classes), scratch(cells * classes)
    rate, factor = scratch(net.edge_target.shape[0]), scratch(feedback.shape[0])
    gain, stay, slope = scratch(cells), scratch(cells), scratch(cells)
    series, changed = scratch(tables.series.shape[0]), np.ones(tables.series.shape[0], np.bool_)
    # which quantities a cell, edge or entry counts for, as bits
    cell_of = np.zeros(cells, np.int64)
    edge_of = np.zeros(net.edge_target.shape[0], np.int64)
    entry_of = np.zeros(net.entry_target.shape[0], np.int64)
    for m in range(quantities.shape[0]):
        for j in range(net.tap_start[quantities[m]], net.tap_start[quantities[m] + 1]):
            if net.tap_kind[j] == EDGE:
                edge_of[net.tap_index[j]] |= 1 << m
            elif net.tap_kind[j] == STOCK:
                cell_of[net.tap_index[j]] |= 1 << m
            else:
                entry_of[net.tap_index[j]] |= 1 << m
    reached = 0
    for c in range(cells):
        k = _after_coming(rule[c], 0, class_of[0])
        write(people, (c * classes + k, 0), read(tables.initial, (c, first)))
    for t in range(net.month.shape[0]):
        month, now = net.month[t], class_of[t]
        reached = max(reached, now)
        if retired[t] >= 0:
            for c in range(cells):
                gone = read(people, (c * classes + retired[t], 0))
                add_to(people, (c * classes + OLD, 0), gone)
                write(people, (c * classes + retired[t], 0), 0.0)
        changed[:] = False
        if t == 0 or month != net.month[t - 1]:
            open_month(tables.series, month, first, t == 0, series, changed)
        for f in range(factor.shape[0]):
            write(factor, (f, 0), read(feedback, (f, t, first)))
        for c in range(cells):
            if t == 0 or needs_rates(net, c, changed):
                rates(net, tables, c, first, series, factor, rate, gain, stay, slope)
        for c in range(cells):
            for k in range(reached + 1):
                write(after, (c * classes + k, 0), 0.0)
        for position in range(cells + net.instant_order.shape[0]):
            early = position < cells
            c = position if early else net.instant_order[position - cells]
            source = people if early else after
            for k in range(reached + 1):
                present = read(source, (c * classes + k, 0))
                if not any_differs(present, 0.0):
                    continue
                if early and net.kind[c] == INSTANT:  # people in a branch at the start pass below
                    add_to(after, (c * classes + k, 0), present)
                    continue
                if early:
                    add_to(after, (c * classes + k, 0), present * read(stay, (c, 0)))
                else:
                    write(after, (c * classes + k, 0), 0.0)
                leaving = present * read(gain, (c, 0))
                for e in range(net.edge_start[c], net.edge_start[c + 1]):
                    amount = leaving * read(rate, (e, 0))
                    target = net.edge_target[e]
                    to = _after_coming(rule[target], k, now)
                    add_to(after, (target * classes + to, 0), amount)
                    for m in range(out.shape[0]):
                        if (edge_of[e] >> m) & 1:
                            add_to(out, (m, t, column[t, k], first), amount)
            if position == cells - 1:
                for i in range(net.entry_target.shape[0]):
                    amount = read(tables.entries, (i, month, first)) * net.step_years
                    if net.entry_feedback[i] >= 0:
                        amount = amount * read(factor, (net.entry_feedback[i], 0))
                    target = net.entry_target[i]
                    to = _after_coming(rule[target], 0, now)
                    add_to(after, (target * classes + to, 0), amount)
                    for m in range(out.shape[0]):
                        if (entry_of[i] >> m) & 1:
                            add_to(out, (m, t, column[t, 0], first), amount)
        for c in range(cells):
            if cell_of[c]:
                for k in range(reached + 1):
                    present = read(after, (c * classes + k, 0))
                    for m in range(out.shape[0]):
                        if (cell_of[c] >> m) & 1:
                            add_to(out, (m, t, column[t, k], first), present)
        people, after = after, people
