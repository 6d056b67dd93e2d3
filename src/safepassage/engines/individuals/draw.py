"""One record per person, moved by events: people in parties, with sponsors, money and histories.

Two kernels, the same random streams. Where nobody's moves affect another's (no feedback, no
`Persons`), whole lives are run one after another and nothing of anyone is stored (`event_driven`).
Elsewhere people wait in a calendar for their next chance to leave (`kernel`). Where both apply
they give the same people the same lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.ensemble import Ensemble, Events, events_of, rows_of
from safepassage.engines.expected.kernel import Structure, structure_of
from safepassage.engines.expected.solve import People
from safepassage.engines.individuals import kernel
from safepassage.engines.individuals.event_driven import DONE, cohorts_of, live, new_lives
from safepassage.engines.individuals.measure import Summary, measure, new_summary, summarise
from safepassage.engines.individuals.records import (
    MOST_PERSONS,
    grown,
    new_group,
    new_room,
    ties_of,
)
from safepassage.engines.individuals.sojourns import Clocks, clocks_of
from safepassage.engines.individuals.ties import ROWS_PER_MOVE
from safepassage.engines.jit.blocks import PLAIN, batch_size_of
from safepassage.engines.jit.compile import read_only
from safepassage.engines.jit.threads import thread_limit
from safepassage.engines.rng.philox import stream_key, word
from safepassage.network.arrays import INSTANT, Floats, Ints, Network, Tables
from safepassage.network.persons import Persons

_ROWS = 1 << 18
"""Rows of history buffered before they are written: 8 MB a thread."""
_SPARE = 1024
"""Records at first beyond those of the start; more are added as they are needed."""
_ULP = 2.0**-64


class HistoryRows(Protocol):
    """What receives rows of history as they come (`store.histories.HistoryWriter`)."""

    def begin(self, replicate: int) -> None:
        """Before the first rows of a replicate."""
        ...

    def write(self, replicate: int, rows: NDArray[np.void]) -> None:
        """Rows of one replicate in the order of their steps; the array is used again after."""
        ...


class Individuals(NamedTuple):
    """What `run` returns."""

    ensemble: Ensemble
    summary: Summary | None
    """How people fare, where `persons` was given."""


def run(
    network: Network,
    tables: Tables,
    *,
    seed: int = 1,
    draw: int = 0,
    replicates: int = 1,
    first: int = 0,
    persons: Persons | None = None,
    rows: Ints | None = None,
    keep_counts: bool = False,
    histories: HistoryRows | None = None,
    threads: int | None = None,
) -> Individuals:
    """Move every person of a network, one by one.

    Args:
        network: The structure.
        tables: Its numbers, of one draw.
        seed: Seed of every random choice.
        draw: Number of the posterior draw, which has random streams of its own.
        replicates: How often.
        first: Number of the first replicate: any split of replicates gives the same numbers.
        persons: Parties, sponsors, money; without, everyone is alone.
        rows: (T,) row of the result that each step belongs to, in increasing order; one row a
            step unless given. Flows add up in a row, stocks are those at its end.
        keep_counts: Whether to return counts by cell.
        histories: Takes a row for every move; needs `persons`.
        threads: At most so many; by default one for each core.

    Raises:
        ValueError: Replicates not positive, tables that do not fit the network or are no numbers,
            more people than records can number, or people who reach a cell that they cannot pass.
    """
    _check(network, tables, replicates, first, persons, histories)
    work = _Work(network, tables, seed, draw, persons, histories)
    steps, cells = network.steps, len(network.cells)
    row_of = read_only(rows_of(network, rows).astype(np.int64))
    height = int(row_of.max(initial=-1)) + 1
    quantities = np.empty((len(network.quantity_name), height, replicates))
    people = np.empty((3, height, replicates))
    counts = np.empty((steps + 1 if keep_counts else 0, cells, replicates))
    summary = new_summary(replicates) if persons is not None else None

    def one(r: int) -> None:
        replicate = work.replicate(first + r)
        out = np.empty(quantities.shape[:2]), np.empty(people.shape[:2]), np.empty(counts.shape[:2])
        measure(
            work.net,
            work.absorbing,
            replicate.start,
            replicate.flow,
            replicate.entered,
            row_of,
            *out,
        )
        quantities[..., r], people[..., r], counts[..., r] = out
        if persons is not None and summary is not None:
            summarise(replicate.story, persons, summary, r)

    workers = thread_limit(replicates, threads)
    if workers == 1:
        for r in range(replicates):
            one(r)
    else:
        with ThreadPoolExecutor(workers, thread_name_prefix="safepassage-individuals") as pool:
            for _ in pool.map(one, range(replicates)):
                pass
    ensemble = Ensemble(quantities, People(*people), counts if keep_counts else None)
    return Individuals(ensemble, summary)


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
    """Replicates of posterior draws of people without ties, as `counts.draw` gives them.

    Args:
        network: The structure.
        tables: Its numbers; a trailing batch axis of length B holds posterior draws.
        seed: Seed of every random choice.
        replicates: Of each draw.
        first: Number of the first replicate.
        draws: Numbers of the draws; 0, 1, ... B - 1 unless given.
        rows: As in `run`.
        keep_counts: As in `run`.
        threads: At most so many; by default one for each core.

    Returns:
        The ensemble; R = B * replicates, all replicates of one draw next to each other.

    Raises:
        ValueError: As in `run`, or the draws' numbers do not fit their tables.
    """
    batch = batch_size_of(tables) or 1
    numbers = list(range(batch)) if draws is None else list(draws)
    if len(numbers) != batch:
        raise ValueError(f"{len(numbers)} numbers of draws for {batch} draws")
    workers = thread_limit(batch, threads)
    apart = replicates < workers  # few replicates of many draws: a thread for each draw

    def one(b: int) -> Ensemble:
        own = Tables(
            *(t[..., b] if np.ndim(t) > n else t for t, n in zip(tables, PLAIN, strict=True))
        )
        return run(
            network, own, seed=seed, draw=numbers[b], replicates=replicates, first=first,
            rows=rows, keep_counts=keep_counts, threads=1 if apart else threads,
        ).ensemble  # fmt: skip

    with ThreadPoolExecutor(workers if apart else 1) as pool:
        parts = list(pool.map(one, range(batch)))
    quantities = np.concatenate([part.quantities for part in parts], axis=-1)
    people = (
        np.concatenate(each, axis=-1) for each in zip(*(p.people for p in parts), strict=True)
    )
    counts = [part.counts for part in parts if part.counts is not None]
    return Ensemble(
        quantities, People(*people), np.concatenate(counts, axis=-1) if counts else None
    )


class _Replicate(NamedTuple):
    """One replicate: persons at the start, moved, entered, and their stories."""

    start: Floats
    flow: NDArray[np.int32]
    entered: NDArray[np.int64]
    story: NDArray[np.void]


class _Work:
    """What all replicates of a run share."""

    def __init__(
        self, network: Network, tables: Tables, seed: int, draw: int, persons: Persons | None,
        histories: HistoryRows | None,
    ) -> None:  # fmt: skip
        self.network, self.persons, self.histories = network, persons, histories
        self.net: Structure = structure_of(network)
        self.tables = Tables(*(read_only(np.ascontiguousarray(a, np.float64)) for a in tables))
        self.clocks: Clocks = clocks_of(network, self.net, self.tables)
        events = events_of(network)
        self.events = Events(*map(read_only, events))
        self.key = np.uint64(stream_key(seed, draw))
        self.absorbing = read_only(network.absorbing)
        self.ties = ties_of(persons, len(network.entry_name), len(network.cells))
        states = np.unique([cell.state + "\x1f" + cell.group for cell in network.cells],
                           return_inverse=True)[1].reshape(-1)  # fmt: skip
        self.within = read_only(states[network.edge_source] == states[network.edge_target])
        fed = (network.edge_feedback >= 0).any() or (network.entry_feedback >= 0).any()
        self.free = not fed and persons is None

    def replicate(self, replicate: int) -> _Replicate:
        """Run one replicate."""
        network = self.network
        start = self._start(replicate)
        flow = np.zeros((network.steps, len(network.edge_name)), np.int32)
        entered = np.zeros((network.steps, len(network.entry_name)), np.int64)
        if self.free:
            story = self._lives(replicate, start, flow, entered)
        else:
            story = self._calendar(replicate, start, flow, entered)
        return _Replicate(start.astype(np.float64), flow, entered, story)

    def _start(self, replicate: int) -> NDArray[np.int64]:
        """(N,) persons at the start: a broken number is rounded at random."""
        initial = np.asarray(self.tables.initial)
        start = np.floor(initial)
        for c in np.flatnonzero(initial > start):
            bits = word.py_func(  # a handful of cells: not worth a kernel
                *(int(n) for n in (self.key, self.events.initial[c], replicate, 0))
            )
            start[c] += (int(bits) + 0.5) * _ULP < initial[c] - start[c]
        return start.astype(np.int64)

    def _lives(
        self, replicate: int, start: NDArray[np.int64], flow: Any, entered: Any
    ) -> NDArray[np.void]:
        stream, size, cell, step = cohorts_of(
            self.net, self.tables, self.clocks, self.key, np.uint64(replicate), self.events.entry,
            self.events.initial, start, entered,
        )  # fmt: skip
        _refuse_crowd(float(size.sum()))
        lost, where = live(
            self.net,
            self.clocks,
            self.key,
            np.uint64(replicate),
            stream,
            size,
            cell,
            step,
            new_lives(),
            flow,
        )
        if lost != DONE:
            raise ValueError(_stranded(self.network, lost, where))
        return np.empty(0, np.void)

    def _calendar(
        self, replicate: int, start: NDArray[np.int64], flow: Any, entered: Any
    ) -> NDArray[np.void]:
        network, persons, histories = self.network, self.persons, self.histories
        if histories is not None:
            histories.begin(replicate)
        feedbacks, cells = len(network.feedback_kind), len(network.cells)
        widest = persons.party_size.shape[1] if persons is not None else 1
        rows = ROWS_PER_MOVE * (_depth(network) + 1) * max(widest, 1)
        buffered = max(_ROWS, 2 * kernel.TOGETHER * rows) if histories is not None else 0
        pools = persons.pools if persons is not None else 0
        room = new_room(int(start.sum()) + _SPARE, network.steps, persons, buffered)
        group = new_group()
        state, at = np.zeros(8, np.int64), np.zeros(1, np.int64)
        state[kernel.FREE] = kernel.NONE
        arrays = (
            np.zeros(cells, np.int64), np.zeros(feedbacks), np.zeros((1, len(network.edge_name))),
            np.ones(cells), np.zeros(len(network.entry_name), np.int64), np.zeros(pools, np.int64),
        )  # fmt: skip
        while True:
            why = kernel.advance(
                self.net, self.tables, self.clocks, self.ties, self.key, np.uint64(replicate),
                self.events.entry, self.events.initial, start, self.within, state, at, rows, room,
                group, *arrays, flow, entered,
            )  # fmt: skip
            if why == kernel.CROWD:
                _refuse_crowd(float(state[kernel.NEEDED]))
            if why == kernel.LOST:
                step, cell = int(state[kernel.STEP]), int(state[kernel.CELL])
                raise ValueError(_stranded(network, step, cell))
            if histories is not None and at[0] and why in (kernel.FULL, kernel.DONE):
                histories.write(replicate, room.row[: at[0]])
                at[0] = 0
            if why == kernel.GROW:
                places = int(room.pool_size.max(initial=0)) + kernel.PLACES_AHEAD
                room = grown(room, int(state[kernel.NEEDED]) + 64, places if pools else 0)
            if why == kernel.DONE:
                return room.story[: state[kernel.USED]]


def _check(
    network: Network, tables: Tables, replicates: int, first: int, persons: Persons | None,
    histories: HistoryRows | None,
) -> None:  # fmt: skip
    if replicates < 1 or first < 0:
        raise ValueError(
            f"replicates is {replicates} and the first {first}: give at least one replicate, "
            "numbered from 0"
        )
    if histories is not None and persons is None:
        raise ValueError("histories name parties and costs: give `persons` too (`persons_of`)")
    months = int(network.month_of_step.max(initial=-1)) + 1
    edges, entries = len(network.edge_target), len(network.entry_target)
    needed = Tables(
        scale=(edges,),
        series=(int(network.edge_series.max(initial=-1)) + 1, months),
        entries=(entries, months),
        initial=(len(network.cells),),
        capacity=(len(network.feedback_kind), months),
    )
    for name, table, shape in zip(Tables._fields, tables, needed, strict=True):
        have = np.shape(table)
        if len(have) != len(shape) or any(h < n for h, n in zip(have, shape, strict=True)):
            raise ValueError(f"tables.{name} has shape {have}, needs {shape}: give one draw's")
        if not (np.isfinite(table).all() and (np.asarray(table) >= 0).all()):
            raise ValueError(f"tables.{name} holds numbers below zero or not finite")
    _refuse_crowd(float(np.sum(tables.initial)))


def _refuse_crowd(people: float) -> None:
    if people > MOST_PERSONS:
        raise ValueError(
            f"{people:.4g} people in one replicate: this engine numbers at most "
            f"{MOST_PERSONS:,}; take a smaller scale, or the counts engine"
        )


def _depth(network: Network) -> int:
    """Most INSTANT cells that one person passes in one step."""
    depth = np.zeros(len(network.cells), int)
    for c in reversed(network.instant_order):
        targets = network.edge_target[network.edge_start[c] : network.edge_start[c + 1]]
        inner = [depth[n] for n in targets if network.kind[n] == INSTANT]
        depth[c] = 1 + max(inner, default=0)
    return int(depth.max(initial=0))


def _stranded(network: Network, step: int, cell: int) -> str:
    state, group, _ = network.cells[cell]
    return (
        f"in step {step} people of group '{group}' reach '{state}', whose odds are all zero: "
        "give one of its outcomes odds above zero, or let nobody go there"
    )


__all__ = ["HistoryRows", "Individuals", "Summary", "draw", "run"]
