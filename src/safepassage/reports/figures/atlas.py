"""The map of the ways at country level."""

from __future__ import annotations

from safepassage.reports.figures.base import (
    Drawn,
    Figure,
    about_words,
    estimate_values,
    main_ranking,
    placed,
    size_of,
)
from safepassage.reports.figures.map import MapWay, way_map
from safepassage.reports.numbers import estimate_text
from safepassage.reports.svg.marks import text
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.text_width import shorten, wrap
from safepassage.results.explorer import ExplorerData

WIDTH = 760.0


def map_figure(data: ExplorerData) -> Figure | None:
    """Ways as arcs between places, numbered by rank, and the list of the numbers below."""
    model, ranking = data.model, main_ranking(data)
    places, declared = model.places, model.ways
    if not places:
        return None
    paths = {way.id: tuple(p for p in declared[way.id].path if p in places) for way in ranking.ways}
    ways = [
        MapWay(str(position), way.title, paths[way.id], way.attempts_per_year)
        for position, way in enumerate(ranking.ways, start=1)
    ]
    region = data.region
    picture = way_map(ways, places, region, WIDTH)
    width, height = size_of(picture)
    marks: list[Markup] = [placed(picture, 0, 0)]
    top, lines_below = height + 20, list[str]()
    for place, way in enumerate(ranking.ways):
        attempts = estimate_text(way.attempts_per_year)
        leads = " → ".join(str(places[p].title) for p in paths[way.id]) or "not drawn"
        pooled = declared[way.id].pooled_years
        over = f", mean of {pooled} years" if pooled > 1 else ""
        lines_below.append(f"{place + 1} {way.title}: {leads}; {attempts} set out a year{over}.")
        lines = wrap(f"{place + 1}  {way.title}", WIDTH / 2 - 20, 11.5, bold=True)[:1]
        x, y = (place % 2) * WIDTH / 2, top + (place // 2) * 34
        marks += [text(x, y, words, "row-title") for words in lines]
        marks.append(text(x + 14, y + 15, shorten(f"{attempts} a year{over}", 350, 10.5), "small"))
    licence = str(region.get("licence") or "")
    return Figure(
        name="map",
        title=f"Where the ways lead, {about_words(ranking)}",
        caption=(
            "Arcs join countries and seas as a whole and show no path on the ground. Numbers are "
            "ranks, 1 the most dangerous. The more people set out, the thicker the arc; dashed "
            "where the interval spans more than a factor of ten. Names at an edge lie beyond the "
            "map."
            + (f" Outlines: {licence}" if licence else "")
        ),
        alternative=" ".join(lines_below),
        drawn=Drawn(tuple(marks), width, top + -(-len(ways) // 2) * 34 - 14),
        columns=("as_of", "sex", "position", "way", "title", "leads_through", "median", "low",
                 "high", "unit"),
        rows=tuple(
            (ranking.as_of, ranking.sex, position, way.id, way.title,
             ";".join(paths[way.id]), *estimate_values(way.attempts_per_year),
             "people who set out per year")
            for position, way in enumerate(ranking.ways, start=1)
        ),
        licences=(f"Outlines: {licence}",) if licence else (),
    )  # fmt: skip
