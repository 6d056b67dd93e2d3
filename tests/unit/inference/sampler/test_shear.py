"""Bent coordinates: a map with an inverse and unit Jacobian that straightens what is curved."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.inference.sampler.test_hmc import BATCH_SIZE, BEND, WIDTH, assert_mean, banana, walk

from safepassage.inference.density import Density
from safepassage.inference.sampler.metric import Metric
from safepassage.inference.sampler.shear import Shear, fit_shear, identity

SIZE = 5


@pytest.fixture(scope="module")
def shear():
    """Two pivots of five coordinates, bent by the three others."""
    rng = np.random.default_rng(1)
    bend = rng.standard_normal((2, SIZE, SIZE))
    bend += bend.transpose(0, 2, 1)
    bend[:, [1, 3], :] = 0.0
    bend[:, :, [1, 3]] = 0.0
    return Shear(rng.standard_normal(SIZE), np.array([1, 3]), bend)


def test_the_map_and_its_inverse_undo_each_other(shear):
    u = np.random.default_rng(2).standard_normal((SIZE, 7))
    np.testing.assert_allclose(shear.u(shear.z(u)), u, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(shear.z(shear.u(u)), u, rtol=1e-12, atol=1e-12)
    assert np.abs(shear.z(u) - u)[[1, 3]].min() > 1e-4, "it does bend"
    np.testing.assert_array_equal(shear.z(u)[[0, 2, 4]], u[[0, 2, 4]])


def test_its_jacobian_is_one(shear):
    u = np.random.default_rng(3).standard_normal(SIZE)
    width = 1e-6
    shifts = u[:, None] + width * np.concatenate([np.eye(SIZE), -np.eye(SIZE)], axis=1)
    shifted = shear.z(shifts)
    jacobian = (shifted[:, :SIZE] - shifted[:, SIZE:]) / (2 * width)
    assert np.linalg.det(jacobian) == pytest.approx(1.0, abs=1e-8)


def test_a_density_keeps_its_values_and_its_gradient_is_pulled_back(shear):
    def density(z):
        return np.sin(z).sum(axis=0) + (z[0] * z[1] * z[3]), np.cos(z) + np.stack(
            [z[1] * z[3], z[0] * z[3], 0 * z[0], z[0] * z[1], 0 * z[0]]
        )

    u = np.random.default_rng(4).standard_normal((SIZE, 3))
    bent = shear.density(density)
    value, gradient = bent(u)
    np.testing.assert_allclose(value, density(shear.z(u))[0])
    for p in range(SIZE):
        shift = np.zeros((SIZE, 1))
        shift[p] = 1e-6
        slope = (bent(u + shift)[0] - bent(u - shift)[0]) / 2e-6
        np.testing.assert_allclose(gradient[p], slope, rtol=1e-6, atol=1e-7)


def test_the_identity_changes_nothing():
    z = np.random.default_rng(5).standard_normal((3, 4))
    np.testing.assert_array_equal(identity(3).z(z), z)


def test_a_banana_keeps_its_moments_in_straightened_coordinates():
    """y is bent by x: in u the density is a Gaussian, and long steps are taken."""
    bend = np.array([[[-2 * BEND, 0.0], [0.0, 0.0]]])
    shear = Shear(np.zeros(2), np.array([1]), bend)
    rng = np.random.default_rng(6)
    first = rng.standard_normal((2, BATCH_SIZE)) * np.array([[1.0], [WIDTH]])
    metric = Metric(np.zeros(2), np.diag([1.0, WIDTH]))
    draws, acceptance = walk(shear.density(banana), metric, first, step_size=0.6, length=1.5)
    assert acceptance.mean() > 0.9
    x, y = np.array([shear.z(u) for u in draws]).transpose(1, 0, 2)
    assert_mean(x, 0.0)
    assert_mean(x**2, 1.0)
    assert_mean(y, BEND)
    assert_mean((y - BEND) ** 2, 2 * BEND**2 + WIDTH**2)
    assert_mean((y - BEND * x**2) ** 2, WIDTH**2)


@pytest.mark.parametrize("count", [1, 2])
def test_the_tightest_combinations_are_found_and_become_straight(
    three_states, three_states_compiled, count
):
    density = Density(three_states, three_states_compiled)
    draws = 0.4 * np.random.default_rng(7).standard_normal((200, density.size))
    information = density.information(draws.mean(axis=0))
    assert information.shape == (5,) and (information > 0).all()
    shear = fit_shear(density.levels, information, draws, count=count)
    assert len(set(shear.pivots.tolist())) == count
    u = np.random.default_rng(8).standard_normal((density.size, 4))
    np.testing.assert_allclose(shear.u(shear.z(u)), u, atol=1e-10)

    def bentness(map_to_z):
        """How far the log of the best known figure is from linear along the other coordinates."""
        weight = np.zeros((5, 3))
        weight[np.argmax(information)] = 1.0
        along = np.random.default_rng(9).standard_normal((density.size, 1))
        along[shear.pivots] = 0.0
        points = draws.mean(axis=0)[:, None] + along * np.array([[-0.2, 0.0, 0.2]])
        z = map_to_z(points)
        logs = figure_logs(density, z)[np.argmax(information)]
        return abs(logs[0] - 2 * logs[1] + logs[2])

    assert bentness(shear.z) < bentness(lambda z: z)


def figure_logs(density, z):
    """(D, B) log of every figure's expectation, reporting aside."""
    from safepassage.engines import solve

    quantities = solve(density.compiled.network, density.compiled.program.tables(z)).quantities
    logs = density.compiled.program.logarithms(z)
    return np.log(density.likelihood.predict(logs, quantities))


def test_levels_are_the_gradients_of_log_figures(three_states, three_states_compiled):
    density = Density(three_states, three_states_compiled)
    z = 0.5 * np.random.default_rng(10).standard_normal((density.size, 1))
    weights = np.random.default_rng(11).standard_normal((5, 1))
    found = density.levels(z, weights)[:, 0]
    for p in range(density.size):
        shift = np.zeros_like(z)
        shift[p] = 1e-5
        rise = figure_logs(density, z + shift) - figure_logs(density, z - shift)
        slope = (weights * rise).sum() / 2e-5
        np.testing.assert_allclose(found[p], slope, rtol=1e-6, atol=1e-8)
