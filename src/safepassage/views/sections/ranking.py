"""The ranked table of ways, and how the ranking differs by date and by sex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.bars import OUTCOMES, outcome_bars
from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element, join, slug
from safepassage.views.numbers import (
    correlation,
    date_words,
    decimal,
    estimate_text,
    exact,
    has_estimate,
    percent,
)
from safepassage.views.sections.common import (
    LABEL_WORDS,
    Bundle,
    chip,
    estimate_cell,
    fold,
    main_ranking,
    pooled_words,
    ranking_words,
    section,
    sex_words,
    ways_of,
)
from safepassage.views.svg import drawing, rect

OUTCOME_WORDS = {
    "dead": "dead",
    "returned": "returned: in custody or back",
    "limbo": "limbo: on the way, hidden, trafficked or detained",
    "safe": "safe",
}


def ranking_section(bundle: Bundle) -> Markup:
    """The first ranking in full, then all others."""
    ranking = main_ranking(bundle)
    rankings = bundle.get("rankings") or ()
    declared = bundle["model"].get("ways") or {}
    return section(
        "ranking",
        "The ways, ranked by danger",
        element(
            "p",
            "Most dangerous first. Outcomes say where people who set out are at the end of the "
            "way\u2019s horizon; the four shares sum to one in every draw. Every number is a "
            "median with its 90\u00a0% interval.",
        ),
        _key(),
        ranking_html(ranking, declared, lead=True),
        _agreement(ranking),
        _labels_key(),
        _harms_table(ranking, declared),
        _people_table(ranking),
        element("div", _comparison(rankings, "as_of"), _comparison(rankings, "sex"), class_="pair")
        if len(rankings) > 1
        else None,
        [
            fold(
                f"Full table {ranking_words(other)}",
                ranking_html(other, declared),
                _agreement(other),
            )
            for other in rankings[1:]
        ],
    )


def ranking_html(
    ranking: Mapping[str, Any], declared: Mapping[str, Any], *, lead: bool = False
) -> Markup:
    """One ranking as a table of ways."""
    columns = [
        Column("Rank", "position"),
        Column("Way", header=True),
        Column("Outcomes, 0 to 100\u00a0%", "graphic"),
        *(Column(name.capitalize(), "number") for name in OUTCOMES),
        Column("Expected rank", "number"),
        Column("Position in the article", "number"),
        Column("Rests on"),
    ]
    rows = [
        Row(
            _cells(position, way, declared.get(way["id"]) or {}),
            f"way-{slug(way['id'])}" if lead else None,
        )
        for position, way in enumerate(ways_of(ranking), start=1)
    ]
    return data_table(
        f"Ways ranked by danger, {ranking_words(ranking)}",
        columns,
        rows,
        note="Expected rank 1 is the most dangerous, over the posterior and over the weights "
        "a reader might give to the harms.",
        cards=True,
    )


def _cells(position: int, way: Mapping[str, Any], declared: Mapping[str, Any]) -> list[Any]:
    outcomes = way.get("outcomes") or {}
    pooled = pooled_words(declared.get("pooled_years"))
    terms = [way.get("denominator") or declared.get("denominator"), _horizon(declared), pooled]
    words = "; ".join(term for term in terms if term)
    return [
        str(position),
        join(
            way["title"],
            element("small", words) if words else None,
            element("small", way["caveat"]) if way.get("caveat") else None,
        ),
        outcome_bars(outcomes),
        *(estimate_cell(outcomes.get(name), percent) for name in OUTCOMES),
        estimate_cell(way.get("expected_rank"), decimal),
        exact(way.get("article_position")),
        chip(way.get("label")),
    ]


def _horizon(declared: Mapping[str, Any]) -> str | None:
    months = declared.get("horizon_months")
    if not months:
        return None
    years = months / 12
    return (
        f"after {years:.0f} years" if months % 12 == 0 and years > 1 else f"after {months} months"
    )


def _key() -> Markup:
    items = [
        element("li", drawing(30, 16, rect(0, 2, 30, 12, f"fill-{name}")), OUTCOME_WORDS[name])
        for name in OUTCOMES
    ]
    note = element(
        "p",
        "In each picture the bar stacks the medians; the four lines below it are the intervals "
        "of dead, returned, limbo and safe, in that order and on the same scale.",
        class_="note",
    )
    return join(element("ul", items, class_="key"), note)


def _labels_key() -> Markup:
    items = [element("li", chip(word), " ", meaning) for word, meaning in LABEL_WORDS.items()]
    return element("ul", items, class_="key")


def _agreement(ranking: Mapping[str, Any]) -> Markup | None:
    tau = ranking.get("kendall_tau")
    if not has_estimate(tau):
        return None
    return element(
        "p",
        f"Agreement with the order of the article, {ranking_words(ranking)}: Kendall\u2019s tau ",
        element("strong", estimate_text(tau, correlation)),
        ", where 1 is the same order, 0 no relation and \u22121 the reverse.",
    )


def _harms_table(ranking: Mapping[str, Any], declared: Mapping[str, Any]) -> Markup:
    columns = [
        Column("Way", header=True),
        Column("Returned at least once", "number"),
        Column("Months to safety", "number"),
        Column("Money paid, nominal USD", "number"),
        Column("Relatives punished per departure", "number"),
        Column("Attempts per year", "number"),
    ]
    rows = []
    for way in ways_of(ranking):
        pooled = pooled_words((declared.get(way["id"]) or {}).get("pooled_years"))
        attempts = join(
            estimate_cell(way.get("attempts_per_year")),
            element("small", pooled) if pooled else None,
        )
        rows.append(
            Row(
                [
                    way["title"],
                    estimate_cell(way.get("ever_returned"), percent),
                    estimate_cell(way.get("months_to_safety")),
                    estimate_cell(way.get("cost_usd")),
                    estimate_cell(way.get("relatives_punished")),
                    attempts,
                ]
            )
        )
    return data_table(
        f"Other harms and how many set out, {ranking_words(ranking)}",
        columns,
        rows,
        note="Months to safety are of those who reach it.",
        cards=True,
    )


def _people_table(ranking: Mapping[str, Any]) -> Markup | None:
    """What a row's figures mean for as many people as there are: chance as well as doubt."""
    ways = [way for way in ways_of(ranking) if way.get("people")]
    if not ways:
        return None
    columns = [Column("Way", header=True), Column("Years", "number"), Column("Set out", "number")]
    columns += [Column(name.capitalize(), "number") for name in OUTCOMES]
    rows = []
    for way in ways:
        people = way["people"]
        counted = [estimate_cell(people.get(name), _whole) for name in ("set_out", *OUTCOMES)]
        rows.append(Row([way["title"], str(people["years"]), *counted]))
    return data_table(
        f"Whole people, {ranking_words(ranking)}",
        columns,
        rows,
        note="How many would set out in so many years and what would become of them. The shares "
        "above are of a long run; where few set out, chance adds to the doubt about them, and "
        "these intervals hold both.",
        cards=True,
    )


