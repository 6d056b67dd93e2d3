"""What a run found as tidy tables: one row a figure, one column a kind of value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.results.explorer import ExplorerData
from safepassage.results.parts import Estimate

Cell = str | int | float | bool | None
ESTIMATE = (("median", float), ("low", float), ("high", float))
MEASURES = {
    "ever_returned": "share",
    "months_to_safety": "months",
    "cost_usd": "USD",
    "relatives_punished": "people",
    "attempts_per_year": "people per year",
    "expected_rank": "rank",
}


@dataclass(frozen=True)
class Table:
    """Rows under named columns, each of one type; a cell may be empty."""

    name: str
    columns: Mapping[str, type]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(data: ExplorerData) -> list[Table]:
    """Rankings, outputs by time, flows, parameters, channels and the evidence used.

    Args:
        data: what the explorer shows.
    """
    return [
        _table("rankings", {"as_of": str, "sex": str, "position": int, "way": str, "title": str,
                            "measure": str, **dict(ESTIMATE), "unit": str, "rests_on": str},
               _rankings(data)),
        _table("rank_acceptability", {"as_of": str, "sex": str, "way": str, "rank": int,
                                      "share": float}, _acceptability(data)),
        _table("losses", {"way": str, "step": str, "outcome": str, **dict(ESTIMATE), "unit": str},
               _losses(data)),
        _table("outputs", {"output": str, "title": str, "time": str, **dict(ESTIMATE), "unit": str},
               _outputs(data)),
        _table("forecast", {"output": str, "time": str, "forecast": bool, **dict(ESTIMATE),
                            "low_50": float, "high_50": float, "unit": str}, _forecast(data)),
        _table("flows", {"way": str, "title": str, "time": str, **dict(ESTIMATE), "unit": str},
               _flows(data)),
        _table("parameters", {"parameter": str, "title": str, "unit": str,
                              "prior_median": float, "prior_low": float, "prior_high": float,
                              **dict(ESTIMATE), "contraction": float, "rests_on": str,
                              "evidence": str, "assumed": str, "rhat": float, "bulk_ess": float,
                              "tail_ess": float}, _parameters(data)),
        _table("channels", {"channel": str, "title": str, "quantity": str, "from": str, "to": str,
                            "observed": float, "observed_low": float, "observed_high": float,
                            **dict(ESTIMATE), "inside": bool, "tension": float, "unit": str,
                            "evidence": str}, _channels(data)),
        _table("evidence", {"id": str, "quantity": str, "value": float, "low": float,
                            "high": float, "unit": str, "year_from": str, "year_to": str,
                            "grade": str, "note": str, "source_title": str,
                            "source_publisher": str, "source_year": str, "source_url": str},
               _evidence(data)),
    ]  # fmt: skip


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A CSV file in UTF-8: a header, `true` and `false`, nothing for what is not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([str(c).lower() if isinstance(c, bool) else c for c in row] for row in rows)
    return text.getvalue().encode()


def as_parquet(table: Table) -> bytes:
    """The same rows as a Parquet file, with the columns' types."""
    import polars as pl

    kinds = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}
    schema = {name: kinds[kind] for name, kind in table.columns.items()}
    made = io.BytesIO()
    pl.DataFrame(list(table.rows), schema=schema, orient="row").write_parquet(made)
    return made.getvalue()


def _table(name: str, columns: Mapping[str, type], rows: Iterator[Sequence[Cell]]) -> Table:
    """Cells made of their columns' types, so that `1` and `1.0` are the same in every file."""
    kinds = tuple(columns.values())
    return Table(
        name,
        columns,
        tuple(
            tuple(None if c is None else k(c) for c, k in zip(row, kinds, strict=True))
            for row in rows
        ),
    )


def _ends(estimate: Estimate) -> tuple[Cell, Cell, Cell]:
    return estimate.median, estimate.low, estimate.high


def _rankings(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for ranking in data.rankings:
        for position, way in enumerate(ranking.ways, start=1):
            head = (ranking.as_of, ranking.sex, position, way.id, way.title)
            for name in OUTCOMES:
                ends = _ends(getattr(way.outcomes, name))
                yield (*head, name, *ends, "share", way.label)
            for name, unit in MEASURES.items():
                yield (*head, name, *_ends(getattr(way, name)), unit, way.label)


def _acceptability(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for ranking in data.rankings:
        for way in ranking.ways:
            for rank, share in enumerate(way.rank_acceptability, start=1):
                yield ranking.as_of, ranking.sex, way.id, rank, share


def _losses(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for way, steps in data.losses.items():
        for step in steps:
            yield way, step.step, step.outcome, *_ends(step.share), "share"


def _about(data: ExplorerData, output: str) -> tuple[str, str]:
    about = data.model.outputs[output]
    return about.title, about.unit


def _outputs(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for name, points in data.series.outputs.items():
        title, unit = _about(data, name)
        for point in points:
            yield name, title, point.time, *_ends(point), unit


def _forecast(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for name, points in data.forecast.outputs.items():
        _, unit = _about(data, name)
        for p in points:
            inner = (p.low_50, p.high_50)
            yield name, p.time, p.forecast, *_ends(p), *inner, unit


def _flows(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    ways = data.model.ways
    for way, points in data.series.flows.items():
        for p in points:
            unit = "people who set out per year"
            yield way, ways[way].title, p.time, *_ends(p), unit


def _parameters(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for name, one in data.parameters.items():
        yield (
            name, one.title, one.unit, *_ends(one.prior), *_ends(one.posterior), one.contraction,
            one.label, ";".join(one.evidence), one.assumed, one.rhat, one.bulk_ess, one.tail_ess,
        )  # fmt: skip


def _channels(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for name, channel in data.series.channels.items():
        unit = "share" if channel.kind == "share" else "people"
        for row in channel.rows:
            yield (
                name, channel.title, row.quantity, row.start, row.end, row.observed,
                row.low, row.high, *_ends(row.predicted), row.inside,
                row.tension, unit, ";".join(row.evidence),
            )  # fmt: skip


def _evidence(data: ExplorerData) -> Iterator[Sequence[Cell]]:
    for row in data.evidence:
        years = [None if y is None else str(y) for y in (row.year_from, row.year_to)]
        yield (
            row.id, row.quantity, row.value, row.low, row.high,
            row.unit, *years, row.grade, row.note, row.source_title,
            row.source_publisher, row.source_year, row.source_url,
        )  # fmt: skip
