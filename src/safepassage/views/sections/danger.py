"""Danger as intervals: expected ranks, and how often each way takes each rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safepassage.views.bars import rank_intervals, rank_shares
from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element
from safepassage.views.numbers import decimal, estimate_text, exact, percent
from safepassage.views.sections.common import (
    Bundle,
    at_widths,
    fold,
    main_ranking,
    picture,
    ranking_words,
    section,
    ways_of,
)

NARROW, WIDE = 350.0, 560.0
MEASURES = {
    "dead": ("share dead", ""),
    "returned": ("share returned", ""),
    "limbo": ("share in limbo", ""),
    "ever_returned": ("share returned at least once", ""),
    "relatives_punished": ("relatives punished per departure", " people"),
    "cost_usd": ("money paid", " USD"),
    "months_to_safety": ("months to safety", " months"),
}


def danger_section(bundle: Bundle) -> Markup:
    """Two figures side by side and the numbers behind them."""
    ranking = main_ranking(bundle)
    ways = ways_of(ranking)
    left = picture(
        "Expected rank, 1 the most dangerous: dot and line are the median and the 90\u00a0% "
        f"interval, {ranking_words(ranking)}; the diamond is the position in the article.",
        at_widths(rank_intervals(ways, NARROW), rank_intervals(ways, WIDE)),
    )
    right = picture(
        "Rank acceptability: in how many per cent of the draws and weightings the way takes the "
        "rank at the head of the column. Shares under 4.5\u00a0% are shaded without a number.",
        at_widths(rank_shares(ways, NARROW), rank_shares(ways, WIDE)),
    )
    return section(
        "danger",
        "How sure the order is",
        element(
            "p",
            "Danger is several harms at once, and no single weighting of them is right. The "
            "ranking therefore runs over all weightings alike and over the whole posterior. "
            "Where intervals overlap widely, the order between two ways is not known.",
        ),
        element("div", left, right, class_="pair"),
        fold("The numbers of both figures", _numbers(ranking), data=True),
        _harms(bundle["model"].get("harms") or {}),
    )


def _numbers(ranking: Mapping[str, Any]) -> Markup:
    ways = ways_of(ranking)
    count = max((len(way.get("rank_acceptability") or ()) for way in ways), default=0)
    columns = [
        Column("Way", header=True),
        Column("Expected rank", "number"),
        Column("Article", "number"),
        *(Column(str(rank), "number") for rank in range(1, count + 1)),
    ]
    rows = []
    for way in ways:
        shares = [percent(share) for share in way.get("rank_acceptability") or ()]
        shares += [""] * (count - len(shares))
        rows.append(
            Row(
                [
                    way["title"],
                    estimate_text(way.get("expected_rank"), decimal),
                    exact(way.get("article_position")),
                    *shares,
                ]
            )
        )
    return data_table("Expected rank, and share of draws and weightings per rank", columns, rows)


def _harms(harms: Mapping[str, Any]) -> Markup | None:
    if not harms:
        return None
    rows = [
        Row(
            [
                harm["title"],
                *_measured(harm),
            ]
        )
        for harm in harms.values()
    ]
    return data_table(
        "The harms that make up danger",
        [Column("Harm", header=True), Column("Measured by"), Column("Scale", "number")],
        rows,
        note="A harm of the size of its scale counts 1; the scales are fixed and declared.",
    )


def _measured(harm: Mapping[str, Any]) -> tuple[str, str]:
    """What measures a harm, and the size that counts as 1."""
    measure = str(harm.get("measure", ""))
    words, unit = MEASURES.get(measure, (measure.replace("_", " "), ""))
    scale = harm.get("scale")
    return words, f"{exact(scale)}{unit}" if unit else percent(scale)
