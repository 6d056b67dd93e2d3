"""The compiled loop of the counts engine: one step of whole people in eight replicates at once.

The dynamics is that of declared hazards, in two phases: HELD and DELAY cells together with the
entries from the counts at the start of the step, then each INSTANT cell from what has come to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from safepassage.engines._compile import borrowing_kernel, inline
from safepassage.engines._draws import Exits, Luck, begin, enter, leave
from safepassage.engines._escape import stay_and_gain
from safepassage.engines._expected_kernel import (
    DONE,
    Structure,
    feedback_factors,
    needs_rates,
    open_month,
)
from safepassage.engines._lanes import (
    add_to,
    any_differs,
    read,
    spread,
    where_less,
    where_zero,
    write,
)
from safepassage.network.arrays import EDGE, HELD, INSTANT, STOCK, Tables


class Record(NamedTuple):
    """What a run writes down. B lanes in all, W rows of time."""

    row: Any
    """(T,) row that a step belongs to; flows add up in it, stocks are those of its last step."""
    quantities: Any
    """(Q, W, B), zero at first."""
    people: Any
    """(3, W, B) entered since the start, inside, left."""
    counts: Any
    """(T + 1, N, B), or (0, N, B) where counts are not kept."""


class Desk(NamedTuple):
    """Room for one block's work; every array but the last is (rows, LANES)."""

    shares: Any
    flow: Any
    entered: Any
    chance: Any
    people: Any
    after: Any
    load: Any
    factor: Any
    series: Any
    changed: Any
    """(S,) whether a series differs from the step before."""


@inline
def chances(
    net: Structure, tables: Tables, cell: int, series: Any, factor: Any, chance: Any, shares: Any
) -> None:
    """Write the chance to leave a cell and the share of each exit among those not yet taken."""
    rest = spread(0.0)
    first, last = net.edge_start[cell], net.edge_start[cell + 1]
    for e in range(last - 1, first - 1, -1):
        value = read(tables.scale, (e, 0)) * read(series, (net.edge_series[e], 0))
        if net.edge_feedback[e] >= 0:
            value = value * read(factor, (net.edge_feedback[e], 0))
        rest = rest + value
        write(shares, (e, 0), where_zero(rest, 0.0, value / rest))
    if net.kind[cell] == HELD:
        x = rest * net.step_years
        _, gain = stay_and_gain(x)
        leaving = gain * x
        write(chance, (cell, 0), where_less(1.0, leaving, 1.0, leaving))
    else:
        write(chance, (cell, 0), where_zero(rest, 0.0, 1.0))


@inline
def add_to_record(
    net: Structure, record: Record, t: int, lane: int, after: Any, flow: Any, entered: Any
) -> None:
    """Add the taps of a step to the row that it belongs to."""
    row = record.row[t]
    for q in range(record.quantities.shape[0]):
        total = spread(0.0)
        moved = False
        for j in range(net.tap_start[q], net.tap_start[q + 1]):
            index = net.tap_index[j]
            if net.tap_kind[j] == STOCK:
                total += read(after, (index, 0))
            elif net.tap_kind[j] == EDGE:
                total += read(flow, (index, 0))
                moved = True
            else:
                total += read(entered, (index, 0))
                moved = True
        if moved:
            total += read(record.quantities, (q, row, lane))
        write(record.quantities, (q, row, lane), total)


@inline
def count_people(net: Structure, record: Record, t: int, lane: int, total: Any, after: Any) -> None:
    """Write who has entered, is inside and has left by the end of a step."""
    inside, left = spread(0.0), spread(0.0)
    for c in range(net.kind.shape[0]):
        if net.edge_start[c] == net.edge_start[c + 1]:
            left += read(after, (c, 0))
        else:
            inside += read(after, (c, 0))
    row = record.row[t]
    write(record.people, (0, row, lane), total)
    write(record.people, (1, row, lane), inside)
    write(record.people, (2, row, lane), left)


@borrowing_kernel
def run_hazards(
    net: Structure, exits: Exits, tables: Tables, luck: Luck, desk: Desk, lane: int, record: Record
) -> tuple[int, int]:
    """Run every step for eight lanes; return (DONE, 0), or the step and cell where people strand.

    Args:
        net: The network's structure.
        exits: Its exits and their names.
        tables: Tables of these eight lanes alone.
        luck: Streams of the lanes.
        desk: Room to work in.
        lane: First lane of the block in the record.
        record: Written.
    """
    cells = net.kind.shape[0]
    shares, flow, entered, chance = desk.shares, desk.flow, desk.entered, desk.chance
    people, after, load, factor = desk.people, desk.after, desk.load, desk.factor
    series, changed = desk.series, desk.changed
    keep = record.counts.shape[0] > 0
    total = spread(0.0)
    for c in range(cells):
        start = begin(exits, luck, c, read(tables.initial, (c, 0)))
        write(people, (c, 0), start)
        total += start
        if keep:
            write(record.counts, (0, c, lane), start)
    for t in range(net.month.shape[0]):
        month = net.month[t]
        changed[:] = False
        if t == 0 or month != net.month[t - 1]:
            open_month(tables.series, month, 0, t == 0, series, changed)
        feedback_factors(net, tables, month, 0, people, load, factor)
        after[:] = 0.0
        for c in range(cells):
            if t == 0 or needs_rates(net, c, changed):
                chances(net, tables, c, series, factor, chance, shares)
        # phase 0: cells in which people stay for a while, and those who enter
        for c in range(cells):
            present = read(people, (c, 0))
            if net.kind[c] != INSTANT:
                odds = read(chance, (c, 0))
                present = leave(exits, luck, t, c, present, odds, shares, flow, after)
                if net.kind[c] != HELD and any_differs(present, 0.0):
                    return t, c
            # an instant cell holds people only at the start: they pass in the first step
            add_to(after, (c, 0), present)
        for n in range(entered.shape[0]):
            mean = read(tables.entries, (n, month, 0)) * net.step_years
            if net.entry_feedback[n] >= 0:
                mean = mean * read(factor, (net.entry_feedback[n], 0))
            enter(exits, luck, t, n, mean, entered, after)
            total += read(entered, (n, 0))
        # phase 1: the branches, each after those that lead to it
        for j in range(net.instant_order.shape[0]):
            c = net.instant_order[j]
            present = read(after, (c, 0))
            write(after, (c, 0), 0.0)
            odds = read(chance, (c, 0))
            present = leave(exits, luck, t, c, present, odds, shares, flow, after)
            if any_differs(present, 0.0):
                return t, c
        add_to_record(net, record, t, lane, after, flow, entered)
        if t + 1 == net.month.shape[0] or record.row[t + 1] != record.row[t]:
            count_people(net, record, t, lane, total, after)
        for c in range(cells):
            moved = read(after, (c, 0))
            write(people, (c, 0), moved)
            if keep:
                write(record.counts, (t + 1, c, lane), moved)
    return DONE, 0
