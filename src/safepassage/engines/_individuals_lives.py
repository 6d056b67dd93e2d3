"""Whole lives, one after another: for networks in which nobody's moves bear on another's.

Without feedbacks and ties a person's life is a function of their luck alone. So it is run from
birth to its end at once, and nothing is kept of the person: 0 bytes each. A few hundred lives are
run side by side, one move of each at a time, so that their random numbers are drawn eight at once
and no life waits for another's memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines._compile import kernel
from safepassage.engines._expected_kernel import Structure
from safepassage.engines._individuals_clocks import STRANDED, Clocks, exit_of, leave_step
from safepassage.engines._individuals_luck import exponential, own_luck, pair, share_of

SIDE_BY_SIDE = 512
"""Lives that run together: their records fit the innermost cache."""
DONE = -1


@kernel
def live(
    net: Structure,
    clocks: Clocks,
    key: int,
    replicate: int,
    cohort_luck: Any,
    cohort_size: Any,
    cohort_cell: Any,
    cohort_step: Any,
    flow: Any,
) -> tuple[int, int]:
    """Run every life of some cohorts; return (DONE, 0), or the step and cell where people strand.

    Args:
        net: The network's structure, without feedbacks.
        clocks: Its clocks.
        key: uint64 of seed and draw.
        replicate: uint64.
        cohort_luck: (J,) uint64, what the people of a cohort have in common.
        cohort_size: (J,) persons.
        cohort_cell: (J,) where they come.
        cohort_step: (J,) first step in which they may leave.
        flow: (T, E) int32 persons moved, added to.
    """
    size, steps = SIDE_BY_SIDE, clocks.steps
    luck, number = np.empty(size, np.uint64), np.empty(size, np.uint32)
    cell, when = np.empty(size, np.int32), np.empty(size, np.int32)
    stay, chance = np.empty(size), np.empty(size)
    cohort, index, cohorts, alive = 0, 0, cohort_size.shape[0], 0
    while True:
        while alive < size and cohort < cohorts:
            if index == cohort_size[cohort]:
                cohort, index = cohort + 1, 0
                continue
            luck[alive] = own_luck(cohort_luck[cohort], index)
            number[alive], cell[alive] = 0, cohort_cell[cohort]
            when[alive] = cohort_step[cohort]
            index += 1
            alive += 1
        if alive == 0:
            return DONE, 0
        for i in range(alive):
            first, second = pair(key, luck[i], np.uint64(number[i]), replicate)
            stay[i], chance[i] = exponential(first), share_of(second)
        kept = 0
        for i in range(alive):
            c, t = cell[i], np.int64(when[i])
            if number[i] > 0:
                shares = clocks.share[clocks.span_of[t]]
                e = exit_of(shares, net.edge_start[c], net.edge_start[c + 1], chance[i])
                flow[t, e] += 1
                c = net.edge_target[e]
                t += clocks.advance[c]
            t = leave_step(clocks, c, t, stay[i])
            if t == STRANDED:
                return np.int64(when[i]), np.int64(c)
            luck[kept], number[kept] = luck[i], number[i] + np.uint32(1)
            cell[kept], when[kept] = c, t
            kept += np.int64(t < steps)
        alive = kept
