"""Importance weights with a smoothed tail, and figures predicted from the others."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from safepassage.inference.leave_out import leave_out, smooth_weights


def test_equal_ratios_are_equal_weights():
    noise = 1e-9 * np.random.default_rng(1).standard_normal(2000)
    weights, _ = smooth_weights(noise)
    np.testing.assert_allclose(weights, 1 / 2000, rtol=1e-6)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_tails_shape_is_found(shape):
    ratios = stats.genpareto(shape).rvs(20_000, random_state=2) + 1
    weights, k = smooth_weights(np.log(ratios))
    assert k == pytest.approx(shape, abs=0.12)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights > 0).all()


def test_smoothing_keeps_the_order_and_tames_the_largest():
    logs = np.log(stats.genpareto(0.8).rvs(4000, random_state=3) + 1)
    weights, _ = smooth_weights(logs)
    raw = np.exp(logs - logs.max())
    order = np.argsort(logs)
    assert (np.diff(weights[order]) >= 0).all()
    assert weights.max() <= 1.001 * (raw / raw.sum()).max()


def test_weights_move_a_mean_to_where_it_belongs():
    x = np.random.default_rng(4).standard_normal(40_000)
    weights, k = smooth_weights(stats.norm.logpdf(x, 0.5) - stats.norm.logpdf(x))
    assert k < 0.5
    assert weights @ x == pytest.approx(0.5, abs=0.03)


@pytest.fixture(scope="module")
def left_out(posterior):
    """A count by weights, a share by weights, and the same share by a new sampling."""
    with pytest.MonkeyPatch.context() as patch:

        def report(stage, done, total):
            heavy = -9.0 if done == 2 else 9.0
            patch.setattr("safepassage.inference.leave_out.TOO_HEAVY", heavy)

        groups = [("arrivals of 2003", [1]), ("share of 2005", [3]), ("again", [3])]
        return leave_out(posterior, groups, iterations=30, progress=report)


def test_a_figure_left_out_is_predicted_less_surely_and_without_being_seen(posterior, left_out):
    one = left_out[0]
    assert (one.name, one.rows, one.refitted) == ("arrivals of 2003", (1,), False)
    assert one.observed.tolist() == [130.0]
    assert 0 < one.low[0] < one.median[0] < one.high[0]
    seen = posterior.channels["arrivals_counted"].rows[1].predicted
    assert (one.high - one.low)[0] > 1.1 * (seen.high - seen.low)
    assert one.inside.tolist() == [True]


def test_sampling_without_a_figure_says_what_the_weights_say(left_out):
    _, weighted, sampled = left_out
    assert not weighted.refitted and sampled.refitted
    ratio = np.log([sampled.median / weighted.median, sampled.high / weighted.high])
    assert (np.abs(ratio) < 0.2).all()
