"""Rows of Flee's day and where their people can go: what exact draws and the mean field share."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import inline
from safepassage.flee.engine.arrays import ACTIVE, GATE, NOW, PASS, POOL, REST, ROAD, ROWS

FULL = -1
"""No room for another row, or for another target: start again with more."""
NO_BUCKET = -1
"""What `enlist` returns for a row that entered no bucket."""
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@inline
def stirred(hash_: Any, value: Any) -> Any:
    """A hash and one more uint64, mixed (the finalizer of splitmix64)."""
    z = (hash_ ^ value) + np.uint64(_GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
    return z ^ (z >> np.uint64(31))


@inline
def name_of_row(
    kind: int, spot_event: Any, length: int, first: int, lost: int, rest_event: Any
) -> Any:
    """The event that a row is called by: the same in every run where it means the same."""
    name = stirred(spot_event, np.uint64(kind + 8 * first + 16 * lost))
    return stirred(stirred(name, np.uint64(length)), rest_event)


@inline
def row_of(
    ground: Any, workspace: Any, kind: int, spot: int, length: int, first: int, lost: int, rest: int
) -> int:
    """The row with this key, made if it is new; FULL where there is no room."""
    on_way = kind in (ROAD, GATE)
    spot_event = ground.way_event[spot] if on_way else ground.place_event[spot]
    event = name_of_row(kind, spot_event, length, first, lost, ground.rest_event[rest])
    mask = workspace.slot.shape[0] - 1
    at = np.int64(event >> np.uint64(1)) & mask
    while True:
        row = workspace.slot[at]
        if row < 0:
            break
        if (
            workspace.event[row] == event
            and workspace.spot[row] == spot
            and workspace.length[row] == length
            and workspace.rest[row] == rest
            and workspace.kind[row] == kind
        ):
            return row
        at = (at + 1) & mask
    row = workspace.size[ROWS]
    if row >= workspace.kind.shape[0]:
        return FULL
    workspace.size[ROWS] = row + 1
    workspace.slot[at] = row
    workspace.kind[row] = kind
    workspace.spot[row] = spot
    workspace.length[row] = length
    workspace.first[row] = first
    workspace.lost[row] = lost
    workspace.rest[row] = rest
    workspace.event[row] = event
    workspace.option[row] = -1
    return row


@inline
def alike(ground: Any, workspace: Any, place: int, distance: int) -> int:
    """The length that stands for all whom nothing tells apart today who moved so far to a place."""
    first, last = ground.bound_start[place], ground.bound_start[place + 1]
    if first < 0:
        return distance
    while first < last:
        middle = (first + last) // 2
        if ground.bound[middle] > distance:
            last = middle
        else:
            first = middle + 1
    if first < ground.bound_start[place + 1]:
        return ground.bound[first] - 1
    return workspace.bucket.shape[0] // 2 - 1


@inline
def arrival(
    ground: Any, rules: Any, way: int, done: int, distance: int, speed: int, first: int, lost: int,
    rest: int,
) -> tuple[int, int, int, int, int, int, int]:  # fmt: skip
    """Where a day's travel leads: kind, spot, length, first, lost, rest of the row, and distance.

    `done` is the length behind people on the way, `distance` what they moved today before. The last
    number is -1 where the day continues.
    """
    length = ground.way_length[way]
    if done + speed > length:
        distance += length - done
        if lost == 1:  # the way has closed: back to where it starts
            return REST, ground.way_from[way], 0, 0, 0, rest, distance
        if distance < speed:
            return PASS, ground.way_to[way], distance, 0, 0, rest, -1
        return REST, ground.way_to[way], 0, 0, 0, rest, distance
    return ROAD, way, done + speed, first, lost, rest, distance + speed


@inline
def setting_out(
    ground: Any, rules: Any, way: int, distance: int, first: int, rest: int
) -> tuple[int, int, int, int, int, int, int]:
    """As `arrival`, for those who step onto a way."""
    on_foot = rules.on_foot and first == 1
    if ground.way_walk[way] > 0.0 and not on_foot:
        return GATE, way, distance, first, 0, rest, -1
    speed = rules.walk if on_foot else ground.way_speed[way]
    return arrival(ground, rules, way, 0, distance, speed, first, 0, rest)


@inline
def way_to(ground: Any, place: int, next_: int) -> int:
    """The way from a place to the next; -1 where there is none."""
    for way in range(ground.way_start[place], ground.way_start[place + 1]):
        if ground.way_to[way] == next_:
            return way
    return -1


@inline
def enlist(workspace: Any, side: int, row: int) -> int:
    """Note that a row has people; return the bucket that it entered, or `NO_BUCKET`."""
    bucket = NO_BUCKET
    if workspace.listed[side, row] == 0:
        workspace.listed[side, row] = 1
        if workspace.kind[row] >= PASS:  # within the day: by what people have moved so far
            bucket = 2 * workspace.length[row] + (workspace.kind[row] == GATE)
            workspace.after[row] = workspace.bucket[bucket]
            workspace.bucket[bucket] = row
        else:
            at = ACTIVE + (side != workspace.size[NOW])
            workspace.active[side, workspace.size[at]] = row
            workspace.size[at] += 1
    return bucket


@inline
def option_index(ground: Any, workspace: Any, row: int, option: int, kind: int) -> int:
    """Index in the pool of an option of a row; FULL where there is no room.

    Options: 0 stays (or, on a way, moves on), 1 walks (on a way) or follows the rest of the route
    (at a place), 2 and more are the routes of the place.
    """
    if workspace.option[row] < 0:
        many = 2
        if kind in (REST, PASS):
            place = workspace.spot[row]
            many += ground.route_start[place + 1] - ground.route_start[place]
        begin = workspace.size[POOL]
        if begin + many > workspace.pool_row.shape[0]:
            return FULL
        workspace.option[row] = begin
        for j in range(begin, begin + many):
            workspace.pool_row[j] = -1
        workspace.size[POOL] = begin + many
    return workspace.option[row] + option


@inline
def destination(
    ground: Any, rules: Any, workspace: Any, row: int, option: int, kind: int, today: int
) -> tuple[int, int, int, int, int, int, int]:
    """Where an option of a row leads, as `arrival` says it; `today` is what its people moved."""
    spot, length, first, rest = (
        workspace.spot[row],
        workspace.length[row],
        workspace.first[row],
        workspace.rest[row],
    )
    if kind in (REST, PASS):
        if option == 0:
            return REST, spot, 0, first, 0, 0, today
        if option == 1:
            way = way_to(ground, spot, ground.rest_next[rest])
            return setting_out(ground, rules, way, today, first, ground.rest_after[rest])
        k = ground.route_start[spot] + option - 2
        return setting_out(ground, rules, ground.route_way[k], today, first, ground.route_rest[k])
    done = 0 if kind == GATE else length
    on_foot = option == 1 or (rules.on_foot and first == 1)
    speed = rules.walk if on_foot else ground.way_speed[spot]
    return arrival(ground, rules, spot, done, today, speed, first, workspace.lost[row], rest)
