"""Figures over time: a median with its band, and published figures against predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from safepassage.reports.numbers import Ends, decimal_year, figure, finite, is_number
from safepassage.reports.svg.marks import circle, drawing, line, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.scales import Scale, nice_ticks, year_ticks
from safepassage.reports.svg.text_width import shorten, text_width, wrap
from safepassage.results.fit import ChannelRow
from safepassage.results.parts import TimedEstimate

WIDTH, HEIGHT = 350.0, 214.0
TICK_SIZE = 11.0


@dataclass(frozen=True)
class Axes:
    """The scales of one panel and the marks that show them."""

    across: Scale
    up: Scale
    height: float
    marks: tuple[Markup, ...]


def band_panel(
    title: str, unit: str, points: Sequence[TimedEstimate], *, pooled: bool = False
) -> Markup:
    """A series of `{time, median, low, high}`: the interval as a band, the median as a line.

    Pooled values are drawn as boxes apart, since nothing is known between them.
    """
    dated: list[tuple[float, Ends]] = []
    for point in points:
        when, ends = decimal_year(point.time), finite(point)
        if when is not None and ends is not None:
            dated.append((when, ends))
    dated.sort(key=lambda pair: pair[0])
    if not dated:
        return drawing(WIDTH, 40, text(8, 24, "No values to draw.", "tick"))
    apart = pooled or len(dated) == 1
    half = 0.35 * min((b - a for (a, _), (b, _) in pairwise(dated)), default=1.0) if apart else 0.0
    first, last = dated[0][0] - half, dated[-1][0] + half
    axes = _axes(title, unit, first, max(last, first + 1), max(p.high for _, p in dated))
    marks = _boxes(axes, dated, half) if apart else _band(axes, dated)
    label = f"{title}, {unit}: median and 90 % interval by date"
    return drawing(WIDTH, axes.height, [*axes.marks, *marks], label=label)


def _band(axes: Axes, dated: Sequence[tuple[float, Ends]]) -> list[Markup]:
    upper, lower, middle = (
        [(axes.across(t), axes.up(getattr(p, key))) for t, p in dated]
        for key in ("high", "low", "median")
    )
    area = polyline(upper + lower[::-1], closed=True)
    return [path(area, "band"), path(polyline(middle), "median")]


def _boxes(axes: Axes, dated: Sequence[tuple[float, Ends]], half: float) -> list[Markup]:
    return [mark for t, p in dated for mark in _box(axes, t - half, t + half, p)]


def fit_panel(
    title: str,
    unit: str,
    rows: Sequence[ChannelRow],
    ceiling: float = 0.0,
    *,
    titled: bool = True,
) -> Markup:
    """Published figures as dots over their 90 % predictive intervals as boxes.

    A figure outside its interval is a ring. `ceiling` gives several panels one vertical scale;
    with `titled` the title is drawn, not only told to a screen reader.
    """
    spans: list[tuple[float, float, ChannelRow]] = []
    for row in rows:
        start = decimal_year(row.start)
        stop = decimal_year(row.end, end=True)
        if start is not None and stop is not None:
            spans.append((start, max(stop, start + 1 / 12), row))
    if not spans:
        return drawing(WIDTH, 40, text(8, 24, "No values to draw.", "tick"))
    top = max(ceiling, highest(rows))
    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    axes = _axes(title if titled else "", unit, first, last, top, shift=0.5)
    boxes = [_predicted(axes, *span) for span in spans]
    dots = [_observed(axes, *span) for span in spans]
    label = f"{title}, {unit}: published figures against 90 % predictive intervals"
    return drawing(WIDTH, axes.height, [*axes.marks, *boxes, *dots], label=label)


def highest(rows: Sequence[ChannelRow]) -> float:
    """The largest number that a panel of these rows must show."""
    values = [v for row in rows for v in (row.observed, row.low, row.high, row.predicted.high)]
    return max((v for v in values if v is not None and is_number(v)), default=1.0)


def _predicted(axes: Axes, start: float, stop: float, row: ChannelRow) -> list[Markup]:
    predicted = finite(row.predicted)
    return [] if predicted is None else _box(axes, start, stop, predicted)


LEAST_BOX = 7.0
"""Width of a box that covers hardly any time, so that it can be seen."""


def _box(axes: Axes, start: float, stop: float, estimate: Ends) -> list[Markup]:
    """An interval over a span of time, its median as a line across."""
    left, right = axes.across(start), axes.across(stop)
    lacking = max(0.0, LEAST_BOX - (right - left)) / 2
    left, right = left - lacking, right + lacking
    room = min(1.5, (right - left) * 0.12)
    high, low, middle = map(axes.up, (estimate.high, estimate.low, estimate.median))
    return [
        rect(left + room, high, right - left - 2 * room, max(low - high, 1.0), "band"),
        line(left + room, middle, right - room, middle, "median"),
    ]


def _observed(axes: Axes, start: float, stop: float, row: ChannelRow) -> list[Markup]:
    middle = axes.across((start + stop) / 2)
    parts: list[Markup] = []
    low, high = row.low, row.high
    if is_number(low) and is_number(high):
        parts.append(
            line(middle, axes.up(float(low)), middle, axes.up(float(high)), "observed-range")
        )
    observed = row.observed
    if observed is not None and is_number(observed):
        inside = row.inside
        kind = "observed" if inside else "observed outside"
        parts.append(circle(middle, axes.up(float(observed)), 2.6 if inside else 3.6, kind))
    return parts


def _axes(title: str, unit: str, first: float, last: float, top: float, shift: float = 0.0) -> Axes:
    """Axes from `first` to `last`; `shift` sets the mark of a year into its middle."""
    ticks = nice_ticks(0.0, top if top > 0 else 1.0, 4)
    labels = ["0" if tick == 0 else figure(tick) for tick in ticks]
    left = max(text_width(label, TICK_SIZE) for label in labels) + 8
    lines = wrap(title, WIDTH - 4, 12.5, bold=True)
    lines = lines if len(lines) < 3 else [lines[0], shorten(" ".join(lines[1:]), WIDTH - 4, 12.5)]
    extra = 16.0 * (len(lines) - 1)
    height = HEIGHT + extra
    above, below, right = 44.0 + extra, height - 24, WIDTH - 14
    across = Scale(first, last, left, right)
    up = Scale(0.0, ticks[-1], below, above)
    marks = [
        *(text(2, 14 + 16 * row, words, "panel-title") for row, words in enumerate(lines)),
        text(2, 30 + extra, shorten(unit, WIDTH - 4, TICK_SIZE), "tick"),
    ]
    for tick, label in zip(ticks, labels, strict=True):
        marks.append(line(left, up(tick), right, up(tick), "axis" if tick == 0 else "grid"))
        marks.append(text(left - 5, up(tick) + 4, label, "tick", "end"))
    width = text_width("2000", TICK_SIZE)
    for year in year_ticks(first, last - shift, right - left, width):
        x = across(year + shift)
        marks.append(line(x, below, x, below + 4, "axis"))
        anchor = min(max(x, left + width / 2 - 10), WIDTH - width / 2 - 1)
        marks.append(text(anchor, below + 17, str(year), "tick", "middle"))
    return Axes(across, up, height, tuple(marks))
