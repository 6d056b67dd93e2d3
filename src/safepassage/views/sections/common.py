"""What the parts of the report share: headings, figures, folds, chips, estimates in cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.markup import Child, Markup, element, join
from safepassage.views.numbers import (
    Format,
    date_words,
    figure,
    has_estimate,
    interval,
    number_word,
)

Bundle = Mapping[str, Any]
ASSUMPTION_LABELS = ("prior-driven", "assumed")
LABEL_WORDS = {
    "data-driven": "the data moved it most of the way",
    "mixed": "part data, part prior",
    "prior-driven": "the data hardly moved the prior",
    "assumed": "rests on a prior that no evidence row supports",
}


def section(name: str, title: str, *children: Child) -> Markup:
    """One part under a heading of the second level."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def picture(caption: Child, *drawings: Child, data: Child = None, class_: str = "") -> Markup:
    """A figure with its caption and, folded away, its numbers."""
    body = element("div", *drawings, class_=class_) if class_ else join(*drawings)
    return element("figure", body, element("figcaption", caption), data)


def at_widths(narrow: Markup, wide: Markup, full: Markup | None = None) -> Markup:
    """The same figure drawn for a phone, a tablet or paper, and a desk, of which one shows."""
    return join(
        element("div", narrow, class_="narrow"),
        element("div", wide, class_="wide" if full is None else "wide not-full"),
        element("div", full, class_="full") if full is not None else None,
    )


def fold(summary: str, *children: Child, data: bool = False) -> Markup:
    """A part to be opened; with `data` it only repeats a figure and is not printed."""
    return element(
        "details", element("summary", summary), *children, class_="data" if data else "fold"
    )


def chip(word: str | None) -> Markup | None:
    """A label as a small framed word."""
    return element("span", word, class_=f"chip {word}") if word else None


def estimate_cell(estimate: Mapping[str, Any] | None, form: Format = figure) -> Markup | str:
    """Median over its interval for a table cell."""
    if not has_estimate(estimate):
        return "not known"
    return join(
        form(estimate["median"]), " ", element("span", interval(estimate, form), class_="range")
    )


def ways_of(ranking: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The ranked ways of one ranking, most dangerous first."""
    return ranking.get("ways") or ()


def main_ranking(bundle: Bundle) -> Mapping[str, Any]:
    """The ranking that the report leads with: the first of the bundle."""
    rankings = bundle.get("rankings") or ()
    return rankings[0] if rankings else {}


def sex_words(sex: object) -> str:
    """Whose journeys a ranking is about."""
    return {"all": "women and men", "None": "women and men"}.get(str(sex), str(sex))


def ranking_words(ranking: Mapping[str, Any]) -> str:
    """Date and sex of a ranking in words."""
    return f"as of {date_words(ranking.get('as_of', 'unknown'))}, {sex_words(ranking.get('sex'))}"


def pooled_words(years: object) -> str | None:
    """The word on pooling for what is too rare to be shown year by year."""
    if isinstance(years, (int, float)) and years > 1:
        return f"pooled over {number_word(int(years))} years"
    return None
