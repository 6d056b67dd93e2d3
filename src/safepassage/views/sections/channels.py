"""The fit: published figures against what the model predicts for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element
from safepassage.views.numbers import (
    decimal,
    estimate_text,
    exact,
    has_estimate,
    is_number,
    percent,
    span_words,
)
from safepassage.views.sections.common import Bundle, fold, picture, section
from safepassage.views.series import fit_panel, highest

FEWEST_DRAWN = 3
"""Series with fewer figures are shown as a table only."""


def fit_section(bundle: Bundle) -> Markup:
    """Channels named by the report as figures, all others in one table."""
    channels: Mapping[str, Any] = bundle["fit"].get("channels") or {}
    declared = bundle["model"].get("channels") or {}
    named = (bundle["model"].get("report") or {}).get("channels") or list(channels)[:3]
    shown = [name for name in named if name in channels]
    others = [name for name in channels if name not in shown]
    return section(
        "fit",
        "How well the model fits what was published",
        element(
            "p",
            "A box is the 90\u00a0% predictive interval with its median, drawn over the months "
            "that the figure covers. A dot is the published figure; a ring is one that lies "
            "outside its interval. A thin upright line is the published figure\u2019s own range.",
        ),
        [_channel(name, channels[name], declared.get(name) or {}) for name in shown],
        _summary(channels),
        fold(
            "Figures of the other channels",
            [_rows_table(_title(n, channels[n]), _rows(channels[n])) for n in others],
        )
        if others
        else None,
    )


def _channel(name: str, channel: Mapping[str, Any], declared: Mapping[str, Any]) -> Markup:
    rows = _rows(channel)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row.get("quantity", name)), []).append(row)
    drawn = {q: g for q, g in groups.items() if len(g) >= FEWEST_DRAWN}
    kind = str((declared.get("reporting") or {}).get("kind", "count"))
    unit = "share" if kind == "share" else "published figure and 90 % predictive interval"
    ceiling = max((highest(g) for g in drawn.values()), default=0.0) if len(drawn) < 4 else 0.0
    panels = [fit_panel(quantity_words(q), unit, g, ceiling) for q, g in drawn.items()]
    title = _title(name, channel)
    table = _rows_table(title, rows)
    caption = f"{title}. {_inside_words(rows)} {_tension_words(channel.get('tension'))}".strip()
    body = (
        picture(caption, panels, data=fold("The numbers", table, data=True), class_="panels")
        if panels
        else [element("p", caption, class_="note"), table]
    )
    return element("div", element("h3", title), body)


def _rows_table(title: str, rows: Sequence[Mapping[str, Any]]) -> Markup:
    columns = [
        Column("Quantity", header=True),
        Column("Period"),
        Column("Published", "number"),
        Column("Predicted", "number"),
        Column("Inside", "number"),
    ]
    shares = all(abs(float(row.get("observed") or 0)) <= 1 for row in rows)
    form = percent if shares else exact
    cells = [
        Row(
            [
                quantity_words(row.get("quantity", "")),
                span_words(row.get("from", ""), row.get("to")),
                _published(row, form),
                estimate_text(row.get("predicted"), percent)
                if shares
                else estimate_text(row.get("predicted")),
                "yes" if row.get("inside") else "no",
            ]
        )
        for row in rows
    ]
    return data_table(f"{title}: published and predicted", columns, cells)


def _published(row: Mapping[str, Any], form: Any) -> str:
    low, high = row.get("low"), row.get("high")
    words = form(row.get("observed"))
    if is_number(low) and is_number(high) and low != high:
        return f"{words} ({form(low)} to {form(high)})"
    return words


def _summary(channels: Mapping[str, Any]) -> Markup:
    rows = []
    for name, channel in channels.items():
        figures = _rows(channel)
        inside = sum(bool(row.get("inside")) for row in figures)
        tension = channel.get("tension")
        rows.append(
            Row(
                [
                    _title(name, channel),
                    f"{len(figures):,}",
                    f"{inside:,}",
                    _tension_value(tension) or "not given",
                ]
            )
        )
    columns = [
        Column("Channel", header=True),
        Column("Figures", "number"),
        Column("Inside 90\u00a0%", "number"),
        Column("Tension", "number"),
    ]
    return data_table(
        "All channels",
        columns,
        rows,
        note="Tension measures how far the published figures pull away from the prediction.",
    )


def _inside_words(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "No figures."
    inside = sum(bool(row.get("inside")) for row in rows)
    share = percent(inside / len(rows))
    return f"{inside:,} of {len(rows):,} published figures ({share}) lie inside their interval."


def _tension_words(tension: object) -> str:
    value = _tension_value(tension)
    return f"Tension: {value}." if value else ""


def _tension_value(tension: object) -> str:
    if isinstance(tension, Mapping):
        return estimate_text(tension, decimal) if has_estimate(tension) else ""
    if isinstance(tension, (int, float)) and is_number(tension):
        return f"{tension:.2f}".replace("-", "\u2212")
    return str(tension) if isinstance(tension, str) else ""


def _rows(channel: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return channel.get("rows") or ()


def _title(name: str, channel: Mapping[str, Any]) -> str:
    return str(channel.get("title") or quantity_words(name))


def quantity_words(name: object) -> str:
    """The name of a quantity as words."""
    words = str(name).replace("_", " ").strip()
    return words[:1].upper() + words[1:]
