"""What becomes of people by way, how the ways rank, and where people are lost."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.reports.figures.bars import (
    outcome_bars,
    rank_intervals,
    rank_shares,
    share_bar,
)
from safepassage.reports.figures.base import (
    Drawn,
    Figure,
    Value,
    about_words,
    estimate_values,
    keys,
    main_ranking,
    placed,
)
from safepassage.reports.numbers import decimal, estimate_text, finite, interval, percent
from safepassage.reports.svg.marks import drawing, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.text_width import shorten, wrap
from safepassage.results.explorer import ExplorerData
from safepassage.results.ranking import Loss, RankedWay

OUTCOME_WORDS = {
    "dead": "dead",
    "returned": "returned",
    "limbo": "in limbo (hidden, held, on the way)",
    "safe": "safe",
}
MOST_STEPS = 5
COLUMN = 384.0


def ways_figure(data: ExplorerData) -> Figure:
    """Outcomes of every way: medians as a bar, intervals as whiskers, both in numbers."""
    ranking = main_ranking(data)
    legend = keys(_outcome_keys(), 740)
    marks, top = list(legend.marks), legend.height + 10
    for way in ranking.ways:
        title = wrap(way.title, 215, 12, bold=True)[:3]
        whom = wrap(way.denominator, 215, 10.5)[:2]
        lines = [(t, "row-title") for t in title] + [(t, "small") for t in whom]
        marks += [text(0, top + 12 + 15 * i, t, kind) for i, (t, kind) in enumerate(lines)]
        marks.append(placed(outcome_bars(way.outcomes, 270), 225, top))
        for i, name in enumerate(OUTCOMES):
            words = estimate_text(getattr(way.outcomes, name), percent)
            marks.append(text(510, top + 11 + 13 * i, f"{name} {words}", "small"))
        top += max(62.0, 15.0 * len(lines) + 10)
    return Figure(
        name="ways",
        title=f"What becomes of those who take each way, {about_words(ranking)}",
        caption=(
            "Bars: medians, made to add up to the whole. Whiskers: 90 % intervals, on one scale "
            "from 0 to 100 %. What a way counts per is written under it."
        ),
        alternative=" ".join(_way_words(way) for way in ranking.ways),
        drawn=Drawn(tuple(marks), 740, top),
        columns=("as_of", "sex", "way", "title", "denominator", "outcome", "median", "low", "high",
                 "unit", "rests_on"),
        rows=tuple(
            (ranking.as_of, ranking.sex, way.id, way.title, way.denominator, name,
             *estimate_values(getattr(way.outcomes, name)), "share", way.label)
            for way in ranking.ways for name in OUTCOMES
        ),
    )  # fmt: skip


def _outcome_keys() -> list[tuple[Markup, str]]:
    return [
        (drawing(24, 14, rect(2, 2, 20, 10, f"fill-{name}")), words)
        for name, words in OUTCOME_WORDS.items()
    ]


def _way_words(way: RankedWay) -> str:
    shares = (f"{n} {estimate_text(getattr(way.outcomes, n), percent)}" for n in OUTCOMES)
    return f"{way.title}: {', '.join(shares)}."


def ranking_figure(data: ExplorerData) -> Figure:
    """Expected ranks with intervals, and how often each way takes each rank."""
    ranking = main_ranking(data)
    ways = ranking.ways
    heads = [text(0, 14, "Expected rank, 90 % interval", "panel-title"),
             text(400, 14, "How often each rank is taken, %", "panel-title")]  # fmt: skip
    pictures = [placed(rank_intervals(ways, 370), 0, 22), placed(rank_shares(ways, 370), 400, 22)]
    height = 22 + 26 + 40.0 * len(ways)
    marks = [*heads, *pictures]
    diamond = path(polyline([(12, 1), (18, 7), (12, 13), (6, 7)], closed=True), "diamond")
    legend = keys([(drawing(24, 14, diamond), "place in the article's own order")], 770, height)
    marks, height = [*marks, *legend.marks], height + legend.height
    count = max(len(way.rank_acceptability) for way in ways)
    order = "; ".join(f"{way.title} {estimate_text(way.expected_rank, decimal)}" for way in ways)
    return Figure(
        name="ranking",
        title=f"The ways ranked by danger, {about_words(ranking)}",
        caption=(
            "Rank 1 is the most dangerous. Over the posterior and over all weightings of the "
            "harms, so that no one weighting decides."
        ),
        alternative=f"Expected ranks, the most dangerous first: {order}.",
        drawn=Drawn(tuple(marks), 770, height),
        columns=("as_of", "sex", "position", "way", "title", "median", "low", "high", "unit",
                 "article_position", "rests_on", *(f"share_rank_{r + 1}" for r in range(count))),
        rows=tuple(
            (ranking.as_of, ranking.sex, position, way.id, way.title,
             *estimate_values(way.expected_rank), "rank", way.article_position,
             way.label, *_padded(way.rank_acceptability, count))
            for position, way in enumerate(ways, start=1)
        ),
    )  # fmt: skip


def _padded(values: Sequence[float], count: int) -> list[Value]:
    return [*values, *[None] * (count - len(values))]


def losses_figure(data: ExplorerData) -> Figure | None:
    """The steps of each way at which most are lost, two columns of ways, one scale."""
    ranking, losses = main_ranking(data), data.losses
    listed = [
        (way, sorted(losses[way.id], key=lambda s: -_median(s))[:MOST_STEPS])
        for way in ranking.ways
        if losses.get(way.id)
    ]
    if not listed:
        return None
    ends = (finite(s.share) for _, steps in listed for s in steps)
    most = max((one.high for one in ends if one is not None), default=1.0)
    legend = keys(_outcome_keys(), 2 * COLUMN)
    marks, bottoms = list(legend.marks), [legend.height + 8.0] * 2
    for way, steps in listed:
        column = 0 if bottoms[0] <= bottoms[1] else 1
        picture, height = _lost(way.title, steps, most, column * (COLUMN + 12), bottoms[column])
        marks += picture
        bottoms[column] += height
    words = " ".join(
        f"{way.title}: "
        + "; ".join(f"{s.step}, {s.outcome} {estimate_text(s.share, percent)}" for s in st)
        + "."
        for way, st in listed
    )
    return Figure(
        name="losses",
        title=f"Where on each way people are lost, {about_words(ranking)}",
        caption=(
            "Share of those who set out that ends at each step, up to five steps a way, with 90 % "
            f"intervals. All bars share one scale, from 0 to {percent(most)}."
        ),
        alternative=words,
        drawn=Drawn(tuple(marks), 2 * COLUMN + 12, max(bottoms)),
        columns=("as_of", "sex", "way", "title", "step", "outcome", "median", "low", "high",
                 "unit"),
        rows=tuple(
            (ranking.as_of, ranking.sex, way.id, way.title, s.step, s.outcome,
             *estimate_values(s.share), "share")
            for way, steps in listed for s in steps
        ),
    )  # fmt: skip


def _lost(
    title: str, steps: Sequence[Loss], most: float, x: float, y: float
) -> tuple[list[Markup], float]:
    """One way's steps: words, then bar and number below; and their height."""
    titles = wrap(title, COLUMN, 12, bold=True)
    marks = [text(x, y + 13 + 15 * i, words, "row-title") for i, words in enumerate(titles)]
    top = y + 6 + 15.0 * len(titles)
    for step in steps:
        kind = str(step.outcome)
        words = shorten(str(step.step), COLUMN - 80, 11)
        marks.append(text(x, top + 12, f"{words} · {kind}", "small"))
        marks.append(placed(share_bar(step.share, most, kind, 220), x, top + 15))
        number = f"{percent(_median(step))} ({interval(step.share, percent)})"
        marks.append(text(x + 230, top + 28, number, "small"))
        top += 35
    return marks, top - y + 12


def _median(step: Loss) -> float:
    ends = finite(step.share)
    return 0.0 if ends is None else ends.median
