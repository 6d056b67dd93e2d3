"""The past of those who move or are there: how long they were somewhere, whether ever.

Mean flows forget where people come from. Here the same flows are run once more, with the feedback
factors of the first run, and people are kept apart by a *class*: the half-year in which they came
into given states from outside, the month for as long as it matters, or whether they were ever in
some. The numbers of all classes add up to those of the first run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from safepassage.engines.expected.durations_kernel import BEGIN, FORGET, KEEP, MARK, OLD, carry
from safepassage.engines.expected.kernel import structure_of
from safepassage.engines.expected.solve import Trajectory
from safepassage.engines.jit.blocks import (
    aligned,
    batch_size_of,
    blocks_of,
    over_blocks,
    padded_tables,
)
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
    """Who moves or is there, by the half-year in which they came to where they were.

    Args:
        network: The structure.
        tables: Its numbers, with or without a batch axis.
        run: The mean flows of these tables.
        quantities: Rows of the flows and stocks looked at, M of them.
        cells: (N,) whether time counts in a cell; it begins when a person comes in from outside.
        threads: At most so many threads.

    Returns:
        (M, T, C, B) persons, with a batch axis even for one draw, and (T,) the class that begins in
        each step. Class 0 did not come from the cells; those who are there at the start have come
        in the first half-year.
    """
    rule = np.where(cells, BEGIN, np.where(network.kind == INSTANT, KEEP, FORGET))
    class_of = 1 + network.month_of_step // MONTHS
    classes = np.arange(int(class_of.max(initial=0)) + 1)
    column = np.broadcast_to(classes, (network.steps, len(classes)))
    return _carry(network, tables, run, quantities, rule, class_of, column, threads), class_of


def longer_than(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    cells: np.ndarray,
    months: float,
    *,
    threads: int | None = None,
) -> Floats:
    """(M, T, B) persons of stocks who have been in some cells for longer than so many months.

    Months of coming are kept apart until they are long enough ago. Whoever came in a month came at
    any time of it, and a stock is that of a step's end: for a whole number of months, and at the
    end of a month, nothing is approximated.

    Args:
        network: The structure.
        tables: Its numbers, with or without a batch axis.
        run: The mean flows of these tables.
        quantities: Rows of the stocks looked at, M of them.
        cells: (N,) whether time counts in a cell; it begins when a person comes in from outside.
        months: So many.
        threads: At most so many threads.
    """
    rule = np.where(cells, BEGIN, np.where(network.kind == INSTANT, KEEP, FORGET))
    slots = max(int(np.ceil(months)), 1)  # a month's class is used again so many months later
    month = network.month_of_step
    class_of = OLD + 1 + month % slots
    opens = np.concatenate([[True], month[1:] != month[:-1]])
    retired = np.where(opens & (month >= slots), class_of, -1)
    column = np.zeros((network.steps, OLD + 1 + slots), np.int32)
    column[:, OLD] = 1
    oldest = OLD + 1 + (month + 1) % slots  # came slots - 1 months ago, once there are so many
    complete = np.flatnonzero(month >= slots - 1)
    column[complete, oldest[complete]] = 2
    people = _carry(
        network, tables, run, quantities, rule, class_of, column, threads, retired=retired
    )
    return people[:, :, 1] + (slots - months) * people[:, :, 2]


def by_having_been(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    cells: np.ndarray,
    *,
    threads: int | None = None,
) -> Floats:
    """(M, T, 2, B) persons who move or are there and never were, or were, in some cells."""
    rule = np.where(cells, MARK, KEEP)
    class_of = np.ones(network.steps, np.int32)
    column = np.broadcast_to(np.arange(2), (network.steps, 2))
    return _carry(network, tables, run, quantities, rule, class_of, column, threads)


def _carry(
    network: Network,
    tables: Tables,
    run: Trajectory,
    quantities: Sequence[int],
    rule: np.ndarray,
    class_of: Ints,
    column: np.ndarray,
    threads: int | None,
    *,
    retired: np.ndarray | None = None,
) -> Floats:
    batch = batch_size_of(tables) or 1
    net, padded = structure_of(network), padded_tables(network, tables, batch)
    feedback = blocks_of(np.asarray(run.feedback, np.float64), 3, batch)
    width, columns = padded.scale.shape[-1], int(column.max(initial=0)) + 1
    out = aligned((len(quantities), network.steps, columns, width), zero=True)
    leaves = np.full(network.steps, -1) if retired is None else retired

    def block(first: int) -> None:
        carry(
            net, padded, first, feedback, np.asarray(rule, np.int32),
            np.asarray(class_of, np.int32), np.asarray(leaves, np.int32),
            np.asarray(quantities, np.int32), np.ascontiguousarray(column, np.int32), out,
        )  # fmt: skip

    over_blocks(block, batch, threads)
    return out[..., :batch]
