"""What the mean-field kernel of Flee's day works on: every number with its slopes beside it.

A *dual* is one block of lanes: lane 0 is a value, the others are its slopes along up to SLOPES
directions. A step of the kernel so gives the value and all slopes at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from safepassage.engines.jit.blocks import aligned
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.flee.engine.arrays import Ground, Rules

SLOPES = SIMD_WIDTH - 1
"""Directions of one pass."""
SOFTENING, POWER, SCALING, BUFFER = range(4)
"""Rows of `Duals.rules`."""


class Duals(NamedTuple):
    """What the movement parameters act on, with slopes; they stand in for the plain arrays."""

    move: Any
    """(T, P, SIMD_WIDTH) chance to set out."""
    score: Any
    """(T, P, SIMD_WIDTH) attraction."""
    nearness: Any
    """(C, SIMD_WIDTH)"""
    rules: Any
    """(4, SIMD_WIDTH) weight softening, weight power, capacity scaling, capacity buffer."""


class Grain(NamedTuple):
    """How finely the mean field resolves people."""

    bin: float
    """Lengths moved today and of late are resolved in steps of this; 1 unit is exact."""
    bins_today: int
    soft: float
    """Span of room above a half over which a camp comes to count as full; 0: a step."""
    limit: float
    """Bound of the slopes of a place's room, and of who is let in."""
    least: float
    """People below which those within the day stay where they are."""


class MeanWorkspace(NamedTuple):
    """Room for one run; rows as in `Workspace`, with lengths within the day in bins."""

    kind: Any
    spot: Any
    length: Any
    first: Any
    lost: Any
    rest: Any
    event: Any
    option: Any
    after: Any
    slot: Any
    count: Any
    """(2, N, W, SIMD_WIDTH) people, now and at the end of the day, by what they moved of late."""
    low: Any
    high: Any
    """(2, N) between which bins people are."""
    listed: Any
    active: Any
    bucket: Any
    pool_row: Any
    """(O,) targets: a row; -1 before it is known."""
    pool_next: Any
    """(O,) the row a bin on, which gets `pool_part` of the people."""
    pool_part: Any
    pool_distance: Any
    """(O,) length moved, -1 where the day continues."""
    size: Any
    """(6,) as in `Workspace`; last, the lowest bucket that was written since."""
    share: Any
    """(K, SIMD_WIDTH) share of each route among departures, less those whose camp is full."""
    odds: Any
    """(C, SIMD_WIDTH)"""
    departing: Any
    """(P, SIMD_WIDTH) share of those who set out that gets away."""
    weighed: Any
    occupancy: Any
    """(P, SIMD_WIDTH)"""
    here: Any
    """(P, SIMD_WIDTH)"""
    residents: Any
    scratch: Any
    """(W, SIMD_WIDTH)"""


def blank_mean_workspace(
    ground: Ground, rules: Rules, grain: Grain, longest: int, rows: int, pool: int
) -> MeanWorkspace:
    """Room for `rows` rows and `pool` targets."""
    places, routes = len(ground.place_event), len(ground.route_way)
    # nobody moves twice a day's length in a day, so that nobody's late distance is above that
    width = int(np.ceil(2 * longest / grain.bin)) + 2 if rules.tired else 1

    def ints(*shape: int) -> Any:
        return np.zeros(shape, np.int32)

    slots = 1 << max(4, (2 * rows - 1).bit_length())
    return MeanWorkspace(
        kind=np.zeros(rows, np.uint8), spot=ints(rows), length=np.zeros(rows, np.int64),
        first=np.zeros(rows, np.uint8), lost=np.zeros(rows, np.uint8), rest=ints(rows),
        event=np.zeros(rows, np.uint64), option=ints(rows), after=ints(rows),
        slot=np.full(slots, -1, np.int32),
        count=aligned((2, rows, width, SIMD_WIDTH), zero=True),
        low=np.full((2, rows), width, np.int32), high=ints(2, rows),
        listed=np.zeros((2, rows), np.uint8), active=ints(2, rows),
        bucket=np.full(2 * grain.bins_today, -1, np.int32), pool_row=ints(pool),
        pool_next=ints(pool), pool_part=np.zeros(pool), pool_distance=np.zeros(pool, np.int64),
        size=np.zeros(6, np.int64), share=aligned((routes, SIMD_WIDTH), zero=True),
        odds=aligned((len(ground.candidate_route), SIMD_WIDTH), zero=True),
        departing=aligned((places, SIMD_WIDTH), zero=True), weighed=np.full(places, -1, np.int64),
        occupancy=aligned((places, SIMD_WIDTH), zero=True),
        here=aligned((places, SIMD_WIDTH), zero=True),
        residents=np.zeros(places), scratch=aligned((width, SIMD_WIDTH), zero=True),
    )  # fmt: skip
