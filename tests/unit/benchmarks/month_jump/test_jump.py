"""Jumps over many steps: the same law as step by step, where nobody changes another's chances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.month_jump.jump import draw_jumps
from tests.networks import random_network

from safepassage.engines.counts import draw
from safepassage.engines.expected import solve
from safepassage.network.arrays import STOCK

REPLICATES = 4000


def every_cell(seed: int, **options):
    """A network without feedback whose quantities are the counts of its cells."""
    network, tables = random_network(seed, feedbacks=0, quantities=1, **options)
    cells = len(network.cells)
    measured = replace(
        network,
        quantity_name=tuple(f"cell_{c}" for c in range(cells)),
        tap_start=np.arange(cells + 1, dtype=np.int32),
        tap_kind=np.full(cells, STOCK, np.int8),
        tap_index=np.arange(cells, dtype=np.int32),
    )
    return measured, tables


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_means_and_covariances_are_those_of_single_steps(seed):
    network, tables = every_cell(seed, steps=24, steps_per_month=4)
    rows = network.month_of_step
    run = draw_jumps(network, tables, rows, replicates=REPLICATES)
    mean = solve.solve(network, tables).quantities[:, 3::4]
    gap = run.quantities.mean(axis=-1) - mean
    error = np.maximum(run.quantities.std(axis=-1), 1e-3) / np.sqrt(REPLICATES)
    assert np.abs(gap / error).max() < 4.8
    single = draw.draw(network, tables, rows=rows, replicates=REPLICATES, seed=2)
    ours, theirs = (np.cov(e.quantities[:, -1]) for e in (run, single))
    spread = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)) + theirs**2)
    z = (ours - theirs) / np.maximum(spread * np.sqrt(2 / REPLICATES), 1e-3)
    assert np.abs(z).max() < 4.5
    assert 0.4 < z.std() < 1.4
    people = run.people
    np.testing.assert_array_equal(people.entered, people.inside + people.left)


def test_threads_and_splits_give_the_same_numbers():
    network, tables = every_cell(6, steps=12)
    rows = np.arange(12) // 3
    whole = draw_jumps(network, tables, rows, replicates=21, threads=2)
    part = draw_jumps(network, tables, rows, replicates=5, first=9, threads=1)
    np.testing.assert_array_equal(whole.quantities[..., 9:14], part.quantities)
    other = draw_jumps(network, tables, rows, replicates=21, seed=2)
    assert (other.quantities != whole.quantities).any()


def test_flows_are_not_reported():
    network, tables = random_network(8, feedbacks=0, steps=6)
    run = draw_jumps(network, tables, np.arange(6) // 2, replicates=2)
    for q in range(len(network.quantity_name)):
        kinds = network.tap_kind[network.tap_start[q] : network.tap_start[q + 1]]
        assert np.isnan(run.quantities[q]).all() == bool((kinds != STOCK).any())


def test_a_feedback_is_refused():
    network, tables = random_network(1, feedbacks=2, steps=6)
    with pytest.raises(ValueError, match="feedback acts"):
        draw_jumps(network, tables, np.zeros(6, int))
