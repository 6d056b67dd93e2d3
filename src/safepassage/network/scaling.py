"""The same system with more people, or fewer."""

from __future__ import annotations

import numpy as np

from safepassage.network.arrays import PROPORTIONAL, Network, Tables

MOST_PEOPLE = 2.0**53
"""Whole people up to here can be distinguished in float64."""


def people_at_least(network: Network, tables: Tables) -> float:
    """Persons at the start and entering, in the fullest lane; those whom others bring left out."""
    alone = network.entry_feedback < 0
    entering = tables.entries[alone][:, network.month_of_step].sum(axis=(0, 1))
    return float(np.max(tables.initial.sum(axis=0) + entering * network.step_years))


def scaled(network: Network, tables: Tables, people: float) -> Tables:
    """Tables for `people` times as many people whose lives are the same.

    Stocks, inflows and capacities grow with the people. Where a feedback multiplies by a head
    count, the number that it multiplies is left as it is (an inflow) or divided (a hazard), since
    the head count has grown already.

    Args:
        network: The structure.
        tables: Its numbers, with or without lanes.
        people: Factor above 0.
    """

    def grown(feedback: np.ndarray) -> np.ndarray:
        kind = network.feedback_kind[feedback] if len(network.feedback_kind) else feedback
        return (feedback >= 0) & (kind == PROPORTIONAL)

    def factor(values: np.ndarray, like: np.ndarray) -> np.ndarray:
        return values.reshape(values.shape + (1,) * (like.ndim - 1))

    entries = np.where(grown(network.entry_feedback), 1.0, people)
    edges = np.where(grown(network.edge_feedback), 1.0 / people, 1.0)
    capacity = np.where(network.feedback_kind == PROPORTIONAL, 1.0, people)
    return Tables(
        scale=tables.scale * factor(edges, tables.scale),
        series=tables.series,
        entries=tables.entries * factor(entries, tables.entries),
        initial=tables.initial * people,
        capacity=tables.capacity * factor(capacity, tables.capacity),
    )


def quickest(network: Network, tables: Tables) -> tuple[float, int]:
    """The largest total hazard (per year) that a HELD cell ever has, and the cell.

    Saturating feedbacks count as 1, their largest value; exits with a head count are left out.
    """
    plain = network.edge_feedback < 0
    saturating = network.edge_feedback >= 0
    if len(network.feedback_kind):
        saturating &= network.feedback_kind[network.edge_feedback] != PROPORTIONAL
    total = np.zeros((len(network.cells), tables.series.shape[1]))
    acting = np.flatnonzero(plain | saturating)
    rates = tables.scale[acting, None] * tables.series[network.edge_series[acting]]
    np.add.at(total, network.edge_source[acting], rates)
    total[network.kind != 0] = 0.0
    largest = total.max(axis=1, initial=0.0)
    cell = int(largest.argmax())
    return float(largest[cell]), cell
