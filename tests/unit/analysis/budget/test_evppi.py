"""The value of information where it is known in closed form, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from safepassage.analysis.budget.evppi import evpi, evppi, noise_floor, normal_scores, spline

DRAWS = 4000


def rng(seed=1):
    return np.random.default_rng(seed)


def gaussian(mean, size, other, seed=1, draws=DRAWS):
    """Two options; the second is better by mean + size x + other e."""
    x, e = rng(seed).standard_normal((2, draws))
    return np.stack([np.zeros(draws), mean + size * x + other * e]), x, e


def closed_form(mean, size):
    """E max(0, mean + size x) less max(0, mean)."""
    at = mean / size
    return size * stats.norm.pdf(at) + mean * stats.norm.cdf(at) - max(mean, 0)


@pytest.mark.parametrize(("mean", "size", "other"), [(0, 1, 1), (0.5, 1, 2), (-1, 2, 1), (2, 1, 3)])
def test_two_options_with_a_normal_difference(mean, size, other):
    benefits, x, e = gaussian(mean, size, other)
    for column, own in ((x, size), (e, other)):
        found = evppi(benefits, column[None], rng())
        assert found.value == pytest.approx(closed_form(mean, own), abs=3 * found.error + 0.01)
        assert found.error < 0.1
    both = evppi(benefits, np.stack([x, e]), rng())
    whole = closed_form(mean, np.hypot(size, other))
    assert evpi(benefits) == pytest.approx(whole, abs=0.1)
    assert both.value == pytest.approx(evpi(benefits), abs=0.02)


def test_a_bent_effect_is_seen():
    """x squared: linear regression would find nothing."""
    x, e = rng().standard_normal((2, DRAWS))
    benefits = np.stack([np.zeros(DRAWS), x**2 - 1 + e])
    truth = 2 * stats.norm.pdf(1)  # E max(0, x^2 - 1)
    found = evppi(benefits, x[None], rng())
    assert found.freedom >= 2
    assert found.value == pytest.approx(truth, rel=0.1)


def test_more_options_than_two():
    x, e = rng().standard_normal((2, DRAWS))
    benefits = np.stack([x, -x, 0.1 + 3 * e, np.zeros(DRAWS)])
    truth = np.maximum(np.abs(x), 0.1).mean() - 0.1
    assert evppi(benefits, x[None], rng()).value == pytest.approx(truth, rel=0.1)


def test_noise_stays_below_its_floor():
    benefits, x, _ = gaussian(0.2, 1, 1, draws=1000)
    floor = noise_floor(benefits, rng())
    assert 0 < floor < 0.3 * evppi(benefits, x[None], rng()).value
    columns = rng(9).standard_normal((60, 1000))
    found = [evppi(benefits, c[None], rng()) for c in columns]
    assert np.mean([one.value > floor for one in found]) < 0.08
    assert np.mean([one.freedom == 0 for one in found]) > 0.5  # nothing is fitted to noise
    assert noise_floor(benefits, rng(), 3) > floor  # more columns, more chance


def test_what_cannot_change_the_choice_is_worth_nothing():
    benefits, x, _ = gaussian(50.0, 1, 1)
    assert evppi(benefits, x[None], rng()).value == 0
    shared = np.stack([x, x + 1])  # both options alike
    assert evppi(shared, x[None], rng()).value == pytest.approx(0, abs=1e-9)


def test_the_scale_of_a_column_does_not_matter():
    benefits, x, _ = gaussian(0.3, 1, 1)
    one, other = (evppi(benefits, c[None], rng()).value for c in (x, np.exp(3 * x)))
    assert one == pytest.approx(other, rel=1e-9)
    assert np.ptp(normal_scores(x) - normal_scores(np.exp(x))) == 0


def test_a_spline_is_linear_beyond_its_knots():
    x = np.linspace(-3, 3, 601)
    for freedom in (1, 2, 3, 4, 6):
        basis = spline(x, freedom)
        assert basis.shape == (601, freedom)
        assert np.linalg.matrix_rank(np.column_stack([np.ones(601), basis])) == freedom + 1
        bend = np.diff(basis, 2, axis=0)
        np.testing.assert_allclose(bend[-20:], 0, atol=1e-9)
        np.testing.assert_allclose(bend[:20], 0, atol=1e-9)
    assert spline(x, 0).shape == (601, 0)


def test_columns_of_few_values_or_of_one_do_no_harm():
    benefits, x, _ = gaussian(0.3, 1, 1, draws=1000)
    flat = np.zeros((1, 1000))
    assert evppi(benefits, flat, rng()).value == 0
    coarse = (x > 1).astype(float)[None]
    found = evppi(benefits, coarse, rng())
    assert 0 <= found.value < evppi(benefits, x[None], rng()).value
    twice = evppi(benefits, np.stack([x, x]), rng())
    assert np.isfinite(twice.value)
