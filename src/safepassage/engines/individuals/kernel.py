"""Everybody step by step in the order of the calendar: for networks with feedbacks or ties.

A step costs what happens in it, not who is there. At its start the counts are frozen: factors,
exits on which a feedback acts, the number of entrants and who may be drawn as a sponsor follow from
them. Then people come, then those who are due leave.

Where a feedback acts on a hazard, people are due at its bound and stay after all with chance
1 - p / bound (thinning), so that they leave with the step's true chance p.

The kernel can be left and entered again between two people: when records run out (GROW) or rows of
history have to be written (FULL).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.expected.kernel import Structure
from safepassage.engines.individuals.calendar import NONE, enter, take
from safepassage.engines.individuals.records import TOGETHER, Group, Room, Ties
from safepassage.engines.individuals.rng import (
    BIRTHS,
    cohort_stream,
    exponential,
    mix,
    pair,
    person_stream,
    share_of,
)
from safepassage.engines.individuals.sojourns import STRANDED, Clocks, exit_of, leave_step
from safepassage.engines.individuals.step_start import MOST, entrants, open_step
from safepassage.engines.individuals.ties import bear, join_pools, leave_pools, member_stream, write
from safepassage.engines.jit.compile import borrowing_kernel, inline
from safepassage.network.arrays import Tables

DONE, GROW, FULL, LOST, CROWD = 0, 1, 2, 3, 4
"""Why the kernel came back: all steps done; records or rows ran out; people are stranded; more
people than records can number."""
STEP, STAGE, COHORT, INDEX, USED, FREE, NEEDED, CELL = range(8)
"""Fields of the kernel's state: where it was, records used, the chain of free records, how many
records are needed, the cell where people are stranded."""
STARTING, OPENING, COMING, LEAVING = range(4)
PLACES_AHEAD = 50 * (TOGETHER + 1)
"""People who may come into a pool before it is looked at again: so many of the largest parties."""
PARTED = -2
"""In place of a step: the members of a party continue alone."""


@inline
def _give_back(state: Any, room: Room, person: Any) -> None:
    """Chain the record of someone who moves no more to the free ones."""
    room.person[person].cell = state[FREE]
    state[FREE] = person


@inline
def _schedule(clocks: Clocks, room: Room, person: Any, cell: Any, first: Any, stay: Any) -> Any:
    """Put a person down for the end of a stay; return its step as `leave_step` does."""
    step = leave_step(clocks, cell, first, stay)
    if 0 <= step < clocks.steps:
        enter(room.calendar, step, person)
    return step


@inline
def _take_record(state: Any, room: Room, size: Any) -> Any:
    """Records for a party, side by side; one may be a record given back."""
    person = state[FREE]
    if size == 1 and person != NONE:
        state[FREE] = room.person[person].cell
    else:
        person = state[USED]
        state[USED] += size
    return person


@inline
def _begin_stories(
    ties: Ties, room: Room, person: Any, size: Any, cell: Any, law: Any, tie: Any, sponsor: Any
) -> None:
    """Begin the stories of a party."""
    for place in range(size):
        story = room.story[person + place]
        story.paid, story.paid_for_others, story.owed = 0.0, 0.0, 0.0
        story.owed_at_arrival = np.nan
        story.party, story.sponsor, story.law, story.tie = person, sponsor, law, tie
        story.size = size if place == 0 else 0
        story.place, story.attempts, story.relatives, story.cell = place, 0, 0, cell
        join_pools(ties, room, person + place, cell)


@inline
def _part(
    clocks: Clocks, room: Room, key: Any, replicate: Any, person: Any, size: Any, cell: Any,
    first: Any,
) -> bool:  # fmt: skip
    """Let the members of a party continue alone, each with a stream of their own."""
    stream, passed = room.person[person].stream, True
    for place in range(size):
        member = person + place
        record = room.person[member]
        record.stream, record.number, record.cell = member_stream(stream, place), 1, cell
        room.story[member].size, room.story[member].place = 1, 0
        bits, _ = pair(key, record.stream, np.uint64(0), replicate)
        passed &= _schedule(clocks, room, member, cell, first, exponential(bits)) != STRANDED
    return passed


@inline
def _crowded(state: Any, room: Room, size: Any) -> bool:
    """Whether records or places in a pool run out before `size` people more (and a block's)."""
    crowded = state[USED] + size > room.person.shape[0] and (size != 1 or state[FREE] == NONE)
    state[NEEDED] = max(state[NEEDED], state[USED] + size)
    for pool in range(room.pool_size.shape[0]):
        crowded = crowded or room.pool_size[pool] + PLACES_AHEAD > room.pool.shape[1]
    return crowded


@borrowing_kernel
def advance(
    net: Structure,
    tables: Tables,
    clocks: Clocks,
    ties: Ties,
    key: Any,
    replicate: Any,
    entry_event: Any,
    initial_event: Any,
    initial: Any,
    within: Any,
    state: Any,
    at: Any,
    rows_per_unit: Any,
    room: Room,
    group: Group,
    present: Any,
    factor: Any,
    share: Any,
    accept: Any,
    units: Any,
    pool_then: Any,
    flow: Any,
    entered: Any,
) -> Any:
    """Continue until all steps are done or room is needed; return why (DONE, GROW, FULL, ...).

    Args:
        net: The network's structure.
        tables: One draw's tables.
        clocks: Its clocks.
        ties: What ties its people, if anything.
        key: uint64 of seed and draw.
        replicate: uint64.
        entry_event: (I,) uint64 hashes of the entries.
        initial_event: (N,) uint64 hashes of the starts.
        initial: (N,) int64 persons at the start.
        within: (E,) whether an edge stays within its state.
        state: (8,) int64, preserved between calls.
        at: (1,) int64 rows of history stored.
        rows_per_unit: Rows that those who move together may take in one step at most.
        room: Memory.
        group: Room for those who are taken from the calendar together.
        present: (N,) int64 persons in each cell, preserved.
        factor: (K,), preserved.
        share: (1, E) cumulative shares of exits in the step, preserved.
        accept: (N,) chance that a candidate leaves a cell on which a feedback acts, preserved.
        units: (I,) int64 parties that come in the step, preserved.
        pool_then: (pools,) int64 sizes of the pools at the start of the step, preserved.
        flow: (T, E) int32 persons moved, written.
        entered: (T, I) int64 persons entered, written.
    """
    followed, edges, entries = ties.followed, flow.shape[1], entered.shape[1]
    due, whose, which, stays, chances = group
    reused = not followed
    if state[STAGE] == STARTING:
        while state[COHORT] < initial.shape[0]:
            c = state[COHORT]
            if state[INDEX] == initial[c]:
                state[COHORT], state[INDEX] = c + 1, 0
                continue
            if _crowded(state, room, 1):
                return GROW
            if room.row.shape[0] > 0 and at[0] + rows_per_unit > room.row.shape[0]:
                return FULL
            stream = person_stream(cohort_stream(initial_event[c], 0), state[INDEX])
            person = _take_record(state, room, 1)
            record = room.person[person]
            record.stream, record.number, record.cell = stream, 1, c
            present[c] += 1
            if followed:
                _begin_stories(ties, room, person, 1, c, NONE, NONE, NONE)
                write(room, at, person, 0, edges + entries + c, c, 0.0, 0, 0)
            bits, _ = pair(key, stream, np.uint64(0), replicate)
            leave = _schedule(clocks, room, person, c, 0, exponential(bits))
            if leave == STRANDED:
                state[CELL] = c
                return LOST
            if reused and leave == clocks.steps:
                _give_back(state, room, person)
            state[INDEX] += 1
        state[STAGE] = OPENING
    while state[STEP] < clocks.steps:
        t = state[STEP]
        span = clocks.span_of[t]
        month = clocks.month[span]
        if state[STAGE] == OPENING:
            fresh = t == 0 or span != clocks.span_of[t - 1]
            open_step(net, tables, clocks, month, span, fresh, present, factor, share, accept)
            state[NEEDED] = state[USED] + np.int64(
                entrants(net, tables, ties, month, t, key, replicate, entry_event, factor, units)
            )
            if state[NEEDED] > MOST:
                return CROWD
            for pool in range(pool_then.shape[0]):
                pool_then[pool] = room.pool_size[pool]
            state[STAGE], state[COHORT], state[INDEX] = COMING, 0, 0
        while state[STAGE] == COMING:
            i = state[COHORT]
            if i == entries:
                state[STAGE] = LEAVING
                break
            if state[INDEX] == units[i]:
                state[COHORT], state[INDEX] = i + 1, 0
                continue
            law, tie, sponsor, size = ties.party_of_entry[i], ties.tie_of_entry[i], NONE, 1
            stream = person_stream(cohort_stream(entry_event[i], t), state[INDEX])
            first, second = np.uint64(0), np.uint64(0)
            if law >= 0 or tie >= 0:
                first, second = pair(key, mix(stream ^ np.uint64(BIRTHS)), np.uint64(0), replicate)
            if law >= 0:
                size += exit_of(ties.party_size, law, 0, ties.party_size.shape[1], share_of(first))
            if _crowded(state, room, size):
                return GROW
            if room.row.shape[0] > 0 and at[0] + rows_per_unit > room.row.shape[0]:
                return FULL
            if tie >= 0:
                pool = ties.pool_of_entry[i]
                if pool_then[pool] > 0:
                    drawn = np.int64(share_of(second) * np.float64(pool_then[pool]))
                    sponsor = room.pool[pool, drawn]
            cell = net.entry_target[i]
            person = _take_record(state, room, size)
            record = room.person[person]
            record.stream, record.number, record.cell = stream, 1, cell
            present[cell] += size
            entered[t, i] += size
            if followed:
                _begin_stories(ties, room, person, size, cell, law, tie, sponsor)
                for q in range(person, person + size):
                    bear(ties, room, at, key, replicate, stream, month, q, t, edges + i, cell, True)
            state[INDEX] += 1
            begin = t + clocks.advance[cell]
            if size > 1 and ties.party_apart[law, cell]:
                if not _part(clocks, room, key, replicate, person, size, cell, begin):
                    state[CELL] = cell
                    return LOST
                continue
            bits, _ = pair(key, stream, np.uint64(0), replicate)
            leave = _schedule(clocks, room, person, cell, begin, exponential(bits))
            if leave == STRANDED:
                state[CELL] = cell
                return LOST
            if reused and leave == clocks.steps:
                _give_back(state, room, person)
        while True:
            if followed and _crowded(state, room, 0):
                return GROW
            if room.row.shape[0] > 0 and at[0] + TOGETHER * rows_per_unit > room.row.shape[0]:
                return FULL
            count = take(room.calendar, t, due)
            if count == 0:
                break
            for j in range(count):
                record = room.person[np.uint64(due[j])]
                whose[j], which[j] = record.stream, np.uint64(record.number)
            for j in range(count):
                first, second = pair(key, whose[j], which[j], replicate)
                stays[j], chances[j] = exponential(first), share_of(second)
            for j in range(count):
                person = np.uint64(due[j])
                record = room.person[person]
                stream, number, c = whose[j], np.uint32(which[j]), np.int64(record.cell)
                size = np.int64(room.story[person].size) if followed else 1
                law = np.int64(room.story[person].law) if followed else -1
                leave, again = np.int64(t), False
                while leave == t:
                    stay, chance = stays[j], chances[j]
                    if again:
                        first, second = pair(key, stream, np.uint64(number), replicate)
                        stay, chance = exponential(first), share_of(second)
                    again = True
                    number += np.uint32(1)
                    if clocks.fed[c]:
                        if accept[c] < 0.0:
                            state[CELL] = c
                            return LOST
                        if chance >= accept[c]:
                            leave = leave_step(clocks, c, t + 1, stay)
                            break
                        chance = min(chance / accept[c], 1.0 - 2.0**-53)
                    e = exit_of(share, 0, net.edge_start[c], net.edge_start[c + 1], chance)
                    target = np.int64(net.edge_target[np.uint64(e)])
                    flow[np.uint64(t), np.uint64(e)] += size
                    present[c] -= size
                    present[target] += size
                    if followed:
                        for q in range(np.int64(person), np.int64(person) + size):
                            leave_pools(ties, room, q, c)
                            join_pools(ties, room, q, target)
                            bear(
                                ties, room, at, key, replicate, stream, month, q, t, e, target,
                                not within[e],
                            )  # fmt: skip
                    c = target
                    begin = t + clocks.advance[c]
                    if size > 1 and ties.party_apart[law, c]:
                        first_one = np.int64(person)
                        if not _part(clocks, room, key, replicate, first_one, size, c, begin):
                            state[CELL] = c
                            return LOST
                        leave = PARTED
                        break
                    leave = leave_step(clocks, c, begin, stay)
                if leave == STRANDED:
                    state[CELL] = c
                    return LOST
                if leave == PARTED:
                    continue
                record.stream, record.number, record.cell = stream, number, c
                if leave < clocks.steps:
                    enter(room.calendar, leave, np.int64(person))
                elif reused:
                    _give_back(state, room, np.int64(person))
        state[STEP], state[STAGE] = t + 1, OPENING
    return DONE
