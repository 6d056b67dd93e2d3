"""People who take a way, walked forward one by one: the slow answer to what awaits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from safepassage.engines.expected import solve
from safepassage.network.arrays import Network, Tables
from safepassage.network.compile import Compiled


def _alone(
    network: Network, tables: Tables, factors: np.ndarray, rows: np.ndarray, ends: Sequence[str]
) -> tuple[Network, Tables]:
    """The network of one person: nobody enters, nobody else is there, `ends` have no exits."""
    series = tables.series[network.edge_series][:, rows].copy()
    for e, k in enumerate(network.edge_feedback):
        if k >= 0:
            series[e] *= factors[k, rows]
    stays = np.isin([network.cells[c].state for c in network.edge_source], ends)
    kind = np.where(np.isin([c.state for c in network.cells], ends), 0, network.kind)
    scale = np.where(stays, 0.0, tables.scale)
    no_rows = np.zeros(0, np.int32)
    still = replace(
        network,
        kind=kind.astype(np.int8),
        month_of_step=np.arange(len(rows), dtype=np.int32),
        edge_series=np.arange(len(scale), dtype=np.int32),
        edge_feedback=np.full(len(scale), -1, np.int32),
        feedback_kind=np.zeros(0, np.int8),
        feedback_sharpness=np.zeros(0),
        feedback_start=np.zeros(1, np.int32),
        feedback_cell=no_rows,
        entry_target=no_rows,
        entry_feedback=no_rows,
        entry_name=(),
        entry_group=(),
        quantity_name=(),
        tap_start=np.zeros(1, np.int32),
        tap_kind=np.zeros(0, np.int8),
        tap_index=no_rows,
    )
    empty = np.zeros((0, len(rows)))
    return still, Tables(scale, series, empty, np.zeros(len(network.kind)), empty)


def walk(
    compiled: Compiled,
    z: np.ndarray,
    run: Any,
    way: str,
    lane: int,
    *,
    last: int,
    groups: Sequence[str] = (),
    ends: Sequence[str] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Where a way's people are at its horizon (N,), and what they passed (months, E), per person.

    They set out in the twelve months that end with row `last`, under the conditions of those
    months again and again. In the states `ends` they stay.
    """
    network = compiled.network
    tables = Tables(*(t[..., lane] for t in compiled.program.tables(z)))
    horizon = compiled.model.ways[way].horizon_months
    window = np.arange(last - 11, last + 1)
    people, where = 0.0, np.zeros(len(network.cells))
    moved = np.zeros((horizon, len(network.edge_name)))
    for q, name in enumerate(network.quantity_name):
        if not name.startswith(f"way:{way}:"):
            continue
        cell = int(name.split(":")[2])
        if groups and network.cells[cell].group not in groups:
            continue
        for first in range(12):
            weight = run.quantities[q, window[first], lane]
            rows = window[(first + np.arange(horizon)) % 12]
            still, one = _alone(network, tables, run.feedback[:, :, lane], rows, ends)
            one.initial[cell] = 1.0
            alone = solve.solve(still, one)
            where += weight * alone.counts[-1]
            steps = np.arange(horizon)
            moved += weight * solve.flows(still, one, steps).edges
            people += weight
    return where / people, moved / people


def outcomes(compiled: Compiled) -> np.ndarray:
    """(N,) outcome of each cell; empty for a branch."""
    states = compiled.model.states
    return np.array(
        [states[c.state].outcome if c.state in states else "" for c in compiled.network.cells]
    )


def edges_into(compiled: Compiled, outcome: str) -> np.ndarray:
    """(E,) edges that lead into cells of an outcome from others."""
    of, network = outcomes(compiled), compiled.network
    return (of[network.edge_target] == outcome) & (of[network.edge_source] != outcome)
