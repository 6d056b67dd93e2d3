"""How uneven uniform ranks look by chance: bands that hold a whole picture, not each point of it.

The bands are widened from those of single points until so many pictures of truly uniform ranks lie
wholly inside, by simulation (Saeilynoja, Buerkner, Vehtari 2022, Statistics and Computing
32, 32).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats

from safepassage.engines.rng.streams import Stream

LEVEL = 0.99
SIMULATED = 4000
POINTS = 40
"""Points at which the cumulative share is compared."""


@dataclass(frozen=True)
class Bands:
    """Where uniform ranks of so many fits lie, all at once, with probability 99 %."""

    bar_low: int
    bar_high: int
    """Fewest and most ranks in any bar of a histogram."""
    grid: np.ndarray
    """(POINTS,) ranks between 0 and 1."""
    curve_low: np.ndarray
    curve_high: np.ndarray
    """(POINTS,) cumulative share less the rank itself."""

    def holds_bars(self, histogram: np.ndarray) -> bool:
        """Whether every bar lies in its band."""
        return bool(((self.bar_low <= histogram) & (histogram <= self.bar_high)).all())

    def holds_curve(self, curve: np.ndarray) -> bool:
        """Whether a curve of `cumulative` lies in its band everywhere."""
        slack = 1e-9
        return bool(((self.curve_low - slack <= curve) & (curve <= self.curve_high + slack)).all())


@lru_cache(maxsize=8)
def bands(fits: int, bins: int) -> Bands:
    """Bands for histograms of so many bins, and for curves, of the ranks of so many fits."""
    rng = np.random.Generator(
        np.random.Philox(np.random.SeedSequence((fits, bins, Stream.RANK_BANDS)))
    )
    counts = rng.multinomial(fits, np.full(bins, 1 / bins), size=SIMULATED)
    tails = _tails(counts, fits, np.full(bins, 1 / bins))
    low, high = _ends(np.quantile(tails.min(axis=1), 1 - LEVEL), fits, np.array([1 / bins]))
    grid = np.arange(1, POINTS + 1) / (POINTS + 1)
    steps = rng.multinomial(fits, np.full(POINTS + 1, 1 / (POINTS + 1)), size=SIMULATED)
    tails = _tails(steps.cumsum(axis=1)[:, :-1], fits, grid)
    curve = _ends(np.quantile(tails.min(axis=1), 1 - LEVEL), fits, grid)
    below, above = (end / fits - grid for end in curve)
    return Bands(int(low[0]), int(high[0]), grid, below, above)


def cumulative(ranks: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """(len(grid),) share of ranks up to each point, less the point: 0 where they are uniform."""
    return np.searchsorted(np.sort(ranks), grid, side="right") / len(ranks) - grid


def _tails(counts: np.ndarray, fits: int, chance: np.ndarray) -> np.ndarray:
    """Binomial probability of a count as far out, on its nearer side."""
    return np.minimum(
        stats.binom.cdf(counts, fits, chance), stats.binom.sf(counts - 1, fits, chance)
    )


def _ends(tail: float, fits: int, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest count whose tail is no smaller."""
    counts = np.arange(fits + 1)[:, None]
    inside = _tails(counts, fits, chance[None, :]) >= tail
    return inside.argmax(axis=0), fits - inside[::-1].argmax(axis=0)
