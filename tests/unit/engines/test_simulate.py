"""The front door of the engines."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tests.networks import random_network

import safepassage.engines as engines
from safepassage.network.arrays import STOCK


def test_simulate_runs_the_expected_engine():
    network, tables = random_network(1)
    run = engines.simulate(network, tables, keep_counts=True)
    solved = engines.solve(network, tables)
    np.testing.assert_array_equal(run.counts[..., 0], solved.counts)
    np.testing.assert_array_equal(run.quantities[..., 0], solved.quantities)


def test_rows_gather_steps_in_every_engine():
    network, tables = random_network(5, steps=12)
    rows = np.repeat(np.arange(4), 3)
    for name in engines.ENGINES:
        whole = engines.simulate(network, tables, name)
        gathered = engines.simulate(network, tables, name, rows=rows)
        for q in range(len(network.quantity_name)):
            kinds = network.tap_kind[network.tap_start[q] : network.tap_start[q + 1]]
            if len(set(kinds == STOCK)) > 1:
                continue  # no model adds people to moves
            steps = whole.quantities[q].reshape(4, 3, -1)
            stock = (kinds == STOCK).all()
            expected = steps[:, -1] if stock else steps.sum(axis=1)
            np.testing.assert_allclose(gathered.quantities[q], expected, rtol=1e-12)
        np.testing.assert_allclose(gathered.people.inside, whole.people.inside[2::3])


def test_an_unknown_engine_names_those_that_exist():
    network, tables = random_network(1)
    with pytest.raises(ValueError, match=r"'montecarlo'.*expected"):
        engines.simulate(network, tables, engine="montecarlo")


def test_the_room_opens_without_numba_or_jax():
    code = (
        "import sys, safepassage.engines; print([m for m in ('numba', 'jax') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_promised_name_is_there():
    for name in engines._HOME:
        assert callable(getattr(engines, name))
    with pytest.raises(AttributeError):
        _ = engines.nothing


@pytest.mark.parametrize("engine", engines.ENGINES)
@pytest.mark.parametrize("rows", [[0, 0, 2, 2], [1, 1, 2, 2], [0, 1, 0, 1], [0, 0, 1]])
def test_rows_with_a_gap_are_refused_by_every_engine(engine, rows):
    network, tables = random_network(5, steps=4)
    with pytest.raises(ValueError, match="without a gap"):
        engines.simulate(network, tables, engine, rows=np.array(rows))
