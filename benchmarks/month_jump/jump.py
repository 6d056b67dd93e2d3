"""Whole people over many steps at one go, where nobody's presence changes another's chances.

Without feedbacks people are independent, and where a person is at a window's end, given where they
were at its beginning, is one draw from a product of step matrices. So a month of daily steps costs
one draw per cell instead of thirty, and is exact in distribution. What happened inside the window
is not told: flows are NaN, stocks and people are as at the window's end.

This is another *dynamics* of the draw kernel: it supplies exit tables by window.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from benchmarks.month_jump.kernel import Jumps, Workspace, run_jumps
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from safepassage.engines.counts.draw import blank_record, check_tables, ensemble_of, streams
from safepassage.engines.counts.transitions import Exits, StreamKey
from safepassage.engines.ensemble import Ensemble, events_of
from safepassage.engines.jit.blocks import aligned, batch_size_of, over_blocks, padded_tables
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.engines.rng.philox import event_hash
from safepassage.network.arrays import DELAY, HELD, INSTANT, STOCK, Floats, Ints, Network, Tables

_NEVER = 1e-300


class _Window(NamedTuple):
    """One component of the network over one window."""

    moves: Floats
    """(n, n) chance to be in a cell at the end, by the cell at the beginning."""
    entered: Floats
    """(I, n) mean number in each cell at the end who entered in the window."""


def draw_jumps(
    network: Network,
    tables: Tables,
    rows: Ints,
    *,
    seed: int = 1,
    replicates: int = 1,
    first: int = 0,
    threads: int | None = None,
) -> Ensemble:
    """Draw replicates window by window.

    Args:
        network: The structure, without feedbacks.
        tables: Its numbers, without lanes.
        rows: (T,) window that each step belongs to, in increasing order.
        seed: Seed of every random choice.
        replicates: Number of replicates.
        first: Number of the first replicate.
        threads: At most so many threads; by default the machine's cores.

    Returns:
        Stocks and people at each window's end; NaN for flows.

    Raises:
        ValueError: A feedback acts in the network, tables have lanes or do not fit, or people
            would exceed 2**53.
    """
    if (network.edge_feedback >= 0).any() or (network.entry_feedback >= 0).any():
        raise ValueError("a feedback acts on this network: draw it step by step instead")
    if batch_size_of(tables) is not None:
        raise ValueError("jumps are drawn for one draw at a time: give tables without lanes")
    check_tables(network, padded_tables(network, tables, 1))
    jumps, exits = _compile(network, tables, np.asarray(rows))
    stream = streams(seed, [0], replicates, first)
    record = blank_record(network, replicates, np.asarray(rows), keep_counts=False)

    def block(start: int) -> None:
        lanes = np.minimum(np.arange(start, start + SIMD_WIDTH), replicates - 1)
        own = StreamKey(stream.key[lanes], stream.replicate[lanes])
        workspace = Workspace(
            flow=aligned((len(exits.edge_target), SIMD_WIDTH), zero=True),
            entered=aligned((len(exits.entry_target), SIMD_WIDTH), zero=True),
            people=aligned((len(network.cells), SIMD_WIDTH), zero=True),
            after=aligned((len(network.cells), SIMD_WIDTH), zero=True),
            tally=aligned((len(network.quantity_name), SIMD_WIDTH), zero=True),
            census=aligned((3, SIMD_WIDTH), zero=True),
        )
        run_jumps(jumps, exits, own, workspace, start, record)

    over_blocks(block, replicates, threads)
    for q in range(len(network.quantity_name)):
        taps = network.tap_kind[network.tap_start[q] : network.tap_start[q + 1]]
        if (taps != STOCK).any():
            record.quantities[:, q] = np.nan
    return ensemble_of(record, replicates, keep_counts=False)


def _compile(network: Network, tables: Tables, rows: Ints) -> tuple[Jumps, Exits]:
    """Exit tables of every window, and the exits that they belong to."""
    cells, windows = len(network.cells), int(rows.max()) + 1
    moves = np.zeros((windows, cells, cells))
    entered = np.zeros((windows, len(network.entry_target), cells))
    for members in _components(network):
        for w in range(windows):
            steps = network.month_of_step[rows == w]
            part = _over(network, tables, members, steps)
            moves[w][np.ix_(members, members)] = part.moves
            entered[w][:, members] = part.entered
    diagonal = np.arange(cells)
    stay = moves[:, diagonal, diagonal].copy()
    moves[:, diagonal, diagonal] = 0.0
    source, target = np.nonzero(moves.max(axis=0) > _NEVER)
    usual = -moves.mean(axis=0)[source, target]  # likely exits first: the rest often draw nothing
    order = np.lexsort((usual, source))
    source, target = source[order], target[order]
    chance = moves[:, source, target]
    start = np.searchsorted(source, np.arange(cells + 1))
    entry, cell = np.nonzero(entered.max(axis=0) > _NEVER)
    name = network.cells
    events = events_of(network)
    named = list(zip(network.entry_name, network.entry_group, strict=True))
    exits = Exits(
        edge_start=start.astype(np.int32),
        edge_target=target.astype(np.int32),
        leave_event=events.leave,
        edge_event=np.array(
            [event_hash("jump", *name[a], *name[b]) for a, b in zip(source, target, strict=True)],
            np.uint64,
        ),
        entry_target=cell.astype(np.int32),
        entry_event=np.array(
            [event_hash("jump", *named[i], *name[c]) for i, c in zip(entry, cell, strict=True)],
            np.uint64,
        ),
        initial_event=events.initial,
    )
    return Jumps(
        initial=np.ascontiguousarray(tables.initial, np.float64),
        leave=np.clip(1.0 - stay, 0.0, 1.0),
        share=_shares(chance, start),
        mean=np.ascontiguousarray(entered[:, entry, cell]),
        tap_start=np.asarray(network.tap_start, np.int32),
        tap_kind=np.asarray(network.tap_kind, np.int32),
        tap_index=np.asarray(network.tap_index, np.int32),
        absorbing=np.asarray(network.absorbing, np.bool_),
    ), exits


def _components(network: Network) -> list[np.ndarray]:
    """Cells that lead to one another in any direction: groups never mix, so these are small."""
    ones = np.ones(len(network.edge_target))
    graph = coo_array(
        (ones, (network.edge_source, network.edge_target)),
        shape=(len(network.cells), len(network.cells)),
    )
    count, label = connected_components(graph, directed=False)
    return [np.flatnonzero(label == k) for k in range(count)]


def _over(network: Network, tables: Tables, members: np.ndarray, months: np.ndarray) -> _Window:
    """Moves and entries of some cells over steps that lie in the given months."""
    place = {int(c): i for i, c in enumerate(members)}
    moves = np.eye(len(members))
    entered = np.zeros((len(network.entry_target), len(members)))
    for month in dict.fromkeys(months.tolist()):
        step = _step(network, tables, members, place, int(month))
        arrive = np.zeros_like(entered)
        for i, target in enumerate(network.entry_target):
            if int(target) in place:
                arrive[i, place[int(target)]] = tables.entries[i, month] * network.step_years
        arrive = _through_branches(network, tables, arrive, place, int(month))
        for _ in range(int((months == month).sum())):
            entered = entered @ step + arrive
            moves = moves @ step
    return _Window(moves, entered)


def _step(
    network: Network, tables: Tables, members: np.ndarray, place: dict[int, int], month: int
) -> Floats:
    """(n, n) chances of one step."""
    step = np.zeros((len(members), len(members)))
    for c, i in place.items():
        exits = slice(network.edge_start[c], network.edge_start[c + 1])
        rate = tables.scale[exits] * tables.series[network.edge_series[exits], month]
        total = rate.sum()
        if network.kind[c] == INSTANT or (network.kind[c] == HELD and total == 0.0):
            step[i, i] = 1.0  # people in a branch at the start pass it below
            continue
        if network.kind[c] == DELAY and total == 0.0:
            raise ValueError(
                f"people cannot pass '{network.cells[c].state}': its odds are all zero"
            )
        leaving = -np.expm1(-total * network.step_years) if network.kind[c] == HELD else 1.0
        step[i, i] += 1.0 - leaving
        for e, r in zip(range(exits.start, exits.stop), rate, strict=True):
            step[i, place[int(network.edge_target[e])]] += leaving * r / total
    return _through_branches(network, tables, step, place, month)


def _through_branches(
    network: Network, tables: Tables, step: Floats, place: dict[int, int], month: int
) -> Floats:
    """Send what has come to branches (columns) on to where they lead."""
    for c in network.instant_order:
        if int(c) not in place:
            continue
        present = step[:, place[int(c)]].copy()
        step[:, place[int(c)]] = 0.0
        exits = range(int(network.edge_start[c]), int(network.edge_start[c + 1]))
        rate = [tables.scale[e] * tables.series[network.edge_series[e], month] for e in exits]
        if sum(rate) == 0.0:
            if present.any():
                raise ValueError(_shut(network, int(c)))
            continue
        for e, r in zip(exits, rate, strict=True):
            step[:, place[int(network.edge_target[e])]] += present * (r / sum(rate))
    return step


def _shares(chance: Floats, start: np.ndarray) -> Floats:
    """(W, E) share of each exit among its cell's exits from it on."""
    share = np.zeros_like(chance)
    for c in range(len(start) - 1):
        rest = np.zeros(len(chance))
        for e in range(int(start[c + 1]) - 1, int(start[c]) - 1, -1):
            rest = rest + chance[:, e]
            share[:, e] = np.divide(chance[:, e], rest, out=np.zeros_like(rest), where=rest > 0)
    return share


def _shut(network: Network, cell: int) -> str:
    return f"people cannot pass '{network.cells[cell].state}': its odds are all zero"
