"""Coordinates in which a density is as round as draws and their gradients say.

Of a Gaussian, draws x and gradients g = -precision (x - mean) know the covariance exactly as soon
as there are more draws than coordinates: it is the geometric mean of cov(x) and cov(g)^-1, whatever
chance did to the draws. Of any other density this mean is the Gaussian of least Fisher divergence
(Seyboldt, Carlson and Carpenter, "Preconditioning Hamiltonian Monte Carlo by minimizing Fisher
divergence"), and it weighs how stiff a direction is, not only how wide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from safepassage.inference.sampler.mode import BatchDensity, curvature, find_mode, whitening


@dataclass(frozen=True)
class Metric:
    """A Euclidean metric as whitened coordinates w, with z = centre + root @ w."""

    centre: np.ndarray
    """(P,)"""
    root: np.ndarray
    """(P, P) square root of the inverse mass matrix."""

    def z(self, w: np.ndarray) -> np.ndarray:
        """(P, B) from (P, B)."""
        return self.centre[:, None] + self.root @ w

    def w(self, z: np.ndarray) -> np.ndarray:
        """The inverse of `z`."""
        return np.linalg.solve(self.root, z - self.centre[:, None])


def laplace_metric(
    density: BatchDensity,
    size: int,
    *,
    iterations: int,
    width: float = 1e-3,
    least: float = 0.3,
    progress: Callable[[float], None] = lambda done: None,
) -> Metric:
    """The normal approximation of a density at its mode: the mode, and a root of the covariance.

    Args:
        density: batched log density and gradient.
        size: number of unknowns P.
        iterations: at most so many of the search for the mode.
        width: step of the differences that give the curvature.
        least: smallest precision in any direction; see `whitening`.
        progress: called with the share of the search that is done.
    """
    mode = find_mode(density, np.zeros(size), iterations=iterations, progress=progress)
    return Metric(mode, whitening(curvature(density, mode, width=width), least=least))


def geometric_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The symmetric positive definite M (P, P) with M a^-1 M = b."""
    root = np.linalg.cholesky(a)
    half = np.linalg.solve(root, np.linalg.solve(root, b).T)
    values, vectors = np.linalg.eigh((half + half.T) / 2)
    rotated = root @ vectors
    return (rotated * np.sqrt(np.maximum(values, 0.0))) @ rotated.T


def fisher_root(draws: np.ndarray, gradients: np.ndarray, local: np.ndarray) -> np.ndarray:
    """Lower triangular L (P, P) such that the density is round in w with u = L w.

    Args:
        draws: (P, S) draws u.
        gradients: (P, S) gradients of the log density there.
        local: (P, P) square root of an inverse curvature; it stands in for the draws that are
            missing while they are few.
    """
    size, count = draws.shape
    weight = count / (count + 0.5 * size)
    nearby = local @ local.T
    wide = weight * np.cov(draws) + (1 - weight) * nearby
    stiff = weight * np.cov(gradients) + (1 - weight) * np.linalg.inv(nearby)
    mean = geometric_mean(wide, np.linalg.inv(stiff))
    return np.linalg.cholesky(_widened(mean, draws, 1 - weight, nearby))


def _widened(
    metric: np.ndarray, draws: np.ndarray, missing: float, nearby: np.ndarray
) -> np.ndarray:
    """The metric, longer by the root where the draws are wider than chance makes a round cloud.

    Directions that are stiff in some places and wide as a whole are short in the geometric mean:
    steps stay stable, but a path is too short to cross them. Half of the logarithm of their excess
    variance costs few steps and mixes them.
    """
    size, count = draws.shape
    root = np.linalg.cholesky(metric)
    whitened = np.linalg.solve(root, draws - draws.mean(axis=1, keepdims=True))
    part = np.linalg.solve(root, np.linalg.solve(root, nearby).T)
    values, vectors = np.linalg.eigh((1 - missing) * np.cov(whitened) + missing * part)
    noise = size / count
    above = values > (1 + np.sqrt(noise)) ** 2
    # The spike behind an eigenvalue that noise has enlarged (Donoho, Gavish and Johnstone 2018).
    above_noise = values[above] + 1 - noise
    spikes = (above_noise + np.sqrt(above_noise**2 - 4 * values[above])) / 2
    scale = np.ones(size)
    scale[above] = np.sqrt(spikes)
    longer = root @ vectors
    return (longer * scale) @ longer.T