def _whole(people: float | None) -> str:
    return "not known" if people is None else f"{people:,.0f}"


def _comparison(rankings: Sequence[Mapping[str, Any]], varies: str) -> Markup | None:
    """Expected ranks side by side over one of `as_of` and `sex`, the other as in the first."""
    first = rankings[0]
    fixed = "sex" if varies == "as_of" else "as_of"
    chosen = [r for r in rankings if r.get(fixed) == first.get(fixed)]
    if len(chosen) < 2:
        return None
    if varies == "as_of":
        chosen.sort(key=lambda r: str(r.get("as_of")))
    heads = [
        date_words(r.get("as_of")) if varies == "as_of" else sex_words(r.get("sex")) for r in chosen
    ]
    by_way = [{way["id"]: way for way in ways_of(r)} for r in chosen]
    rows = [
        Row(
            [
                way["title"],
                *(
                    estimate_cell((ways.get(way["id"]) or {}).get("expected_rank"), decimal)
                    for ways in by_way
                ),
            ]
        )
        for way in ways_of(first)
    ]
    rows.append(
        Row(
            [
                "Kendall\u2019s tau with the article",
                *(estimate_cell(r.get("kendall_tau"), correlation) for r in chosen),
            ]
        )
    )
    columns = [
        Column("Way", header=True),
        *(Column(h[:1].upper() + h[1:], "number") for h in heads),
    ]
    caption = (
        f"Expected rank by date, {sex_words(first.get('sex'))}"
        if varies == "as_of"
        else f"Expected rank by sex, as of {date_words(first.get('as_of'))}"
    )
    return data_table(caption, columns, rows, note="1 is the most dangerous.")
