"""Whole people: exact draws on the counts of cells.

People in one cell are alike, so drawing how many leave and by which exit is exact in distribution,
at a cost that grows with cells and events and hardly with people. Every draw is a pure function of
seed, draw, replicate, step and the event's name (`engines.rng`): the same for any number of threads
and any split of the replicates, and shared by two scenarios event by event.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safepassage.engines.counts.kernel import Record, Workspace, run_hazards
from safepassage.engines.counts.transitions import StreamKey, exits_of
from safepassage.engines.ensemble import Ensemble, events_of, rows_of
from safepassage.engines.expected.kernel import DONE, structure_of
from safepassage.engines.expected.solve import People
from safepassage.engines.jit.blocks import (
    aligned,
    batch_size_of,
    blocks_of,
    over_blocks,
    padded_tables,
    stranded,
)
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.engines.rng.philox import stream_key
from safepassage.network.arrays import Floats, Ints, Network, Tables
from safepassage.network.scaling import MOST_PEOPLE, people_at_least


def draw(
    network: Network,
    tables: Tables,
    *,
    seed: int = 1,
    replicates: int = 1,
    first: int = 0,
    draws: Sequence[int] | None = None,
    rows: Ints | None = None,
    keep_counts: bool = False,
    threads: int | None = None,
) -> Ensemble:
    """Draw replicates of a network.

    Args:
        network: The structure.
        tables: Its numbers; a trailing batch axis of length B holds posterior draws.
        seed: Seed of every random choice.
        replicates: Replicates of each draw.
        first: Number of the first replicate, for a part of a larger ensemble.
        draws: Numbers of the draws, which random numbers depend on; 0, 1, ... B - 1 unless given.
        rows: (T,) row of the result that each step belongs to, in increasing order; one row a
            step unless given. Flows add up in a row, stocks are those at its end.
        keep_counts: Whether to return every cell's count after every step.
        threads: At most so many threads; by default the machine's cores.

    Returns:
        The ensemble; R = B * replicates, all replicates of one draw next to each other.

    Raises:
        ValueError: Replicates are not positive, people would exceed 2**53, people reach a cell
            whose exits are all shut, the tables do not fit the network, or rows have a gap.
    """
    batch = batch_size_of(tables)
    full = padded_tables(network, tables, batch or 1)
    check_tables(network, full)
    numbers = list(range(batch or 1)) if draws is None else list(draws)
    if len(numbers) != (batch or 1):
        raise ValueError(f"{len(numbers)} numbers of draws for {batch or 1} draws")
    stream = streams(seed, numbers, replicates, first)
    draw_of = np.repeat(np.arange(len(numbers)), replicates)
    net, exits = structure_of(network), exits_of(network, events_of(network))
    record = blank_record(network, len(draw_of), rows, keep_counts)

    def block(start: int) -> None:
        lanes = np.minimum(np.arange(start, start + SIMD_WIDTH), len(draw_of) - 1)
        chosen = full if batch is None else _of_draws(full, draw_of[lanes])
        own = StreamKey(stream.key[lanes], stream.replicate[lanes])
        step, cell = run_hazards(net, exits, chosen, own, _workspace(network, full), start, record)
        if step != DONE:
            raise ValueError(stranded(network, step, cell))

    over_blocks(block, len(draw_of), threads)
    ensemble = ensemble_of(record, len(draw_of), keep_counts=keep_counts)
    people = ensemble.people
    if not people.entered.max(initial=0.0) <= MOST_PEOPLE:
        raise ValueError(_too_many(float(people.entered.max())))
    return ensemble


def ensemble_of(record: Record, lanes: int, *, keep_counts: bool) -> Ensemble:
    """The record as an ensemble: replicates last, without the lanes that only fill a block."""
    quantities, people, counts = (
        np.moveaxis(values[:lanes], 0, -1)
        for values in (record.quantities, record.people, record.counts)
    )
    return Ensemble(quantities, People(*people), counts if keep_counts else None)


def check_tables(network: Network, tables: Tables) -> None:
    """Raise ValueError for numbers that are negative or not finite, or for too many people."""
    for name, table in zip(Tables._fields, tables, strict=True):
        if not (np.isfinite(table).all() and (table >= 0.0).all()):
            raise ValueError(f"tables.{name} holds a number that is negative or not finite")
    people = people_at_least(network, tables)
    if people > MOST_PEOPLE:
        raise ValueError(_too_many(people))


def _too_many(people: float) -> str:
    return (
        f"{people:.3g} people are more than whole numbers in float64 can count (2**53, about "
        "9.0e15): give a smaller people scale"
    )


def streams(seed: int, draws: Sequence[int], replicates: int, first: int) -> StreamKey:
    """The stream of every lane: all replicates of one draw next to each other.

    Raises:
        ValueError: There is no replicate, or numbers lie outside 0 to 2**32 - 1.
    """
    if replicates < 1 or first < 0 or first + replicates > 2**32:
        raise ValueError(
            f"{replicates} replicates from number {first}: give at least one, numbered from 0 to "
            "2**32 - 1"
        )
    keys = np.array([stream_key(seed, int(draw)) for draw in draws], np.uint64)
    numbers = np.arange(first, first + replicates, dtype=np.uint64)
    return StreamKey(np.repeat(keys, replicates), np.tile(numbers, len(keys)))


def blank_record(network: Network, lanes: int, rows: Ints | None, keep_counts: bool) -> Record:
    """The arrays that a run fills, in whole blocks of lanes."""
    width = -(-lanes // SIMD_WIDTH) * SIMD_WIDTH
    row = rows_of(network, rows)
    length = int(row.max(initial=-1)) + 1
    times = network.steps + 1 if keep_counts else 0
    return Record(
        row=np.ascontiguousarray(row, np.int32),
        quantities=np.empty((width, len(network.quantity_name), length)),
        people=np.empty((width, 3, length)),
        counts=np.empty((width, times, len(network.cells))),
    )


def _workspace(network: Network, tables: Tables) -> Workspace:
    def rows(count: int) -> Floats:
        return aligned((count, SIMD_WIDTH), zero=True)

    cells, edges = len(network.cells), len(network.edge_target)
    feedbacks, series = len(network.feedback_kind), tables.series.shape[0]
    return Workspace(
        shares=rows(edges),
        flow=rows(edges),
        entered=rows(len(network.entry_target)),
        chance=rows(cells),
        people=rows(cells),
        after=rows(cells),
        load=rows(feedbacks),
        factor=rows(feedbacks),
        series=rows(series),
        tally=rows(len(network.quantity_name)),
        census=rows(3),
        changed=np.ones(series, np.bool_),
    )


def _of_draws(tables: Tables, draw: np.ndarray) -> Tables:
    """Tables of one block of lanes, given the draw of each."""
    return Tables(
        *(blocks_of(np.take(table, draw, axis=-1), table.ndim, SIMD_WIDTH) for table in tables)
    )
