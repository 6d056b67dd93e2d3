"""Every way of reporting passes one suite: its density, its draws and its predictions agree."""

from __future__ import annotations

import dataclasses
from typing import get_args

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import sparse, stats

from safepassage.inference.likelihood import Likelihood
from safepassage.inference.observation_models import KINDS
from safepassage.model.schema import Reporting

jax.config.update("jax_enable_x64", True)

MEAN, SHARE = 130.0, 0.35
VALUES = {
    "count": [0.0, 3.0, 96.0, 130.0, 250.0],
    "estimate": [20.0, 96.0, 130.0, 400.0],
    "lower_bound": [20.0, 96.0, 130.0, 400.0],
    "range": [20.0, 96.0, 130.0, 400.0],
    "share": [0.0, 0.2, 0.35, 0.8, 1.0],
    "split": [10.0, 0.0, 25.0, 5.0],
}
LOG_SD, TRIALS, WIDTH = 0.25, 40.0, 1.6
"""Of estimates' logarithm; answers or people; a range's high end over its low one."""


def figures(
    kind: str, values, *, spread: float = 0.2, reported: float = 0.6, rounding: float = 0.0
) -> Likelihood:
    """Figures of one kind that all measure the same two quantities."""
    count = len(values)
    blank = np.zeros(count)
    values = np.array(values)
    ends = np.zeros((2, count))
    if kind == "range":
        ends = np.log(values) + np.log(WIDTH) * np.array([[-0.5], [0.5]])
    if kind == "estimate" and rounding:
        ends = np.log(values + rounding * np.array([[-0.5], [0.5]]))
    return Likelihood(
        data=(),
        kind=np.full(count, KINDS[kind], np.int32),
        value=values,
        log_sd=np.full(count, 0.0 if kind == "count" else LOG_SD),
        log_ends=ends,
        rounding=np.full(count, rounding),
        trials=np.full(count, TRIALS),
        total=np.full(count, 0 if kind == "split" else -1, np.int32),
        spread=np.full(count, spread),
        spread_slot=blank.astype(np.int32),
        reported=np.full(count, np.log(reported)),
        reported_slot=np.zeros((count, 1), np.int32),
        numerator=sparse.csr_matrix(np.tile([[1.0, 0.0]], (count, 1))),
        denominator=sparse.csr_matrix(np.tile([[0.0, 1.0]], (count, 1))),
    )


LOGS = np.zeros((1, 1))


def log_density(likelihood: Likelihood, top: float, bottom: float = 1.0, logs=LOGS) -> np.ndarray:
    ones = np.ones((len(likelihood.value), logs.shape[1]))
    return np.asarray(likelihood.log_density(logs, top * ones, bottom * ones, jnp))[:, 0]


def reference(kind: str, values, mean: float, spread: float = 0.2) -> np.ndarray:
    """What SciPy says; an estimate's density is of the logarithm, up to a constant."""
    values, sd = np.array(values), np.hypot(LOG_SD, spread)
    if kind == "count":
        size = spread**-2
        return stats.nbinom(size, size / (size + mean)).logpmf(values)
    with np.errstate(divide="ignore"):
        gap = np.log(mean) - np.log(values)
    if kind == "estimate":
        return stats.norm.logpdf(gap, scale=sd) + 0.5 * np.log(2 * np.pi)
    if kind == "lower_bound":
        return stats.norm.logcdf(gap / sd)
    if kind == "range":
        ends = -gap[:, None] + np.log(WIDTH) * np.array([-0.5, 0.5])
        # from the tail that keeps its digits
        ends = np.where(ends.sum(axis=1, keepdims=True) > 0, -ends[:, ::-1], ends)
        return np.log(np.diff(stats.norm.cdf(ends / sd), axis=1)[:, 0])
    return TRIALS * (values * np.log(mean) + (1 - values) * np.log1p(-mean))


def test_every_declared_kind_is_in_this_suite():
    declared = get_args(Reporting.model_fields["kind"].annotation)
    assert set(VALUES) == set(declared) == set(KINDS)


