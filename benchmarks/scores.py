"""How good a forecast was: proper scores of draws against the figure that came, and coverage.

CRPS (continuous ranked probability score; Gneiting and Raftery 2007) is in the unit of the figure
and is the absolute error where all draws agree; smaller is better. The log score is the log density
at the figure; larger is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

SMALLEST_BANDWIDTH = 0.01
"""On log(1 + persons): one per cent, so that draws that all agree have a density too."""


@dataclass(frozen=True)
class Score:
    """One forecast against one figure."""

    crps: float
    """In persons."""
    crps_log1p: float
    """Of log(1 + persons)."""
    log_score: float
    """Log density of log(1 + persons)."""
    inside_50: bool
    inside_90: bool


def score(draws: np.ndarray, value: float) -> Score:
    """Score draws (B,) of persons against the figure that came."""
    logs, seen = np.log1p(draws), float(np.log1p(value))
    return Score(
        crps(draws, value),
        crps(logs, seen),
        log_score(logs, seen),
        inside(draws, value, 0.5),
        inside(draws, value, 0.9),
    )


def crps(draws: np.ndarray, value: float) -> float:
    """CRPS of the empirical distribution of draws (B,): E|X - value| - E|X - X'| / 2."""
    ordered, count = np.sort(np.asarray(draws, float)), len(draws)
    weights = 2.0 * np.arange(1, count + 1) - count - 1
    return float(np.abs(ordered - value).mean() - (weights * ordered).sum() / count**2)


def log_score(draws: np.ndarray, value: float) -> float:
    """Log of a Gaussian kernel density of draws (B,) at a value, with Silverman's bandwidth."""
    count, spread = len(draws), float(np.std(draws, ddof=1))
    width = max((4 / (3 * count)) ** 0.2 * spread, SMALLEST_BANDWIDTH)
    return float(np.logaddexp.reduce(stats.norm.logpdf(value, draws, width)) - np.log(count))


def inside(draws: np.ndarray, value: float, level: float) -> bool:
    """Whether a value lies in the central interval of draws (B,) at a level."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return bool(low <= value <= high)


def exact_interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934).

    Args:
        hits: how many of the trials.
        trials: at least one.
        level: its confidence.
    """
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(1 - tail, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high
