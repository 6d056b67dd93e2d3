"""Tables in HTML that keep their meaning when a narrow screen turns rows into cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safepassage.reports.svg.markup import Child, Markup, element


@dataclass(frozen=True)
class Column:
    """One column: its heading and how its cells are set (`text`, `number` or `graphic`)."""

    title: str
    kind: str = "text"
    header: bool = False
    """Its cells name their rows."""


@dataclass(frozen=True)
class Row:
    """The cells of one row, and the name that links to it."""

    cells: Sequence[Child]
    anchor: str | None = None


def data_table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    note: str | None = None,
    cards: bool = False,
    quiet: bool = False,
) -> Markup:
    """A table in a region of its own that scrolls when it must.

    With `quiet` the caption is for screen readers only, since a heading says it already. Roles
    are written out, since `display: block` for cards would otherwise hide from a screen
    reader that this is a table.
    """
    small = element("small", note) if note else None
    heads = [
        element(
            "th",
            column.title,
            scope="col",
            role="columnheader",
            class_=column.kind if column.kind != "text" else None,
        )
        for column in columns
    ]
    body = [
        element(
            "tr",
            [_cell(c, v, cards) for c, v in zip(columns, row.cells, strict=True)],
            role="row",
            id=row.anchor,
        )
        for row in rows
    ]
    table = element(
        "table",
        element("caption", caption, small, class_="quiet" if quiet else None),
        element("thead", element("tr", heads, role="row"), role="rowgroup"),
        element("tbody", body, role="rowgroup"),
        role="table",
        class_="cards" if cards else "narrow-table" if len(columns) < 6 else None,
    )
    return element("div", table, class_="scroll", role="group", tabindex="0", aria_label=caption)


def _cell(column: Column, content: Child, cards: bool) -> Markup:
    class_ = column.kind if column.kind != "text" else None
    if column.header:
        return element("th", content, scope="row", role="rowheader", class_=class_ or "name")
    if cards and column.kind != "graphic":
        # One child, so that a card can set the heading beside it.
        content = element("div", content)
    return element("td", content, role="cell", class_=class_, data_label=column.title)
