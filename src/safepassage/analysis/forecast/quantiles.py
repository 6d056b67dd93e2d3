"""The levels by which a forecast is told: the median, and central intervals of 50 and 90 %."""

from __future__ import annotations

import numpy as np

LEVELS = {"low": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high": 0.95}


def levels(values: np.ndarray) -> dict[str, float | None]:
    """Levels of draws (B,); None for each where nothing is finite."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return dict.fromkeys(LEVELS)
    return {name: float(np.quantile(seen, level)) for name, level in LEVELS.items()}
