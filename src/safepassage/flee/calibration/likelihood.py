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
