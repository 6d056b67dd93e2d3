"""Whole lives, one after another: for networks in which nobody's moves bear on another's.

Without feedbacks and ties a person's life is a function of their random stream alone. So it is
run from birth to its end at once, and nothing of the person is stored: 0 bytes each. A few hundred
lives are run side by side, one move of each at a time, so that their random numbers are drawn eight
at once and no life waits for another's memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.expected.kernel import Structure
from safepassage.engines.individuals.rng import (
    cohort_stream,
    exponential,
    pair,
    person_stream,
    share_of,
)
from safepassage.engines.individuals.sojourns import STRANDED, Clocks, exit_of, leave_step
from safepassage.engines.jit.compile import borrowing_kernel, kernel
from safepassage.engines.rng.philox import word
from safepassage.engines.rng.quantiles import poisson
from safepassage.network.arrays import Tables

Cohorts = tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]

SIDE_BY_SIDE = 512
"""Lives that run together: their records fit the innermost cache."""
DONE = -1


class Lives(NamedTuple):
    """(SIDE_BY_SIDE,) arrays of the lives that run together. Written."""

    stream: Any
    number: Any
    cell: Any
    when: Any
    stay: Any
    chance: Any


def new_lives() -> Lives:
    """Room for them."""
    size = SIDE_BY_SIDE
    return Lives(
        np.empty(size, np.uint64), np.empty(size, np.uint32), np.empty(size, np.int32),
        np.empty(size, np.int32), np.empty(size), np.empty(size),
    )  # fmt: skip


@kernel
def cohorts_of(
    net: Structure,
    tables: Tables,
    clocks: Clocks,
    key: Any,
    replicate: Any,
    entry_event: Any,
    initial_event: Any,
    start: Any,
    entered: Any,
) -> Cohorts:
    """Who comes: common stream, size, cell and first step of every cohort.

    Args:
        net: The network's structure, without feedbacks.
        tables: One draw's tables.
        clocks: The network's clocks.
        key: uint64 of seed and draw.
        replicate: uint64.
        entry_event: (I,) uint64 hashes of the entries.
        initial_event: (N,) uint64 hashes of the starts.
        start: (N,) int64 persons at the start.
        entered: (T, I) int64 persons entered, written.
    """
    cells, (steps, entries) = start.shape[0], entered.shape
    most = cells + steps * entries
    stream, size = np.empty(most, np.uint64), np.empty(most, np.int64)
    cell, first = np.empty(most, np.int32), np.empty(most, np.int32)
    n = 0
    for c in range(cells):
        if start[c] > 0:
            stream[n], size[n] = cohort_stream(initial_event[c], 0), start[c]
            cell[n], first[n] = c, 0
            n += 1
    for t in range(steps):
        month = net.month[t]
        for i in range(entries):
            mean = tables.entries[i, month] * net.step_years
            if not mean > 0.0:
                continue
            number = poisson(mean, word(key, entry_event[i], replicate, np.uint64(t)))
            entered[t, i] = np.int64(min(number, 1e18))
            if number > 0.0:
                target = net.entry_target[i]
                stream[n], size[n] = cohort_stream(entry_event[i], t), entered[t, i]
                cell[n], first[n] = target, t + clocks.advance[target]
                n += 1
    return stream[:n].copy(), size[:n].copy(), cell[:n].copy(), first[:n].copy()


@borrowing_kernel
def live(
    net: Structure,
    clocks: Clocks,
    key: Any,
    replicate: Any,
    cohort_stream: Any,
    cohort_size: Any,
    cohort_cell: Any,
    cohort_step: Any,
    lives: Lives,
    flow: Any,
) -> tuple[Any, Any]:
    """Run every life of some cohorts; return (DONE, 0), or the step and cell where people strand.

    Args:
        net: The network's structure, without feedbacks.
        clocks: Its clocks.
        key: uint64 of seed and draw.
        replicate: uint64.
        cohort_stream: (J,) uint64, what the people of a cohort have in common.
        cohort_size: (J,) persons.
        cohort_cell: (J,) where they come.
        cohort_step: (J,) first step in which they may leave.
        lives: Room for lives side by side.
        flow: (T, E) int32 persons moved, added to.
    """
    size, steps = SIDE_BY_SIDE, clocks.steps
    stream, number, cell, when, stay, chance = lives
    cohort, index, cohorts, alive = 0, 0, cohort_size.shape[0], 0
    while True:
        while alive < size and cohort < cohorts:
            if index == cohort_size[cohort]:
                cohort, index = cohort + 1, 0
                continue
            stream[alive] = person_stream(cohort_stream[cohort], index)
            number[alive], cell[alive] = 0, cohort_cell[cohort]
            when[alive] = cohort_step[cohort]
            index += 1
            alive += 1
        if alive == 0:
            return DONE, 0
        for i in range(alive):
            first, second = pair(key, stream[i], np.uint64(number[i]), replicate)
            stay[i], chance[i] = exponential(first), share_of(second)
        survivors = np.uint64(0)
        for i in range(alive):
            c, t = np.int64(cell[i]), np.int64(when[i])
            if number[i] > 0:
                start, stop = net.edge_start[np.uint64(c)], net.edge_start[np.uint64(c + 1)]
                e = exit_of(clocks.share, clocks.span_of[np.uint64(t)], start, stop, chance[i])
                flow[np.uint64(t), np.uint64(e)] += 1
                c = np.int64(net.edge_target[np.uint64(e)])
                t += clocks.advance[np.uint64(c)]
            t = leave_step(clocks, c, t, stay[i])
            if t == STRANDED:
                return np.int64(when[i]), c
            stream[survivors], number[survivors] = stream[i], number[i] + np.uint32(1)
            cell[survivors], when[survivors] = c, t
            survivors += np.uint64(t < steps)
        alive = np.int64(survivors)
