"""What the kernel of Flee's day reads and works on: plain arrays, no files and no names.

P places, Q ways from place to place, K routes (each of one place), C candidates (the sums that
weigh a route: more than one where two ways join the same places), S rests of routes, T days.
Lengths are whole numbers of one unit, so that sums of them are exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from safepassage.engines.jit.blocks import aligned
from safepassage.engines.jit.compile import read_only
from safepassage.engines.jit.simd import SIMD_WIDTH


class Ground(NamedTuple):
    """Where one can go."""

    place_event: Any
    """(P,) uint64 hash of each name."""
    way_start: Any
    """(P + 1,) ways of a place, by the place that they start from."""
    way_from: Any
    way_to: Any
    way_length: Any
    """(Q,) int64."""
    way_speed: Any
    """(Q,) int64: length a day."""
    way_walk: Any
    """(Q,) chance that a day on it is walked."""
    way_event: Any
    route_start: Any
    """(P + 1,)"""
    route_way: Any
    """(K,) the first way."""
    route_rest: Any
    """(K,) what remains after it; 0 where nothing does."""
    route_end: Any
    """(K,) the place chosen."""
    route_event: Any
    candidate_start: Any
    """(P + 1,)"""
    candidate_route: Any
    candidate_end: Any
    candidate_nearness: Any
    """(C,) what the score is multiplied with: 1 / (softening + km) ** power."""
    candidate_home: Any
    """(C,) factor of the score for staying close."""
    rest_next: Any
    """(S,) the next place; -1 for the empty rest 0."""
    rest_after: Any
    """(S,) what remains after that."""
    rest_end: Any
    """(S,) the last place."""
    rest_event: Any
    bound_start: Any
    """(P + 1,); -1 where every length is a kind of its own."""
    bound: Any
    """(B,) int64, rising at each place: whoever comes there within a day may come just as far
    today as all who moved as many of these lengths (`bounds_of`)."""


class Days(NamedTuple):
    """What changes from day to day, whatever people do."""

    move: Any
    """(T, P) chance to set out, before hunger and, where people are taken away, before size."""
    hunger: Any
    """(T, P) share that sets out for want of food."""
    town: Any
    """(T, P) uint8: whether people are driven on until they have moved enough."""
    camp: Any
    """(T, P) uint8."""
    score: Any
    """(T, P) attraction."""
    capacity: Any
    """(T, P) people; below 1 no limit."""
    epoch: Any
    """(T,)"""
    open_way: Any
    """(E, Q) uint8."""
    open_candidate: Any
    """(E, C) uint8."""
    close_start: Any
    """(T + 1,)"""
    close_way: Any
    """Ways that close on a day."""
    weight: Any
    """(T, P) where newcomers appear: the weight of a resident, or what `Rules.mode` says."""
    newcomers: Any
    """(T,) how many appear; not read where places decide alone."""


class Rules(NamedTuple):
    """Constants of a run."""

    mode: int
    """One of `REPORTED`, `FIXED`, `RATIO`, `POISSON`."""
    speed: int
    walk: int
    """Lengths a day, driving and on foot."""
    on_foot: bool
    """Whether the first way is walked."""
    tired: bool
    """Whether people are driven through towns until they have moved enough of late."""
    buffer: float
    scaling: float
    softening: float
    power: float
    pruning: float
    take: bool
    """Whether newcomers are taken from the residents."""
    size_power: float
    """Power of a town's residents in its score, where residents are taken away; else 0."""
    move_power: float
    move_base: float
    """Power and base of residents in the chance to move, where residents are taken away."""


class Start(NamedTuple):
    """Day 0, and days on which everybody is redistributed over places."""

    people: Any
    """(P,) who is there."""
    residents: Any
    """(P,)"""
    reset_day: Any
    """(A,) int32, rising: at the end of these days everybody is redistributed."""
    reset_share: Any
    """(A, P) of everybody, of any sum: how they are split over places."""


