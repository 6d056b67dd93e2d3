"""The compiled loop of jumps: one draw per cell and window, from exit tables made beforehand."""

from __future__ import annotations

from typing import Any, NamedTuple

from safepassage.engines.counts.kernel import Record, write_down
from safepassage.engines.counts.transitions import Exits, StreamKey, begin, enter, leave
from safepassage.engines.jit.compile import borrowing_kernel
from safepassage.engines.jit.simd import add_to, read, spread, write
from safepassage.network.arrays import STOCK


class Jumps(NamedTuple):
    """Exit tables by window. W windows, N cells, E exits, J pairs of an entry and a cell."""

    initial: Any
    """(N,) persons at the start."""
    leave: Any
    """(W, N) chance to be elsewhere at the window's end."""
    share: Any
    """(W, E) share of each exit among those not yet taken."""
    mean: Any
    """(W, J) mean number in a cell at the end who entered in the window."""
    tap_start: Any
    tap_kind: Any
    tap_index: Any
    absorbing: Any


class Workspace(NamedTuple):
    """Room for one block's work; every array is (rows, LANES)."""

    flow: Any
    entered: Any
    people: Any
    after: Any
    tally: Any
    census: Any


@borrowing_kernel
def run_jumps(
    jumps: Jumps, exits: Exits, stream: StreamKey, workspace: Workspace, lane: int, record: Record
) -> None:
    """Run every window for eight lanes.

    Args:
        jumps: Exit tables.
        exits: Where they lead and their names.
        stream: Streams of the lanes.
        desk: Room to work in.
        lane: First lane of the block in the record.
        record: Written: stocks and people.
    """
    people, after, flow = workspace.people, workspace.after, workspace.flow
    cells = jumps.initial.shape[0]
    total = spread(0.0)
    for c in range(cells):
        start = begin(exits, stream, c, spread(jumps.initial[c]))
        write(people, (c, 0), start)
        total += start
    for w in range(jumps.leave.shape[0]):
        after[:] = 0.0
        for c in range(cells):
            present = read(people, (c, 0))
            if exits.edge_start[c] < exits.edge_start[c + 1]:
                chance = spread(jumps.leave[w, c])
                present = leave(exits, stream, w, c, present, chance, jumps.share[w], flow, after)
            add_to(after, (c, 0), present)
        for j in range(jumps.mean.shape[1]):
            enter(exits, stream, w, j, spread(jumps.mean[w, j]), workspace.entered, after)
            total += read(workspace.entered, (j, 0))
        inside, left = spread(0.0), spread(0.0)
        for c in range(cells):
            here = read(after, (c, 0))
            write(people, (c, 0), here)
            if jumps.absorbing[c]:
                left += here
            else:
                inside += here
        write(workspace.census, (0, 0), total)
        write(workspace.census, (1, 0), inside)
        write(workspace.census, (2, 0), left)
        for q in range(workspace.tally.shape[0]):
            stock = spread(0.0)
            for k in range(jumps.tap_start[q], jumps.tap_start[q + 1]):
                if jumps.tap_kind[k] == STOCK:
                    stock += read(people, (jumps.tap_index[k], 0))
            write(workspace.tally, (q, 0), stock)
        write_down(record, w, lane, workspace.tally, workspace.census)
