"""The jax scan agrees with the kernels, and its automatic gradient with the written one."""

from __future__ import annotations

import subprocess
import sys

import jax
import numpy as np
import pytest
from tests.networks import lanes, random_network

from safepassage.engines.expected import solve
from safepassage.network.arrays import Tables


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_scan_and_its_gradient(seed):
    from tests.oracle import expected_jax

    network, tables = random_network(seed, steps=24, steps_per_month=1 + seed % 2)
    trajectory = solve.solve(network, tables)
    wanted = np.random.default_rng(seed).normal(size=trajectory.quantities.shape)

    def value(numbers: Tables) -> jax.Array:
        return (expected_jax.solve(network, numbers).quantities * wanted).sum()

    reading = jax.jit(lambda numbers: expected_jax.solve(network, numbers))(tables)
    size = np.abs(trajectory.counts).max()
    np.testing.assert_allclose(reading.counts, trajectory.counts, rtol=1e-10, atol=1e-12 * size)
    np.testing.assert_allclose(
        reading.quantities, trajectory.quantities, rtol=1e-10, atol=1e-12 * size
    )
    told = solve.solve_adjoint(network, tables, trajectory, wanted)
    for name, ours, theirs in zip(
        Tables._fields, told, jax.jit(jax.grad(value))(Tables(*tables)), strict=True
    ):
        scale = np.abs(theirs).max(initial=1e-12)
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9 * scale, err_msg=name)


def test_lanes_by_vmap():
    from tests.oracle import expected_jax

    network, tables = random_network(4, steps=12)
    batch = lanes(tables, 3)
    reading = jax.vmap(lambda t: expected_jax.solve(network, t), -1, -1)(batch)
    trajectory = solve.solve(network, batch)
    size = np.abs(trajectory.counts).max()
    np.testing.assert_allclose(reading.counts, trajectory.counts, rtol=1e-10, atol=1e-12 * size)


def test_float32_is_refused():
    code = (
        "from tests.networks import random_network\n"
        "from tests.oracle import expected_jax\n"
        "try: expected_jax.solve(*random_network(1))\n"
        "except ValueError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "float32" in told.stdout
