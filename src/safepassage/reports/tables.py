"""What a run found as tidy tables: one row a figure, one column a kind of value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safepassage.analysis.cohorts import OUTCOMES

Pieces = Mapping[str, Any]
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


def tables_of(pieces: Pieces) -> list[Table]:
    """Rankings, outputs by time, flows, parameters, channels and the evidence used.

    Args:
        pieces: what the explorer shows, by name, as plain values.
    """
    return [
        _table("rankings", {"as_of": str, "sex": str, "position": int, "way": str, "title": str,
                            "measure": str, **dict(ESTIMATE), "unit": str, "rests_on": str},
               _rankings(pieces)),
        _table("rank_acceptability", {"as_of": str, "sex": str, "way": str, "rank": int,
                                      "share": float}, _acceptability(pieces)),
        _table("losses", {"way": str, "step": str, "outcome": str, **dict(ESTIMATE), "unit": str},
               _losses(pieces)),
        _table("outputs", {"output": str, "title": str, "time": str, **dict(ESTIMATE), "unit": str},
               _outputs(pieces)),
        _table("forecast", {"output": str, "time": str, "forecast": bool, **dict(ESTIMATE),
                            "low_50": float, "high_50": float, "unit": str}, _forecast(pieces)),
        _table("flows", {"way": str, "title": str, "time": str, **dict(ESTIMATE), "unit": str},
               _flows(pieces)),
        _table("parameters", {"parameter": str, "title": str, "unit": str,
                              "prior_median": float, "prior_low": float, "prior_high": float,
                              **dict(ESTIMATE), "contraction": float, "rests_on": str,
                              "evidence": str, "assumed": str, "rhat": float, "bulk_ess": float,
                              "tail_ess": float}, _parameters(pieces)),
        _table("channels", {"channel": str, "title": str, "quantity": str, "from": str, "to": str,
                            "observed": float, "observed_low": float, "observed_high": float,
                            **dict(ESTIMATE), "inside": bool, "tension": float, "unit": str,
                            "evidence": str}, _channels(pieces)),
        _table("evidence", {"id": str, "quantity": str, "value": float, "low": float,
                            "high": float, "unit": str, "year_from": str, "year_to": str,
                            "grade": str, "note": str, "source_title": str,
                            "source_publisher": str, "source_year": str, "source_url": str},
               _evidence(pieces)),
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


def _ends(estimate: Mapping[str, Any] | None) -> tuple[Cell, Cell, Cell]:
    found = estimate or {}
    return found.get("median"), found.get("low"), found.get("high")


def _rankings(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for ranking in pieces["rankings"]:
        for position, way in enumerate(ranking["ways"], start=1):
            head = (ranking["as_of"], ranking["sex"], position, way["id"], way["title"])
            for name in OUTCOMES:
                found = _ends(way["outcomes"].get(name))
                yield (*head, name, *found, "share", way["label"])
            for name, unit in MEASURES.items():
                yield (*head, name, *_ends(way.get(name)), unit, way["label"])


def _acceptability(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for ranking in pieces["rankings"]:
        for way in ranking["ways"]:
            for rank, share in enumerate(way.get("rank_acceptability") or (), start=1):
                yield ranking["as_of"], ranking["sex"], way["id"], rank, share


def _losses(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for way, steps in pieces["losses"].items():
        for step in steps:
            yield way, step["step"], step["outcome"], *_ends(step["share"]), "share"


def _about(pieces: Pieces, output: str) -> tuple[str, str]:
    found = pieces["model"]["outputs"].get(output) or {}
    return str(found.get("title") or output), str(found.get("unit") or "")


def _outputs(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for name, points in pieces["series"]["outputs"].items():
        title, unit = _about(pieces, name)
        for point in points:
            yield name, title, str(point["time"]), *_ends(point), unit


def _forecast(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for name, points in pieces["forecast"]["outputs"].items():
        _, unit = _about(pieces, name)
        for p in points:
            inner = (p.get("low_50"), p.get("high_50"))
            yield name, str(p["time"]), p["forecast"], *_ends(p), *inner, unit


def _flows(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    ways = pieces["model"]["ways"]
    for way, points in pieces["series"]["flows"].items():
        for p in points:
            unit = "people who set out per year"
            yield way, ways[way]["title"], str(p["time"]), *_ends(p), unit


def _parameters(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for name, found in pieces["parameters"].items():
        yield (
            name, found["title"], found["unit"], *_ends(found["prior"]),
            *_ends(found["posterior"]), found["contraction"], found["label"],
            ";".join(found["evidence"]), found.get("assumed"), found.get("rhat"),
            found.get("bulk_ess"), found.get("tail_ess"),
        )  # fmt: skip


def _channels(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for name, channel in pieces["series"]["channels"].items():
        unit = "share" if channel.get("kind") == "share" else "people"
        for row in channel["rows"]:
            yield (
                name, channel["title"], row["quantity"], row["from"], row["to"], row["observed"],
                row.get("low"), row.get("high"), *_ends(row["predicted"]), row["inside"],
                row.get("tension"), unit, ";".join(row["evidence"]),
            )  # fmt: skip


def _evidence(pieces: Pieces) -> Iterator[Sequence[Cell]]:
    for row in pieces["evidence"]:
        years = [None if row.get(k) is None else str(row[k]) for k in ("year_from", "year_to")]
        yield (
            row["id"], row["quantity"], row.get("value"), row.get("low"), row.get("high"),
            row["unit"], *years, row["grade"], row.get("note"), row.get("source_title"),
            row.get("source_publisher"), row.get("source_year"), row.get("source_url"),
        )  # fmt: skip
