"""Series over time: the model's own, beside published estimates, and against what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safepassage.reports.figures.base import (
    Drawn,
    Figure,
    Value,
    estimate_values,
    keys,
    placed,
    side_by_side,
    size_of,
)
from safepassage.reports.figures.published import WIDE, beside_panel
from safepassage.reports.figures.series import band_panel, fit_panel, highest
from safepassage.reports.numbers import date_words, estimate_text, figure, finite, percent
from safepassage.reports.svg.marks import circle, drawing, line, rect
from safepassage.reports.svg.markup import Markup
from safepassage.results.explorer import ExplorerData, OutputText, QuantityText
from safepassage.results.fit import Channel, ChannelRow, PublishedComparison
from safepassage.results.parts import TimedEstimate
from safepassage.results.trace import EvidenceRow

Evidence = Mapping[str, EvidenceRow]
SHARED_SCALE = 4
"""Panels of one channel have one vertical scale, unless there are so many of them."""


def beside_figures(data: ExplorerData) -> Iterator[Figure]:
    """Series of people whom nobody counts, each beside every published estimate of it."""
    entries = [e for e in data.series.compared if e.published and e.series]
    for entry in sorted(entries, key=lambda e: (not e.parts, -len(e.published))):
        yield _beside(entry, evidence_of(data))


def _beside(entry: PublishedComparison, evidence: Evidence) -> Figure:
    unit, published = entry.unit, entry.published
    panel = beside_panel(
        entry.title, f"{unit}, by {entry.per}; logarithmic scale", entry.series, published,
        WIDE,
    )  # fmt: skip
    width, height = size_of(panel)
    legend = keys(
        [
            (drawing(24, 14, circle(12, 7, 3.6, "observed")), "fitted to, or a prior rests on it"),
            (drawing(24, 14, circle(12, 7, 3.6, "observed unseen")), "not used by the model"),
        ],
        width, height + 6,
    )  # fmt: skip
    series: list[tuple[Value, ...]] = [
        (
            "model",
            p.time,
            p.time,
            *estimate_values(p),
            None,
            unit,
            None,
            None,
            None,
            None,
            None,
        )
        for p in entry.series
    ]
    figures: list[tuple[Value, ...]] = [
        ("published", row.start, row.end, None, row.low,
         row.high, row.value, unit, row.evidence, row.grade,
         row.used_by, *source(evidence, [row.evidence]))
        for row in published
    ]  # fmt: skip
    return Figure(
        name=f"beside_{entry.output}",
        title=f"{entry.title}, beside every published estimate",
        caption=(
            "Line and band: the model's median and 90 % interval. Dots and upright lines: "
            "published figures and ranges; a triangle is a bound without another end. "
            f"Informed by: {entry.informed_by or 'no word of the model'}"
        ),
        alternative=f"{series_words(entry.series)} {len(published)} published estimates.",
        drawn=Drawn((placed(panel, 0, 0), *legend.marks), width, height + 6 + legend.height),
        columns=("kind", "from", "to", "median", "low", "high", "published", "unit", "evidence",
                 "grade", "used_by", "source", "source_address"),
        rows=(*series, *figures),
    )  # fmt: skip


def output_figures(data: ExplorerData) -> Iterator[Figure]:
    """The outputs that the model's report names, or all."""
    model, series = data.model, data.series.outputs
    named = model.report.outputs or tuple(series)
    for name in named:
        if series.get(name):
            yield _output(name, series[name], model.outputs[name])


def _output(name: str, points: Sequence[TimedEstimate], about: OutputText) -> Figure:
    title, unit, pooled = about.title, about.unit, about.pooled_years
    words = f"{unit}, by {about.per}" + (f", pooled over {pooled} years" if pooled > 1 else "")
    panel = band_panel("", words, points, pooled=pooled > 1)
    return Figure(
        name=f"over_time_{name}",
        title=title,
        caption=(
            f"Median and 90 % interval. Informed by: {about.informed_by or 'no word of the model'}"
        ),
        alternative=series_words(points, unit == "share"),
        drawn=side_by_side([panel]),
        columns=("output", "time", "median", "low", "high", "unit"),
        rows=tuple((name, p.time, *estimate_values(p), unit) for p in points),
    )


