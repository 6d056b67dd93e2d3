"""A table on one screen: as text of 80 columns, and as HTML for a notebook."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

ROWS = 12
WIDTH = 79
WIDEST = 30
"""Characters of a cell, at most."""
GAP = "  "


def text_screen(headline: str, frame: pl.DataFrame) -> str:
    """A headline and the first rows and columns of a table, under 2,000 characters."""
    lines = textwrap.wrap(headline, WIDTH)
    columns = list(frame.columns)
    few = frame.head(ROWS).rows()
    cells = [[name, *(cell(row[c]) for row in few)] for c, name in enumerate(columns)]
    widths = [max(map(len, column)) for column in cells]
    fit, room = 0, WIDTH
    while fit < len(columns) and room >= widths[fit]:
        room -= widths[fit] + len(GAP)
        fit += 1
    rights = [fit_right(frame, c) for c in range(fit)]
    for r in range(len(few) + 1 if fit else 0):
        parts = [
            cells[c][r].rjust(widths[c]) if rights[c] else cells[c][r].ljust(widths[c])
            for c in range(fit)
        ]
        lines.append(GAP.join(parts).rstrip())
    return "\n".join([*lines, *textwrap.wrap(_more(frame, columns[fit:]), WIDTH)])


def html_screen(headline: str, frame: pl.DataFrame) -> str:
    """The same in HTML without colours, so that it follows a notebook's light or dark theme."""
    few = frame.head(ROWS).rows()
    heads = "".join(f"<th>{html.escape(name)}</th>" for name in frame.columns)
    rights = [fit_right(frame, c) for c in range(frame.width)]
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{"right" if right else "left"}">{html.escape(cell(value))}</td>'
            for right, value in zip(rights, row, strict=True)
        )
        + "</tr>"
        for row in few
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    more = _more(frame, [])
    return (
        f"<div><p>{html.escape(headline)}</p>{table if frame.width else ''}"
        f"{f'<p><small>{html.escape(more)}</small></p>' if more else ''}</div>"
    )


def cell(value: object) -> str:
    """A value in few characters: numbers with three significant digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def number(value: float) -> str:
    """A number with three significant digits and thousands separators."""
    if not math.isfinite(value):
        return ""
    if value == 0 or 1e-4 <= abs(value) < 100:
        return f"{float(f'{value:.3g}'):g}"
    if abs(value) < 1e15 and abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:.2e}"


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 route`, `2 routes`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def fit_right(frame: pl.DataFrame, column: int) -> bool:
    """Whether a column holds numbers, which align to the right."""
    return frame.dtypes[column].is_numeric()


def _more(frame: pl.DataFrame, hidden: Sequence[str]) -> str:
    parts = [f"{frame.height:,} rows in all"] if frame.height > ROWS else []
    if hidden:
        others = f" and {len(hidden) - 4} others" if len(hidden) > 5 else ""
        named = ", ".join(hidden[:4] if others else hidden)
        parts.append(f"more columns: {named}{others}")
    return f"{'; '.join(parts)}. to_frame(), to_pandas() or to_xarray() gives all." if parts else ""
