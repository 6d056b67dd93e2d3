"""Medians, intervals, contraction and labels: how draws become published figures."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from safepassage.results.parts import Estimate

E = TypeVar("E", bound=Estimate)

DATA_DRIVEN, PRIOR_DRIVEN = 0.70, 0.15
LABELS = ("data-driven", "mixed", "prior-driven", "assumed")
"""From best to least informed."""


def estimate(draws: Any, record: type[E] = Estimate, **fields: Any) -> E:
    """Median and central 90 % interval of draws; NaN draws are left out.

    Args:
        draws: Numbers of any shape.
        record: The kind of estimate.
        fields: Its further fields.
    """
    return record(**interval(draws), **fields)


def interval(draws: Any) -> dict[str, float | None]:
    """The same as keyword arguments `median`, `low` and `high`."""
    values = np.asarray(draws, dtype=float)
    values = values[np.isfinite(values)]
    if not values.size:
        return {"median": None, "low": None, "high": None}
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return {"median": float(median), "low": float(low), "high": float(high)}


def weighted(draws: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Median and central 90 % interval of weighted draws; NaN draws are left out."""
    finite = np.isfinite(draws)
    if not finite.any():
        return {"median": float("nan"), "low": float("nan"), "high": float("nan")}
    order = np.argsort(draws[finite])
    values, mass = draws[finite][order], weights[finite][order]
    reached = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    low, median, high = np.interp((0.05, 0.5, 0.95), reached, values)
    return {"median": float(median), "low": float(low), "high": float(high)}


def contraction(prior_variance: float, posterior_variance: float) -> float:
    """1 - posterior variance / prior variance, not below 0."""
    if prior_variance <= 0:
        return 0.0
    return float(max(0.0, 1 - posterior_variance / prior_variance))


def label(contracted: float, *, assumed: bool, error: float = 0.0) -> str:
    """How far the data moved something, and if not, what it depends on.

    `error` is the standard error of the contraction: a better label takes two of them, so that
    two fits of the same model do not differ by chance alone.
    """
    contracted -= 2 * error
    if contracted >= DATA_DRIVEN:
        return "data-driven"
    if contracted > PRIOR_DRIVEN:
        return "mixed"
    return "assumed" if assumed else "prior-driven"
