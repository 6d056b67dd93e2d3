"""How reported shares of a total differ from expected ones, from date to date.

Where the total is given, only its split can inform. Shares are compared by their square roots (a
Dirichlet law's errors have there one variance, whatever the share), and each part's errors are

    level + drift(t),   Var = level**2,   Cov(drift) = drift**2 exp(-|t - t'| / memory)

so that many reports of one error do not count as many. One part follows from the others: with W
parts the W log densities count as W - 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from safepassage.network.arrays import Floats

LEAST_SHARE = 1e-3
"""Added to shares before the root, whose slope would be infinite at 0."""
ROUNDING = 0.02
"""Standard deviation of what is neither level nor drift: rounding, days of registration."""
PRIORS = {"level": (0.1, 1.0), "drift": (0.05, 1.0), "memory_days": (60.0, 0.7)}
"""Median and standard deviation of the logarithm; the first two in units of root shares."""


@dataclass(frozen=True)
class Noise:
    """Of root shares: standard deviations, and days."""

    level: float
    drift: float
    memory_days: float

    @classmethod
    def at(cls, z: Floats) -> Noise:
        """From standard normal coordinates (3,)."""
        pairs = zip(PRIORS.values(), z, strict=True)
        return cls(*(float(median * np.exp(spread * x)) for (median, spread), x in pairs))

    def covariance(self, first: Floats, second: Floats) -> Floats:
        """(N, M) of one part's errors on two sets of days, rounding left out."""
        apart = np.abs(first[:, None] - second[None, :])
        return self.level**2 + self.drift**2 * np.exp(-apart / self.memory_days)


def root_shares(people: Floats) -> Floats:
    """(N, W) square roots of the shares of each row."""
    totals = people.sum(axis=1, keepdims=True)
    return np.sqrt(people / np.maximum(totals, 1e-9) + LEAST_SHARE)


def shares_of(roots: Floats) -> Floats:
    """The shares that root shares (..., W) stand for."""
    shares = np.maximum(np.maximum(roots, 0.0) ** 2 - LEAST_SHARE, 0.0)
    totals = shares.sum(axis=-1, keepdims=True)
    return np.where(totals > 0.0, shares / np.where(totals > 0.0, totals, 1.0), np.nan)


def log_density(
    reported: Floats, expected: Floats, days: Floats, noise: Noise
) -> tuple[float, Floats, Floats]:
    """Log density of reported splits.

    Args:
        reported: (N, W) people.
        expected: (N, W) people.
        days: (N,)
        noise: how they differ.

    Returns:
        The value, its gradient by `expected` (N, W), and by the logarithms of the noise (3,).
    """
    parts = reported.shape[1]
    roots = root_shares(expected)
    apart = root_shares(reported) - roots
    drift = noise.drift**2 * np.exp(-np.abs(days[:, None] - days) / noise.memory_days)
    factor = cho_factor(noise.level**2 + drift + ROUNDING**2 * np.eye(len(days)), lower=True)
    pulled = cho_solve(factor, apart)
    inverse = cho_solve(factor, np.eye(len(days)))
    count = (parts - 1.0) / parts
    spread = 2.0 * np.log(np.diag(factor[0])).sum() + len(days) * np.log(2.0 * np.pi)
    value = -0.5 * count * ((apart * pulled).sum() + parts * spread)
    by_share = count * pulled * 0.5 / roots
    totals = np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    shares = expected / totals
    by_people = (by_share - (by_share * shares).sum(axis=1, keepdims=True)) / totals
    by_covariance = 0.5 * count * (pulled @ pulled.T - parts * inverse)
    by_noise = np.array(
        [
            2.0 * noise.level**2 * by_covariance.sum(),
            2.0 * (drift * by_covariance).sum(),
            (drift * np.abs(days[:, None] - days) / noise.memory_days * by_covariance).sum(),
        ]
    )
    return float(value), by_people, by_noise


def carried_on(
    apart: Floats, days: Floats, later: Floats, noise: Noise, rng: np.random.Generator
) -> Floats:
    """(M, W) errors of root shares on later days, drawn given those seen on `days` (N, W)."""
    seen = noise.covariance(days, days) + ROUNDING**2 * np.eye(len(days))
    across = noise.covariance(later, days)
    factor = cho_factor(seen, lower=True)
    mean = across @ cho_solve(factor, apart)
    left = noise.covariance(later, later) - across @ cho_solve(factor, across.T)
    root = np.linalg.cholesky(left + 1e-8 * np.eye(len(later)))
    return mean + root @ rng.standard_normal((len(later), apart.shape[1]))
