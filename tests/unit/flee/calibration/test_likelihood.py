"""How reported splits differ from expected ones: a density with true slopes."""

import numpy as np
import pytest
from scipy.stats import norm

from safepassage.flee.calibration.likelihood import (
    MEMORY_DAYS,
    PRIORS,
    Noise,
    counts_as,
    log_density,
    root_shares,
)

DAYS = np.array([3.0, 17.0, 40.0, 41.0])
RNG = np.random.default_rng(4)
REPORTED = RNG.uniform(0.0, 900.0, (4, 3))
EXPECTED = RNG.uniform(10.0, 900.0, (4, 3))


def test_it_is_a_normal_density_of_root_shares_weighed_down():
    apart = root_shares(REPORTED) - root_shares(EXPECTED)
    value, _, _ = log_density(REPORTED, EXPECTED, DAYS, Noise(0.08))
    weight = (1.0 + 38.0 / MEMORY_DAYS) / 4.0 * 2.0 / 3.0
    assert value == pytest.approx(weight * norm(0.0, 0.08).logpdf(apart).sum())
    assert counts_as(np.array([1.0, 9000.0]), 2) == 0.5  # no more than there are


def test_slopes_are_those_of_finite_differences():
    def at(people, z):
        return log_density(REPORTED, people, DAYS, Noise.at(np.array([z])))[0]

    _, by_people, by_log = log_density(REPORTED, EXPECTED, DAYS, Noise.at(np.array([0.3])))
    for index in np.ndindex(EXPECTED.shape):
        step = np.zeros_like(EXPECTED)
        step[index] = 1e-3
        numeric = (at(EXPECTED + step, 0.3) - at(EXPECTED - step, 0.3)) / 2e-3
        assert by_people[index] == pytest.approx(numeric, rel=1e-5, abs=1e-8)
    numeric = (at(EXPECTED, 0.3 + 1e-5) - at(EXPECTED, 0.3 - 1e-5)) / 2e-5
    assert by_log[0] * PRIORS["error"][1] == pytest.approx(numeric, rel=1e-5)


def test_only_the_split_counts():
    first = log_density(REPORTED, EXPECTED, DAYS, Noise(0.1))[0]
    assert log_density(REPORTED, 7.0 * EXPECTED, DAYS, Noise(0.1))[0] == pytest.approx(first)


def test_reports_of_one_error_do_not_count_as_many():
    """Twenty reports of one deviation over a span say what three over it do."""

    def gain(many):
        shares, off = np.tile([[0.6, 0.4]], (many, 1)), np.tile([[0.5, 0.5]], (many, 1))
        days = np.linspace(0.0, 90.0, many)
        with_, without = (log_density(shares, x, days, Noise(0.1))[0] for x in (shares, off))
        return with_ - without

    assert gain(20) == pytest.approx(gain(3))
