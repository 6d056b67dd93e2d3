"""Where on each way people are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.bars import share_bar
from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element
from safepassage.views.numbers import has_estimate, percent
from safepassage.views.sections.common import (
    Bundle,
    chip,
    estimate_cell,
    fold,
    main_ranking,
    section,
    ways_of,
)

SHOWN = 5


def losses_section(bundle: Bundle) -> Markup | None:
    """One small table per way, in the order of the ranking, all on one scale."""
    losses: Mapping[str, Any] = bundle.get("losses") or {}
    ways = [way for way in ways_of(main_ranking(bundle)) if losses.get(way["id"])]
    if not ways:
        return None
    most = max(
        (
            float(step["share"]["high"])
            for way in ways
            for step in losses[way["id"]]
            if has_estimate(step.get("share"))
        ),
        default=1.0,
    )
    return section(
        "losses",
        "Where on each way people are lost",
        element(
            "p",
            "The share of those who set out that ends at each step, most first. "
            f"All bars share one scale, from 0 to {percent(most)}.",
        ),
        element(
            "div", [_way(way["title"], losses[way["id"]], most) for way in ways], class_="panels"
        ),
    )


def _way(title: str, steps: Sequence[Mapping[str, Any]], most: float) -> Markup:
    ordered = sorted(steps, key=lambda step: -_median(step))
    parts: list[Markup] = [_table(f"{title}: where people are lost", ordered[:SHOWN], most)]
    if len(ordered) > SHOWN:
        rest = _table(f"{title}: further steps", ordered[SHOWN:], most)
        parts.append(fold(f"{len(ordered) - SHOWN} more", rest))
    return element("div", element("h3", title), parts, class_="loss")


def _table(caption: str, steps: Sequence[Mapping[str, Any]], most: float) -> Markup:
    columns = [
        Column("Step and outcome", header=True),
        Column("Bar", "graphic"),
        Column("Share", "number"),
    ]
    rows = [
        Row(
            [
                [step["step"], " ", chip(step.get("outcome"))],
                share_bar(step.get("share"), most, str(step.get("outcome", "dead"))),
                estimate_cell(step.get("share"), percent),
            ]
        )
        for step in steps
    ]
    return data_table(caption, columns, rows, quiet=True)


def _median(step: Mapping[str, Any]) -> float:
    share = step.get("share")
    return float(share["median"]) if share is not None and has_estimate(share) else 0.0
