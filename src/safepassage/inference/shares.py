"""How reported shares of a total differ from expected ones, from date to date.

Where the total is given, only its split can inform. Shares are compared by their square roots (a
Dirichlet law's errors have there one variance, whatever the share). Errors last: those of two
dates are correlated by exp(-|t - t'| / MEMORY_DAYS), so that N dates over a span of S days count as
1 + S / MEMORY_DAYS. All of them are weighed down to that number: the exact density of such errors
would trust a change from one date to the next far more than a level, which a model of how people
move deserves less (with it, and levels of their own for camps, learned parameters fitted even the
days that they were learned from worse than their defaults). One part follows from the others: W
parts count as W - 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safepassage.network.arrays import Floats

LEAST_SHARE = 1e-3
"""Added to shares before the root, whose slope would be infinite at 0."""
MEMORY_DAYS = 120.0
PRIORS = {"error": (0.1, 0.7)}
"""Median and standard deviation of the logarithm, in units of root shares."""


@dataclass(frozen=True)
class Noise:
    """The standard deviation of root shares."""

    error: float

    @classmethod
    def at(cls, z: Floats) -> Noise:
        """From a standard normal coordinate (1,)."""
        median, spread = PRIORS["error"]
        return cls(float(median * np.exp(spread * z[0])))


def root_shares(people: Floats) -> Floats:
    """(N, W) square roots of the shares of each row."""
    totals = people.sum(axis=1, keepdims=True)
    return np.sqrt(people / np.maximum(totals, 1e-9) + LEAST_SHARE)


def shares_of(roots: Floats) -> Floats:
    """The shares that root shares (..., W) stand for; even ones where all are 0."""
    shares = np.maximum(np.maximum(roots, 0.0) ** 2 - LEAST_SHARE, 0.0)
    totals = shares.sum(axis=-1, keepdims=True)
    even = np.full(shares.shape, 1.0 / shares.shape[-1])
    return np.where(totals > 0.0, shares / np.where(totals > 0.0, totals, 1.0), even)


def counts_as(days: Floats, parts: int) -> float:
    """How many independent dates and parts reports on these days count as, by date and part."""
    dates = min(1.0 + float(days[-1] - days[0]) / MEMORY_DAYS, float(len(days)))
    return dates / len(days) * (parts - 1.0) / parts


def log_density(
    reported: Floats, expected: Floats, days: Floats, noise: Noise
) -> tuple[float, Floats, Floats]:
    """Log density of reported splits.

    Args:
        reported: (N, W) people.
        expected: (N, W) people.
        days: (N,) in order.
        noise: how they differ.

    Returns:
        The value, its gradient by `expected` (N, W), and by the logarithm of the noise (1,).
    """
    weight = counts_as(days, reported.shape[1])
    roots = root_shares(expected)
    apart = (root_shares(reported) - roots) / noise.error
    constant = np.log(noise.error) + 0.5 * np.log(2.0 * np.pi)
    value = -weight * (0.5 * (apart**2).sum() + apart.size * constant)
    by_share = weight * apart / noise.error * 0.5 / roots
    totals = np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    shares = expected / totals
    by_people = (by_share - (by_share * shares).sum(axis=1, keepdims=True)) / totals
    return float(value), by_people, np.array([weight * ((apart**2).sum() - apart.size)])


def carried_on(apart: Floats, gaps: Floats, noise: Noise, rng: np.random.Generator) -> Floats:
    """(M, W) errors of root shares on later days, drawn given those last seen.

    Args:
        apart: (W,) the last errors.
        gaps: (M,) days from there, in order.
        noise: their spread once the last are forgotten.
        rng: fixes the draw.
    """
    found = np.empty((len(gaps), len(apart)))
    before, now = 0.0, apart
    for row, gap in enumerate(gaps):
        kept = np.exp(-(gap - before) / MEMORY_DAYS)
        fresh = noise.error * np.sqrt(1.0 - kept**2)
        now = kept * now + fresh * rng.standard_normal(len(apart))
        found[row], before = now, gap
    return found
