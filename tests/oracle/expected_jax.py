"""The mean-count recursion as a `jax.lax.scan`: runs on an accelerator, and checks the adjoint.

One lane; `jax.vmap` makes several. Float64 is needed (`jax.config.update("jax_enable_x64", True)`):
in float32 people are lost.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from safepassage.network.arrays import (
    EDGE,
    ENTRY,
    HELD,
    INSTANT,
    SATURATING,
    STOCK,
    Floats,
    Network,
    Tables,
)


class Reading(NamedTuple):
    """Counts (T + 1, N) and quantities (Q, T)."""

    counts: jax.Array
    quantities: jax.Array


def solve(network: Network, tables: Tables) -> Reading:
    """Run the mean counts of one lane through every step.

    Unlike `expected.solve` it cannot raise: people who reach a cell with no open exit vanish.

    Raises:
        ValueError: The tables would be computed in float32.
    """
    if not jax.config.jax_enable_x64:  # pyright: ignore[reportAttributeAccessIssue]
        raise ValueError("jax computes in float32: set jax_enable_x64 before the first array")
    numbers = Tables(*(jnp.asarray(table, dtype=jnp.float64) for table in tables))
    measure = _measures(network)
    instant = network.kind == INSTANT

    def step(people: jax.Array, month: Any) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        factors = _factors(network, numbers.capacity[:, month], people)
        rate = numbers.scale * numbers.series[network.edge_series, month]
        rate = rate * _acting(factors, network.edge_feedback)
        total = jnp.zeros(len(network.kind)).at[network.edge_source].add(rate)
        stay, gain = _stay_and_gain(network, total)
        share = gain[network.edge_source] * rate
        moved = jnp.where(instant, 0.0, people)[network.edge_source] * share
        entered = numbers.entries[:, month] * network.step_years
        entered = entered * _acting(factors, network.entry_feedback)
        after = jnp.where(instant, people, people * stay)
        after = after.at[network.edge_target].add(moved).at[network.entry_target].add(entered)
        for c in network.instant_order:
            exits = slice(int(network.edge_start[c]), int(network.edge_start[c + 1]))
            passing = after[c] * share[exits]
            moved = moved.at[exits].set(passing)
            after = after.at[c].set(0.0).at[network.edge_target[exits]].add(passing)
        stocks, edges, entries = measure
        quantities = stocks @ after + edges @ moved + entries @ entered
        return after, (after, quantities)

    _, (after, quantities) = jax.lax.scan(step, numbers.initial, network.month_of_step)
    return Reading(jnp.concatenate([numbers.initial[None], after]), quantities.T)


def _measures(network: Network) -> tuple[Floats, Floats, Floats]:
    """Matrices that sum stocks, edge flows and entries into quantities."""
    rows = np.repeat(np.arange(len(network.quantity_name)), np.diff(network.tap_start))
    sizes = {
        STOCK: len(network.kind),
        EDGE: len(network.edge_target),
        ENTRY: len(network.entry_target),
    }
    matrices: list[Floats] = []
    for kind, size in sizes.items():
        matrix = np.zeros((len(network.quantity_name), size))
        chosen = network.tap_kind == kind
        np.add.at(matrix, (rows[chosen], network.tap_index[chosen]), 1.0)
        matrices.append(matrix)
    return matrices[0], matrices[1], matrices[2]


def _acting(factors: jax.Array, index: Any) -> jax.Array:
    """The factor of each edge or entry; index -1 reads the 1 that is appended."""
    return jnp.append(factors, 1.0)[index]


def _factors(network: Network, capacity: jax.Array, people: jax.Array) -> jax.Array:
    rows = np.repeat(np.arange(len(network.feedback_kind)), np.diff(network.feedback_start))
    load = jnp.zeros(len(network.feedback_kind)).at[rows].add(people[network.feedback_cell])
    some = load > 0.0
    sharpness = network.feedback_sharpness
    curved = jnp.where(some, (jnp.where(some, load, 1.0) / capacity) ** sharpness, 0.0)
    # with sharpness 1 the slope at a load of zero is that of the straight ratio
    saturating = 1.0 / (1.0 + jnp.where(sharpness == 1.0, load / capacity, curved))
    return jnp.where(network.feedback_kind == SATURATING, saturating, load)


def _stay_and_gain(network: Network, total: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Share of each cell's people who stay, and the share that leaves per unit of rate."""
    held = network.kind == HELD
    x = jnp.where(held, total, 1.0) * network.step_years
    small = x < 1e-3  # below it five terms of the series are exact, and its derivative is too
    series = 1.0 - x / 2 + x**2 / 6 - x**3 / 24 + x**4 / 120
    safe = jnp.where(small, 1.0, x)
    gain = jnp.where(small, series, -jnp.expm1(-safe) / safe) * network.step_years
    open_ = total > 0.0
    weight = jnp.where(open_, 1.0 / jnp.where(open_, total, 1.0), 0.0)
    return jnp.where(held, jnp.exp(-x), 0.0), jnp.where(held, gain, weight)
