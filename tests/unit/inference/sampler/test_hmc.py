"""The sampler leaves known densities as they are, in plain and in whitened coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.inference.sampler.hmc import StepSize, Whitened, iterate, start
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


def walk(density, space, first, *, step, length, iterations=250, seed=1):
    """(iteration, P, lane) and the acceptance; the lanes are independent chains."""
    chains, seen, acceptance = start(density, first), [], []
    for i in range(iterations):
        moved = iterate(density, space, chains, step=step, length=length, key=(seed, i))
        chains = moved.chains
        seen.append(chains.z)
        acceptance.append(moved.acceptance)
        assert not moved.divergent.any()
    return np.array(seen), np.array(acceptance)


def assert_mean(values, wanted):
    """(iteration, lane) values whose mean over independent lanes is as wanted."""
    by_lane = values.mean(axis=0)
    error = by_lane.std(ddof=1) / np.sqrt(len(by_lane))
    assert error < 0.2 * max(1.0, abs(wanted)), "too few draws to say"
    assert abs(by_lane.mean() - wanted) < 4 * error


@pytest.mark.parametrize("whitened", [False, True])
def test_a_correlated_gaussian_keeps_its_moments(whitened):
    space = Whitened(MEAN, ROOT) if whitened else Whitened(np.zeros(3), np.eye(3))
    rng = np.random.default_rng(3)
    first = MEAN[:, None] + ROOT @ rng.standard_normal((3, BATCH_SIZE))
    step, length = (0.5, 1.5) if whitened else (0.2, 3.0)
    seen, acceptance = walk(gaussian, space, first, step=step, length=length)
    assert 0.6 < acceptance.mean() < 0.999
    for p in range(3):
        assert_mean(seen[:, p], MEAN[p])
        assert_mean((seen[:, p] - MEAN[p]) ** 2, (ROOT @ ROOT.T)[p, p])
    product = (seen[:, 0] - MEAN[0]) * (seen[:, 2] - MEAN[2])
    assert_mean(product, (ROOT @ ROOT.T)[0, 2])


def test_short_steps_keep_the_energy_to_second_order():
    rng = np.random.default_rng(8)
    first = MEAN[:, None] + ROOT @ rng.standard_normal((3, BATCH_SIZE))
    space = Whitened(MEAN, ROOT)
    loss = [
        1 - walk(gaussian, space, first, step=step, length=1.5, iterations=8)[1].mean()
        for step in (0.1, 0.2)
    ]
    assert loss[0] < 0.002
    assert 2.5 < loss[1] / loss[0] < 6.5


def test_chains_find_the_gaussian_from_afar():
    first = np.full((3, BATCH_SIZE), 6.0)
    space = Whitened(np.zeros(3), np.eye(3))
    seen, _ = walk(gaussian, space, first, step=0.2, length=3.0, iterations=300)
    for p in range(3):
        assert_mean(seen[100:, p], MEAN[p])


@pytest.mark.parametrize("whitened", [False, True])
def test_a_banana_keeps_its_moments(whitened):
    rng = np.random.default_rng(4)
    root = np.array([[0.8, 0.0], [0.2, 1.0]]) if whitened else np.eye(2)
    space = Whitened(np.array([0.0, 1.0]) * whitened, root)
    first = banana_draws(rng, BATCH_SIZE)
    seen, acceptance = walk(banana, space, first, step=0.18, length=1.6)
    assert 0.6 < acceptance.mean() < 0.999
    x, y = seen[:, 0], seen[:, 1]
    assert_mean(x, 0.0)
    assert_mean(x**2, 1.0)
    assert_mean(y, BEND)
    assert_mean((y - BEND) ** 2, 2 * BEND**2 + WIDTH**2)
    assert_mean((y - BEND * x**2) ** 2, WIDTH**2)


def test_an_iteration_is_fixed_by_its_key():
    first = np.random.default_rng(5).standard_normal((3, 4))
    space, chains = Whitened(MEAN, ROOT), start(gaussian, first)
    once = iterate(gaussian, space, chains, step=0.3, length=1.0, key=(1, 2, 3))
    again = iterate(gaussian, space, chains, step=0.3, length=1.0, key=(1, 2, 3))
    other = iterate(gaussian, space, chains, step=0.3, length=1.0, key=(1, 2, 4))
    np.testing.assert_array_equal(once.chains.z, again.chains.z)
    assert not np.array_equal(once.chains.z, other.chains.z)


def test_a_lane_that_meets_the_impossible_stays_where_it_was():
    def walled(z):
        value, gradient = gaussian(z)
        return np.where(z[0] > 1.0, -np.inf, value), gradient

    chains, seen = start(walled, np.full((3, BATCH_SIZE), 0.5)), []
    for i in range(60):
        moved = iterate(walled, Whitened(MEAN, ROOT), chains, step=0.4, length=1.0, key=(9, i))
        chains = moved.chains
        seen.append(chains.z[0])
        assert np.isfinite(chains.value).all()
    assert np.max(seen) <= 1.0
    assert np.max(seen) > 0.9, "the wall is met"


def test_a_trajectory_that_blows_up_is_divergent_and_refused():
    chains = start(gaussian, np.zeros((3, 8)))
    space = Whitened(np.zeros(3), np.eye(3))
    moved = iterate(gaussian, space, chains, step=5.0, length=50.0, key=(1,))
    assert moved.divergent.all()
    np.testing.assert_array_equal(moved.chains.z, 0.0)


@pytest.mark.parametrize("target", [0.8, 0.95])
def test_the_step_is_tuned_to_the_acceptance_asked_for(target):
    space = Whitened(np.zeros(3), np.eye(3))
    first = MEAN[:, None] + ROOT @ np.random.default_rng(6).standard_normal((3, BATCH_SIZE))
    step, chains = StepSize.around(0.02), start(gaussian, first)
    for i in range(200):
        size = float(np.exp(step.log_step))
        moved = iterate(gaussian, space, chains, step=size, length=1.5, key=(2, i))
        chains = moved.chains
        step = step.update(float(moved.acceptance.mean()), target)
    _, acceptance = walk(
        gaussian, space, chains.z, step=float(np.exp(step.log_average)), length=1.5, iterations=80
    )
    assert acceptance.mean() == pytest.approx(target, abs=0.08)


def test_whitening_is_a_map_and_its_inverse():
    space = Whitened(MEAN, ROOT)
    w = np.random.default_rng(7).standard_normal((3, 5))
    np.testing.assert_allclose(space.w(space.z(w)), w, rtol=1e-10)


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
