"""The expected engine against its slow twin, its own gradient, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import Sketch, lane, lanes, random_network
from tests.oracle import expected

from safepassage.engines.expected import solve
from safepassage.network.arrays import Tables

networks = st.builds(
    random_network,
    st.integers(0, 2**32 - 1),
    cells=st.integers(3, 20),
    edges_per_cell=st.floats(1.0, 5.0),
    steps=st.integers(1, 40),
    steps_per_month=st.sampled_from([1, 3]),
    entries=st.integers(0, 5),
    feedbacks=st.integers(0, 3),
)


def near(a, b, tolerance: float) -> None:
    a, b = np.asarray(a), np.asarray(b)
    scale = max(np.abs(b).max(initial=0.0), 1e-30)
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


@settings(max_examples=60, deadline=None)
@given(networks)
def test_solve_says_what_the_twin_says(generated):
    network, tables = generated
    fast, slow = solve.solve(network, tables), expected.read_aloud(network, tables)
    near(fast.counts, slow.counts, 1e-10)
    near(fast.quantities, slow.quantities, 1e-10)
    near(fast.feedback, slow.feedback, 1e-10)
    year = np.arange(network.steps) // 12
    moved = solve.flows(network, tables, year)
    for window in range(year.max() + 1):
        near(moved.edges[window], slow.edge_flows[year == window].sum(axis=0), 1e-10)
        near(moved.entries[window], slow.entry_flows[year == window].sum(axis=0), 1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 4))
def test_people_are_neither_made_nor_lost_over_28_years(seed, entries):
    network, tables = random_network(seed, steps=336, entries=entries)
    trajectory = solve.solve(network, tables)
    entered = solve.flows(network, tables, np.arange(network.steps)).entries.sum(axis=1)
    total = tables.initial.sum() + np.concatenate([[0.0], np.cumsum(entered)])
    np.testing.assert_allclose(trajectory.counts.sum(axis=1), total, rtol=1e-9)
    assert (trajectory.counts >= 0.0).all()
    people = solve.people(network, tables, trajectory)
    np.testing.assert_allclose(people.entered, total[1:], rtol=1e-9)
    np.testing.assert_allclose(people.inside + people.left, people.entered, rtol=1e-9)
    assert (np.diff(people.left) >= -1e-9 * people.left[1:]).all()


@pytest.mark.parametrize("count", [1, 3, 8, 19])
def test_lanes_do_not_know_of_each_other(count):
    network, tables = random_network(7, steps=30)
    batch = lanes(tables, count)
    together = solve.solve(network, batch)
    assert together.counts.shape[-1] == count
    wanted = np.random.default_rng(0).normal(size=together.quantities.shape)
    gradients = solve.solve_adjoint(network, batch, together, wanted)
    for b in range(count):
        alone = solve.solve(network, lane(batch, b))
        np.testing.assert_array_equal(together.counts[..., b], alone.counts)
        np.testing.assert_array_equal(together.quantities[..., b], alone.quantities)
        own = solve.solve_adjoint(network, lane(batch, b), alone, wanted[..., b])
        for whole, single in zip(gradients, own, strict=True):
            np.testing.assert_array_equal(whole[..., b], single)


def test_threads_change_nothing():
    network, tables = random_network(3, steps=30)
    batch = lanes(tables, 24)
    one, two = (solve.solve(network, batch, threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.counts, two.counts)


def test_a_table_without_lanes_is_shared_and_gets_the_sum_of_gradients():
    network, tables = random_network(11, steps=20)
    several = tables._replace(scale=lanes(tables, 3).scale)
    full = Tables(*(np.repeat(t[..., None], 3, -1) for t in tables))._replace(scale=several.scale)
    trajectory, same = solve.solve(network, several), solve.solve(network, full)
    np.testing.assert_array_equal(trajectory.counts, same.counts)
    wanted = np.ones_like(trajectory.quantities)
    shared = solve.solve_adjoint(network, several, trajectory, wanted)
    own = solve.solve_adjoint(network, full, same, wanted)
    np.testing.assert_array_equal(shared.scale, own.scale)
    np.testing.assert_allclose(shared.entries, own.entries.sum(axis=-1))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 4]))
def test_gradient_is_the_slope_of_finite_differences(seed, steps_per_month):
    network, tables = random_network(
        seed, cells=9, steps=12, steps_per_month=steps_per_month, zero=0.0
    )
    trajectory = solve.solve(network, tables)
    rng = np.random.default_rng(seed)
    wanted = rng.normal(size=trajectory.quantities.shape)
    gradients = solve.solve_adjoint(network, tables, trajectory, wanted)
    bend = [rng.normal(size=t.shape) * np.where(t > 0, t, 0.0) for t in tables]

    def value(size: float) -> float:
        moved = Tables(*(t + size * d for t, d in zip(tables, bend, strict=True)))
        return float((solve.solve(network, moved).quantities * wanted).sum())

    step = 1e-4
    slope = (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
    told = sum(float((g * d).sum()) for g, d in zip(gradients, bend, strict=True))
    size = sum(float(np.abs(g * d).sum()) for g, d in zip(gradients, bend, strict=True))
    assert abs(slope - told) <= 1e-6 * size + 1e-9


def test_gradient_of_a_zero_hazard_is_the_value_of_opening_it():
    sketch = Sketch(steps=1).cell("a", persons=100.0).cell("b").edge("a", "b", 0.0)
    network, tables = sketch.quantity("b", ("stock", "b")).build()
    trajectory = solve.solve(network, tables)
    gradients = solve.solve_adjoint(network, tables, trajectory, np.ones((1, 1)))
    np.testing.assert_allclose(gradients.scale * tables.series[0, 0], [0.0])
    np.testing.assert_allclose(gradients.series[0, 0], 100.0 / 12)


def test_gradients_have_the_shapes_of_the_tables():
    network, tables = random_network(5, entries=0, feedbacks=0)
    trajectory = solve.solve(network, tables)
    gradients = solve.solve_adjoint(network, tables, trajectory, trajectory.quantities)
    assert [np.shape(g) for g in gradients] == [np.shape(t) for t in tables]


def test_people_who_cannot_pass_are_named():
    sketch = Sketch(steps=3).cell("gate", "instant").cell("home").edge("gate", "home", [1, 0, 1])
    network, tables = sketch.entry("gate", 12.0).build()
    with pytest.raises(ValueError, match=r"step 1 .*'gate'.*odds"):
        solve.solve(network, tables)
    nobody = tables._replace(entries=np.array([[12.0, 0.0, 12.0]]))
    assert solve.solve(network, nobody).counts[-1].sum() == pytest.approx(2.0)


def test_huge_and_tiny_hazards():
    rates = [1e-12, 1e3, 1e6]
    for rate in rates:
        sketch = Sketch(steps=2).cell("a", persons=1.0).cell("b").edge("a", "b", rate)
        network, tables = sketch.quantity("b", ("stock", "b")).build()
        left = solve.solve(network, tables).quantities[0]
        np.testing.assert_allclose(left, -np.expm1(-rate / 12 * np.array([1, 2])), rtol=1e-14)


def test_people_at_the_start_of_a_branch_pass_in_the_first_step():
    sketch = Sketch(steps=1).cell("gate", "instant", 10.0).cell("a").cell("b")
    network, tables = sketch.edge("gate", "a", 3.0).edge("gate", "b", 1.0).build()
    np.testing.assert_allclose(solve.solve(network, tables).counts[1], [0.0, 7.5, 2.5])


def test_wrong_shapes_are_refused():
    network, tables = random_network(1)
    with pytest.raises(ValueError, match=r"tables\.scale"):
        solve.solve(network, tables._replace(scale=tables.scale[:-1]))
    with pytest.raises(ValueError, match="lanes"):
        three, four = lanes(tables, 3), lanes(tables, 4)
        solve.solve(network, three._replace(scale=four.scale))
    trajectory = solve.solve(network, tables)
    with pytest.raises(ValueError, match="d_quantities"):
        solve.solve_adjoint(network, tables, trajectory, np.ones((1, 2)))


def test_generated_networks_have_all_that_they_claim():
    kinds, zeros, feedbacks = set(), 0, 0
    for seed in range(20):
        network, tables = random_network(seed)
        kinds |= set(network.kind.tolist())
        zeros += int((tables.scale == 0).sum())
        feedbacks += int((network.edge_feedback >= 0).sum())
    assert kinds == {0, 1, 2}
    assert zeros > 10
    assert feedbacks > 10


def test_frozen_arrays_do_not_compile_the_kernels_again():
    network, tables = random_network(1)
    trajectory = solve.solve(network, tables)
    solve.solve_adjoint(network, tables, trajectory, trajectory.quantities)
    before = len(solve.forward.signatures), len(solve.reverse.signatures)
    for count in (None, 3, 8):
        batch = tables if count is None else lanes(tables, count)
        for table in batch:
            table.flags.writeable = False
        frozen = solve.solve(network, batch)
        frozen.counts.flags.writeable = False
        solve.solve_adjoint(network, batch, frozen, frozen.quantities)
    assert (len(solve.forward.signatures), len(solve.reverse.signatures)) == before == (1, 1)
