"""The contract of `network/arrays.py` read aloud: slow, plain, one lane.

Nothing here is clever, so that it can be checked by eye against the contract; `expected.solve`
must agree with it to 1e-10.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from safepassage.network.arrays import (
    DELAY,
    EDGE,
    HELD,
    INSTANT,
    SATURATING,
    STOCK,
    Floats,
    Network,
    Tables,
)


class Reading(NamedTuple):
    """What the slow reading of a network yields."""

    counts: Floats
    """(T + 1, N)"""
    quantities: Floats
    """(Q, T)"""
    feedback: Floats
    """(K, T)"""
    edge_flows: Floats
    """(T, E) persons moved"""
    entry_flows: Floats
    """(T, I) persons entered"""


def feedback_factor(network: Network, tables: Tables, k: int, people: Any, month: int) -> float:
    """The factor of feedback k, given the people in each cell."""
    members = network.feedback_cell[network.feedback_start[k] : network.feedback_start[k + 1]]
    load = sum(float(people[c]) for c in members)
    if network.feedback_kind[k] != SATURATING:
        return load
    if load <= 0.0:
        return 1.0
    return 1.0 / (1.0 + (load / tables.capacity[k, month]) ** network.feedback_sharpness[k])


def split(kind: int, rates: list[float], step_years: float) -> tuple[float, list[float]]:
    """Shares of a cell's people who stay and who take each exit in one step."""
    total = math.fsum(rates)
    if kind == HELD:
        leaving = -math.expm1(-total * step_years)
        return math.exp(-total * step_years), [leaving * r / total if total else 0.0 for r in rates]
    return 0.0, [r / total if total else 0.0 for r in rates]


def read_aloud(network: Network, tables: Tables) -> Reading:
    """Run every step; raise ValueError where people reach a cell that they cannot pass."""
    steps, cells = network.steps, len(network.cells)
    edges, entries = len(network.edge_target), len(network.entry_target)
    feedbacks, quantities = len(network.feedback_kind), len(network.quantity_name)
    counts = np.zeros((steps + 1, cells))
    counts[0] = tables.initial
    measured, factors = np.zeros((quantities, steps)), np.zeros((feedbacks, steps))
    edge_flows, entry_flows = np.zeros((steps, edges)), np.zeros((steps, entries))
    for t, month in enumerate(network.month_of_step):
        people, after = counts[t], counts[t + 1]
        for k in range(feedbacks):
            factors[k, t] = feedback_factor(network, tables, k, people, month)

        def acting(k: int, step: int = t) -> float:
            return float(factors[k, step]) if k >= 0 else 1.0

        def leave(c: int, present: float, step: int = t, now: int = month) -> float:
            exits = range(network.edge_start[c], network.edge_start[c + 1])
            rates = [
                float(tables.scale[e] * tables.series[network.edge_series[e], now])
                * acting(network.edge_feedback[e])
                for e in exits
            ]
            stay, shares = split(network.kind[c], rates, network.step_years)
            if present > 0.0 and network.kind[c] != HELD and not sum(rates) > 0.0:
                raise ValueError(f"people cannot pass '{network.cells[c].state}' in step {step}")
            for e, share in zip(exits, shares, strict=True):
                edge_flows[step, e] = present * share
                counts[step + 1, network.edge_target[e]] += present * share
            return present * stay

        for c in range(cells):
            if network.kind[c] in (HELD, DELAY):
                after[c] += leave(c, float(people[c]))
            else:
                after[c] += people[c]
        for i in range(entries):
            moved = tables.entries[i, month] * network.step_years
            entry_flows[t, i] = moved * acting(network.entry_feedback[i])
            after[network.entry_target[i]] += entry_flows[t, i]
        for c in network.instant_order:
            present, after[c] = float(after[c]), 0.0
            leave(c, present)
        assert not after[network.kind == INSTANT].any()

        for q in range(quantities):
            for tap in range(network.tap_start[q], network.tap_start[q + 1]):
                kind, index = network.tap_kind[tap], network.tap_index[tap]
                source = (
                    after if kind == STOCK else (edge_flows if kind == EDGE else entry_flows)[t]
                )
                measured[q, t] += source[index]
    return Reading(counts, measured, factors, edge_flows, entry_flows)
