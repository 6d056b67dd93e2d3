"""People whom nobody counts, beside every published estimate of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.beside import NARROW, WIDE, beside_panel
from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Child, Markup, element, join, source_link
from safepassage.views.numbers import date_words, estimate_text, exact, is_number, span_words
from safepassage.views.sections.common import (
    Bundle,
    at_widths,
    estimate_cell,
    fold,
    picture,
    section,
)
from safepassage.views.sections.parameters import evidence_anchors, evidence_links
from safepassage.views.svg import circle, drawing

YEARS_SHOWN = 12
OPEN = 8
"""Published estimates up to which their table is not folded."""


def compared_section(bundle: Bundle) -> Markup | None:
    """The entry with the most published figures in full, the others folded."""
    entries = [e for e in bundle.get("compared") or () if e.get("published") and e.get("series")]
    if not entries:
        return None
    entries.sort(key=lambda e: -len(e["published"]))
    with_parts = [e for e in entries if e.get("parts")]
    lead = (with_parts or entries)[0]
    anchors = evidence_anchors(bundle)
    rest = [e for e in entries if e is not lead]
    return section(
        "compared",
        "People whom nobody counts, beside published estimates",
        element(
            "p",
            "What the model says, and every published estimate of the same people, also those "
            "that it was not fitted to. Estimates by different hands often differ by more than "
            "their own intervals.",
        ),
        _key(),
        _entry(lead, anchors),
        [fold(str(e["title"]), _entry(e, anchors, titled=False)) for e in rest],
    )


def _key() -> Markup:
    seen = drawing(30, 16, circle(15, 8, 3.6, "observed"))
    unseen = drawing(30, 16, circle(15, 8, 3.6, "observed unseen"))
    items = [
        element("li", seen, "fitted to, or a prior rests on it"),
        element("li", unseen, "not used by the model"),
    ]
    return element("ul", items, class_="key")


def _entry(entry: Mapping[str, Any], anchors: Mapping[str, str], *, titled: bool = True) -> Markup:
    title, unit = str(entry["title"]), str(entry.get("unit") or "")
    unit = f"{unit}, by {entry['per']}; logarithmic scale"
    narrow, wide = (
        beside_panel(title, unit, entry["series"], entry["published"], width)
        for width in (NARROW, WIDE)
    )
    table = _published(title, entry["published"], anchors)
    count = f"{len(entry['published'])} published estimates"
    informed = entry.get("informed_by")
    words = "Band: 90\u00a0% interval; line: median. Dots and upright lines: published figures and "
    words += "ranges; a triangle is a bound without another end."
    caption = f"{words} Informed by: {informed}" if informed else words
    return join(
        element("h3", title) if titled else None,
        picture(caption, at_widths(narrow, wide)),
        table if len(entry["published"]) <= OPEN else fold(f"All {count}", table),
        _parts(entry),
    )


def _published(title: str, rows: Sequence[Mapping[str, Any]], anchors: Mapping[str, str]) -> Markup:
    columns = [
        Column("Time", header=True),
        Column("Published", "number"),
        Column("Model, 90\u00a0% interval", "number"),
        Column("Together"),
        Column("Grade"),
        Column("Used by"),
        Column("Whose figure"),
    ]
    return data_table(
        f"{title}: published estimates",
        columns,
        [Row(_cells(row, anchors)) for row in rows],
        note="The two agree where the published figure or range touches the model\u2019s interval. "
        "Grades: A official, B study or survey, C press or an organisation\u2019s claim, D weak.",
        cards=True,
    )


def _cells(row: Mapping[str, Any], anchors: Mapping[str, str]) -> list[Child]:
    source = source_link(
        row.get("source_url"), str(row.get("source_title") or row.get("source_publisher") or "")
    )
    about = [row.get("source_publisher"), row.get("source_year")]
    words = ", ".join(str(part) for part in about if part)
    used = str(row["used_by"]).replace("_", " ") if row.get("used_by") else "not used"
    return [
        span_words(row.get("from", ""), row.get("to")),
        _figure(row),
        estimate_text(row.get("model")),
        str(row.get("verdict") or ""),
        str(row.get("grade") or "none"),
        used,
        join(
            str(row["group"]) if row.get("group") else None,
            element("small", source, f"; {words} (" if words else " (",
                    evidence_links([row["evidence"]], anchors), ")"),
        ),
    ]  # fmt: skip


def _figure(row: Mapping[str, Any]) -> str:
    low, value, high = row.get("low"), row.get("value"), row.get("high")
    if is_number(low) and is_number(high):
        span = f"{exact(low)} to {exact(high)}"
        return f"{exact(value)} ({span})" if is_number(value) else span
    if is_number(value):
        return exact(value)
    return f"at most {exact(high)}" if is_number(high) else f"at least {exact(low)}"


def _parts(entry: Mapping[str, Any]) -> Markup | None:
    """All, and each part, at the end of every other year or so."""
    parts = [part for part in entry.get("parts") or () if part.get("series")]
    if not parts:
        return None
    whole = list(entry["series"])
    by_time = [{p["time"]: p for p in part["series"]} for part in parts]
    heads = [Column("Date", header=True), Column("All", "number")]
    heads += [Column(_head(part), "number") for part in parts]
    rows = [
        Row(
            [
                date_words(point["time"]),
                estimate_cell(point),
                *(
                    estimate_cell(known[point["time"]])
                    if point["time"] in known
                    else "not known yet"
                    for known in by_time
                ),
            ]
        )
        for point in _some(whole)
    ]  # fmt: skip
    note = "Medians with 90\u00a0% intervals. "
    if any(part.get("by") == "length of stay" for part in parts):
        note += "Stays count from the calendar\u2019s start for those who were there before."
    return data_table(f"{entry['title']}, by part", heads, rows, note=note, cards=True)


def _head(part: Mapping[str, Any]) -> str:
    words = str(part.get("value") or part.get("title")).replace("over 1 years", "over one year")
    return words[:1].upper() + words[1:]


def _some(points: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The ends of years, no more than a dozen of them."""
    ends = [p for p in points if str(p["time"]).endswith("-12")] or list(points)
    step = -(-len(ends) // YEARS_SHOWN)
    return ends[(len(ends) - 1) % step :: step]
