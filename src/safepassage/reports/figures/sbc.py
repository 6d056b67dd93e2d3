"""Ranks of the truth among the draws of many fits, as one SVG file that stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safepassage.reports.svg.marks import line, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup, element
from safepassage.reports.svg.scales import Scale
from safepassage.reports.svg.text_width import shorten, text_width, wrap

COLUMNS = 4
CELL, ROW = 232.0, 144.0
NAMES_HIGH = 34.0
"""Room above a histogram for a name of two lines."""
EDGE = 16.0
WIDTH = 2 * EDGE + COLUMNS * CELL
BARS_HIGH = 76.0
CURVES_HIGH = 250.0
TITLE_SIZE, NAME_SIZE, SMALL, CELL_SIZE = 15.0, 11.5, 10.5, 10.0

STYLE = """
text { font-family: "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  fill: #1f2933; font-size: 10.5px }
.title { font-size: 15px; font-weight: 600 }
.name { font-size: 11.5px }
.cell { font-size: 10px }
.cell.uneven, .name.uneven { font-weight: 700; fill: #a3320b }
.note { font-size: 11.5px; fill: #3e4c59 }
.paper { fill: #ffffff }
.band { fill: #dbe7f0 }
.bar { fill: #5b7c99 }
.bar.uneven { fill: #d0602f }
.axis { stroke: #7b8794; stroke-width: 1; fill: none }
.even { stroke: #1f2933; stroke-width: 1; stroke-dasharray: 3 3; fill: none }
.curve { stroke: #5b7c99; stroke-width: 1; stroke-opacity: 0.55; fill: none }
.curve.uneven { stroke: #d0602f; stroke-width: 1.8; stroke-opacity: 1 }
"""


@dataclass(frozen=True)
class Stacked:
    """Marks from some height on, and where they end."""

    marks: tuple[Markup, ...]
    bottom: float


def rank_plots(picture: Mapping[str, Any], title: str) -> str:
    """The whole picture: all curves of cumulative ranks, then a histogram for each parameter.

    Args:
        picture: what `Calibration.picture` gives.
        title: the model's title.
    """
    head = _head(picture, title)
    curves = _curves(picture, head.bottom + 8)
    bars = _histograms(picture, curves.bottom + 10)
    height = bars.bottom + EDGE
    drawn = element(
        "svg",
        element("title", f"{title}: ranks of the truth in {picture['fits']} fits"),
        element("style", Markup(STYLE)),
        rect(0, 0, WIDTH, height, "paper"),
        *head.marks,
        *curves.marks,
        *bars.marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=WIDTH,
        height=float(height),
        role="img",
    )
    return f"{drawn}\n"


def _head(picture: Mapping[str, Any], title: str) -> Stacked:
    fits, count = picture["fits"], len(picture["parameters"])
    words = (
        f"{fits} fits to figures that the model made itself from parameters drawn from their "
        "priors. Where fit and intervals are right, the rank of the true value among the draws is "
        f"even. The truth lies in {picture['inside_90']:.1%} of the 90 % intervals and in "
        f"{picture['inside_50']:.1%} of the 50 % intervals. A band holds a whole picture of even "
        f"ranks with probability 99 %, so of {count} parameters about {0.01 * count:.1f} leave it "
        "by chance in each kind of picture; those that do are named in bold."
    )
    lines = wrap(title, WIDTH - 2 * EDGE, TITLE_SIZE, bold=True)
    marks = [text(EDGE, EDGE + 14 + 20 * i, words, "title") for i, words in enumerate(lines)]
    top = EDGE + 14 + 20 * len(lines)
    notes = wrap(words, WIDTH - 2 * EDGE, NAME_SIZE)
    marks += [text(EDGE, top + 16 * i, words, "note") for i, words in enumerate(notes)]
    return Stacked(tuple(marks), top + 16 * (len(notes) - 1) + 6)


def _curves(picture: Mapping[str, Any], top: float) -> Stacked:
    """Cumulative share of ranks less what even ranks give, a line for each parameter."""
    grid, (low, high) = picture["grid"], picture["curve_band"]
    parameters = picture["parameters"]
    most = max(abs(v) for row in [low, high, *(p["curve"] for p in parameters)] for v in row)
    tick = next(t for t in (0.05, 0.1, 0.2, 0.5, 1.0) if t >= min(most, 1.0) / 2)
    left, right = EDGE + 48, WIDTH - EDGE
    first, last = top + 30, top + 30 + CURVES_HIGH
    across = Scale(0.0, 1.0, left, right)
    up = Scale(-max(most, tick), max(most, tick), last, first)
    marks = [text(EDGE, top + 14, "Cumulative share of ranks, less that of even ranks", "name")]
    around = [(across(x), up(y)) for x, y in zip(grid, high, strict=True)]
    around += [(across(x), up(y)) for x, y in zip(grid[::-1], low[::-1], strict=True)]
    marks.append(path(polyline(around, closed=True), "band"))
    for value in (-tick, 0.0, tick):
        label = "0" if value == 0 else f"{value:+.2f}".replace("-", "−")
        marks.append(text(left - 6, up(value) + 4, label, anchor="end"))
        marks.append(line(left - 4, up(value), left, up(value), "axis"))
    marks += [line(left, up(0), right, up(0), "even"), line(left, first, left, last, "axis")]
    for parameter in sorted(parameters, key=lambda p: not p["even_curve"]):
        ends = [(across(0), up(0)), (across(1), up(0))]
        inner = [(across(x), up(y)) for x, y in zip(grid, parameter["curve"], strict=True)]
        marks.append(
            path(polyline([ends[0], *inner, ends[1]]), _class("curve", parameter["even_curve"]))
        )
    marks += _rank_ticks(across, last, ("0", "0.25", "0.5", "0.75", "1"))
    outside = [p["name"] for p in parameters if not p["even_curve"]]
    words = f"Outside the band: {', '.join(outside) or 'none'}."
    lines = wrap(words, WIDTH - 2 * EDGE, NAME_SIZE, bold=True)
    marks += [
        text(EDGE, last + 40 + 16 * i, words, _class("name", not outside))
        for i, words in enumerate(lines)
    ]
    return Stacked(tuple(marks), last + 40 + 16 * (len(lines) - 1) + 10)


def _histograms(picture: Mapping[str, Any], top: float) -> Stacked:
    low, high = picture["bar_band"]
    parameters = picture["parameters"]
    most = max([high, *(max(p["histogram"]) for p in parameters), 1])
    words = (
        f"Ranks by parameter: fits in each tenth; the band is from {low} to {high}, "
        f"the tallest bar of any is {max(max(p['histogram']) for p in parameters)}"
    )
    lines = wrap(words, WIDTH - 2 * EDGE, NAME_SIZE)
    marks = [text(EDGE, top + 14 + 16 * i, words, "name") for i, words in enumerate(lines)]
    first = top + 14 + 16 * len(lines)
    for number, parameter in enumerate(parameters):
        row, column = divmod(number, COLUMNS)
        marks += _histogram(parameter, (low, high), most, EDGE + column * CELL, first + row * ROW)
    rows = -(-len(parameters) // COLUMNS)
    return Stacked(tuple(marks), first + rows * ROW)


def _histogram(
    parameter: Mapping[str, Any], band: tuple[int, int], most: int, x: float, y: float
) -> list[Markup]:
    """One parameter's bars over the band, its name above and the ends of the ranks below."""
    width = CELL - 20
    names = _name_lines(parameter["name"], width)
    last = y + NAMES_HIGH + BARS_HIGH
    up = Scale(0.0, most, last, y + NAMES_HIGH)
    named = _class("cell", parameter["even_bars"] and parameter["even_curve"])
    counts: Sequence[int] = parameter["histogram"]
    bar = width / len(counts)
    marks = [
        *(
            text(x, y + NAMES_HIGH - 7 - 14 * (len(names) - 1 - i), words, named)
            for i, words in enumerate(names)
        ),
        rect(x, up(band[1]), width, up(band[0]) - up(band[1]), "band"),
    ]
    for i, count in enumerate(counts):
        inside = band[0] <= count <= band[1]
        marks.append(
            rect(x + i * bar + 1, up(count), bar - 2, last - up(count), _class("bar", inside))
        )
    middle = up(sum(counts) / len(counts))
    marks += [line(x, middle, x + width, middle, "even"), line(x, last, x + width, last, "axis")]
    return [*marks, *_rank_ticks(Scale(0, 1, x, x + width), last, ("0", "1"))]


def _name_lines(name: str, width: float) -> list[str]:
    """A name on one line or two, broken after an underscore."""
    if text_width(name, CELL_SIZE, bold=True) <= width:
        return [name]
    parts = name.split("_")
    fits = [
        i
        for i in range(1, len(parts))
        if text_width("_".join(parts[:i]) + "_", CELL_SIZE, bold=True) <= width
    ]
    if not fits:
        return [shorten(name, width, CELL_SIZE, bold=True)]
    head, rest = "_".join(parts[: fits[-1]]) + "_", "_".join(parts[fits[-1] :])
    return [head, shorten(rest, width, CELL_SIZE, bold=True)]


def _rank_ticks(across: Scale, y: float, labels: Sequence[str]) -> list[Markup]:
    """Marks of ranks under an axis; the outermost labels stay within its ends."""
    marks: list[Markup] = []
    for label in labels:
        x, half = across(float(label)), text_width(label, SMALL) / 2
        marks.append(line(x, y, x, y + 4, "axis"))
        inside = min(max(x, across.start + half - 2), across.stop - half + 2)
        marks.append(text(inside, y + 16, label, anchor="middle"))
    return marks


def _class(name: str, even: bool) -> str:
    return name if even else f"{name} uneven"
