"""How long people stay: Erlang phases and fixed delays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma
from tests.networks import Sketch

from safepassage.engines.expected import solve


def phases(k: int, mean_years: float, steps: int, step_years: float) -> Sketch:
    """A sojourn of k phases, each left at k / mean."""
    drawn = Sketch(steps=steps, step_years=step_years)
    for phase in range(k):
        drawn.cell(f"wait.{phase}", persons=1.0 if phase == 0 else 0.0)
    drawn.cell("out")
    for phase in range(k):
        drawn.edge(f"wait.{phase}", f"wait.{phase + 1}" if phase + 1 < k else "out", k / mean_years)
    return drawn


def left_by(k: int, mean_years: float, horizon: float, step_years: float) -> np.ndarray:
    steps = round(horizon / step_years)
    return solve.solve(*phases(k, mean_years, steps, step_years).build()).counts[:, -1]


@pytest.mark.parametrize("k", [1, 2, 4, 7])
def test_phases_give_the_erlang_distribution_as_the_step_shrinks(k):
    errors = []
    for per_year in (24, 48, 96):
        left = left_by(k, 1.5, 9.0, 1 / per_year)
        exact = gamma.cdf(np.arange(len(left)) / per_year, k, scale=1.5 / k)
        errors.append(np.abs(left - exact).max())
    if k == 1:
        assert max(errors) < 1e-13
    else:
        assert errors[0] < 0.05 * k
        np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 2.0, atol=0.15)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_mean_and_variance_of_a_sojourn_of_phases(k):
    # each phase is geometric with chance p of leaving: mean 1/p, variance (1 - p)/p**2 steps
    left = left_by(k, 1.5, 40.0, 1 / 12)
    months = np.arange(1, len(left))
    chance = np.diff(left)
    p = -np.expm1(-k / 1.5 / 12)
    mean = (months * chance).sum()
    np.testing.assert_allclose(mean, k / p, rtol=1e-9)
    variance = ((months - mean) ** 2 * chance).sum()
    np.testing.assert_allclose(variance, k * (1 - p) / p**2, rtol=1e-8)
    fine = left_by(k, 1.5, 40.0, 1 / 480)
    mean_years = (np.arange(1, len(fine)) * np.diff(fine)).sum() / 480
    np.testing.assert_allclose(mean_years, 1.5, rtol=k / 480)


def test_a_fixed_delay_of_three_months_is_exact():
    drawn = Sketch(steps=6).cell("d0", "delay", 8.0).cell("d1", "delay").cell("d2", "delay")
    drawn.cell("a").cell("b").edge("d0", "d1", 1.0).edge("d1", "d2", 1.0)
    network, tables = drawn.edge("d2", "a", 3.0).edge("d2", "b", 1.0).build()
    counts = solve.solve(network, tables).counts
    np.testing.assert_array_equal(counts[:3, :3], 8.0 * np.eye(3))
    np.testing.assert_array_equal(counts[2, 3:], [0.0, 0.0])
    np.testing.assert_array_equal(counts[3:], np.tile([0.0, 0.0, 0.0, 6.0, 2.0], (4, 1)))


def test_a_chain_of_branches_multiplies_and_takes_no_time():
    drawn = Sketch(steps=1).cell("home", persons=1.0).cell("shore", "instant")
    drawn.cell("boat", "instant").cell("sea", "delay").cell("lost").edge("home", "shore", 6.0)
    drawn.edge("shore", "boat", 4.0).edge("shore", "lost", 1.0)
    network, tables = drawn.edge("boat", "sea", 1.0).edge("boat", "home", 3.0).build()
    counts = solve.solve(network, tables).counts[1]
    gone = -np.expm1(-0.5)
    np.testing.assert_allclose(
        counts, [1 - gone + gone * 0.8 * 0.75, 0, 0, gone * 0.8 * 0.25, gone * 0.2], rtol=1e-14
    )
