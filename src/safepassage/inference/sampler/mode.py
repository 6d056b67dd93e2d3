"""The mode of the joint density and the curvature there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

BatchDensity = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""z (P, B) to log density (B,) and gradient (P, B)."""


FARTHEST = 15.0
"""A coordinate this many prior standard deviations out ends a trajectory (density zero)."""


def out_of_range(z: np.ndarray) -> np.ndarray:
    """(B,) which points z (P, B) lie beyond `FARTHEST` in some coordinate, or are no numbers."""
    return np.logical_not((np.abs(z) < FARTHEST).all(axis=0))


def reject(
    value: np.ndarray, gradient: np.ndarray, outside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log densities (B,) and gradients (P, B), with -inf and 0 at rejected points.

    Args:
        value: log densities.
        gradient: their gradients.
        outside: (B,) points to reject whatever their values; those with a value or a slope that
            is not finite are rejected too.
    """
    bad = outside | ~np.isfinite(value) | ~np.isfinite(gradient).all(axis=0)
    if bad.any():
        value, gradient = value.copy(), gradient.copy()
        value[bad], gradient[:, bad] = -np.inf, 0.0
    return value, gradient


def find_mode(
    density: BatchDensity,
    start: np.ndarray,
    *,
    iterations: int = 600,
    progress: Callable[[float], None] = lambda done: None,
) -> np.ndarray:
    """Maximise a density from `start` (P,) by L-BFGS.

    Returns:
        (P,) the mode.
    """
    count = 0

    def negative(z: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal count
        count += 1
        progress(min(count / iterations, 1.0))
        value, gradient = density(z[:, None])
        if not np.isfinite(value[0]):
            return 1e12, np.zeros_like(z)
        return -float(value[0]), -gradient[:, 0]

    optimum = minimize(
        negative, start, jac=True, method="L-BFGS-B",
        options={"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 40, "gtol": 1e-3},
    )  # fmt: skip
    return optimum.x


def curvature(density: BatchDensity, z: np.ndarray, *, width: float = 1e-3) -> np.ndarray:
    """(P, P) negative Hessian of the log density at z, by differences over `width`."""
    return -jacobian_of(lambda points: density(points)[1], z, width=width)


def jacobian_of(
    gradient: Callable[[np.ndarray], np.ndarray],
    z: np.ndarray,
    *,
    width: float = 1e-3,
    batch: int = 64,
) -> np.ndarray:
    """(P, P) symmetric derivative of a gradient at z (P,), by central differences.

    Args:
        gradient: points (P, B) to gradients (P, B).
        z: where.
        width: step of the differences.
        batch: points at once.
    """
    size = len(z)
    rows = np.empty((size, size))
    for first in range(0, size, batch // 2):
        block = np.arange(first, min(first + batch // 2, size))
        shifts = np.zeros((size, 2 * len(block)))
        shifts[block, np.arange(len(block))] = width
        shifts[block, len(block) + np.arange(len(block))] = -width
        slope = gradient(z[:, None] + shifts)
        rows[block] = (slope[:, : len(block)] - slope[:, len(block) :]).T / (2 * width)
    return (rows + rows.T) / 2


def whitening(precision: np.ndarray, *, least: float = 0.3, most: float = 1e8) -> np.ndarray:
    """(P, P) square root L with L L' = inverse of a precision whose eigenvalues are bounded.

    The prior alone has unit precision, so directions below `least` are numerical noise or
    saddle points at the mode.
    """
    values, vectors = np.linalg.eigh(precision)
    return vectors / np.sqrt(np.clip(values, least, most))
