"""The median and the central intervals of 50 and 90 % by which a forecast is reported."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from safepassage.inference.summary import estimate
from safepassage.results.forecast import Quantiles

Q = TypeVar("Q", bound=Quantiles)


def quantiles(draws: np.ndarray, record: type[Q], **fields: Any) -> Q:
    """Median and central intervals of draws; None for each where nothing is finite.

    Args:
        draws: (B,) numbers.
        record: The kind of figure.
        fields: Its further fields.
    """
    finite = draws[np.isfinite(draws)]
    inner = np.quantile(finite, (0.25, 0.75)).tolist() if finite.size else (None, None)
    return estimate(finite, record, low_50=inner[0], high_50=inner[1], **fields)
