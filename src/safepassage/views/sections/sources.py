"""The evidence rows that the answers rest on, with grades and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element, join, slug, source_link
from safepassage.views.numbers import exact, is_number, span_words
from safepassage.views.sections.channels import quantity_words
from safepassage.views.sections.common import Bundle, fold, section

GRADES = {
    "A": "official statistic",
    "B": "peer-reviewed study or survey",
    "C": "press, or an organisation\u2019s own claim",
    "D": "weak or unverified",
}


def sources_section(bundle: Bundle) -> Markup:
    """Rows per grade, then every row in a folded table."""
    rows = list(bundle.get("evidence") or ())
    counts = Counter(str(row.get("grade")) for row in rows)
    grades = [
        Row([grade, meaning, f"{counts[grade]:,}"])
        for grade, meaning in GRADES.items()
        if counts[grade]
    ]
    columns = [
        Column("Row", "short", header=True),
        Column("Quantity"),
        Column("Figure", "number"),
        Column("Period"),
        Column("Grade"),
        Column("Source"),
    ]
    table = data_table(
        "Evidence rows used",
        columns,
        [Row(_cells(row), f"evidence-{slug(str(row['id']))}") for row in rows],
        note="Addresses lead to the web and are followed only when you choose to.",
        cards=True,
    )
    return section(
        "sources",
        "Sources",
        element(
            "p",
            f"The answers rest on {len(rows):,} published figures. Each is graded by "
            "how much weight it can bear; a weaker grade widens what is built on it.",
        ),
        data_table(
            "Evidence rows by grade",
            [Column("Grade", header=True), Column("What it is"), Column("Rows", "number")],
            grades,
        ),
        fold(f"All {len(rows):,} evidence rows", table) if rows else None,
    )


def _cells(row: Mapping[str, Any]) -> list[Any]:
    merged = [str(name) for name in row.get("ids") or () if name != row["id"]]
    source = [row.get("source_publisher"), row.get("source_year")]
    about = ", ".join(str(part) for part in source if part)
    title = str(row.get("source_title") or row.get("source_publisher") or "source")
    return [
        join(str(row["id"]), element("small", f"also {', '.join(merged)}") if merged else None),
        join(
            quantity_words(row.get("quantity", "")),
            element("small", row["note"]) if row.get("note") else None,
        ),
        _figure(row),
        span_words(row.get("year_from", ""), row.get("year_to")),
        str(row.get("grade") or "none"),
        join(source_link(row.get("source_url"), title), element("small", about) if about else None),
    ]


def _figure(row: Mapping[str, Any]) -> Markup:
    low, high = row.get("low"), row.get("high")
    value = exact(row.get("value")) if is_number(row.get("value")) else None
    span = f"{exact(low)} to {exact(high)}" if is_number(low) and is_number(high) else None
    words = f"{value} ({span})" if value and span else value or span or "no figure"
    return join(words, element("small", row.get("unit") or ""))
