"""Outcomes, ranks and intervals as bars, dots and whiskers."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.reports.numbers import Ends, finite, is_number, percent
from safepassage.reports.svg.marks import drawing, line, path, polyline, rect, text, whisker
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.scales import Scale
from safepassage.reports.svg.text_width import shorten
from safepassage.results.parts import Estimate, Outcomes
from safepassage.results.ranking import RankedWay


def outcome_bars(outcomes: Outcomes, width: float = 200) -> Markup:
    """One way's outcomes: medians stacked to the full width, then one interval each below.

    All parts share one scale from 0 to 100 %. Medians need not sum to 1, so the stacked bar is
    scaled to do so; the intervals are as they are.
    """
    medians = {name: _median(getattr(outcomes, name)) for name in OUTCOMES}
    total = sum(medians.values()) or 1.0
    inset = 4.0
    scale = Scale(0, 1, inset, width - inset)
    parts: list[Markup] = []
    left = 0.0
    for name in OUTCOMES:
        share = medians[name] / total
        start, stop = scale(left), scale(left + share)
        gap = 1.0 if stop < width - inset - 0.5 else 0.0
        parts.append(rect(start, 2, stop - start - gap, 12, f"fill-{name}"))
        left += share
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(line(scale(tick), 17, scale(tick), 49, "grid"))
    for row, name in enumerate(OUTCOMES):
        y = 21.5 + 8 * row
        ends = finite(getattr(outcomes, name))
        if ends is not None:
            parts += _interval(scale, ends, y, f"stroke-{name} fill-{name}")
    return drawing(width, 51, parts, class_="outcome-bars")


def rank_intervals(ways: Sequence[RankedWay], width: float) -> Markup:
    """Expected rank of every way with its interval, and its place in the article."""
    count = len(ways)
    scale = Scale(1, max(count, 2), 12, width - 12)
    step, top = 40.0, 26.0
    height = top + step * count
    parts: list[Markup] = []
    for rank in range(1, count + 1):
        if count <= 12 or rank == 1 or rank % 5 == 0:
            parts.append(line(scale(rank), top - 6, scale(rank), height - 4, "grid"))
            parts.append(text(scale(rank), 14, str(rank), "tick", "middle"))
    for row, way in enumerate(ways):
        y = top + step * row
        title = shorten(f"{row + 1}  {way.title}", width - 8, 12, bold=True)
        parts.append(text(4, y + 12, title, "row-title halo"))
        ends = finite(way.expected_rank)
        if ends is not None:
            parts += _interval(scale, ends, y + 25, "thick stroke-accent fill-accent")
        parts.append(_diamond(scale(way.article_position), y + 25))
    label = f"Expected rank with 90 % intervals for {count} ways; the table below has the numbers."
    return drawing(width, height, parts, label=label)


def rank_shares(ways: Sequence[RankedWay], width: float) -> Markup:
    """Rank acceptability as a strip of shaded cells for each way."""
    count = max((len(way.rank_acceptability) for way in ways), default=0)
    step, top = 40.0, 26.0
    height = top + step * len(ways)
    cell = (width - 8) / max(count, 1)
    numbers = cell >= 26
    most = max((s for w in ways for s in w.rank_acceptability if is_number(s)), default=1)
    parts: list[Markup] = []
    for rank in range(count):
        if numbers or rank == 0 or (rank + 1) % 5 == 0:
            parts.append(text(4 + cell * (rank + 0.5), 14, str(rank + 1), "tick", "middle"))
    for row, way in enumerate(ways):
        y = top + step * row
        title = shorten(f"{row + 1}  {way.title}", width - 8, 12, bold=True)
        parts.append(text(4, y + 12, title, "row-title halo"))
        for rank, share in enumerate(way.rank_acceptability):
            if not is_number(share):
                continue
            left = 4 + cell * rank
            opacity = 0.03 + 0.52 * (max(share, 0.0) / max(most, 1e-9)) ** 0.8
            parts.append(rect(left, y + 17, cell - 1, 18, "heat", fill_opacity=f"{opacity:.2f}"))
            if numbers and share >= 0.045:
                words = percent(share, unit=False)
                parts.append(text(left + (cell - 1) / 2, y + 30, words, "heat-number", "middle"))
    label = (
        "Share of draws and weightings in which each way takes each rank, "
        "from most to least dangerous; the table below has the numbers."
    )
    return drawing(width, height, parts, label=label)


def share_bar(share: Estimate | None, most: float, kind: str, width: float = 120) -> Markup:
    """A share as a bar from zero, with its interval as a whisker."""
    parts: list[Markup] = [line(1, 2, 1, 16, "axis")]
    ends = finite(share)
    if ends is not None:
        scale = Scale(0, max(most, 1e-12), 1, width - 5)
        parts.append(rect(1, 4, scale(ends.median) - 1, 10, f"fill-{kind} soft"))
        parts += _interval(scale, ends, 9, f"stroke-{kind} fill-{kind}")
    return drawing(width, 18, parts, class_="share-bar")


def _interval(scale: Scale, ends: Ends, y: float, kind: str) -> list[Markup]:
    return whisker(scale(ends.low), scale(ends.median), scale(ends.high), y, kind)


def _median(estimate: Estimate | None) -> float:
    ends = finite(estimate)
    return 0.0 if ends is None else max(ends.median, 0.0)


def _diamond(x: float, y: float) -> Markup:
    size = 5.5
    corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
    return path(polyline(corners, closed=True), "diamond")
