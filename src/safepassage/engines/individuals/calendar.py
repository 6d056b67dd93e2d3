"""A calendar of who moves when: for each step the people whose next chance to leave it is.

Each step has a chain of small blocks, one cache line each, so that reading who is due waits for
memory once in fifteen people (a list linked person by person would wait for each).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from safepassage.engines.jit.compile import inline

BLOCK = 16
"""Numbers in a block: the next block, and fifteen people."""
NONE = -1


class Calendar(NamedTuple):
    """Blocks by step. Arrays are written."""

    first: Any
    """(T,) int32 the newest block of each step, or NONE."""
    filled: Any
    """(T,) int32 people in that block; the others are full."""
    block: Any
    """(blocks, BLOCK) int32."""
    store: Any
    """(2,) int64: a chain of blocks given back (or NONE), and how many were ever taken."""


def blocks_for(units: int, steps: int) -> int:
    """Blocks that always suffice for so many people at once."""
    return units // (BLOCK - 1) + steps + 2


def new_calendar(units: int, steps: int) -> Calendar:
    """An empty calendar."""
    return Calendar(
        first=np.full(steps, NONE, np.int32),
        filled=np.zeros(steps, np.int32),
        block=np.empty((blocks_for(units, steps), BLOCK), np.int32),
        store=np.array([NONE, 0], np.int64),
    )


@inline
def enter(calendar: Calendar, step: Any, person: Any) -> None:
    """Note a person for a step."""
    newest, filled = calendar.first[step], calendar.filled[step]
    if newest == NONE or filled == BLOCK - 1:
        fresh = calendar.store[0]
        if fresh == NONE:
            fresh = calendar.store[1]
            calendar.store[1] += 1
        else:
            calendar.store[0] = calendar.block[fresh, 0]
        calendar.block[fresh, 0] = newest
        calendar.first[step] = fresh
        newest, filled = fresh, 0
    calendar.block[newest, 1 + filled] = person
    calendar.filled[step] = filled + 1


@inline
def take(calendar: Calendar, step: Any, due: Any) -> Any:
    """Move people of a step to `due`, block by block while there is room; return how many."""
    total = 0
    while calendar.first[step] != NONE and total + BLOCK <= due.shape[0]:
        newest, count = calendar.first[step], calendar.filled[step]
        for j in range(count):
            due[total + j] = calendar.block[newest, 1 + j]
        total += count
        calendar.first[step] = calendar.block[newest, 0]
        calendar.filled[step] = BLOCK - 1
        calendar.block[newest, 0] = calendar.store[0]
        calendar.store[0] = newest
    return total
