"""Mean counts: the recursion of `network/arrays.py` in float64, with its exact gradient.

The hot loop of a fit. The batch (chains, draws) is the last axis of every array; it is spread
over threads in blocks of eight lanes, one cache line.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.expected.adjoint import reverse
from safepassage.engines.expected.kernel import DONE, forward, structure_of
from safepassage.engines.jit.blocks import (
    PLAIN,
    aligned,
    batch_size_of,
    blocks_of,
    over_blocks,
    padded_tables,
    stranded,
)
from safepassage.network.arrays import Floats, Network, Tables


class Trajectory(NamedTuple):
    """Where people are and what was measured. Without a batch the axis B is absent."""

    counts: Floats
    """(T + 1, N, B) persons in each cell at the start of each step, and at the end."""
    quantities: Floats
    """(Q, T, B) stocks at the end of a step, persons moved in it for flows."""
    passed: Floats
    """(T, J, B) persons who passed each INSTANT cell, in `instant_order`."""
    feedback: Floats
    """(K, T, B) feedback factors."""


class Flows(NamedTuple):
    """Persons moved, summed over windows of steps."""

    edges: Floats
    """(W, E, B)"""
    entries: Floats
    """(W, I, B)"""


class People(NamedTuple):
    """How many have entered, are inside, have left, at the end of each step."""

    entered: Floats
    """(T, B) since the start, with those who were inside at the start."""
    inside: Floats
    """(T, B) in cells that have exits."""
    left: Floats
    """(T, B) in absorbing cells."""


def solve(network: Network, tables: Tables, *, threads: int | None = None) -> Trajectory:
    """Run the mean counts through every step.

    Args:
        network: The structure.
        tables: Its numbers; any table may carry a trailing batch axis of the same length B.
        threads: At most so many threads; by default one for each block of eight lanes, up to
            the machine's cores.

    Returns:
        The trajectory, with a batch axis if any table has one.

    Raises:
        ValueError: People reach a DELAY or INSTANT cell all of whose weights are zero, or the
            tables' shapes do not fit the network.
    """
    return _run(network, tables, np.full(network.steps, -1, dtype=np.int32), threads)[0]


def flows(
    network: Network, tables: Tables, window: NDArray[Any], *, threads: int | None = None
) -> Flows:
    """Persons moved along every edge and through every entry, summed over windows of steps.

    Args:
        network: The structure.
        tables: Its numbers.
        window: (T,) for each step the window that its flows belong to, 0, 1, ..., or -1 for none.
        threads: As in `solve`.
    """
    return _run(network, tables, np.ascontiguousarray(window, dtype=np.int32), threads)[1]


def solve_adjoint(
    network: Network,
    tables: Tables,
    trajectory: Trajectory,
    d_quantities: NDArray[Any],
    *,
    threads: int | None = None,
) -> Tables:
    """Gradient of a function of the quantities with respect to every table.

    Args:
        network: The structure.
        tables: The tables that were solved.
        trajectory: What `solve` returned for them.
        d_quantities: (Q, T, B) derivative of the function with respect to each quantity.
        threads: As in `solve`.

    Returns:
        Gradients in the tables' own shapes; a table without a batch gets the sum over the batch.
    """
    net, batch = structure_of(network), batch_size_of(tables)
    if np.shape(d_quantities) != np.shape(trajectory.quantities):
        raise ValueError(
            f"d_quantities has shape {np.shape(d_quantities)}, the trajectory's quantities "
            f"{np.shape(trajectory.quantities)}"
        )
    padded = padded_tables(network, tables, batch or 1)
    gradients = Tables(*(aligned(table.shape, zero=True) for table in padded))
    counts, passed, d_quantity = (
        blocks_of(np.asarray(values, dtype=np.float64), 3, batch or 1)
        for values in (trajectory.counts, trajectory.passed, d_quantities)
    )

    def block(first: int) -> None:
        reverse(net, padded, first, counts, passed, d_quantity, gradients)

    over_blocks(block, batch or 1, threads)
    return Tables(
        *(
            gradient[..., : batch or 1]
            if np.ndim(table) > axes
            else gradient[..., : batch or 1].sum(axis=-1)
            for gradient, table, axes in zip(gradients, tables, PLAIN, strict=True)
        )
    )


def people(network: Network, tables: Tables, trajectory: Trajectory) -> People:
    """Count who has entered, is inside and has left by the end of each step.

    Those who entered are counted from the tables, not as the sum of the others, so that the
    three can be held against each other.
    """
    begun = np.asarray(tables.initial).sum(axis=0)
    entrants = np.asarray(tables.entries)[:, network.month_of_step] * network.step_years
    acted = np.flatnonzero(network.entry_feedback >= 0)
    factor = trajectory.feedback[network.entry_feedback[acted]]
    entrants[acted] = entrants[acted] * factor
    after = trajectory.counts[1:]
    left = after[:, network.absorbing].sum(axis=1)
    inside = after[:, ~network.absorbing].sum(axis=1)
    return People(entered=begun + entrants.sum(axis=0).cumsum(axis=0), inside=inside, left=left)


def _run(
    network: Network, tables: Tables, window: NDArray[np.int32], threads: int | None
) -> tuple[Trajectory, Flows]:
    net, batch = structure_of(network), batch_size_of(tables)
    padded = padded_tables(network, tables, batch or 1)
    width = padded.scale.shape[-1]
    steps, windows = network.steps, int(window.max(initial=-1)) + 1
    trajectory = Trajectory(
        counts=aligned((steps + 1, len(net.kind), width)),
        quantities=aligned((len(net.tap_start) - 1, steps, width)),
        passed=aligned((steps, len(net.instant_order), width)),
        feedback=aligned((len(net.feedback_kind), steps, width)),
    )
    window_flows = Flows(
        edges=aligned((windows, len(net.edge_target), width), zero=True),
        entries=aligned((windows, len(net.entry_target), width), zero=True),
    )

    def block(first: int) -> None:
        step, cell = forward(
            net, padded, first, window, trajectory.counts, trajectory.passed,
            trajectory.quantities, trajectory.feedback, window_flows.edges, window_flows.entries,
        )  # fmt: skip
        if step != DONE:
            raise ValueError(stranded(network, step, cell))

    over_blocks(block, batch or 1, threads)
    columns = 0 if batch is None else slice(batch)
    return Trajectory(*(a[..., columns] for a in trajectory)), Flows(
        *(a[..., columns] for a in window_flows)
    )
