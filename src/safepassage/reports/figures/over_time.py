"""Series over time: the model's own, beside published estimates, and against what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from safepassage.reports.figures.base import (
    Drawn,
    Figure,
    Pieces,
    Value,
    estimate_values,
    keys,
    placed,
    side_by_side,
    size_of,
)
from safepassage.reports.figures.published import WIDE, beside_panel
from safepassage.reports.figures.series import band_panel, fit_panel, highest
from safepassage.reports.numbers import date_words, estimate_text, figure, has_estimate, percent
from safepassage.reports.svg.marks import circle, drawing, line, rect
from safepassage.reports.svg.markup import Markup

SHARED_SCALE = 4
"""Panels of one channel have one vertical scale, unless there are so many of them."""


def beside_figures(pieces: Pieces) -> Iterator[Figure]:
    """Series of people whom nobody counts, each beside every published estimate of it."""
    entries = [e for e in pieces["series"]["compared"] if e.get("published") and e.get("series")]
    for entry in sorted(entries, key=lambda e: (not e.get("parts"), -len(e["published"]))):
        yield _beside(entry, evidence_of(pieces))


def _beside(entry: Mapping[str, Any], evidence: Mapping[str, Any]) -> Figure:
    unit, published = str(entry.get("unit") or ""), entry["published"]
    panel = beside_panel(
        entry["title"], f"{unit}, by {entry['per']}; logarithmic scale", entry["series"], published,
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
            p["time"],
            p["time"],
            *estimate_values(p),
            None,
            unit,
            None,
            None,
            None,
            None,
            None,
        )
        for p in entry["series"]
    ]
    figures: list[tuple[Value, ...]] = [
        ("published", row["from"], row.get("to") or row["from"], None, row.get("low"),
         row.get("high"), row.get("value"), unit, row["evidence"], row.get("grade"),
         row.get("used_by"), *source(evidence, [row["evidence"]]))
        for row in published
    ]  # fmt: skip
    return Figure(
        name=f"beside_{entry['output']}",
        title=f"{entry['title']}, beside every published estimate",
        caption=(
            "Line and band: the model's median and 90 % interval. Dots and upright lines: "
            "published figures and ranges; a triangle is a bound without another end. "
            f"Informed by: {entry.get('informed_by') or 'no word of the model'}"
        ),
        alternative=f"{series_words(entry['series'])} {len(published)} published estimates.",
        drawn=Drawn((placed(panel, 0, 0), *legend.marks), width, height + 6 + legend.height),
        columns=("kind", "from", "to", "median", "low", "high", "published", "unit", "evidence",
                 "grade", "used_by", "source", "source_address"),
        rows=(*series, *figures),
    )  # fmt: skip


def output_figures(pieces: Pieces) -> Iterator[Figure]:
    """The outputs that the model's report names, or all."""
    model, series = pieces["model"], pieces["series"]["outputs"]
    named = model["report"].get("outputs") or list(series)
    for name in named:
        if series.get(name):
            yield _output(name, series[name], model["outputs"].get(name) or {})


def _output(name: str, points: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> Figure:
    title, unit = str(about.get("title") or name), str(about.get("unit") or "")
    pooled = int(about.get("pooled_years") or 1)
    words = f"{unit}, by {about.get('per')}" + (
        f", pooled over {pooled} years" if pooled > 1 else ""
    )
    panel = band_panel("", words, points, pooled=pooled > 1)
    return Figure(
        name=f"over_time_{name}",
        title=title,
        caption=(
            "Median and 90 % interval. Informed by: "
            f"{about.get('informed_by') or 'no word of the model'}"
        ),
        alternative=series_words(points, unit == "share"),
        drawn=side_by_side([panel]),
        columns=("output", "time", "median", "low", "high", "unit"),
        rows=tuple((name, p["time"], *estimate_values(p), unit) for p in points),
    )


def channel_figures(pieces: Pieces) -> Iterator[Figure]:
    """Published figures against what the model predicts, for the channels the report names."""
    channels = pieces["series"]["channels"]
    named = pieces["model"]["report"].get("channels") or list(channels)[:3]
    for name in named:
        if channels.get(name, {}).get("rows"):
            yield _channel(name, channels[name], pieces)


def _channel(name: str, channel: Mapping[str, Any], pieces: Pieces) -> Figure:
    rows: Sequence[Mapping[str, Any]] = channel["rows"]
    quantities: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        quantities.setdefault(str(row["quantity"]), []).append(row)
    top = max(map(highest, quantities.values())) if len(quantities) < SHARED_SCALE else 0.0
    titles = pieces["model"]["quantities"]
    share = channel.get("kind") == "share"
    unit = "share" if share else "people"
    panels = [
        fit_panel(str(titles.get(q, {}).get("title") or q), f"{unit}, 90 % predictive interval",
                  group, top, titled=len(quantities) > 1)
        for q, group in quantities.items()
    ]  # fmt: skip
    drawn = side_by_side(panels)
    legend = keys(_channel_keys(), max(drawn.width, 420.0), drawn.height + 6)
    inside = sum(bool(row["inside"]) for row in rows)
    evidence = evidence_of(pieces)
    return Figure(
        name=f"published_{name}",
        title=f"{channel['title']}: published and predicted",
        caption=f"{inside} of {len(rows)} published figures lie inside their 90 % intervals.",
        alternative=" ".join(_channel_words(row, titles, share) for row in rows),
        drawn=Drawn(
            (*drawn.marks, *legend.marks), max(drawn.width, 420.0), drawn.height + 6 + legend.height
        ),
        columns=("channel", "quantity", "from", "to", "observed", "observed_low", "observed_high",
                 "median", "low", "high", "inside", "unit", "evidence", "source", "source_address"),
        rows=tuple(
            (name, row["quantity"], row["from"], row["to"], row["observed"], row["low"],
             row["high"], *estimate_values(row["predicted"]), bool(row["inside"]), unit,
             ";".join(row["evidence"]), *source(evidence, row["evidence"]))
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


def _channel_words(row: Mapping[str, Any], titles: Mapping[str, Any], share: bool) -> str:
    form = percent if share else figure
    title = titles.get(row["quantity"], {}).get("title") or row["quantity"]
    seen = form(row["observed"])
    return (
        f"{title}, {date_words(row['from'])} to {date_words(row['to'])}: published {seen}, "
        f"predicted {estimate_text(row['predicted'], form)}."
    )


def series_words(points: Sequence[Mapping[str, Any]], share: bool = False) -> str:
    """The first, the highest and the last value of a series."""
    known = [p for p in points if has_estimate(p)]
    if not known:
        return "No values."
    form = percent if share else figure
    highest_one = max(known, key=lambda p: p["median"])
    told = {"First": known[0], "highest": highest_one, "last": known[-1]}
    parts = [f"{k} {date_words(p['time'])}: {estimate_text(p, form)}" for k, p in told.items()]
    return "; ".join(parts) + "."


def evidence_of(pieces: Pieces) -> Mapping[str, Any]:
    """Evidence rows by id."""
    return {row["id"]: row for row in pieces["evidence"]}


def source(evidence: Mapping[str, Any], ids: Sequence[str]) -> tuple[str | None, str | None]:
    """Titles and addresses of the sources of some rows, each once."""
    rows = [evidence[i] for i in ids if i in evidence]
    titles = dict.fromkeys(str(r["source_title"]) for r in rows if r.get("source_title"))
    addresses = dict.fromkeys(str(r["source_url"]) for r in rows if r.get("source_url"))
    return "; ".join(titles) or None, " ".join(addresses) or None
