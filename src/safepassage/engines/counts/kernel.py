"""The compiled loop of the counts engine: one step of whole people in eight replicates at once.

The dynamics is that of declared hazards, in two phases: HELD and DELAY cells together with the
entries from the counts at the start of the step, then each INSTANT cell from what has come to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from safepassage.engines.counts.transitions import Exits, StreamKey, begin, enter, leave
from safepassage.engines.expected.escape import stay_and_gain
from safepassage.engines.expected.kernel import (
    DONE,
    Structure,
    feedback_factors,
    needs_rates,
    open_month,
)
from safepassage.engines.jit.compile import borrowing_kernel, inline
from safepassage.engines.jit.simd import (
    SIMD_WIDTH,
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
    """What a run writes down. B lanes in all, W rows of time.

    A lane's numbers lie together: a store to lines that are pages apart costs as much as a draw.
    """

    row: Any
    """(T,) row that a step belongs to; flows add up in it, stocks are those of its last step."""
    quantities: Any
    """(B, Q, W)"""
    people: Any
    """(B, 3, W) entered since the start, inside, left."""
    counts: Any
    """(B, T + 1, N), or (B, 0, N) where counts are not kept."""


class Workspace(NamedTuple):
    """Room for one block's work; every array but the last is (rows, SIMD_WIDTH)."""

    shares: Any
    flow: Any
    entered: Any
    chance: Any
    people: Any
    after: Any
    load: Any
    factor: Any
    series: Any
    tally: Any
    census: Any
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
def add_up(net: Structure, after: Any, flow: Any, entered: Any, tally: Any) -> None:
    """Add the taps of a step to the tally: flows to what is there, stocks in its place."""
    for q in range(tally.shape[0]):
        total = spread(0.0)
        is_flow = False
        for j in range(net.tap_start[q], net.tap_start[q + 1]):
            index = net.tap_index[j]
            if net.tap_kind[j] == STOCK:
                total += read(after, (index, 0))
            elif net.tap_kind[j] == EDGE:
                total += read(flow, (index, 0))
                is_flow = True
            else:
                total += read(entered, (index, 0))
                is_flow = True
        if is_flow:
            total += read(tally, (q, 0))
        write(tally, (q, 0), total)


@inline
def write_down(record: Record, row: int, lane: int, tally: Any, people: Any) -> None:
    """Close a row: write the tally and the people of each lane, and begin the tally anew."""
    for q in range(tally.shape[0]):
        for i in range(SIMD_WIDTH):
            record.quantities[lane + i, q, row] = tally[q, i]
        write(tally, (q, 0), 0.0)
    for k in range(people.shape[0]):
        for i in range(SIMD_WIDTH):
            record.people[lane + i, k, row] = people[k, i]


@inline
def keep_counts(record: Record, step: int, lane: int, people: Any) -> None:
    """Write every cell's count at the start of a step, where counts are kept."""
    if record.counts.shape[1] > 0:
        for c in range(people.shape[0]):
            for i in range(SIMD_WIDTH):
                record.counts[lane + i, step, c] = people[c, i]


@inline
def count_people(net: Structure, total: Any, after: Any, census: Any) -> None:
    """Write who has entered, is inside and has left."""
    inside, left = spread(0.0), spread(0.0)
    for c in range(net.kind.shape[0]):
        if net.edge_start[c] == net.edge_start[c + 1]:
            left += read(after, (c, 0))
        else:
            inside += read(after, (c, 0))
    write(census, (0, 0), total)
    write(census, (1, 0), inside)
    write(census, (2, 0), left)


@borrowing_kernel
def run_hazards(
    net: Structure,
    exits: Exits,
    tables: Tables,
    stream: StreamKey,
    workspace: Workspace,
    lane: int,
    record: Record,
) -> tuple[int, int]:
    """Run every step for eight lanes; return (DONE, 0), or the step and cell where people strand.

    Args:
        net: The network's structure.
        exits: Its exits and their names.
        tables: Tables of these eight lanes alone.
        stream: Streams of the lanes.
        workspace: Room to work in.
        lane: First lane of the block in the record.
        record: Written.
    """
    cells = net.kind.shape[0]
    shares, flow, entered, chance = (
        workspace.shares,
        workspace.flow,
        workspace.entered,
        workspace.chance,
    )
    people, after, load, factor = (
        workspace.people,
        workspace.after,
        workspace.load,
        workspace.factor,
    )
    series, changed = workspace.series, workspace.changed
    total = spread(0.0)
    for c in range(cells):
        start = begin(exits, stream, c, read(tables.initial, (c, 0)))
        write(people, (c, 0), start)
        total += start
    keep_counts(record, 0, lane, people)
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
                present = leave(exits, stream, t, c, present, odds, shares, flow, after)
                if net.kind[c] != HELD and any_differs(present, 0.0):
                    return t, c
            # an instant cell holds people only at the start: they pass in the first step
            add_to(after, (c, 0), present)
        for n in range(entered.shape[0]):
            mean = read(tables.entries, (n, month, 0)) * net.step_years
            if net.entry_feedback[n] >= 0:
                mean = mean * read(factor, (net.entry_feedback[n], 0))
            enter(exits, stream, t, n, mean, entered, after)
            total += read(entered, (n, 0))
        # phase 1: the branches, each after those that lead to it
        for j in range(net.instant_order.shape[0]):
            c = net.instant_order[j]
            present = read(after, (c, 0))
            write(after, (c, 0), 0.0)
            odds = read(chance, (c, 0))
            present = leave(exits, stream, t, c, present, odds, shares, flow, after)
            if any_differs(present, 0.0):
                return t, c
        add_up(net, after, flow, entered, workspace.tally)
        if t + 1 == net.month.shape[0] or record.row[t + 1] != record.row[t]:
            count_people(net, total, after, workspace.census)
            write_down(record, record.row[t], lane, workspace.tally, workspace.census)
        for c in range(cells):
            write(people, (c, 0), read(after, (c, 0)))
        keep_counts(record, t + 1, lane, people)
    return DONE, 0
