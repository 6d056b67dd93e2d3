"""Values of a cohort against forward runs of the slow twin with a single person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.networks import Sketch, random_network
from tests.oracle import expected

from safepassage.engines import cohort_values
from safepassage.network.arrays import Tables


def alone(network, tables, factors, months, start):
    """One person in one cell, no entries, feedback factors frozen to the given ones."""
    scale = np.array(tables.scale, float)
    series = tables.series[network.edge_series][:, months].copy()
    for e, k in enumerate(network.edge_feedback):
        if k >= 0:
            series[e] *= factors[k, months]
    frozen = replace(
        network,
        month_of_step=np.arange(len(months), dtype=np.int32),
        edge_series=np.arange(len(scale), dtype=np.int32),
        edge_feedback=np.full(len(scale), -1, np.int32),
        feedback_kind=np.zeros(0, np.int8),
        feedback_sharpness=np.zeros(0),
        feedback_start=np.zeros(1, np.int32),
        feedback_cell=np.zeros(0, np.int32),
        entry_target=np.zeros(0, np.int32),
        entry_feedback=np.zeros(0, np.int32),
        quantity_name=(),
        tap_start=np.zeros(1, np.int32),
        tap_kind=np.zeros(0, np.int8),
        tap_index=np.zeros(0, np.int32),
    )
    initial = np.zeros(len(network.kind))
    initial[start] = 1.0
    empty = np.zeros((0, len(months)))
    return expected.read_aloud(frozen, Tables(scale, series, empty, initial, empty))


@pytest.mark.parametrize("seed", range(6))
def test_values_are_those_of_a_single_person_walked_forward(seed):
    network, tables = random_network(seed, cells=10, steps=24, steps_per_month=1 + seed % 2)
    rng = np.random.default_rng(seed)
    n, e, r = len(network.kind), len(network.edge_target), 3
    factors = rng.random((len(network.feedback_kind), tables.series.shape[1]))
    months = np.arange(7, 7 + 20) % tables.series.shape[1]
    terminal, reward, elapsed = rng.random((n, r)), rng.random((e, r)), rng.random((e, r))
    nobody = np.zeros((n, r), bool)
    values = cohort_values(network, tables, factors, months, terminal, reward, elapsed, nobody)
    assert values.shape == (n, r)
    when = (np.arange(len(months)) + 1) / network.steps_per_month
    for start in range(n):
        walk = alone(network, tables, factors, months, start)
        told = walk.counts[-1] @ terminal
        told += walk.edge_flows.sum(axis=0) @ reward + (when @ walk.edge_flows) @ elapsed
        np.testing.assert_allclose(values[start], told, rtol=1e-10)


def test_several_cohorts_are_the_cohorts_one_by_one():
    network, tables = random_network(2, steps=24)
    rng = np.random.default_rng(0)
    n, e, r = len(network.kind), len(network.edge_target), 11
    factors = rng.random((len(network.feedback_kind), 24))
    arrays = rng.random((n, r)), rng.random((e, r)), rng.random((e, r)), rng.random((n, r)) < 0.2
    months = (np.arange(18) + np.array([[0], [3], [6]])) % 24
    together = cohort_values(network, tables, factors, months, *arrays)
    for w in range(3):
        single = cohort_values(network, tables, factors, months[w], *arrays)
        np.testing.assert_array_equal(together[w], single)


def test_stopped_is_the_chance_of_ever_reaching():
    # hidden -> returned -> hidden again: being back there in the end is not having been there
    sketch = Sketch(steps=36).cell("hidden").cell("returned").cell("safe")
    sketch.edge("hidden", "returned", 0.8).edge("returned", "hidden", 2.0)
    network, tables = sketch.edge("hidden", "safe", 0.5).build()
    reached = np.array([[0.0], [1.0], [0.0]])
    zero, none = np.zeros((3, 1)), np.zeros((0, 36))
    months = np.zeros(36, int)
    ever = cohort_values(network, tables, none, months, reached, zero, zero, reached > 0)
    at_end = cohort_values(network, tables, none, months, reached, zero, zero, zero > 0)
    share = 0.8 / 1.3 * -np.expm1(-1.3 * 3)
    np.testing.assert_allclose(ever[0, 0], share, rtol=1e-12)
    assert ever[1, 0] == 1.0
    assert at_end[0, 0] < 0.6 * ever[0, 0]


def test_a_shut_gate_is_nan_only_where_it_can_be_reached():
    sketch = Sketch(steps=2).cell("a").cell("b").cell("gate", "instant").cell("home")
    sketch.edge("a", "gate", 1.0).edge("b", "gate", 0.0).edge("b", "home", 1.0)
    network, tables = sketch.edge("gate", "home", 0.0).build()
    terminal, zero = np.array([[0.0], [0.0], [0.0], [1.0]]), np.zeros((4, 1))
    values = cohort_values(
        network, tables, np.zeros((0, 2)), np.zeros(2, int), terminal, zero, zero, zero > 0
    )[:, 0]
    np.testing.assert_array_equal(np.isnan(values), [True, False, True, False])


def test_a_wrong_shape_is_named():
    network, tables = random_network(1)
    n, e = len(network.kind), len(network.edge_target)
    factors = np.ones((2, 24))
    with pytest.raises(ValueError, match="edge_reward"):
        cohort_values(
            network, tables, factors, np.zeros(3, int), np.zeros((n, 2)), np.zeros((e - 1, 2)),
            np.zeros((e, 2)), np.zeros((n, 2), bool),
        )  # fmt: skip
