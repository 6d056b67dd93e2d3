"""Convergence is judged right: chains whose truth is known."""

from __future__ import annotations

import arviz
import numpy as np
import pytest
from scipy.signal import lfilter

from safepassage.inference.diagnostics import diagnose


def autoregressive(rho: float, *, chains: int = 4, draws: int = 4000, seed: int = 1) -> np.ndarray:
    """(chain, draw, 1) stationary AR(1) chains of variance 1."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((chains, draws)) * np.sqrt(1 - rho**2)
    noise[:, 0] = rng.standard_normal(chains)
    return lfilter([1], [1, -rho], noise, axis=1)[:, :, None]


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_the_effective_size_is_that_of_theory(rho):
    draws = autoregressive(rho)
    found = diagnose(draws)
    wanted = draws.size * (1 - rho) / (1 + rho)
    assert found.bulk_ess[0] == pytest.approx(wanted, rel=0.15)
    assert found.rhat[0] < 1.01


def test_the_tail_mixes_as_fast_as_independent_draws_where_they_are():
    found = diagnose(autoregressive(0.0))
    assert found.tail_ess[0] == pytest.approx(16_000, rel=0.15)


def test_the_tail_is_judged_by_itself():
    """A chain that is now and then wide for a long time looks fine in the bulk."""
    rng = np.random.default_rng(2)
    wide = np.repeat(rng.random((4, 40)) < 0.1, 100, axis=1)
    draws = rng.standard_normal((4, 4000)) * np.where(wide, 10.0, 1.0)
    found = diagnose(draws[:, :, None])
    assert found.bulk_ess[0] > 8000
    assert found.tail_ess[0] < 2000


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_a_shifted_chain_is_noticed(shift):
    draws = autoregressive(0.3)
    draws[2] += shift
    found = diagnose(draws)
    assert found.rhat[0] > 1.05
    assert found.bulk_ess[0] < 200


def test_a_chain_of_another_width_is_noticed():
    draws = autoregressive(0.3)
    draws[1] *= 4.0
    assert diagnose(draws).rhat[0] > 1.05


def test_a_drift_within_a_chain_is_noticed():
    draws = autoregressive(0.3)
    draws += np.linspace(-1.5, 1.5, draws.shape[1])[None, :, None]
    assert diagnose(draws).rhat[0] > 1.05


def test_a_heavy_tail_does_not_spoil_it():
    draws = np.random.default_rng(3).standard_cauchy((4, 4000))[:, :, None]
    found = diagnose(draws)
    assert found.rhat[0] < 1.01
    assert found.bulk_ess[0] > 12_000


def test_each_parameter_is_judged_alone():
    draws = np.concatenate([autoregressive(0.0), autoregressive(0.9, seed=5)], axis=2)
    both = diagnose(draws)
    for p in range(2):
        alone = diagnose(draws[:, :, p : p + 1])
        assert both.bulk_ess[p] == alone.bulk_ess[0] and both.rhat[p] == alone.rhat[0]


def test_what_never_moves_has_converged():
    found = diagnose(np.ones((4, 100, 1)))
    assert found.rhat[0] == 1.0 and found.bulk_ess[0] == 400


@pytest.mark.parametrize("draws", [8, 9, 30, 61, 320])
@pytest.mark.parametrize("memory", [-0.8, 0.05, 0.95])
def test_every_number_is_arvizs(draws, memory):
    rng = np.random.default_rng(draws)
    x = rng.standard_normal((4, draws, 3))
    for t in range(1, draws):
        x[:, t] += memory * x[:, t - 1]
    found = diagnose(x)
    for p in range(3):
        for ours, method in ((found.bulk_ess, "bulk"), (found.tail_ess, "tail")):
            assert ours[p] == pytest.approx(arviz.ess(x[:, :, p], method=method), rel=1e-9)
        assert found.rhat[p] == pytest.approx(arviz.rhat(x[:, :, p]), rel=1e-9)
