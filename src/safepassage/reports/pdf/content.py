"""What the paper says, as plain values, which its template sets as text and never reads as code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.reports.figures.base import Figure, Pieces, about_words, main_ranking
from safepassage.reports.figures.folder import source_line
from safepassage.reports.numbers import (
    date_words,
    decimal,
    estimate_text,
    exact,
    figure,
    is_number,
    number_word,
    percent,
    span_words,
)

ASSUMED = ("prior-driven", "assumed")
LABELS = ("data-driven", "mixed", "prior-driven", "assumed")
TENSE = 12
"""Figures in tension that are listed, the worst first."""
BREAK = "\u200b"
"""Where a long address may be broken."""


def paper_content(pieces: Pieces, figures: Sequence[Figure]) -> dict[str, Any]:
    """Everything that the template sets, in its order."""
    model, ranking = pieces["model"], main_ranking(pieces)
    report = model["report"]
    return {
        "title": model["title"],
        "opening": opening_sentence(ranking),
        "summary": model.get("summary") or "",
        "about": f"Answers are {about_words(ranking)}. Every estimate is a median with its 90 % "
        "interval, made from published aggregates and stated assumptions.",
        "alert": alert(model["fit"]),
        "source": source_line(model),
        "ranking": {
            "head": ["", "Way", *(name.capitalize() for name in OUTCOMES), "Rank", "Rests on"],
            "rows": [_ranked(i, way) for i, way in enumerate(ranking["ways"], start=1)],
            "about": f"{about_words(ranking)[:1].upper()}{about_words(ranking)[1:]}. Rank 1 is the "
            "most dangerous. What an answer rests on: data-driven, mixed, prior-driven, or assumed "
            "(no evidence row).",
            "caveats": [[w["title"], w["caveat"]] for w in ranking["ways"] if w.get("caveat")],
        },
        "figures": [_figure(one) for one in figures],
        "fit": _fit(pieces),
        "tension": _tension(pieces),
        "rests": _rests(pieces),
        "assumptions": list(pieces["forecast"].get("assumptions") or ()),
        "limits": list(report.get("limits") or ("The model declares no limits.",)),
        "protection": list(
            report.get("protection")
            or (
                "Published aggregates only: no crossing point, path, person or timetable is named.",
            )
        ),
        "licences": [
            *(report.get("data_licences") or ("The model declares no licences of its data.",)),
            *dict.fromkeys(words for one in figures for words in one.licences),
        ],
        "sources": _sources(pieces["evidence"]),
        "cite": model["citation"]["text"],
        "facts": _facts(model),
    }


def opening_sentence(ranking: Mapping[str, Any]) -> str:
    """How many of the answers rest mainly on assumptions."""
    ways = ranking["ways"]
    count = sum(way.get("label") in ASSUMED for way in ways)
    total = number_word(len(ways))
    if count == 0:
        return f"None of the {total} answers below rests mainly on assumptions."
    if count == len(ways):
        return f"All {total} answers below rest mainly on assumptions, not on data."
    word = number_word(count)
    verb = "rests" if count == 1 else "rest"
    return (
        f"{word[:1].upper()}{word[1:]} of the {total} answers below {verb} mainly on assumptions, "
        "not on data."
    )


def alert(fit: Mapping[str, Any]) -> str:
    """The word on a fit that has not converged; empty where it has."""
    if fit.get("converged"):
        return ""
    return "The fit has not converged. The figures below are not to be relied on or cited."


def _ranked(position: int, way: Mapping[str, Any]) -> list[str]:
    shares = [estimate_text(way["outcomes"].get(name), percent) for name in OUTCOMES]
    rank = estimate_text(way.get("expected_rank"), decimal)
    return [str(position), way["title"], *shares, rank, str(way.get("label") or "")]


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "name": one.name,
        "part": one.name.partition("_")[0],
        "file": f"{one.name}.svg",
        "title": one.title,
        "caption": one.caption,
        "alternative": one.alternative,
        "width": one.drawn.width,
    }


def _fit(pieces: Pieces) -> list[str]:
    """How well the published figures are met, and whether the sampler is done."""
    rows = [row for channel in pieces["series"]["channels"].values() for row in channel["rows"]]
    inside = sum(bool(row["inside"]) for row in rows)
    fit = pieces["model"]["fit"]
    told = [
        f"{inside} of {len(rows)} published figures lie inside their 90 % predictive intervals."
    ]
    numbers = [
        f"{words} {form(fit[key])}"
        for key, words, form in (
            ("max_rhat", "largest R-hat", lambda v: f"{v:.3f}"),
            (
                "min_bulk_ess",
                "smallest effective sample size in the bulk",
                lambda v: exact(round(v)),
            ),
            ("min_tail_ess", "in the tails", lambda v: exact(round(v))),
            ("divergences", "divergences", exact),
        )
        if is_number(fit.get(key))
    ]
    state = "The fit has converged" if fit.get("converged") else "THE FIT HAS NOT CONVERGED"
    return [*told, f"{state}: {', '.join(numbers)}."]


def _tension(pieces: Pieces) -> list[list[str]]:
    """Published figures outside what the model would publish, the worst first."""
    found = [
        (row, channel)
        for channel in pieces["series"]["channels"].values()
        for row in channel["rows"]
        if not row["inside"]
    ]
    found.sort(key=lambda pair: -(pair[0].get("tension") or 0.0))
    told = []
    for row, channel in found[:TENSE]:
        form = percent if channel.get("kind") == "share" else figure
        told.append(
            [channel["title"], span_words(row["from"], row["to"]), form(row["observed"]),
             estimate_text(row["predicted"], form), ", ".join(row["evidence"])]
        )  # fmt: skip
    return told


def _rests(pieces: Pieces) -> str:
    """How many parameters the data moved."""
    count = Counter(found["label"] for found in pieces["parameters"].values())
    told = ", ".join(f"{count[label]} {label}" for label in LABELS if count[label])
    return f"Of {sum(count.values())} parameters are {told}."


def _sources(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Evidence rows by their source, sources by publisher."""
    found: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = tuple(
            str(row.get(f"source_{part}") or "") for part in ("publisher", "title", "year", "url")
        )
        found.setdefault(key, []).append(row)  # pyright: ignore[reportArgumentType]
    told = []
    for (publisher, title, year, url), members in sorted(found.items()):
        ids = ", ".join(str(row["id"]) for row in members)
        grades = "".join(sorted({str(row["grade"]) for row in members}))
        told.append(
            {
                "words": ", ".join(part for part in (publisher, title, year) if part),
                "url": url if url.startswith(("https://", "http://")) else "",
                "shown": url.replace("/", f"/{BREAK}").replace("-", f"-{BREAK}"),
                "ids": f"{ids} (grade {grades})",
            }
        )
    return told


def _facts(model: Mapping[str, Any]) -> list[list[str]]:
    made = model["provenance"]
    names = ("run", "version", "seed", "model_hash", "evidence_hash", "source_hash")
    facts = [["as of", date_words(model["citation"]["as_of"])]]
    return facts + [[n.replace("_", " "), str(made[n])] for n in names if made.get(n) is not None]
