"""A page for a simulated scenario: how far from the reports, a map of camps, a chart per camp.

The map shows camps alone, at positions rounded to half a degree; no way between them is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from safepassage.reports.html_table import Column, Row, data_table
from safepassage.reports.numbers import figure, is_number
from safepassage.reports.svg.label_placement import NEAR, Box, Label, place_labels
from safepassage.reports.svg.marks import circle, drawing, line, path, polyline, text
from safepassage.reports.svg.markup import Markup, element
from safepassage.reports.svg.projection import fit_projection
from safepassage.reports.svg.scales import Scale, nice_ticks
from safepassage.reports.svg.text_width import shorten, text_width

WIDTH, HEIGHT = 350.0, 214.0
MAP_WIDTH, MAP_HEIGHT = 720.0, 360.0
LARGEST = 34.0
"""Radius of the largest camp, in pixels; areas are in proportion to people."""
NAME_SIZE = 11.0
_STYLE = """
.reported { fill: none; stroke: currentColor; stroke-dasharray: 4 3; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 22rem));
  gap: 1rem; }
.charts svg { width: 100%; height: auto; }
"""


def camp_chart(title: str, entries: Sequence[Mapping[str, Any]]) -> Markup:
    """People in a camp by day: the simulated median with its band, the reported line dashed."""
    reported = [entry.get("reported") for entry in entries]
    counts = [float(value) for value in reported if value is not None and is_number(value)]
    top = max([float(entry["high"]) for entry in entries] + counts + [1.0])
    ticks = nice_ticks(0.0, top, 4)
    labels = [figure(tick) if tick else "0" for tick in ticks]
    left = max(text_width(label, 11.0) for label in labels) + 8
    above, below, right = 32.0, HEIGHT - 24, WIDTH - 14
    across = Scale(0.0, max(len(entries) - 1.0, 1.0), left, right)
    up = Scale(0.0, ticks[-1], below, above)
    marks: list[Markup] = [text(2, 14, shorten(title, WIDTH - 4, 12.5), "panel-title")]
    for tick, label in zip(ticks, labels, strict=True):
        marks.append(line(left, up(tick), right, up(tick), "axis" if tick == 0 else "grid"))
        marks.append(text(left - 5, up(tick) + 4, label, "tick", "end"))
    for at, anchor in ((0, "start"), (len(entries) - 1, "end")):
        marks.append(text(across(at), below + 17, str(entries[at]["time"]), "tick", anchor))
    upper, lower, middle = (
        [(across(i), up(float(entry[key]))) for i, entry in enumerate(entries)]
        for key in ("high", "low", "median")
    )
    marks.append(path(polyline(upper + lower[::-1], closed=True), "band"))
    marks.append(path(polyline(middle), "median"))
    points = [
        (across(i), up(float(value)))
        for i, value in enumerate(reported)
        if value is not None and is_number(value)
    ]
    if len(points) > 1:
        marks.append(path(polyline(points), "reported"))
    label = f"{title}: simulated median and 90 % interval by day, and the reported counts"
    return drawing(WIDTH, HEIGHT, marks, label=label)


def camp_map(camps: Sequence[Mapping[str, Any]]) -> Markup:
    """Camps as circles whose areas are people on the last day; a ring is the reported count."""
    positions = [(float(camp["longitude"]), float(camp["latitude"])) for camp in camps]
    projection = fit_projection(positions, Box(0.0, 0.0, MAP_WIDTH, MAP_HEIGHT), LARGEST + 40.0)
    last = [camp["people"][-1] for camp in camps]
    most = max([float(entry["median"]) for entry in last] + [_reported(e) for e in last] + [1.0])
    marks: list[Markup] = []
    labels: list[Label] = []
    circles: list[Box] = []
    for camp, entry, position in zip(camps, last, positions, strict=True):
        x, y = projection(*position)
        marks.append(circle(x, y, _radius(float(entry["median"]), most), "band"))
        if _reported(entry):
            marks.append(circle(x, y, _radius(_reported(entry), most), "reported"))
        around = max(_radius(float(entry["median"]), most), _radius(_reported(entry), most), 2.0)
        circles.append(Box(x - around, y - around, 2 * around, 2 * around))
        name = str(camp["name"])
        edge = around - NEAR
        sides = ((x, y - edge), (x + edge, y), (x - edge, y))
        width, height = text_width(name, NAME_SIZE) + 2, NAME_SIZE + 4
        labels.append(Label(name, x, y + edge, width, height, anchors=sides))
    frame = Box(0.0, 0.0, MAP_WIDTH, MAP_HEIGHT)
    # Small camps first: a large one has room all around.
    labels.sort(key=lambda one: max(abs(one.y - a[1]) for a in one.anchors))
    placed, _ = place_labels(labels, frame, obstacles=circles)
    marks += [line(*one.leader, "axis") for one in placed if one.leader]
    for one in placed:
        box = one.box
        middle, base = box.left + box.width / 2, box.top + box.height / 2 + NAME_SIZE * 0.36
        marks.append(text(middle, base, one.label.name, "tick", "middle"))
    label = "Map of the camps: filled circles simulated, rings reported, on the last day"
    return drawing(MAP_WIDTH, MAP_HEIGHT, marks, label=label)


def _reported(entry: Mapping[str, Any]) -> float:
    value = entry.get("reported")
    return float(value) if value is not None and is_number(value) else 0.0


def _radius(people: float, most: float) -> float:
    return LARGEST * math.sqrt(max(people, 0.0) / most)


def _since(value: Mapping[str, Any]) -> str:
    """From which reports a run went on, where it did."""
    camps, since = value["camps"], value.get("scored_from")
    if not camps or since in (None, camps[0]["people"][0]["time"]):
        return ""
    return (
        f" Just before {since} everybody is parted over the camps as last reported; "
        "distances are of the days from then on."
    )


def camps_page(value: Mapping[str, Any]) -> str:
    """The whole page, from the JSON object that `safepassage flee` prints."""
    name, camps = Path(str(value["scenario"])).name, value["camps"]
    rows = [
        Row([words, *(f"{value[key][part]:.3f}" for part in ("median", "low", "high"))])
        for key, words in (
            ("ard", "ARD: mean of |simulated - reported| / reported"),
            ("ardr", "ARDr: the same, totals made equal"),
            ("flee_printed_error", "What Flee prints (biased, too low)"),
        )
    ]
    columns = [Column(title, kind) for title, kind in (
        ("Distance from the reports", "text"), ("median", "number"), ("low", "number"),
        ("high", "number"),
    )]  # fmt: skip
    style = files("safepassage.reports.svg").joinpath("figures.css").read_text("utf-8")
    style += _STYLE
    charts = [camp_chart(str(camp["name"]), camp["people"]) for camp in camps]
    body = element(
        "body",
        element(
            "main",
            element("h1", f"{name}: simulated people in camps"),
            element(
                "p",
                f"{value['replicates']:,} runs with seed {value['seed']}; bands hold 90 % of them, "
                "dashed lines are reported. All people on this page are simulated." + _since(value),
            ),
            data_table("Distance from the reports", columns, rows, quiet=True),
            element("h2", "Camps on the last day"),
            element("p", "Positions are rounded to half a degree."),
            camp_map(camps) if camps else None,
            element("h2", "Camp by camp"),
            element("div", *charts, class_="charts"),
            id="content",
        ),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{name}: simulated people in camps"),
        element("style", Markup(style)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"
