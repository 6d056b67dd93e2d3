"""Bands hold even ranks as often as they say, and let uneven ones out."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.analysis.checks.sbc_bands import bands, cumulative

BINS = 10
EDGES = np.linspace(0, 1, BINS + 1)


@pytest.mark.parametrize("fits", [16, 100])
def test_even_ranks_lie_inside_at_once_in_99_of_100(fits):
    band = bands(fits, BINS)
    ranks = np.random.default_rng(1).random((2000, fits))
    bars = np.mean([band.holds_bars(np.histogram(r, EDGES)[0]) for r in ranks])
    curves = np.mean([band.holds_curve(cumulative(r, band.grid)) for r in ranks])
    assert 0.98 < bars <= 1
    assert 0.98 < curves <= 1
    single = (np.array([cumulative(r, band.grid)[20] for r in ranks]) > band.curve_high[20]).mean()
    assert single < 0.005, "a band of the whole is wider than that of a point"


@pytest.mark.parametrize("shape", [(0.5, 0.5), (3, 3), (1, 2)])
def test_ranks_that_pile_up_lie_outside(shape):
    band = bands(100, BINS)
    ranks = np.random.default_rng(2).beta(*shape, size=(50, 100))
    curves = np.mean([band.holds_curve(cumulative(r, band.grid)) for r in ranks])
    assert curves < 0.5


def test_a_curve_is_zero_where_ranks_are_even():
    grid = np.arange(1, 10) / 10
    ranks = (np.arange(1000) + 0.5) / 1000
    np.testing.assert_allclose(cumulative(ranks, grid), 0, atol=1e-3)
    np.testing.assert_allclose(cumulative(np.zeros(4), grid), 1 - grid)
