"""What the paper says, as plain values, which its template sets as text and never reads as code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.inference.summary import LABELS
from safepassage.reports.figures.base import Figure, about_words, main_ranking
from safepassage.reports.figures.folder import source_line
from safepassage.reports.numbers import (
    date_words,
    decimal,
    estimate_text,
    exact,
    figure,
    number_word,
    percent,
    span_words,
)
from safepassage.results.base import Record
from safepassage.results.explorer import ExplorerData, ModelText
from safepassage.results.parts import Convergence
from safepassage.results.ranking import RankedWay, Ranking
from safepassage.results.trace import EvidenceRow

ASSUMED = ("prior-driven", "assumed")
MOST_MISFITS = 12
"""Figures that the model does not match and that are listed, the worst first."""
BREAK = "\u200b"
"""Where a long address may be broken."""


class RankingTable(Record):
    """The ranking as a table of words."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str
    caveats: tuple[tuple[str, str], ...]
    """Titles of routes and what a reader must know of them."""


class PaperFigure(Record):
    """A drawing and its words."""

    name: str
    part: str
    """Kind of figure: the first word of its name."""
    file: str
    title: str
    caption: str
    alternative: str
    """What the drawing shows, for those who do not see it."""
    width: float
    """Of the drawing, pixels."""


class SourceEntry(Record):
    """A source and the evidence rows that come from it."""

    words: str
    url: str
    shown: str
    """The address with places where it may be broken."""
    ids: str


class PaperContent(Record):
    """Everything that the template sets, in its order."""

    title: str
    opening: str
    summary: str
    about: str
    alert: str
    """The warning of a fit that has not converged; empty where it has."""
    source: str
    ranking: RankingTable
    figures: tuple[PaperFigure, ...]
    fit: tuple[str, ...]
    tension: tuple[tuple[str, ...], ...]
    rests: str
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    protection: tuple[str, ...]
    licences: tuple[str, ...]
    sources: tuple[SourceEntry, ...]
    cite: str
    facts: tuple[tuple[str, str], ...]


def paper_content(data: ExplorerData, figures: Sequence[Figure]) -> PaperContent:
    """Everything that the template sets, in its order."""
    model, ranking = data.model, main_ranking(data)
    about = about_words(ranking)
    return PaperContent(
        title=model.title,
        opening=opening_sentence(ranking),
        summary=model.summary,
        about=f"Answers are {about}. Every estimate is a median with its 90 % interval, made from "
        "published aggregates and stated assumptions.",
        alert=alert(model.fit),
        source=source_line(model),
        ranking=RankingTable(
            head=("", "Route", *(name.capitalize() for name in OUTCOMES), "Rank", "Based on"),
            rows=tuple(_ranked(i, way) for i, way in enumerate(ranking.ways, start=1)),
            about=f"{about[:1].upper()}{about[1:]}. Rank 1 is the most dangerous. What an answer "
            "is based on: data-driven, mixed, prior-driven, or assumed (no evidence row).",
            caveats=tuple((way.title, way.caveat) for way in ranking.ways if way.caveat),
        ),
        figures=tuple(_figure(one) for one in figures),
        fit=_fit(data),
        tension=_misfits(data),
        rests=_labels(data),
        assumptions=data.forecast.assumptions,
        limits=model.report.limits or ("The model declares no limits.",),
        protection=model.report.protection
        or ("Published aggregates only: no crossing point, path, person or timetable is named.",),
        licences=(
            *(model.report.data_licences or ("The model declares no licences of its data.",)),
            *dict.fromkeys(words for one in figures for words in one.licences),
        ),
        sources=_sources(data.evidence),
        cite=model.citation.text,
        facts=_facts(model),
    )


def opening_sentence(ranking: Ranking) -> str:
    """How many of the answers are based mainly on assumptions."""
    count = sum(way.label in ASSUMED for way in ranking.ways)
    total = number_word(len(ranking.ways))
    if count == 0:
        return f"None of the {total} answers below is based mainly on assumptions."
    if count == len(ranking.ways):
        return f"All {total} answers below are based mainly on assumptions, not on data."
    word = number_word(count)
    verb = "is" if count == 1 else "are"
    return (
        f"{word[:1].upper()}{word[1:]} of the {total} answers below {verb} based mainly on "
        "assumptions, not on data."
    )


