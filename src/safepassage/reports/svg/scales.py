"""From values to pixels: linear and logarithmic scales, and ticks at round numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safepassage.reports.numbers import is_number


@dataclass(frozen=True)
class Scale:
    """Values `low`..`high` onto pixels `start`..`stop`; beyond the ends it stays at the ends."""

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Pixel of `value`."""
        low, high = self.low, self.high
        if self.logarithmic:
            value, low, high = (math.log10(max(v, 1e-300)) for v in (value, low, high))
        share = 0.5 if high == low else (value - low) / (high - low)
        return self.start + min(max(share, 0.0), 1.0) * (self.stop - self.start)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round values that cover `low`..`high` (the last may lie beyond `high`)."""
    if not (is_number(low) and is_number(high)) or high <= low:
        return [low, low + 1.0] if is_number(low) else [0.0, 1.0]
    rough = (high - low) / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(step * index, 12) for index in range(first, last + 1)]


def year_ticks(low: float, high: float, room: float, label_width: float) -> list[int]:
    """Whole years between `low` and `high` whose labels fit side by side in `room` pixels."""
    most = max(int(room / (label_width * 1.35)), 1)
    span = max(high - low, 1e-9)
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50) if span / s <= most), 100)
    first = math.ceil(low / step - 1e-9) * step
    return [year for year in range(first, math.floor(high + 1e-9) + 1, step)]


def extent(values: Iterable[float | None]) -> tuple[float, float]:
    """Smallest and largest finite value; 0 to 1 when there is none."""
    finite: Sequence[float] = [float(v) for v in values if v is not None and is_number(v)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)