@pytest.mark.parametrize("kind", VALUES)
def test_the_density_is_scipys(kind):
    values = VALUES[kind]
    if kind == "split":
        share = np.array([0.25, 0.05, 0.5, 0.2])
        likelihood = figures(kind, values)
        found = np.asarray(
            likelihood.log_density(LOGS, 130 * share[:, None], np.full((4, 1), 130.0), jnp)
        )
        alpha = 3 / 0.2**2 * share  # a part of average size scatters by 0.2
        law = stats.dirichlet_multinomial(alpha, int(TRIALS))
        assert found.sum() == pytest.approx(law.logpmf(np.array(values, int)), rel=1e-7)
        return
    if kind == "share":
        found = log_density(figures(kind, values), 35.0, 100.0)
        wanted = reference(kind, values, SHARE)
        # against the binomial where its counts are whole
        whole = stats.binom(TRIALS, SHARE).logpmf(np.array(values) * TRIALS)
        ways = stats.binom(TRIALS, 0.5).logpmf(np.array(values) * TRIALS) + TRIALS * np.log(2)
        np.testing.assert_allclose(found, whole - ways, rtol=1e-9)
    else:
        found = log_density(figures(kind, values), MEAN / 0.6)
        wanted = reference(kind, values, MEAN)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("kind", ["count", "estimate", "lower_bound", "range"])
