"""What lies behind those who move: how long they have been somewhere, whether they ever were.

Mean flows forget where people come from. Here the same flows are run once more, with the feedback
factors of the first run, and people are kept apart by a *class*: the half-year in which they came
into given states from outside, or whether they were ever in some. The numbers of all classes add up
to those of the first run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safepassage.engines._blocks import aligned, blocks_of, lanes_of, over_blocks, padded_tables
from safepassage.engines._expected_kernel import structure_of
from safepassage.engines._memory_kernel import BEGIN, FORGET, KEEP, MARK, carry
from safepassage.engines.expected import Trajectory
from safepassage.network.arrays import INSTANT, Floats, Ints, Network, Tables

MONTHS = 6
"""Months of one class of coming."""


def by_time_of_coming(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    cells: np.ndarray,
    *,
    threads: int | None = None,
) -> tuple[Floats, Ints]:
    """Who moves, by the half-year in which they came to where they were.

    Args:
        network: The structure.
        tables: Its numbers, with or without lanes.
        run: The mean flows of these tables.
        quantities: Rows of the flows looked at, M of them.
        cells: (N,) whether time counts in a cell; it begins when a person comes in from outside.
        threads: At most so many threads.

    Returns:
        (M, T, C, B) persons, with a lane axis even for one lane, and (T,) the class that begins in
        each step. Class 0 did not come from the cells; those who are there at the start have come
        in the first half-year.
    """
    rule = np.where(cells, BEGIN, np.where(network.kind == INSTANT, KEEP, FORGET))
    class_of = 1 + network.month_of_step // MONTHS
    return _carry(network, tables, run, quantities, rule, class_of, threads), class_of


def by_having_been(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    cells: np.ndarray,
    *,
    threads: int | None = None,
) -> Floats:
    """(M, T, 2, B) persons who move and never were, or were, in some cells. As above."""
    rule = np.where(cells, MARK, KEEP)
    class_of = np.ones(network.steps, np.int32)
    return _carry(network, tables, run, quantities, rule, class_of, threads)


def _carry(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    rule: np.ndarray,
    class_of: Ints,
    threads: int | None,
) -> Floats:
    lanes = lanes_of(tables) or 1
    net, padded = structure_of(network), padded_tables(network, tables, lanes)
    feedback = blocks_of(np.asarray(run.feedback, np.float64), 3, lanes)
    classes = int(class_of.max(initial=0)) + 1
    width = padded.scale.shape[-1]
    out = aligned((len(quantities), network.steps, classes, width), zero=True)

    def block(first: int) -> None:
        carry(
            net, padded, first, feedback, np.asarray(rule, np.int32),
            np.asarray(class_of, np.int32), np.asarray(quantities, np.int32), out,
        )  # fmt: skip

    over_blocks(block, lanes, threads)
    return out[..., :lanes]
