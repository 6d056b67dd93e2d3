"""The front door of the engines."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tests.networks import random_network

import safepassage.engines as engines


def test_simulate_runs_the_expected_engine():
    network, tables = random_network(1)
    np.testing.assert_array_equal(
        engines.simulate(network, tables).counts, engines.solve(network, tables).counts
    )


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
