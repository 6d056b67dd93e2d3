"""Forecasts of yearly series by the methods of statsforecast, in its own environment.

Reads from standard input {"splits": [{"years": [...], "values": [...], "horizon": H, ...}]}, writes
the same splits with {"methods": {name: {"draws": [H lists], "chosen": text}}} to standard output.
Values are taken to log(1 + value). Draws are the quantiles that a method's own intervals give, at
evenly spaced probabilities: a distribution of its own errors as the package says it.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np
import statsforecast
from statsforecast.models import AutoARIMA, AutoETS, Naive, RandomWalkWithDrift

METHODS = {
    "last value": Naive,
    "drift": RandomWalkWithDrift,
    "AutoETS": lambda: AutoETS(season_length=1),
    "AutoARIMA": lambda: AutoARIMA(season_length=1),
}
POINTS = 480
PROBABILITIES = (np.arange(POINTS) + 0.5) / POINTS
LEVELS = [100 * (1 - 2 * p) for p in PROBABILITIES[: POINTS // 2]]
"""Central intervals, widest first, whose ends are those quantiles."""


def ahead(make: Any, values: list[float], horizon: int) -> dict[str, Any]:
    """Quantiles (H, POINTS) on the scale of the series, and what the method chose or why not."""
    series = np.log1p(np.asarray(values, float))
    try:
        made = make().forecast(y=series, h=horizon, level=LEVELS)
    except Exception as error:
        # A method that cannot read so short a series has no forecast, and the table says so.
        return {"draws": None, "chosen": f"{type(error).__name__}: {error}"[:200]}
    low = np.stack([made[f"lo-{level}"] for level in LEVELS], axis=1)
    high = np.stack([made[f"hi-{level}"] for level in reversed(LEVELS)], axis=1)
    quantiles = np.concatenate([low, high], axis=1)
    if not np.isfinite(quantiles).all():
        return {"draws": None, "chosen": "its intervals are not finite"}
    return {"draws": np.maximum(np.expm1(quantiles), 0.0).tolist(), "chosen": ""}


def main() -> None:
    """Answer every split."""
    warnings.simplefilter("ignore")
    splits = json.load(sys.stdin)["splits"]
    for split in splits:
        split["methods"] = {
            name: ahead(make, split["values"], split["horizon"]) for name, make in METHODS.items()
        }
    json.dump({"version": statsforecast.__version__, "splits": splits}, sys.stdout)


if __name__ == "__main__":
    main()
