"""How likely a published figure is, given what is expected to have happened: one law per kind.

All are written once over jax.numpy, for D figures at B points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

COUNT, ESTIMATE, LOWER_BOUND, SHARE, RANGE, SPLIT = range(6)
KINDS = {
    "count": COUNT, "estimate": ESTIMATE, "lower_bound": LOWER_BOUND, "share": SHARE,
    "range": RANGE, "split": SPLIT,
}  # fmt: skip
RATIOS = (SHARE, SPLIT)
"""Kinds that are about a part of a whole."""
NODES = 16
"""Numbers of people tried where a count is rounded."""
LEAST = 1e-9


@dataclass(frozen=True)
class Rounded:
    """Counts that were published rounded: every count that they may stand for, or a sample of them.

    W figures, K counts each.
    """

    rows: np.ndarray
    """(W,)"""
    counts: np.ndarray
    """(W, K)"""
    log_weights: np.ndarray
    """(W, K); minus infinity where a row needs fewer."""

    @classmethod
    def of(cls, rows: np.ndarray, value: np.ndarray, to: np.ndarray) -> Rounded:
        """Counts from half a step below to half a step above each value.

        Args:
            rows: (W,) figures.
            value: (W,) as published.
            to: (W,) the step that each is rounded to.
        """
        counts = np.zeros((len(rows), NODES))
        log_weights = np.full((len(rows), NODES), -np.inf)
        places, weights = np.polynomial.legendre.leggauss(NODES)
        for i, (middle, step) in enumerate(zip(value, to, strict=True)):
            first, past = np.ceil(max(middle - step / 2, 0.0)), np.ceil(middle + step / 2)
            size = int(past - first)
            if size <= NODES:  # every count
                counts[i, :size] = first + np.arange(size)
                log_weights[i, :size] = 0.0
            else:  # so many that a sum is an integral
                counts[i] = (first + past - 1) / 2 + places * size / 2
                log_weights[i] = np.log(weights * size / 2)
        return cls(rows, counts, log_weights)


def negative_binomial(value: Any, mean: Any, spread: Any, xp: Any) -> Any:
    """Log probability of a count with variance mean + (spread * mean)^2."""
    from jax.scipy.special import gammaln

    size = 1 / spread**2
    return (
        gammaln(value + size) - gammaln(size) - gammaln(value + 1)
        + size * xp.log(size / (size + mean)) + value * xp.log(mean / (size + mean))
    )  # fmt: skip


def within(log_mean: Any, sd: Any, log_low: Any, log_high: Any, xp: Any) -> Any:
    """Log chance that a lognormal figure falls between two ends; exact far from both."""
    from jax.scipy.special import log_ndtr

    a, b = (log_low - log_mean) / sd, (log_high - log_mean) / sd
    turned = a + b > 0  # the left tail keeps its digits
    a, b = xp.where(turned, -b, a), xp.where(turned, -a, b)
    upper = log_ndtr(b)
    gap = xp.maximum(upper - log_ndtr(a), 1e-12)
    return upper + xp.log(-xp.expm1(-gap))


def dirichlet_multinomial(
    parts: np.ndarray, share: Any, spread: Any, group: np.ndarray, xp: Any
) -> Any:
    """(D, B) log probability of how totals fall into parts, shared out over the parts.

    A part of average size scatters by `spread`, relatively, beyond the chance of a multinomial.

    Args:
        parts: (D, 1) people in each part.
        share: (D, B) expected share of each part in its total.
        spread: (D, B)
        group: (D,) which of G totals each part belongs to; -1 for figures that are no parts.
        xp: jax.numpy.
    """
    from jax.scipy.special import gammaln

    member = (group == np.arange(group.max(initial=-1) + 1)[:, None]).astype(float)  # (G, D)
    size = member.sum(axis=1, keepdims=True)
    total = member @ parts
    inverse = (member @ (spread**-2)) / size
    strength = np.maximum(size - 1, 1) * inverse
    alone = gammaln(strength) - gammaln(total + strength) + gammaln(total + 1)
    alpha = (member.T @ strength) * share + LEAST
    each = gammaln(parts + alpha) - gammaln(alpha) - gammaln(parts + 1)
    return each + member.T @ (alone / size)
