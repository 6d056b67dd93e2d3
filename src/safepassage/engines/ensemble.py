"""What the stochastic engines return, and the names under which they draw."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.expected.solve import People
from safepassage.engines.rng.philox import event_hash
from safepassage.network.arrays import Floats, Ints, Network

Words = NDArray[np.uint64]


class Ensemble(NamedTuple):
    """Replicates of one network. All numbers are whole persons, stored as float64."""

    quantities: Floats
    """(Q, T, R) stocks at the end of a step, persons moved in it for flows."""
    people: People
    """(T, R) who has entered, is inside, has left by the end of each step."""
    counts: Floats | None
    """(T + 1, N, R) persons in each cell at the start of each step and at the end, if requested."""


class Events(NamedTuple):
    """Stable hashes of every random event in a network, by name."""

    leave: Words
    """(N,) how many leave a cell."""
    edge: Words
    """(E,) how many of them take an exit."""
    entry: Words
    """(I,) how many enter."""
    initial: Words
    """(N,) which way a broken number of persons at the start is rounded."""


def events_of(network: Network) -> Events:
    """The hashes of a network's cells, exits and entries.

    Raises:
        ValueError: Two of them share a name, so that they would share their random numbers.
    """
    cells, sources = network.cells, network.edge_source
    exits = zip(network.edge_name, sources, strict=True)
    entries = zip(network.entry_name, network.entry_group, network.entry_target, strict=True)
    return Events(
        leave=_distinct([("leave", *cell) for cell in cells]),
        edge=_distinct([("exit", *cells[c], name) for name, c in exits]),
        entry=_distinct([("entry", name, group, *cells[c]) for name, group, c in entries]),
        initial=_distinct([("initial", *cell) for cell in cells]),
    )


def rows_of(network: Network, rows: Ints | None) -> Ints:
    """(T,) the row that each step belongs to; one row a step unless given.

    Raises:
        ValueError: They do not go 0, 1, 2, ... in order without a gap, one for each step.
    """
    row = np.asarray(np.arange(network.steps) if rows is None else rows, np.int32)
    if row.shape != (network.steps,) or (
        len(row) and (row[0] != 0 or not np.isin(np.diff(row), (0, 1)).all())
    ):
        raise ValueError(
            f"rows has shape {row.shape}: give each of {network.steps} steps a row, from 0 on and "
            "without a gap"
        )
    return row


def _distinct(names: list[tuple[Any, ...]]) -> Words:
    hashes = [event_hash(*name) for name in names]
    name_of: dict[int, tuple[Any, ...]] = {}
    for name, number in zip(names, hashes, strict=True):
        if name_of.setdefault(number, name) is not name:
            raise ValueError(
                f"{'/'.join(map(str, name))} would share random numbers with "
                f"{'/'.join(map(str, name_of[number]))}: give each a name of its own"
            )
    return np.array(hashes, np.uint64)