def alert(fit: Convergence) -> str:
    """The warning of a fit that has not converged; empty where it has."""
    if fit.converged:
        return ""
    return "The fit has not converged. Do not rely on the figures below, and do not cite them."


def _ranked(position: int, way: RankedWay) -> tuple[str, ...]:
    shares = [estimate_text(getattr(way.outcomes, name), percent) for name in OUTCOMES]
    rank = estimate_text(way.expected_rank, decimal)
    return (str(position), way.title, *shares, rank, way.label)


def _figure(one: Figure) -> PaperFigure:
    return PaperFigure(
        name=one.name,
        part=one.name.partition("_")[0],
        file=f"{one.name}.svg",
        title=one.title,
        caption=one.caption,
        alternative=one.alternative,
        width=one.drawn.width,
    )


def _fit(data: ExplorerData) -> tuple[str, ...]:
    """How well the published figures are met, and whether the sampler is done."""
    rows = [row for channel in data.series.channels.values() for row in channel.rows]
    inside, fit = sum(row.inside for row in rows), data.model.fit
    state = "The fit has converged" if fit.converged else "THE FIT HAS NOT CONVERGED"
    return (
        f"{inside} of {len(rows)} published figures lie inside their 90 % predictive intervals.",
        f"{state}: largest R-hat {fit.max_rhat:.3f}, smallest effective sample size in the bulk "
        f"{exact(round(fit.min_bulk_ess))}, in the tails {exact(round(fit.min_tail_ess))}, "
        f"divergences {exact(fit.divergences)}.",
    )


def _misfits(data: ExplorerData) -> tuple[tuple[str, ...], ...]:
    """Published figures outside what the model expects to see published, the worst first."""
    outside = [
        (row, channel)
        for channel in data.series.channels.values()
        for row in channel.rows
        if not row.inside
    ]
    outside.sort(key=lambda pair: -pair[0].tension)
    lines: list[tuple[str, ...]] = []
    for row, channel in outside[:MOST_MISFITS]:
        form = percent if channel.kind == "share" else figure
        lines.append(
            (channel.title, span_words(row.start, row.end), form(row.observed),
             estimate_text(row.predicted, form), ", ".join(row.evidence))
        )  # fmt: skip
    return tuple(lines)


def _labels(data: ExplorerData) -> str:
    """How many parameters the data moved."""
    count = Counter(one.label for one in data.parameters.values())
    words = ", ".join(f"{count[label]} {label}" for label in LABELS if count[label])
    return f"Of {sum(count.values())} parameters are {words}."


def _sources(rows: Sequence[EvidenceRow]) -> tuple[SourceEntry, ...]:
    """Evidence rows by their source, sources by publisher."""
    groups: dict[tuple[str, str, str, str], list[EvidenceRow]] = {}
    for row in rows:
        parts = (row.source_publisher, row.source_title, row.source_year, row.source_url)
        publisher, title, year, url = (str(part or "") for part in parts)
        groups.setdefault((publisher, title, year, url), []).append(row)
    entries: list[SourceEntry] = []
    for (publisher, title, year, url), members in sorted(groups.items()):
        ids = ", ".join(row.id for row in members)
        grades = "".join(sorted({row.grade for row in members}))
        entries.append(
            SourceEntry(
                words=", ".join(part for part in (publisher, title, year) if part),
                url=url if url.startswith(("https://", "http://")) else "",
                shown=url.replace("/", f"/{BREAK}").replace("-", f"-{BREAK}"),
                ids=f"{ids} (grade {grades})",
            )
        )
    return tuple(entries)


def _facts(model: ModelText) -> tuple[tuple[str, str], ...]:
    names = ("run", "version", "seed", "model_hash", "evidence_hash", "source_hash")
    listed = [(n.replace("_", " "), str(getattr(model.provenance, n))) for n in names]
    return (("as of", date_words(model.citation.as_of)), *listed)