class Workspace(NamedTuple):
    """Room for one run: the rows found so far, who is in them, and notes of the day.

    A *row* is a set of people who differ in one number alone, what they moved of late, which is
    its axis. Rows are found as people come to them, and found again by their key.
    """

    kind: Any
    spot: Any
    """(N,) place, or way."""
    length: Any
    """(N,) int64: moved today at a place, or since its start on a way."""
    first: Any
    """(N,) uint8: whether it is the first way."""
    lost: Any
    """(N,) uint8: whether the way has closed behind them."""
    rest: Any
    event: Any
    option: Any
    """(N,) where a row's targets begin in the pool; -1 before it needs any."""
    after: Any
    """(N,) next row in a bucket."""
    slot: Any
    """(H,) hash table of rows; -1 where empty."""
    head: Any
    """(2, N) a row's first chunk, now and at the end of the day; -1 where nobody is."""
    chunk_people: Any
    """(2, M, SIMD_WIDTH) people as they were brought, as many numbers at once: appending takes one
    store, where a number for everything that they may have moved of late takes misses of the
    cache (measured: half of a run's time)."""
    chunk_late: Any
    """(2, M, SIMD_WIDTH) what they moved of late and, of those within the day or at its end, today:
    halved as the next begins."""
    chunk_next: Any
    """(2, M) the row's next chunk; -1 for its last."""
    chunks: Any
    """(2,) chunks in use."""
    listed: Any
    """(2, N) uint8."""
    active: Any
    """(2, N) rows with people."""
    bucket: Any
    """(2 M,) first row of those who moved so far today: at places, before ways of chance."""
    pool_row: Any
    pool_distance: Any
    """(O,) targets: a row, -1 before it is known; the length moved on the way there."""
    size: Any
    """(5,) rows in use, pool in use, which side is now, active rows now and then."""
    share: Any
    """(K,) share of each route among those not yet taken."""
    shut: Any
    """(K,) uint8: whether those who choose it stay, as their camp is full."""
    weighed: Any
    """(P,) when the routes of a place were weighed last."""
    odds: Any
    """(C,)"""
    heavy: Any
    """(K,)"""
    occupancy: Any
    """(P,) people whom capacities see in this phase."""
    here: Any
    """(P,)"""
    residents: Any
    """(P,)"""
    dense: Any
    """(2 W + SIMD_WIDTH,) a row's people by what they moved of late and today, being added up;
    else 0."""
    cell: Any
    """(3, W + 2 SIMD_WIDTH) a row's people and what they moved of late, where anybody is: a draw
    for nobody costs the same. Last, the numbers of the lanes."""
    cell_step: Any
    """(W + 2 SIMD_WIDTH,) uint64: the step of each one's random numbers."""


ROWS, POOL, NOW, ACTIVE = range(4)
"""Places in `Workspace.size`."""
REST, ROAD, PASS, GATE = range(4)
"""At a place overnight; between places; at a place within the day; before a way of chance."""
REPORTED, FIXED, RATIO, POISSON = range(4)
"""Newcomers: as the reports rise; so many a place; a share of residents; by chance."""


CHUNKS = 12
"""Room for so many a row; twenty thousand a day were used at most where there were 5,300 rows."""


def blank_workspace(ground: Ground, rules: Rules, rows: int, pool: int) -> Workspace:
    """Room for `rows` rows and `pool` targets."""
    places, routes = len(ground.place_event), len(ground.route_way)
    longest = int(max(rules.speed, int(ground.way_speed.max(initial=1)), rules.walk))
    # nobody moves two days' lengths in a day, so that nobody's late distance is above that
    width = -(-(4 * longest + 2) // SIMD_WIDTH) * SIMD_WIDTH if rules.tired else SIMD_WIDTH

    def ints(*shape: int) -> Any:
        return np.zeros(shape, np.int32)

    slots, chunks = 1 << max(4, (2 * rows - 1).bit_length()), CHUNKS * rows
    return Workspace(
        kind=np.zeros(rows, np.uint8), spot=ints(rows), length=np.zeros(rows, np.int64),
        first=np.zeros(rows, np.uint8), lost=np.zeros(rows, np.uint8), rest=ints(rows),
        event=np.zeros(rows, np.uint64), option=ints(rows), after=ints(rows),
        slot=np.full(slots, -1, np.int32), head=np.full((2, rows), -1, np.int32),
        chunk_people=aligned((2, chunks, SIMD_WIDTH), zero=True),
        chunk_late=aligned((2, chunks, SIMD_WIDTH), zero=True), chunk_next=ints(2, chunks),
        chunks=np.zeros(2, np.int64),
        listed=np.zeros((2, rows), np.uint8), active=ints(2, rows),
        bucket=np.full(2 * longest + 2, -1, np.int32), pool_row=ints(pool),
        pool_distance=np.zeros(pool, np.int64), size=np.zeros(5, np.int64),
        share=np.zeros(routes), shut=np.zeros(routes, np.uint8),
        weighed=np.full(places, -1, np.int64), odds=np.zeros(len(ground.candidate_route)),
        heavy=np.zeros(routes), occupancy=np.zeros(places), here=np.zeros(places),
        residents=np.zeros(places), dense=np.zeros(width + SIMD_WIDTH),
        cell=np.zeros((3, width + 2 * SIMD_WIDTH)),
        cell_step=np.zeros(width + 2 * SIMD_WIDTH, np.uint64),
    )  # fmt: skip


def frozen(values: Any) -> Any:
    """The same tuple with arrays that cannot be written, as the kernel is compiled for."""
    return type(values)(
        *(read_only(np.ascontiguousarray(v)) if isinstance(v, np.ndarray) else v for v in values)
    )
