"""The joint log density: its parts, its gradient, and what it does far out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from safepassage.inference.density import Density


@pytest.fixture(scope="module")
def density(three_states, three_states_compiled):
    return Density(three_states, three_states_compiled)


@pytest.fixture(scope="module")
def z(density):
    return np.random.default_rng(8).standard_normal((density.size, 3))


def test_it_is_the_prior_and_every_figure(density, z):
    value, _ = density(z)
    each = density.pointwise(z)
    prior = stats.norm.logpdf(z).sum(axis=0) + 0.5 * density.size * np.log(2 * np.pi)
    np.testing.assert_allclose(value, prior + each.sum(axis=0), rtol=1e-12)
    assert each.shape == (5, 3)
    assert (np.abs(each) > 1e-3).all(), "every figure says something"


def test_the_gradient_is_that_of_finite_differences(density, z):
    _, gradient = density(z)
    width = 1e-5
    for p in range(density.size):
        shift = np.zeros_like(z)
        shift[p] = width
        slope = (density(z + shift)[0] - density(z - shift)[0]) / (2 * width)
        np.testing.assert_allclose(gradient[p], slope, rtol=2e-6, atol=2e-6)


def test_lanes_do_not_touch_each_other(density, z):
    value, gradient = density(z)
    for b in range(3):
        alone, slope = density(z[:, b : b + 1])
        np.testing.assert_allclose(alone[0], value[b], rtol=1e-12)
        np.testing.assert_allclose(slope[:, 0], gradient[:, b], rtol=1e-9, atol=1e-12)


def test_far_out_is_impossible_for_that_lane_only(density, z):
    far = z.copy()
    far[0, 1] = 40.0
    value, gradient = density(far)
    assert value[1] == -np.inf and not gradient[:, 1].any()
    np.testing.assert_allclose(value[[0, 2]], density(z)[0][[0, 2]], rtol=1e-12)


def test_a_figure_of_weight_zero_says_nothing(three_states, three_states_compiled, density, z):
    own = Density(three_states, three_states_compiled)
    own.weight = np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    dropped = density(z)[0] - own(z)[0]
    np.testing.assert_allclose(dropped, density.pointwise(z)[1], rtol=1e-9)
