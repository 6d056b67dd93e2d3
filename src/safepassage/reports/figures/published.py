"""A series beside published estimates of it, over time and on a scale that holds them all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from safepassage.reports.numbers import decimal_year, figure, finite, is_number
from safepassage.reports.svg.marks import circle, drawing, line, path, polyline, text
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.scales import Scale, year_ticks
from safepassage.reports.svg.text_width import shorten, text_width
from safepassage.results.fit import PublishedFigure
from safepassage.results.parts import TimedEstimate

TICK_SIZE = 11.0
HEIGHT = 300.0
NARROW, WIDE = 350.0, 760.0
LEAST_FACTOR = 1.4


def beside_panel(
    title: str,
    unit: str,
    points: Sequence[TimedEstimate],
    published: Sequence[PublishedFigure],
    width: float,
) -> Markup:
    """Median and band of a series, and published estimates as dots and upright lines.

    A filled mark is a figure that the model was fitted to or that a prior rests on; a hollow one
    it was not fitted to. A triangle is a bound without another end. The scale is logarithmic.
    """
    dated = [
        (when, ends)
        for p in points
        if (when := decimal_year(p.time)) is not None and (ends := finite(p)) and ends.low > 0
    ]
    marks = [row for row in published if _ends(row)]
    if not dated:
        return drawing(width, 40, text(8, 24, "No values to draw.", "tick"))
    values = [end for _, p in dated for end in (p.low, p.high)]
    values += [end for row in marks for end in _ends(row)]
    low, high = _decades(min(values), max(values))
    ticks = _ticks(low, high)
    left = max(text_width(figure(t), TICK_SIZE) for t in ticks) + 8
    when = [t for t, _ in dated] + [t for row in marks for t in _span(row)]
    across = Scale(min(when), max(when), left, width - 12)
    up = Scale(low, high, HEIGHT - 26, 34, logarithmic=True)
    parts: list[Markup] = [text(2, 14, shorten(unit, width - 4, TICK_SIZE), "tick")]
    for tick in ticks:
        parts.append(line(left, up(tick), width - 12, up(tick), "grid"))
        parts.append(text(left - 5, up(tick) + 4, figure(tick), "tick", "end"))
    parts += _years(across, width, left)
    upper = [(across(t), up(p.high)) for t, p in dated]
    lower = [(across(t), up(p.low)) for t, p in dated]
    parts.append(path(polyline(upper + lower[::-1], closed=True), "band"))
    parts.append(path(polyline([(across(t), up(p.median)) for t, p in dated]), "median"))
    for row, x in zip(marks, _apart(marks, across), strict=True):
        parts += _mark(row, x, up)
    label = f"{title}, {unit}: the model\u2019s 90 % interval and {len(marks)} published estimates"
    return drawing(width, HEIGHT, parts, label=label)


def _years(across: Scale, width: float, left: float) -> list[Markup]:
    parts: list[Markup] = []
    below, size = HEIGHT - 26, text_width("2000", TICK_SIZE)
    parts.append(line(left, below, width - 12, below, "axis"))
    for year in year_ticks(across.low, across.high - 0.5, across.stop - across.start, size):
        x = across(year + 0.5)
        parts.append(line(x, below, x, below + 4, "axis"))
        at = min(max(x, left + size / 2 - 10), width - size / 2 - 1)
        parts.append(text(at, below + 18, str(year), "tick", "middle"))
    return parts


def _decades(low: float, high: float) -> tuple[float, float]:
    """Ends of the scale: round numbers (1, 2, 5) outside the values, some way apart."""
    high = max(high, low * LEAST_FACTOR)
    steps = [m * 10.0**e for e in range(-3, 13) for m in (1, 2, 5)]
    below = max((s for s in steps if s <= low), default=low)
    above = min((s for s in steps if s >= high), default=high)
    return below, above


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends: 1, 2, 5 where there are few decades, else powers of ten."""
    few = math.log10(high / low) < 2.4
    every = (1, 2, 5) if few else (1, 3)
    steps = [m * 10.0**e for e in range(-3, 13) for m in every]
    return [t for t in steps if low * 0.999 <= t <= high * 1.001]


def _ends(row: PublishedFigure) -> list[float]:
    """The positive numbers that a figure names."""
    numbers = (row.low, row.value, row.high)
    return [v for v in numbers if v is not None and is_number(v) and v > 0]


def _span(row: PublishedFigure) -> tuple[float, float]:
    start = decimal_year(row.start) or 0.0
    return start, decimal_year(row.end, end=True) or start


def _apart(rows: Sequence[PublishedFigure], across: Scale) -> list[float]:
    """Where each mark stands: figures of the same time side by side, within about a year."""
    together: dict[tuple[float, float], list[int]] = {}
    for i, row in enumerate(rows):
        together.setdefault(_span(row), []).append(i)
    year = across(across.low + 1) - across.start
    positions = [0.0] * len(rows)
    for (start, end), members in together.items():
        middle = across((start + end) / 2)
        step = min(8.0, 1.6 * year / max(len(members), 1))
        for place, i in enumerate(members):
            x = middle + step * (place - (len(members) - 1) / 2)
            positions[i] = min(max(x, across.start + 4), across.stop - 4)
    return positions


def _mark(row: PublishedFigure, x: float, up: Scale) -> list[Markup]:
    used = bool(row.used_by)
    kind = "observed" if used else "observed unseen"
    low, value, high = row.low, row.value, row.high
    parts: list[Markup] = []
    ends = _ends(row)
    if len(ends) > 1:
        line_kind = "observed-range" if used else "observed-range unseen"
        parts.append(line(x, up(min(ends)), x, up(max(ends)), line_kind))
    if value is not None and is_number(value):
        parts.append(circle(x, up(float(value)), 3.2, kind))
    elif len(ends) == 1:
        parts.append(_triangle(x, up(ends[0]), down=high is not None, kind=kind))
    elif low is not None and high is not None:
        parts += [circle(x, up(float(end)), 2.0, kind) for end in (low, high)]
    return parts


def _triangle(x: float, y: float, *, down: bool, kind: str) -> Markup:
    """A bound: pointing down where the truth may be lower."""
    tip = 7.0 if down else -7.0
    return path(polyline([(x - 4.5, y), (x + 4.5, y), (x, y + tip)], closed=True), kind)
