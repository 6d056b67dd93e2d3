"""The draw kernel: how many people leave a cell and where they go, from chances alone.

It knows nothing of hazards. A *dynamics* (declared hazards, jumps over months, another simulator's
day) supplies for each step, in one or more phases, the chance to leave each cell and the share of
each exit among those not yet taken, from counts frozen at the phase's start; then this draws.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload

from safepassage.engines.ensemble import Events
from safepassage.engines.jit.compile import inline, integers, read_only
from safepassage.engines.jit.simd import add_to, any_differs, read, spread, whole, write
from safepassage.engines.rng.philox import words
from safepassage.engines.rng.quantiles import binomials, poissons
from safepassage.network.arrays import Network


class Exits(NamedTuple):
    """Where each cell's exits lead, and the names of their random events."""

    edge_start: Any
    edge_target: Any
    leave_event: Any
    edge_event: Any
    entry_target: Any
    entry_event: Any
    initial_event: Any


class StreamKey(NamedTuple):
    """Which random stream each lane draws from."""

    key: Any
    """(SIMD_WIDTH,) uint64 of seed and draw."""
    replicate: Any
    """(SIMD_WIDTH,) uint64."""


def exits_of(network: Network, events: Events) -> Exits:
    """Collect the arrays in the types that the kernels are compiled for."""

    def hashes(values: Any) -> Any:
        return read_only(np.ascontiguousarray(values, dtype=np.uint64))

    return Exits(
        edge_start=integers(network.edge_start),
        edge_target=integers(network.edge_target),
        leave_event=hashes(events.leave),
        edge_event=hashes(events.edge),
        entry_target=integers(network.entry_target),
        entry_event=hashes(events.entry),
        initial_event=hashes(events.initial),
    )


@inline
def leave(
    exits: Exits, stream: StreamKey, step: int, cell: int, present: Any, chance: Any, shares: Any,
    flow: Any, after: Any,
) -> Any:  # fmt: skip
    """Draw who leaves a cell and by which exit; return how many stay.

    Args:
        exits: The structure.
        stream: Streams of the lanes.
        step: Number of the step, which random numbers depend on.
        cell: Row of the cell.
        present: Lanes of people in the cell.
        chance: Lanes of chances to leave; not read where `shares` decides alone.
        shares: (E, SIMD_WIDTH), or (E,) for all: share of each exit among those not yet taken.
        flow: (E, SIMD_WIDTH), written.
        after: (N, SIMD_WIDTH), added to.
    """
    first, last = exits.edge_start[cell], exits.edge_start[cell + 1]
    moving = spread(0.0)
    if any_differs(present, 0.0):
        moving = present
        if any_differs(chance, 1.0):
            bits = words(stream.key, exits.leave_event[cell], stream.replicate, step)
            moving = binomials(present, chance, bits)
    stays = present - moving
    for e in range(first, last):
        exiting = moving
        if e + 1 < last and any_differs(moving, 0.0):
            bits = words(stream.key, exits.edge_event[e], stream.replicate, step)
            exiting = binomials(moving, _share(shares, e), bits)
        moving = moving - exiting
        write(flow, (e, 0), exiting)
        add_to(after, (exits.edge_target[e], 0), exiting)
    return stays


def _share(shares, exit_):
    """The share of one exit in every lane; Numba compiles `_share_in_kernel` in its place."""
    raise TypeError("`_share` works inside kernels alone")


@overload(_share)
def _share_in_kernel(shares, exit_):  # Numba compares the signatures to the letter: no types
    if shares.ndim == 1:
        return lambda shares, exit_: spread(shares[exit_])
    return lambda shares, exit_: read(shares, (exit_, 0))


@inline
def enter(
    exits: Exits, stream: StreamKey, step: int, entry: int, mean: Any, entered: Any, after: Any
) -> None:
    """Draw how many enter through an entry, Poisson with the mean given."""
    drawn = poissons(mean, words(stream.key, exits.entry_event[entry], stream.replicate, step))
    write(entered, (entry, 0), drawn)
    add_to(after, (exits.entry_target[entry], 0), drawn)


@inline
def begin(exits: Exits, stream: StreamKey, cell: int, mean: Any) -> Any:
    """Round a broken number of people at the start, up with the chance of its fraction."""
    below = whole(mean)
    bits = words(stream.key, exits.initial_event[cell], stream.replicate, 0)
    return below + binomials(spread(1.0), mean - below, bits)