def test_spread_and_reported_share_may_be_parameters(kind):
    values = VALUES[kind]
    likelihood = figures(kind, values, spread=0.0, reported=1.0)
    # slot 1 holds the log of the spread, slot 2 that of the reported share
    logs = np.array([[0.0], [np.log(0.2)], [np.log(0.6)]])
    likelihood = dataclasses.replace(
        likelihood,
        spread_slot=np.ones(len(values), np.int32),
        reported_slot=np.full((len(values), 1), 2, np.int32),
    )
    found = log_density(likelihood, MEAN / 0.6, logs=logs)
    np.testing.assert_allclose(found, reference(kind, values, MEAN), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("kind", VALUES)
def test_a_prediction_of_nothing_is_very_unlikely_but_finite(kind):
    found = log_density(figures(kind, VALUES[kind]), 0.0)
    assert np.isfinite(found).all()
    assert found[-1] < -20


def drawn(kind: str, mean: float, count: int = 60_000) -> np.ndarray:
    """Figures published of whole people: as many as chance has it where they are counted."""
    rng = np.random.default_rng(4)
    likelihood = figures(kind, [1.0])
    happened = np.full((2, 1, count), 100.0)
    happened[0] = mean * 100.0 if kind == "share" else mean / 0.6
    if kind == "count":
        happened[0] = rng.poisson(mean / 0.6, count)
    return likelihood.publish(np.zeros((1, count)), happened, rng)[0]


@pytest.mark.parametrize("kind", VALUES)
def test_draws_have_the_moments_of_the_density(kind):
    count, spread = 60_000, 0.2
    draws = drawn(kind, SHARE if kind == "share" else MEAN)
    if kind == "count":
        wanted, sd = MEAN, np.sqrt(MEAN + (spread * MEAN) ** 2)
    elif kind == "share":
        wanted, sd = SHARE, np.sqrt(SHARE * (1 - SHARE) / TRIALS)
        assert set(np.round(draws * TRIALS, 9)) <= set(range(int(TRIALS) + 1))
    elif kind == "split":
        return  # of a total, below
    else:
        draws, wanted, sd = np.log(draws), np.log(MEAN), np.hypot(LOG_SD, spread)
        if kind == "range":  # its middle lies up to half its width off the estimate that it holds
            sd = np.hypot(sd, np.log(WIDTH) / np.sqrt(12))
    assert draws.mean() == pytest.approx(wanted, abs=4 * sd / np.sqrt(count))
    assert draws.std() == pytest.approx(sd, rel=0.02)


def test_what_is_reported_is_never_more_than_happened_but_for_its_spread():
    few = np.full((2, 1, 5000), 3.0)
    exact = figures("count", [1.0], spread=0.0, reported=0.6)
    found = exact.publish(np.zeros((1, 5000)), few, np.random.default_rng(1))[0]
    law = stats.binom(3, 0.6)
    for k in range(4):
        assert np.mean(np.abs(found - k) < 1) == pytest.approx(law.pmf(k), abs=0.03)
        assert found.max() <= 4


def test_counts_are_distributed_as_their_density_says():
    draws = drawn("count", MEAN)
    size = 0.2**-2
    law = stats.nbinom(size, size / (size + MEAN))
    for q in (0.05, 0.5, 0.95):
        assert np.mean(draws <= law.ppf(q)) == pytest.approx(law.cdf(law.ppf(q)), abs=0.01)


@pytest.mark.parametrize("step", [5.0, 100.0])
def test_a_rounded_count_is_every_count_that_it_may_stand_for(step):
    values = np.array([0.0, 100.0, 200.0])
    found = log_density(figures("count", values, rounding=step), MEAN / 0.6)
    size = 0.2**-2
    law = stats.nbinom(size, size / (size + MEAN))
    first, past = np.ceil(np.maximum(values - step / 2, 0)), np.ceil(values + step / 2)
    np.testing.assert_allclose(np.exp(found), law.cdf(past - 1) - law.cdf(first - 1), rtol=5e-3)
    drawn_so = figures("count", [1.0], rounding=step).publish(
        np.zeros((1, 500)), np.full((2, 1, 500), 300.0), np.random.default_rng(1)
    )
    assert not (drawn_so % step).any()


def test_a_rounded_estimate_lies_within_half_a_step():
    sd = np.hypot(LOG_SD, 0.2)
    found = log_density(figures("estimate", [150.0], rounding=100.0), MEAN / 0.6)
    law = stats.lognorm(sd, scale=MEAN)
    assert np.exp(found[0]) == pytest.approx(law.cdf(200) - law.cdf(100), rel=1e-9)


def test_ends_far_from_what_is_expected_keep_their_digits():
    """Where a difference of two chances would be zero over zero."""
    for far in (3.0, 1e5):
        found = log_density(figures("range", [MEAN]), far / 0.6)
        inner = np.log(far / MEAN) + np.log(WIDTH) * np.array([-0.5, 0.5])
        nearest = np.abs(inner).min() / np.hypot(LOG_SD, 0.2)
        assert found[0] == pytest.approx(stats.norm.logsf(nearest), rel=1e-3)


def test_a_counts_own_interval_widens_it():
    likelihood = dataclasses.replace(figures("count", [96.0]), log_sd=np.array([0.3]))
    wide = reference("count", [96.0], MEAN, float(np.hypot(0.3, 0.2)))
    np.testing.assert_allclose(log_density(likelihood, MEAN / 0.6), wide, rtol=1e-9)


def test_parts_are_drawn_whole_and_make_their_total():
    likelihood, count = figures("split", VALUES["split"]), 20_000
    share = np.array([0.25, 0.05, 0.5, 0.2])
    top = sparse.csr_matrix(np.c_[130 * share, np.zeros(4)])
    likelihood = dataclasses.replace(
        likelihood, numerator=top, denominator=sparse.csr_matrix(np.tile([[130.0, 0.0]], (4, 1)))
    )
    found = likelihood.publish(
        np.zeros((1, count)), np.ones((2, 1, count)), np.random.default_rng(3)
    )
    np.testing.assert_array_equal(found.sum(axis=0), TRIALS)
    np.testing.assert_array_equal(found, np.rint(found))
    np.testing.assert_allclose(found.mean(axis=1) / TRIALS, share, atol=0.01)
    strength = 3 / 0.2**2
    wanted = TRIALS * np.sqrt(share * (1 - share) / (strength + 1))
    np.testing.assert_allclose(found.std(axis=1), wanted, rtol=0.12, atol=0.1)


@pytest.mark.parametrize("kind", ["count", "estimate", "range", "share"])
def test_information_is_the_variance_of_the_score(kind):
    """About the log of the expected figure."""
    mean = SHARE if kind == "share" else MEAN
    likelihood = figures(kind, drawn(kind, mean, 20_000), reported=1.0)
    width = 1e-4
    up, down = (log_density(likelihood, mean * np.exp(d)) for d in (width, -width))
    score = (up - down) / (2 * width)
    information = figures(kind, [1.0]).information(LOGS, np.array([mean]))[0]
    assert information == pytest.approx(score.var(), rel=0.04)


def test_predictions_are_what_the_density_expects():
    quantities = np.array([[[35.0]], [[100.0]]])
    for kind, wanted in (("count", 21.0), ("estimate", 21.0), ("share", 0.35)):
        found = figures(kind, [1.0]).predict(LOGS, quantities)
        np.testing.assert_allclose(found, [[wanted]], rtol=1e-12, err_msg=kind)
