"""The fit: published figures against what the model predicts for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
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
    model = bundle["model"]
    named = (model.get("report") or {}).get("channels") or list(channels)[:3]
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
        _side_by_side([_channel(name, channels[name], model) for name in shown]),
        _summary(channels),
        fold(
            "Figures of the other channels",
            [
                _rows_table(_title(n, channels[n]), _rows(channels[n]), _is_share(n, model))
                for n in others
            ],
        )
        if others
        else None,
    )


def _side_by_side(blocks: Sequence[tuple[Markup, bool]]) -> list[Markup]:
    """Neighbouring channels of one panel share a row; one of several panels has its own."""
    parts: list[Markup] = []
    for single, group in groupby(blocks, key=lambda block: block[1]):
        members = [block for block, _ in group]
        parts += [element("div", members, class_="panels")] if single else members
    return parts


def _channel(
    name: str, channel: Mapping[str, Any], model: Mapping[str, Any]
) -> tuple[Markup, bool]:
    """One channel, and whether it needs no more than the width of one panel."""
    rows = _rows(channel)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row.get("quantity", name)), []).append(row)
    drawn = {q: g for q, g in groups.items() if len(g) >= FEWEST_DRAWN}
    share = _is_share(name, model)
    unit = "share, with 90 % predictive interval" if share else "with 90 % predictive interval"
    ceiling = max((highest(g) for g in drawn.values()), default=0.0) if len(drawn) < 4 else 0.0
    title = _title(name, channel)
    names = {q: _quantity_title(q, model) if len(groups) > 1 else title for q in drawn}
    panels = [
        fit_panel(names[q], unit, g, ceiling, titled=len(groups) > 1) for q, g in drawn.items()
    ]
    table = _rows_table(title, rows, share)
    caption = f"{_inside_words(rows)} {_tension_words(channel.get('tension'))}".strip()
    body = (
        picture(caption, panels, data=fold("The numbers", table, data=True), class_="panels")
        if panels
        else [element("p", caption, class_="note"), table]
    )
    return element("div", element("h3", title), body), len(panels) == 1


def _is_share(name: str, model: Mapping[str, Any]) -> bool:
    declared = (model.get("channels") or {}).get(name) or {}
    return (declared.get("reporting") or {}).get("kind") == "share"


def _quantity_title(name: str, model: Mapping[str, Any]) -> str:
    declared = (model.get("quantities") or {}).get(name) or {}
    return str(declared.get("title") or quantity_words(name))


def _rows_table(title: str, rows: Sequence[Mapping[str, Any]], shares: bool) -> Markup:
    columns = [
        Column("Quantity", header=True),
        Column("Period"),
        Column("Published", "number"),
        Column("Predicted", "number"),
        Column("Inside", "number"),
    ]
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
        note="Tension is how many predictive standard deviations the figures lie from the "
        "prediction, as a root mean square; about 1 is what chance gives.",
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