def channel_figures(data: ExplorerData) -> Iterator[Figure]:
    """Published figures against what the model predicts, for the channels the report names."""
    channels = data.series.channels
    named = data.model.report.channels or tuple(channels)[:3]
    for name in named:
        if name in channels and channels[name].rows:
            yield _channel(name, channels[name], data)


def _channel(name: str, channel: Channel, data: ExplorerData) -> Figure:
    rows = channel.rows
    quantities: dict[str, list[ChannelRow]] = {}
    for row in rows:
        quantities.setdefault(row.quantity, []).append(row)
    top = max(map(highest, quantities.values())) if len(quantities) < SHARED_SCALE else 0.0
    titles = data.model.quantities
    share = channel.kind == "share"
    unit = "share" if share else "people"
    panels = [
        fit_panel(_title(titles, q), f"{unit}, 90 % predictive interval",
                  group, top, titled=len(quantities) > 1)
        for q, group in quantities.items()
    ]  # fmt: skip
    drawn = side_by_side(panels)
    legend = keys(_channel_keys(), max(drawn.width, 420.0), drawn.height + 6)
    inside = sum(bool(row.inside) for row in rows)
    evidence = evidence_of(data)
    return Figure(
        name=f"published_{name}",
        title=f"{channel.title}: published and predicted",
        caption=f"{inside} of {len(rows)} published figures lie inside their 90 % intervals.",
        alternative=" ".join(_channel_words(row, titles, share) for row in rows),
        drawn=Drawn(
            (*drawn.marks, *legend.marks), max(drawn.width, 420.0), drawn.height + 6 + legend.height
        ),
        columns=("channel", "quantity", "from", "to", "observed", "observed_low", "observed_high",
                 "median", "low", "high", "inside", "unit", "evidence", "source", "source_address"),
        rows=tuple(
            (name, row.quantity, row.start, row.end, row.observed, row.low,
             row.high, *estimate_values(row.predicted), bool(row.inside), unit,
             ";".join(row.evidence), *source(evidence, row.evidence))
            for row in rows
        ),
    )  # fmt: skip


def _channel_keys() -> list[tuple[Markup, str]]:
    box = drawing(24, 14, rect(3, 2, 18, 10, "band"), line(3, 7, 21, 7, "median"))
    own = drawing(24, 14, line(12, 1, 12, 13, "observed-range"), circle(12, 7, 2.6, "observed"))
    return [
        (box, "predicted"),
        (own, "published, with its own range"),
        (drawing(24, 14, circle(12, 7, 3.6, "observed outside")), "published, outside"),
    ]


def _channel_words(row: ChannelRow, titles: Mapping[str, QuantityText], share: bool) -> str:
    form = percent if share else figure
    title, observed = _title(titles, row.quantity), form(row.observed)
    return (
        f"{title}, {date_words(row.start)} to {date_words(row.end)}: published {observed}, "
        f"predicted {estimate_text(row.predicted, form)}."
    )


def _title(titles: Mapping[str, QuantityText], quantity: str) -> str:
    return titles[quantity].title if quantity in titles else quantity


def series_words(points: Sequence[TimedEstimate], share: bool = False) -> str:
    """The first, the highest and the last value of a series."""
    numbers = [p for p in points if finite(p)]
    if not numbers:
        return "No values."
    form = percent if share else figure
    highest_one = max(numbers, key=lambda p: p.median or 0.0)
    named = {"First": numbers[0], "highest": highest_one, "last": numbers[-1]}
    parts = [f"{k} {date_words(p.time)}: {estimate_text(p, form)}" for k, p in named.items()]
    return "; ".join(parts) + "."


def evidence_of(data: ExplorerData) -> Evidence:
    """Evidence rows by id."""
    return {row.id: row for row in data.evidence}


def source(evidence: Evidence, ids: Sequence[str]) -> tuple[str | None, str | None]:
    """Titles and addresses of the sources of some rows, each once."""
    rows = [evidence[i] for i in ids if i in evidence]
    titles = dict.fromkeys(r.source_title for r in rows if r.source_title)
    addresses = dict.fromkeys(str(r.source_url) for r in rows if r.source_url)
    return "; ".join(titles) or None, " ".join(addresses) or None
