"""What the model predicts for figures left out of the fit, one group after another.

First by importance weights, smoothed by a generalised Pareto tail (PSIS: Vehtari, Simpson, Gelman,
Yao, Gabry 2024, JMLR 25(72)); where the tail is too heavy for that (k-hat above 0.7), by sampling
again without the figures, from the full posterior's draws and with its coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.inference.density import Density
from safepassage.inference.refit import Change, again, key_of, starts

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

TOO_HEAVY = 0.7


@dataclass(frozen=True)
class LeftOut:
    """One group of figures predicted without having been fitted."""

    name: str
    rows: tuple[int, ...]
    pareto_k: float
    refitted: bool
    observed: np.ndarray
    """(n,)"""
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    """(n,) central 90 % predictive interval and median."""

    @property
    def inside(self) -> np.ndarray:
        """(n,) whether each figure lies in its interval."""
        return (self.low <= self.observed) & (self.observed <= self.high)


def smooth_weights(log_ratios: np.ndarray) -> tuple[np.ndarray, float]:
    """Pareto-smoothed normalised importance weights and the tail's k-hat.

    Args:
        log_ratios: (S,)
    """
    count = len(log_ratios)
    logs = log_ratios - log_ratios.max()
    tail = int(min(0.2 * count, 3 * np.sqrt(count)))
    order = np.argsort(logs)
    largest = order[-tail:]
    cutoff = logs[order[-tail - 1]]
    excess = np.exp(logs[largest]) - np.exp(cutoff)
    k, sigma = _fit_pareto(excess)
    if np.isfinite(k) and sigma > 0:
        p = (np.arange(1, tail + 1) - 0.5) / tail
        quantiles = sigma * np.expm1(-k * np.log1p(-p)) / k if abs(k) > 1e-9 else -np.log1p(-p)
        logs = logs.copy()
        logs[largest] = np.minimum(np.log(quantiles + np.exp(cutoff)), 0.0)
    weights = np.exp(logs)
    return weights / weights.sum(), float(k)


def _fit_pareto(excess: np.ndarray) -> tuple[float, float]:
    """Generalised Pareto shape and scale (Zhang and Stephens 2009), with PSIS's weak prior."""
    x = np.sort(excess)
    count = len(x)
    if x[-1] <= 0:
        return 0.0, 0.0  # all weights alike: no tail to speak of
    points = 30 + int(np.sqrt(count))
    quarter = max(x[int(count / 4 + 0.5) - 1], 1e-300)
    grid = 1 / x[-1] + (1 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))) / (3 * quarter)
    shapes = np.log1p(-grid[:, None] * x[None, :]).mean(axis=1)
    profile = count * (np.log(-grid / shapes) - shapes - 1)
    weights = 1 / np.exp(profile[None, :] - profile[:, None]).sum(axis=1)
    weights /= weights.sum()
    theta = float((grid * weights).sum())
    k = float(np.log1p(-theta * x).mean())
    sigma = -k / theta
    return k * count / (count + 10) + 0.5 * 10 / (count + 10), sigma


def leave_out(
    posterior: Posterior,
    groups: Sequence[tuple[str, Sequence[int]]],
    *,
    iterations: int = 48,
    progress: Callable[[str, float, float], None] = lambda stage, done, total: None,
) -> list[LeftOut]:
    """Predict each group of figures from all the others.

    Args:
        posterior: the posterior from all figures.
        groups: name, and indices of the figures in `posterior.likelihood.data`.
        iterations: draws of a chain of a new sampling, after its warm-up.
        progress: called with (stage, done, total).
    """
    density = Density(posterior.study, posterior.compiled)
    flat = posterior.draws.z.reshape(-1, posterior.draws.z.shape[2]).T
    each = np.concatenate(
        [density.pointwise(flat[:, i : i + 64]) for i in range(0, flat.shape[1], 64)], axis=1
    )
    answers: list[LeftOut] = []
    for number, (name, rows) in enumerate(groups):
        progress("leaving out", number, len(groups))
        weights, k = smooth_weights(-each[list(rows)].sum(axis=0))
        draws, refitted = flat, k > TOO_HEAVY
        if refitted:
            change = Change(without=tuple(int(d) for d in rows))
            key = key_of(posterior, change, iterations)
            first = starts(flat, weights, posterior.draws.z.shape[0], key)
            new = again(posterior, density, change, first, draws=iterations).z
            draws = new.reshape(-1, new.shape[2]).T
            weights = np.full(draws.shape[1], 1 / draws.shape[1])
        answers.append(_predict(density, posterior, name, rows, draws, weights, k, refitted))
    return answers


def _predict(
    density: Density,
    posterior: Posterior,
    name: str,
    rows: Sequence[int],
    draws: np.ndarray,
    weights: np.ndarray,
    k: float,
    refitted: bool,
) -> LeftOut:
    from safepassage.engines.counts.draw import draw

    rng = Stream.REFIT.generator(posterior.seed)
    chosen = rng.choice(draws.shape[1], size=640, p=weights)
    z = np.ascontiguousarray(draws[:, chosen])
    program = posterior.compiled.program
    logs = program.logarithms(z)
    people = draw(posterior.compiled.network, program.tables(z), seed=posterior.seed)
    figures = density.likelihood.publish(logs, people.quantities, rng)[list(rows)]
    low, median, high = np.quantile(figures, (0.05, 0.5, 0.95), axis=1)
    observed = density.likelihood.value[list(rows)]
    return LeftOut(name, tuple(rows), k, refitted, observed, low, median, high)
