"""Coordinates in which the tightest combinations of figures are nearly linear.

A long official series fixes the overall level of a flow to about a percent, while dozens of
parameters that nobody measured trade off to produce it: the posterior is a thin curved sheet, and
a sampler with straight coordinates alone takes tiny steps along it. Let f_k(z) be weighted
sums of log predicted figures, with gradient g_k and Hessian Q_k at the mean m of the draws so far.
With one pivot coordinate for each, and the rest as they are,

    z_pivot = u_pivot - G^-1 q(u_rest),  q_k = (u_rest - m)' Q_k (u_rest - m) / 2

makes f_k linear in u to second order. The map is a shear: its Jacobian determinant is 1, so the
density needs no correction, and the draws are exact whatever the quality of the approximation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from safepassage.inference.sampler.mode import BatchDensity, jacobian_of

Levels = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""z (P, B) and weights (D, B) to the gradient (P, B) of sum_d weights * log(figure d)."""


@dataclass(frozen=True)
class Shear:
    """The map from u to z and back. P coordinates, K pivots."""

    centre: np.ndarray
    """(P,) m"""
    pivots: np.ndarray
    """(K,)"""
    bend: np.ndarray
    """(K, P, P) G^-1 Q; rows and columns of pivots are zero."""

    def z(self, u: np.ndarray) -> np.ndarray:
        """(P, B) from (P, B)."""
        return self._shifted(u, -0.5)

    def u(self, z: np.ndarray) -> np.ndarray:
        """The inverse of `z`."""
        return self._shifted(z, 0.5)

    def _shifted(self, x: np.ndarray, sign: float) -> np.ndarray:
        offset = x - self.centre[:, None]
        shifted = x.copy()
        for pivot, bend in zip(self.pivots, self.bend, strict=True):
            shifted[pivot] += sign * (offset * (bend @ offset)).sum(axis=0)
        return shifted

    def density(self, density: BatchDensity) -> BatchDensity:
        """The same density as a function of u."""

        def sheared(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            value, gradient = density(self.z(u))
            offset = u - self.centre[:, None]
            pullback = gradient.copy()
            for pivot, bend in zip(self.pivots, self.bend, strict=True):
                pullback -= gradient[pivot] * (bend @ offset)
            return value, pullback

        return sheared


def identity(size: int) -> Shear:
    """The map that changes nothing."""
    return Shear(np.zeros(size), np.zeros(0, int), np.zeros((0, size, size)))


def fit_shear(
    levels: Levels, information: np.ndarray, draws: np.ndarray, *, count: int, points: int = 8
) -> Shear:
    """Find the tightest combinations over draws, and the shear that makes them linear.

    Args:
        levels: gradients of weighted log figures.
        information: (D,) Fisher information about each log figure.
        draws: (S, P) draws so far.
        count: combinations to make linear, K.
        points: draws at which tightness is evaluated.

    Returns:
        The shear; the identity if the draws are too few for a covariance.
    """
    size = draws.shape[1]
    if count == 0 or len(draws) < 2 * size:
        return identity(size)
    centre = draws.mean(axis=0)
    covariance = np.cov(draws.T)
    weights = _tightest(levels, information, draws, np.linalg.cholesky(covariance), count, points)
    gradients = levels(np.repeat(centre[:, None], count, axis=1), weights).T
    hessians = np.stack([_hessian(levels, centre, w) for w in weights.T])
    pivots = _pivots(gradients, hessians, covariance)
    hessians[:, pivots, :] = 0.0
    hessians[:, :, pivots] = 0.0
    bend = np.einsum("kl,lpq->kpq", np.linalg.inv(gradients[:, pivots]), hessians)
    return Shear(centre, pivots, bend)


def _tightest(
    levels: Levels,
    information: np.ndarray,
    draws: np.ndarray,
    root: np.ndarray,
    count: int,
    points: int,
) -> np.ndarray:
    """(D, K) weights of the combinations with the largest mean squared whitened gradient."""
    figures = len(information)
    gram = np.zeros((figures, figures))
    for i in np.linspace(0, len(draws) - 1, points).astype(int):
        jacobian = levels(np.repeat(draws[i][:, None], figures, axis=1), np.eye(figures)).T
        scaled = np.sqrt(information)[:, None] * jacobian @ root
        gram += scaled @ scaled.T
    _, vectors = np.linalg.eigh(gram)
    return vectors[:, ::-1][:, :count] * np.sqrt(information)[:, None]


def _hessian(levels: Levels, centre: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(P, P) of one combination of figures, weighted by (D,)."""
    return jacobian_of(
        lambda points: levels(points, np.repeat(weight[:, None], points.shape[1], axis=1)), centre
    )


def _pivots(gradients: np.ndarray, hessians: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """(K,) for each combination the coordinate whose pull on it varies least over the draws."""
    chosen: list[int] = []
    for gradient, hessian in zip(gradients, hessians, strict=True):
        spread = np.sqrt(np.einsum("pq,qr,pr->p", hessian, covariance, hessian))
        merit = np.abs(gradient) / (spread + 1e-3 * np.abs(gradient).max())
        merit = np.where(np.abs(gradient) < 0.1 * np.abs(gradient).max(), -np.inf, merit)
        merit[chosen] = -np.inf
        chosen.append(int(np.argmax(merit)))
    return np.array(chosen)
