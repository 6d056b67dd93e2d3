"""Flee's day as a dynamics of counts: people at places and on ways, thousands of times over.

Counts are frozen within each of the two phases of a day, as in Flee's parallel version: people who
are alike (same place or way, same rest of a route, same distance of late) are exchangeable, so
that drawing how many of them go where is exact in distribution. Every draw is a pure function of
seed, replicate, day and the name of what it decides.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np

from safepassage.engines.jit.blocks import over_blocks
from safepassage.engines.jit.compile import read_only
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.engines.rng.philox import stream_key
from safepassage.flee.engine.arrays import (
    Days,
    Ground,
    Rules,
    Start,
    Workspace,
    blank_workspace,
    frozen,
)
from safepassage.flee.engine.kernel import DONE, MORE_ROWS, NOBODY_LEFT, run_days
from safepassage.network.arrays import Floats, Ints

MOST_BYTES = 4_000_000_000
"""Of a workspace; a run that needs more is refused."""


@dataclass(frozen=True)
class Journeys:
    """A scenario in numbers."""

    ground: Ground
    days: Days
    rules: Rules
    start: Start


def first_days(journeys: Journeys, many: int) -> Journeys:
    """The scenario up to a day."""
    days = journeys.days
    by_day = ("move", "hunger", "town", "camp", "score", "capacity", "epoch", "weight", "newcomers")
    short = {name: getattr(days, name)[:many] for name in by_day}
    return replace(journeys, days=days._replace(**short, close_start=days.close_start[: many + 1]))


def with_redistribution(journeys: Journeys, days: Ints, places: Ints, shares: Floats) -> Journeys:
    """The scenario with days at whose end everybody is redistributed over some places.

    Args:
        journeys: The scenario.
        days: (A,) rising.
        places: (W,)
        shares: (A, W) of any sum above 0.
    """
    share = np.zeros((len(days), len(journeys.ground.place_event)))
    share[:, places] = shares
    start = journeys.start._replace(reset_day=np.asarray(days, np.int32), reset_share=share)
    return replace(journeys, start=start)


@dataclass(frozen=True)
class Counted:
    """What came of it: R replicates, T days, W watched places."""

    here: Floats
    """(R, T, W) people at the watched places at the end of each day."""
    total: Floats
    """(R, T) all people."""


class NobodyLeft(ValueError):
    """People are to appear and no place has any that could."""

    def __init__(self, day: int):
        self.day = day
        super().__init__(f"on day {day} people are to appear and no place has any left")


def draw(
    journeys: Journeys, watched: Ints, *, seed: int = 1, replicates: int = 1, first: int = 0,
    threads: int | None = None,
) -> Counted:  # fmt: skip
    """Draw replicates.

    Args:
        journeys: The scenario.
        watched: Places whose people are written down.
        seed: Seed of every random choice.
        replicates: How many runs.
        first: Number of the first, for a part of a larger ensemble.
        threads: At most so many; by default the machine's cores.

    Raises:
        NobodyLeft: People are to appear where nobody is left.
        MemoryError: The rows would take more than `MOST_BYTES`.
    """
    plain = Journeys(*(frozen(part) for part in (
        journeys.ground, journeys.days, journeys.rules, journeys.start
    )))  # fmt: skip
    length = len(plain.days.epoch)
    here, total = np.zeros((replicates, length, len(watched))), np.zeros((replicates, length))
    places, key = read_only(np.asarray(watched, np.int32)), np.uint64(stream_key(seed, 0))
    own = threading.local()

    def one(lane: int) -> None:
        number = lane // SIMD_WIDTH
        workspace: Workspace = getattr(own, "workspace", None) or _workspace(plain, 2_000, 20_000)
        while True:
            own.workspace = workspace
            ended, day = run_days(
                plain.ground, plain.days, plain.rules, plain.start, workspace, key,
                np.uint64(first + number), places, here[number], total[number],
            )  # fmt: skip
            if ended == DONE:
                return
            if ended == NOBODY_LEFT:
                raise NobodyLeft(day)
            rows, pool = len(workspace.kind), len(workspace.pool_row)
            more = ended == MORE_ROWS
            workspace = _workspace(plain, rows * (4 if more else 1), pool * (1 if more else 4))

    over_blocks(one, replicates * SIMD_WIDTH, threads)
    return Counted(here, total)


def _workspace(journeys: Journeys, rows: int, pool: int) -> Workspace:
    workspace = blank_workspace(journeys.ground, journeys.rules, rows, pool)
    if 2 * workspace.chunk_people.nbytes + workspace.pool_distance.nbytes > MOST_BYTES:
        raise MemoryError(
            f"{rows:,} kinds of people are more than there is room for: lower awareness_level, or "
            "give lengths in whole kilometres"
        )
    return workspace
