"""Convergence of Markov chains: rank-normalised split R-hat, bulk and tail effective sample size.

Vehtari, Gelman, Simpson, Carpenter, Buerkner (2021), Bayesian Analysis 16(2), 667-718.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata


class Diagnostics(NamedTuple):
    """Diagnostics of every parameter, each (P,)."""

    rhat: np.ndarray
    bulk_ess: np.ndarray
    tail_ess: np.ndarray


def diagnose(draws: np.ndarray) -> Diagnostics:
    """Judge draws of shape (chain, draw, P)."""
    columns = [_one(draws[:, :, p]) for p in range(draws.shape[2])]
    return Diagnostics(*(np.array(values) for values in zip(*columns, strict=True)))


def _one(x: np.ndarray) -> tuple[float, float, float]:
    """R-hat, bulk and tail ESS of one quantity (chain, draw)."""
    if np.ptp(x) == 0:
        return 1.0, float(x.size), float(x.size)
    split = _split(x)
    bulk = _normal_scores(split)
    folded = _normal_scores(np.abs(split - np.median(split)))
    rhat = max(_rhat(bulk), _rhat(folded))
    low, high = np.quantile(x, (0.05, 0.95))
    tail = min(_ess((split <= low) * 1.0), _ess((split <= high) * 1.0))
    return rhat, _ess(bulk), tail


def _split(x: np.ndarray) -> np.ndarray:
    half = x.shape[1] // 2
    return np.concatenate([x[:, :half], x[:, -half:]])


def _normal_scores(x: np.ndarray) -> np.ndarray:
    ranks = rankdata(x, method="average").reshape(x.shape)
    return ndtri((ranks - 0.375) / (x.size + 0.25))


def _rhat(x: np.ndarray) -> float:
    draws = x.shape[1]
    within = x.var(axis=1, ddof=1).mean()
    between = draws * x.mean(axis=1).var(ddof=1)
    return float(np.sqrt(((draws - 1) / draws * within + between / draws) / within))


def _ess(x: np.ndarray) -> float:
    """Effective sample size by Geyer's initial monotone sequence over all chains."""
    chains, draws = x.shape
    centred = x - x.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * draws)))
    spectrum = np.fft.rfft(centred, size, axis=1)
    auto = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :draws].real / draws
    within = auto[:, 0].mean() * draws / (draws - 1)
    if within == 0:
        return float(x.size)
    total = within * (draws - 1) / draws + (x.mean(axis=1).var(ddof=1) if chains > 1 else 0.0)
    rho = 1 - (within - auto.mean(axis=0)) / total
    rho[0] = 1.0
    pairs = rho[: 2 * ((draws - 1) // 2)].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    # The pair at which the sum ends counts with its first half alone, as in Stan.
    count = negative[0] if len(negative) else len(pairs) - 1
    rest = max(rho[2 * count], 0.0) if len(negative) else rho[2 * count]
    tau = -1 + 2 * np.minimum.accumulate(pairs[:count]).sum() + rest
    tau = max(tau, 1 / np.log10(x.size))
    return float(min(x.size / tau, x.size * np.log10(x.size)))
