"""What every figure file has: a drawing, words, and the very data that it draws."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safepassage.reports.numbers import date_words
from safepassage.reports.svg.marks import rect, text
from safepassage.reports.svg.markup import Child, Markup, coordinate, element
from safepassage.reports.svg.text_width import text_width, wrap
from safepassage.results.explorer import ExplorerData
from safepassage.results.parts import Estimate
from safepassage.results.ranking import Ranking

Value = str | int | float | bool | None

EDGE = 16.0
TITLE_SIZE, NOTE_SIZE, SMALL = 15.0, 11.5, 10.0
NARROWEST = 440.0
"""Pixels that a title and a caption need, however small the drawing."""

FONTS = '"Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif'
STYLE = """
text { font-family: FONTS; fill: #1d2430; font-size: 11.5px }
.title { font-size: 15px; font-weight: 600 }
.note { font-size: 11.5px; fill: #3e4756 }
.foot { font-size: 10px; fill: #545d6b }
.small { font-size: 10.5px }
.paper { fill: #ffffff }
.fill-dead { fill: #33303d } .fill-returned { fill: #b3412e }
.fill-limbo { fill: #a3670c } .fill-safe { fill: #1c7f6d }
.fill-accent { fill: #1f5f8b }
.stroke-dead { stroke: #33303d } .stroke-returned { stroke: #b3412e }
.stroke-limbo { stroke: #a3670c } .stroke-safe { stroke: #1c7f6d }
.stroke-accent { stroke: #1f5f8b }
.soft { fill-opacity: 0.3 }
.whisker { stroke-width: 2; stroke-linecap: round } .whisker.thick { stroke-width: 3.5 }
.dot { stroke: none }
.grid { stroke: #d9dde2; stroke-width: 1 } .axis { stroke: #545d6b; stroke-width: 1 }
.tick { fill: #545d6b; font-size: 11px }
.panel-title { font-weight: 600; font-size: 12.5px }
.row-title { font-weight: 600; font-size: 12px }
.heat-number { font-size: 11px }
.heat { fill: #1f5f8b }
.diamond { fill: #ffffff; stroke: #1d2430; stroke-width: 1.6 }
.band { fill: #c3d8e7 } .inner-band { fill: #8fb6d3 } .past-band { fill: #dcdfe4 }
.median { stroke: #1f5f8b; fill: none; stroke-width: 2 }
.past { stroke: #545d6b; fill: none; stroke-width: 2 }
.observed { fill: #1d2430; stroke: #ffffff; stroke-width: 0.8 }
.observed.outside { fill: #ffffff; stroke: #b3412e; stroke-width: 2 }
.observed-range { stroke: #1d2430; stroke-width: 1 }
.observed.unseen { fill: #ffffff; stroke: #545d6b; stroke-width: 1.4 }
.observed-range.unseen { stroke: #545d6b; stroke-dasharray: 3 2 }
.sea { fill: #e6edf0 } .land { fill: #f1eee6; stroke: #b6ae9b; stroke-width: 0.5 }
.land.focus { fill: #ded7c6; stroke-width: 0.8 }
.arc { fill: none; stroke: #1f5f8b; stroke-opacity: 0.85; stroke-linecap: round }
.arc.unsure { stroke-opacity: 0.7; stroke-dasharray: 5 5; stroke-linecap: butt }
.arrow { fill: #1f5f8b }
.spot { fill: #1d2430; stroke: #e6edf0; stroke-width: 1 }
.leader { stroke: #1d2430; stroke-width: 0.8 }
.badge { fill: #1d2430; stroke: #e6edf0; stroke-width: 1 }
.badge-number { fill: #ffffff; font-size: 11px; font-weight: 700 }
.place { font-weight: 600 } .sea-name { font-style: italic }
.halo { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round }
""".replace("FONTS", FONTS)


@dataclass(frozen=True)
class Drawn:
    """Marks on a sheet of so many pixels."""

    marks: tuple[Markup, ...]
    width: float
    height: float


@dataclass(frozen=True)
class Figure:
    """One picture, what it says in words, and its data."""

    name: str
    """Of its files, without their endings."""
    title: str
    caption: str
    alternative: str
    """What the picture shows, for those who do not see it."""
    drawn: Drawn
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    licences: tuple[str, ...] = ()


def placed(picture: Markup, x: float, y: float) -> Markup:
    """A picture of `svg.drawing` at a place of a larger one, which speaks for it."""
    head, _, rest = str(picture).partition(">")
    size = {key: value for key, value in re.findall(r'(viewBox|width|height)="([^"]*)"', head)}
    measures = " ".join(f'{key}="{value}"' for key, value in size.items())
    return Markup(f'<svg x="{coordinate(x)}" y="{coordinate(y)}" {measures}>{rest}')


def size_of(picture: Markup) -> tuple[float, float]:
    """Width and height of a picture of `svg.drawing`."""
    head = str(picture).partition(">")[0]
    size = dict(re.findall(r' (width|height)="([^"]*)"', head))
    return float(size["width"]), float(size["height"])


def side_by_side(pictures: Sequence[Markup], columns: int = 2, gap: float = 20.0) -> Drawn:
    """Pictures in rows of so many columns."""
    marks: list[Markup] = []
    top = widest = 0.0
    for start in range(0, len(pictures), columns):
        left = tallest = 0.0
        for picture in pictures[start : start + columns]:
            width, height = size_of(picture)
            marks.append(placed(picture, left, top))
            widest, left, tallest = (
                max(widest, left + width),
                left + width + gap,
                max(tallest, height),
            )
        top += tallest + gap
    return Drawn(tuple(marks), widest, max(top - gap, 0.0))


def keys(entries: Iterable[tuple[Markup, str]], width: float, y: float = 0.0) -> Drawn:
    """A legend: marks of 24 by 14 pixels, each with its words, in as many lines as it takes."""
    marks: list[Markup] = []
    x, top = 0.0, y
    for mark, words in entries:
        room = 30 + text_width(words, 11.0)
        if x and x + room > width:
            x, top = 0.0, top + 18
        marks += [placed(mark, x, top), text(x + 30, top + 11, words, "small")]
        x += room + 16
    return Drawn(tuple(marks), width, top + 18 - y)


def standalone(figure: Figure, source: str) -> str:
    """The figure as a file of its own: title, caption, drawing, and whose run it is of."""
    width = max(figure.drawn.width, NARROWEST)
    titles = wrap(figure.title, width, TITLE_SIZE, bold=True)
    captions = wrap(figure.caption, width, NOTE_SIZE)
    feet = wrap(source, width, SMALL)
    marks = [text(EDGE, EDGE + 14 + 20 * i, words, "title") for i, words in enumerate(titles)]
    top = EDGE + 16 + 20 * len(titles)
    marks += [text(EDGE, top + 16 * i, words, "note") for i, words in enumerate(captions)]
    top += 16 * len(captions) + 2
    bottom = top + figure.drawn.height + 22
    marks += [text(EDGE, bottom + 14 * i, words, "foot") for i, words in enumerate(feet)]
    height = bottom + 14 * (len(feet) - 1) + EDGE - 4
    body = element("g", *figure.drawn.marks, transform=f"translate({EDGE:g} {coordinate(top)})")
    return _document(figure, width + 2 * EDGE, height, [*marks[: len(titles) + len(captions)], body,
                     *marks[len(titles) + len(captions):]])  # fmt: skip


def bare(figure: Figure, fonts: str = FONTS) -> str:
    """The drawing alone, for a page that sets title and caption itself, in the page's fonts."""
    drawn = _document(figure, figure.drawn.width, figure.drawn.height, figure.drawn.marks)
    return drawn.replace(FONTS, fonts)


def _document(figure: Figure, width: float, height: float, marks: Sequence[Child]) -> str:
    drawn = element(
        "svg",
        element("title", figure.title),
        element("desc", figure.alternative),
        element("style", Markup(STYLE)),
        rect(0, 0, width, height, "paper"),
        *marks,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        width=float(width),
        height=float(height),
        role="img",
    )
    return f"{drawn}\n"


def sex_words(sex: object) -> str:
    """Whose journeys an answer is about."""
    return "women and men" if str(sex) in ("all", "None") else str(sex)


def about_words(ranking: Ranking) -> str:
    """Date and sex of a ranking."""
    return f"as of {date_words(ranking.as_of)}, {sex_words(ranking.sex)}"


def main_ranking(data: ExplorerData) -> Ranking:
    """The ranking that leads."""
    return data.rankings[0]


def estimate_values(estimate: Estimate | None) -> tuple[Value, Value, Value]:
    """Median, low and high, empty where there is none."""
    if estimate is None:
        return None, None, None
    return estimate.median, estimate.low, estimate.high
