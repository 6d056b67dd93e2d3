"""The map of the ways and the list that says the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.map import MapWay, way_map
from safepassage.views.markup import Markup, element, join
from safepassage.views.sections.common import (
    Bundle,
    at_widths,
    estimate_cell,
    main_ranking,
    picture,
    pooled_words,
    section,
    ways_of,
)

WIDTHS = (350.0, 720.0, 1120.0)
"""Pixels of the map for a phone, a tablet or paper, and a desk."""


def map_section(bundle: Bundle) -> Markup:
    """The map at two widths, with the ways listed below."""
    model = bundle["model"]
    declared, places = model.get("ways") or {}, model.get("places") or {}
    ways = [
        MapWay(
            str(position),
            way["title"],
            tuple((declared.get(way["id"]) or {}).get("path") or ()),
            way.get("attempts_per_year"),
        )
        for position, way in enumerate(ways_of(main_ranking(bundle)), start=1)
    ]
    region = bundle.get("region") or {}
    licence = region.get("licence")
    return section(
        "map",
        "Where the ways lead",
        picture(
            join(
                "Arcs join countries and seas as a whole and show no path on the ground. A badge "
                "is the way\u2019s rank in the table. The more attempts a year, the thicker the "
                "arc; it is dashed where the interval of attempts spans more than a factor of "
                "ten. Names at an edge lie beyond the map.",
                element("br") if licence else None,
                f"Outlines: {licence}" if licence else None,
            ),
            at_widths(*(way_map(ways, places, region, width) for width in WIDTHS)),
        ),
        _list(bundle, declared, places),
    )


def _list(bundle: Bundle, declared: Mapping[str, Any], places: Mapping[str, Any]) -> Markup:
    rows = []
    for position, way in enumerate(ways_of(main_ranking(bundle)), start=1):
        about = declared.get(way["id"]) or {}
        titles = [str((places.get(p) or {}).get("title", p)) for p in about.get("path") or ()]
        pooled = pooled_words(about.get("pooled_years"))
        rows.append(
            Row(
                [
                    str(position),
                    way["title"],
                    " → ".join(titles) or "not drawn",
                    str(about.get("mode") or "").replace("_", " ") or "any",
                    join(
                        estimate_cell(way.get("attempts_per_year")),
                        element("small", pooled) if pooled else None,
                    ),
                ]
            )
        )
    columns = [
        Column("Badge", "position"),
        Column("Way", header=True),
        Column("Leads through"),
        Column("Mode"),
        Column("Attempts per year", "number"),
    ]
    return data_table("The ways on the map", columns, rows, cards=True)
