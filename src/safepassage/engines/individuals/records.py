"""What is stored of a person while others' moves affect theirs, and how much memory it takes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.individuals.calendar import NONE, Calendar, blocks_for
from safepassage.engines.individuals.calendar import new_calendar as new_calendar
from safepassage.engines.jit.compile import read_only
from safepassage.network.persons import Persons

PERSON = np.dtype([("stream", "u8"), ("number", "u4"), ("cell", "i4")], align=True)
"""Stream, how many of its numbers are used up, and where the person is (or the next free
record)."""
STORY = np.dtype(
    [
        ("paid", "f4"),
        ("paid_for_others", "f4"),
        ("owed", "f4"),
        ("owed_at_arrival", "f4"),
        ("party", "i4"),
        ("sponsor", "i4"),
        ("law", "i2"),
        ("tie", "i2"),
        ("size", "i2"),
        ("place", "i2"),
        ("attempts", "u2"),
        ("relatives", "u2"),
        ("cell", "i4"),
    ],
    align=True,
)
"""Stored where persons are followed: money in USD, the party's first member, the sponsor (or -1),
the laws of both (or -1), how many move with this record (0: with the party's first member), place
in the party, attempts, relatives punished, where they are."""
ROW = np.dtype(
    [
        ("person", "i4"),
        ("party", "i4"),
        ("step", "i4"),
        ("event", "i4"),
        ("cost", "f4"),
        ("payer", "i1"),
        ("kind", "i1"),
        ("cell", "i4"),
    ],
    align=True,
)
"""A row of a history: event is an edge, E + an entry or E + I + the cell of a start."""
MOVE, PAYMENT, REPAYMENT = 0, 1, 2
MOST_PERSONS = 2**31 - 1024
"""Records are numbered by int32."""


TOGETHER = 256
"""People who are taken from the calendar together: their records come from memory at once instead
of one after another, and their random numbers are drawn eight at once."""


class Group(NamedTuple):
    """(TOGETHER,) arrays of people who are taken from the calendar together. Written."""

    due: Any
    stream: Any
    number: Any
    stay: Any
    chance: Any


def new_group() -> Group:
    """Room for them."""
    size = TOGETHER
    return Group(
        np.empty(size, np.int32), np.empty(size, np.uint64), np.empty(size, np.uint64),
        np.empty(size), np.empty(size),
    )  # fmt: skip


class Ties(NamedTuple):
    """The arrays of `Persons` that the kernel reads, and whether there are any."""

    followed: bool
    """Whether people have stories."""
    party_of_entry: Any
    party_size: Any
    party_mean: Any
    party_apart: Any
    tie_of_entry: Any
    pool_of_entry: Any
    pool_of_cell: Any
    cost: Any
    attempt: Any
    relatives: Any
    safe: Any


class Room(NamedTuple):
    """One replicate's memory. Arrays are written."""

    person: Any
    """(capacity,) PERSON"""
    story: Any
    """(capacity or 0,) STORY"""
    calendar: Calendar
    pool: Any
    """(pools, places) int32 people who may be drawn as sponsors."""
    pool_size: Any
    """(pools,) int64"""
    position: Any
    """(ties, capacity) int32 where in its pool a person is."""
    row: Any
    """(rows,) ROW histories not yet written."""


def ties_of(persons: Persons | None, entries: int, cells: int) -> Ties:
    """The arrays of persons, or empty ones of the same types."""
    if persons is None:
        alone = np.full(entries, NONE, np.int32)
        return Ties(
            False, *map(read_only, (
                alone, np.ones((0, 1)), np.ones(0), np.zeros((0, cells), np.bool_), alone, alone,
                np.zeros((0, cells), np.int32), np.zeros((1, 3, 0, 0)), np.zeros(0, np.bool_),
                np.zeros((0, 0)), np.zeros(cells, np.bool_),
            )),
        )  # fmt: skip
    return Ties(
        True, *map(read_only, (
            persons.party_of_entry, persons.party_size, persons.party_mean, persons.party_apart,
            persons.tie_of_entry, persons.pool_of_entry, persons.pool_of_cell, persons.cost,
            persons.attempt, persons.relatives, persons.outcome == SAFE,
        )),
    )  # fmt: skip


SAFE = 3
"""Index of `safe` in `network.persons.OUTCOMES`."""


def new_room(capacity: int, steps: int, persons: Persons | None, rows: int) -> Room:
    """Memory for so many people at first."""
    pools = persons.pools if persons is not None else 0
    ties = len(persons.tie_name) if persons is not None else 0
    return Room(
        person=np.empty(capacity, PERSON),
        story=np.empty(capacity if persons is not None else 0, STORY),
        calendar=new_calendar(capacity, steps),
        pool=np.empty((pools, 64 if pools else 0), np.int32),
        pool_size=np.zeros(pools, np.int64),
        position=np.empty((ties, capacity), np.int32),
        row=np.empty(rows, ROW),
    )


def grown(room: Room, needed: int, needed_places: int) -> Room:
    """The same room with space for at least so many people, and places in each pool."""
    capacity = len(room.person)
    if needed > MOST_PERSONS:
        raise ValueError(
            f"{needed:,} people at once do not fit {MOST_PERSONS:,} records: take a smaller scale, "
            "or the counts engine"
        )
    if needed > capacity:
        capacity = min(max(needed, capacity + capacity // 2), MOST_PERSONS)
    places = room.pool.shape[1]
    if needed_places > places:
        places = max(needed_places, 2 * places)
    calendar = room.calendar
    blocks = blocks_for(capacity, len(calendar.first))
    return room._replace(
        person=_longer(room.person, capacity),
        story=_longer(room.story, capacity if len(room.story) else 0),
        calendar=calendar._replace(block=_longer(calendar.block, blocks)),
        pool=_wider(room.pool, places),
        position=_wider(room.position, capacity),
    )


def _longer(array: NDArray[np.void] | NDArray[np.int32], length: int) -> NDArray[np.void]:
    """The array with more rows; the system moves its pages instead of copying them."""
    if length > len(array):
        array.resize((length, *array.shape[1:]), refcheck=False)
    return array  # pyright: ignore[reportReturnType]


def _wider(array: NDArray[np.int32], width: int) -> NDArray[np.int32]:
    if width <= array.shape[1]:
        return array
    wider = np.empty((array.shape[0], width), np.int32)
    wider[:, : array.shape[1]] = array
    return wider
