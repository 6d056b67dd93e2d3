"""The sampler leaves known densities as they are, in plain and in whitened coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.inference.sampler.hmc import DualAveraging, init, step
from safepassage.inference.sampler.metric import Metric
from safepassage.inference.sampler.mode import curvature, find_mode, whitening

BATCH_SIZE = 128
MEAN = np.array([1.0, -2.0, 0.5])
ROOT = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.5, 1.4, 0.7]])
PRECISION = np.linalg.inv(ROOT @ ROOT.T)


def gaussian(z):
    away = z - MEAN[:, None]
    pulled = PRECISION @ away
    return -0.5 * (away * pulled).sum(axis=0), -pulled


BEND, WIDTH = 0.7, 1.0


def banana(z):
    """x standard normal, y = BEND x^2 + noise of sd WIDTH."""
    x, y = z
    gap = (y - BEND * x**2) / WIDTH**2
    value = -0.5 * x**2 - 0.5 * gap**2 * WIDTH**2
    return value, np.stack([-x + 2 * BEND * x * gap, -gap])


def banana_draws(rng, count):
    x = rng.standard_normal(count)
    return np.stack([x, BEND * x**2 + WIDTH * rng.standard_normal(count)])


def walk(density, metric, first, *, step_size, length, iterations=250, seed=1):
    """(iteration, P, chain) and the acceptance; the chains are independent."""
    state, draws, acceptance = init(density, first), [], []
    for i in range(iterations):
        state, info = step(
            density, metric, state, step_size=step_size, length=length, key=(seed, i)
        )
        draws.append(state.z)
        acceptance.append(info.acceptance)
        assert not info.divergent.any()
    return np.array(draws), np.array(acceptance)


def assert_mean(values, expected):
    """(iteration, chain) values whose mean over independent chains is as expected."""
    by_chain = values.mean(axis=0)
    error = by_chain.std(ddof=1) / np.sqrt(len(by_chain))
    assert error < 0.2 * max(1.0, abs(expected)), "too few draws to say"
    assert abs(by_chain.mean() - expected) < 4 * error


@pytest.mark.parametrize("whitened", [False, True])
def test_a_correlated_gaussian_keeps_its_moments(whitened):
    metric = Metric(MEAN, ROOT) if whitened else Metric(np.zeros(3), np.eye(3))
    rng = np.random.default_rng(3)
    first = MEAN[:, None] + ROOT @ rng.standard_normal((3, BATCH_SIZE))
    step_size, length = (0.5, 1.5) if whitened else (0.2, 3.0)
    draws, acceptance = walk(gaussian, metric, first, step_size=step_size, length=length)
    assert 0.6 < acceptance.mean() < 0.999
    for p in range(3):
        assert_mean(draws[:, p], MEAN[p])
        assert_mean((draws[:, p] - MEAN[p]) ** 2, (ROOT @ ROOT.T)[p, p])
    product = (draws[:, 0] - MEAN[0]) * (draws[:, 2] - MEAN[2])
    assert_mean(product, (ROOT @ ROOT.T)[0, 2])


def test_short_steps_keep_the_energy_to_second_order():
    rng = np.random.default_rng(8)
    first = MEAN[:, None] + ROOT @ rng.standard_normal((3, BATCH_SIZE))
    metric = Metric(MEAN, ROOT)
    loss = [
        1 - walk(gaussian, metric, first, step_size=size, length=1.5, iterations=8)[1].mean()
        for size in (0.1, 0.2)
    ]
    assert loss[0] < 0.002
    assert 2.5 < loss[1] / loss[0] < 6.5


def test_chains_find_the_gaussian_from_afar():
    first = np.full((3, BATCH_SIZE), 6.0)
    metric = Metric(np.zeros(3), np.eye(3))
    draws, _ = walk(gaussian, metric, first, step_size=0.2, length=3.0, iterations=300)
    for p in range(3):
        assert_mean(draws[100:, p], MEAN[p])


@pytest.mark.parametrize("whitened", [False, True])
def test_a_banana_keeps_its_moments(whitened):
    rng = np.random.default_rng(4)
    root = np.array([[0.8, 0.0], [0.2, 1.0]]) if whitened else np.eye(2)
    metric = Metric(np.array([0.0, 1.0]) * whitened, root)
    first = banana_draws(rng, BATCH_SIZE)
    draws, acceptance = walk(banana, metric, first, step_size=0.18, length=1.6)
    assert 0.6 < acceptance.mean() < 0.999
    x, y = draws[:, 0], draws[:, 1]
    assert_mean(x, 0.0)
    assert_mean(x**2, 1.0)
    assert_mean(y, BEND)
    assert_mean((y - BEND) ** 2, 2 * BEND**2 + WIDTH**2)
    assert_mean((y - BEND * x**2) ** 2, WIDTH**2)


def test_an_iteration_is_fixed_by_its_key():
    first = np.random.default_rng(5).standard_normal((3, 4))
    metric, state = Metric(MEAN, ROOT), init(gaussian, first)
    once, again, other = (
        step(gaussian, metric, state, step_size=0.3, length=1.0, key=(1, 2, last))[0].z
        for last in (3, 3, 4)
    )
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)


def test_a_chain_that_meets_the_impossible_stays_where_it_was():
    def walled(z):
        value, gradient = gaussian(z)
        return np.where(z[0] > 1.0, -np.inf, value), gradient

    metric, draws = Metric(MEAN, ROOT), []
    state = init(walled, np.full((3, BATCH_SIZE), 0.5))
    for i in range(60):
        state, _ = step(walled, metric, state, step_size=0.4, length=1.0, key=(9, i))
        draws.append(state.z[0])
        assert np.isfinite(state.log_density).all()
    assert np.max(draws) <= 1.0
    assert np.max(draws) > 0.9, "the wall is met"


def test_a_trajectory_that_blows_up_is_divergent_and_refused():
    state = init(gaussian, np.zeros((3, 8)))
    metric = Metric(np.zeros(3), np.eye(3))
    state, info = step(gaussian, metric, state, step_size=5.0, length=50.0, key=(1,))
    assert info.divergent.all()
    np.testing.assert_array_equal(state.z, 0.0)


@pytest.mark.parametrize("target", [0.8, 0.95])
def test_the_step_size_is_tuned_to_the_target_acceptance(target):
    metric = Metric(np.zeros(3), np.eye(3))
    first = MEAN[:, None] + ROOT @ np.random.default_rng(6).standard_normal((3, BATCH_SIZE))
    tuning, state = DualAveraging.init(0.02), init(gaussian, first)
    for i in range(200):
        size = float(np.exp(tuning.log_step_size))
        state, info = step(gaussian, metric, state, step_size=size, length=1.5, key=(2, i))
        tuning = tuning.update(float(info.acceptance.mean()), target)
    size = float(np.exp(tuning.log_average))
    _, acceptance = walk(gaussian, metric, state.z, step_size=size, length=1.5, iterations=80)
    assert acceptance.mean() == pytest.approx(target, abs=0.08)


def test_whitening_is_a_map_and_its_inverse():
    metric = Metric(MEAN, ROOT)
    w = np.random.default_rng(7).standard_normal((3, 5))
    np.testing.assert_allclose(metric.w(metric.z(w)), w, rtol=1e-10)


def test_the_mode_and_the_curvature_there():
    mode = find_mode(gaussian, np.array([5.0, 5.0, -5.0]))
    np.testing.assert_allclose(mode, MEAN, atol=1e-3)
    found = curvature(gaussian, mode)
    np.testing.assert_allclose(found, PRECISION, rtol=1e-6)
    root = whitening(PRECISION, least=1e-6)
    np.testing.assert_allclose(root @ root.T, ROOT @ ROOT.T, rtol=1e-8)


def test_a_saddle_does_not_make_endless_whitened_directions():
    root = whitening(np.diag([4.0, -1.0, 1e-9]), least=0.3)
    lengths = np.sort(np.sqrt(np.linalg.eigvalsh(root @ root.T)))
    np.testing.assert_allclose(lengths, [0.5, 0.3**-0.5, 0.3**-0.5])
