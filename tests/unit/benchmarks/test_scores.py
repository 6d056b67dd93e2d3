"""Scores of forecasts against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.scores import crps, exact_interval, inside, log_score, score
from scipy import stats

NORMAL = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)


@pytest.mark.parametrize("value", [-2.0, 0.0, 0.7])
def test_crps_of_a_normal_is_that_of_its_closed_form(value):
    pdf, cdf = stats.norm.pdf(value), stats.norm.cdf(value)
    exact = value * (2 * cdf - 1) + 2 * pdf - 1 / np.sqrt(np.pi)
    assert crps(NORMAL, value) == pytest.approx(exact, abs=1e-3)


def test_crps_of_a_point_is_the_absolute_error():
    assert crps(np.full(10, 4.0), 7.0) == 3.0


def test_crps_is_the_mean_of_distances():
    draws = np.array([1.0, 2.0, 4.0, 9.0])
    pairs = np.abs(draws[:, None] - draws).mean() / 2
    assert crps(draws, 3.0) == pytest.approx(np.abs(draws - 3).mean() - pairs)


def test_crps_rewards_the_truth_predicted_sharply():
    assert crps(0.5 * NORMAL, 0.0) < crps(NORMAL, 0.0) < crps(3 * NORMAL, 0.0)
    assert crps(NORMAL, 4.0) > crps(3 * NORMAL, 4.0)


def test_log_score_of_a_normal_is_near_its_density():
    assert log_score(NORMAL, 0.3) == pytest.approx(stats.norm.logpdf(0.3), abs=0.03)
    assert np.isfinite(log_score(np.zeros(50), 0.5))
    assert np.isfinite(log_score(NORMAL, 60.0))


def test_log_score_is_a_kernel_density_with_silvermans_bandwidth():
    draws = np.random.default_rng(1).gamma(2.0, size=300)
    kernel = stats.gaussian_kde(draws, bw_method="silverman")
    assert log_score(draws, 1.2) == pytest.approx(kernel.logpdf([1.2])[0], rel=1e-9)


def test_intervals_hold_what_lies_between_their_ends():
    draws = np.arange(101.0)
    assert inside(draws, 5.0, 0.9)
    assert not inside(draws, 4.9, 0.9)
    assert not inside(draws, 76.0, 0.5)


def test_exact_intervals_are_those_of_the_binomial():
    for hits, trials in ((0, 10), (10, 10), (45, 54), (1, 2)):
        low, high = exact_interval(hits, trials)
        given = stats.binomtest(hits, trials).proportion_ci(0.95, "exact")
        assert (low, high) == pytest.approx((given.low, given.high))


def test_a_score_is_of_persons_and_of_their_logarithm():
    draws = np.array([50.0, 100.0, 200.0, 400.0])
    told = score(draws, 150.0)
    assert told.crps == pytest.approx(crps(draws, 150.0))
    assert told.crps_log1p == pytest.approx(crps(np.log1p(draws), np.log(151.0)))
    assert told.inside_50
    assert told.inside_90
