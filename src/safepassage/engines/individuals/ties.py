"""What a move means for a person: money, attempts, relatives, sponsors, a row of history."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.individuals.records import MOVE, PAYMENT, REPAYMENT, Room, Ties
from safepassage.engines.individuals.rng import MEMBER, RELATIVES, mix
from safepassage.engines.jit.compile import inline
from safepassage.engines.rng.philox import word
from safepassage.engines.rng.quantiles import poisson
from safepassage.network.persons import OWED, RELATIVE, SELF

ROWS_PER_MOVE = 5
"""At most: the move with its cost, what others pay, what is owed, what is paid back."""


@inline
def member_stream(stream: Any, place: Any) -> Any:
    """The random stream of a member of a party, by their place in it."""
    return mix(np.uint64(stream) ^ (np.uint64(MEMBER) * np.uint64(place + 1)))


@inline
def write(
    room: Room, at: Any, person: Any, step: Any, event: Any, cell: Any, cost: Any, payer: Any,
    kind: Any,
) -> None:  # fmt: skip
    """Add a row of history, if rows are stored."""
    if room.row.shape[0] > 0:
        row = room.row[at[0]]
        row.person, row.party, row.step = person, room.story[person].party, step
        row.event, row.cell, row.cost, row.payer, row.kind = event, cell, cost, payer, kind
        at[0] += 1


@inline
def bear(
    ties: Ties, room: Room, at: Any, key: Any, replicate: Any, stream: Any, month: Any,
    person: Any, step: Any, event: Any, cell: Any, recorded: bool,
) -> None:  # fmt: skip
    """Let a person bear what an event costs, and write it down.

    Args:
        ties: Prices and punishments.
        room: Where stories and rows are stored.
        at: (1,) how many rows there are.
        key: Of the replicate's random streams.
        replicate: Of the same.
        stream: Of those who move together.
        month: Row of the tables.
        person: Who.
        step: When.
        event: Edge, or E + entry.
        cell: Where it leads.
        recorded: Whether the move is written; an advance within a state is not.
    """
    story = room.story[person]
    story.cell = cell
    k = story.tie + 1 if story.sponsor >= 0 else 0
    own = ties.cost[k, SELF, month, event]
    others = ties.cost[k, RELATIVE, month, event]
    owed = ties.cost[k, OWED, month, event]
    if recorded:
        write(room, at, person, step, event, cell, own, SELF, MOVE)
    if own > 0.0:
        story.paid += own
    if others > 0.0:
        room.story[story.sponsor].paid_for_others += others
        write(room, at, person, step, event, cell, others, RELATIVE, PAYMENT)
    if owed > 0.0:
        story.owed += owed
        write(room, at, person, step, event, cell, owed, OWED, PAYMENT)
    if ties.attempt[event]:
        story.attempts += 1
    punished = ties.relatives[month, event]
    if punished > 0.0:
        own_stream = mix(member_stream(stream, story.place) ^ np.uint64(RELATIVES))
        bits = word(key, own_stream, replicate, np.uint64(story.attempts))
        story.relatives += np.uint16(poisson(punished, bits))
    if ties.safe[cell]:
        if np.isnan(story.owed_at_arrival):
            story.owed_at_arrival = story.owed
        if story.owed > 0.0:
            story.paid += story.owed
            write(room, at, person, step, event, cell, story.owed, SELF, REPAYMENT)
            story.owed = 0.0


@inline
def join_pools(ties: Ties, room: Room, person: Any, cell: Any) -> None:
    """Add a person to the pools of a cell."""
    for k in range(ties.pool_of_cell.shape[0]):
        pool = ties.pool_of_cell[k, cell]
        if pool >= 0:
            last = room.pool_size[pool]
            room.pool[pool, last] = person
            room.position[k, person] = last
            room.pool_size[pool] = last + 1


@inline
def leave_pools(ties: Ties, room: Room, person: Any, cell: Any) -> None:
    """Take a person out of the pools of a cell."""
    for k in range(ties.pool_of_cell.shape[0]):
        pool = ties.pool_of_cell[k, cell]
        if pool >= 0:
            last = room.pool_size[pool] - 1
            mover, place = room.pool[pool, last], room.position[k, person]
            room.pool[pool, place] = mover
            room.position[k, mover] = place
            room.pool_size[pool] = last
