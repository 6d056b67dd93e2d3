"""The model's declared outputs over time, with the plain word on what informs each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element
from safepassage.views.numbers import date_words, figure, has_estimate, interval
from safepassage.views.sections.common import Bundle, fold, picture, pooled_words, section
from safepassage.views.series import band_panel


def outputs_section(bundle: Bundle) -> Markup | None:
    """A panel for each output that the report names, or for all."""
    series: Mapping[str, Any] = bundle["fit"].get("outputs") or {}
    declared = bundle["model"].get("outputs") or {}
    named = (bundle["model"].get("report") or {}).get("outputs") or list(series)
    shown = [name for name in named if series.get(name)]
    if not shown:
        return None
    return section(
        "outputs",
        "What happened over time",
        element(
            "p",
            "Lines are medians and bands 90\u00a0% intervals. The word below each "
            "figure says what evidence informs it, and where it ends.",
        ),
        element(
            "div",
            [_output(name, series[name], declared.get(name) or {}) for name in shown],
            class_="panels",
        ),
    )


def _output(name: str, points: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> Markup:
    title = str(about.get("title") or name.replace("_", " "))
    per = about.get("per")
    unit = str(about.get("unit") or "")
    if per and "per" not in unit and unit != "share":
        unit = f"{unit}, by {per}" if unit else f"by {per}"
    pooled = pooled_words(about.get("pooled_years"))
    if pooled:
        unit = f"{unit}, {pooled}" if unit else pooled
    informed = about.get("informed_by")
    caption = f"Informed by: {informed}" if informed else "The model says no word on its evidence."
    rows = [
        Row(
            [
                date_words(point.get("time")),
                figure(point["median"]) if has_estimate(point) else "not known",
                interval(point),
            ]
        )
        for point in _thinned(points)
    ]
    columns = [
        Column("Date", header=True),
        Column("Median", "number"),
        Column("90\u00a0% interval", "number"),
    ]
    table = data_table(
        f"{title}, {unit}" if unit else title,
        columns,
        rows,
        note=None if len(rows) == len(points) else "Every twelfth value.",
    )
    return picture(
        caption,
        band_panel(title, unit, points, pooled=bool(pooled)),
        data=fold("The numbers", table, data=True),
    )


def _thinned(points: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Monthly series are listed year by year, so that the file stays small."""
    return points if len(points) <= 60 else points[11::12]
