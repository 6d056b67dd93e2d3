"""Tables as CSV and as Parquet: the same rows, of the declared types, from the stored answers."""

import csv
import io

import polars as pl
import pytest

from safepassage.reports.tables import as_csv, as_parquet, tables_of


@pytest.fixture(scope="module")
def tables(data):
    return {table.name: table for table in tables_of(data)}


def test_every_table_has_rows(tables):
    assert [name for name, table in tables.items() if not table.rows] == []


def typed(text, kind):
    if text == "":
        return None
    return text == "true" if kind is bool else kind(text)


@pytest.mark.parametrize(
    "name",
    ["rankings", "rank_acceptability", "losses", "outputs", "forecast", "flows", "parameters",
     "channels", "evidence"],
)  # fmt: skip
def test_parquet_read_back_is_the_csv(tables, name):
    table = tables[name]
    read = pl.read_parquet(io.BytesIO(as_parquet(table)))
    head, *rows = csv.reader(io.StringIO(as_csv(tuple(table.columns), table.rows).decode()))
    assert head == read.columns == list(table.columns)
    assert {name: kind.to_python() for name, kind in read.schema.items()} == dict(table.columns)
    kinds = list(table.columns.values())
    from_csv = [tuple(typed(c, k) for c, k in zip(row, kinds, strict=True)) for row in rows]
    empty = [tuple(None if c == "" else c for c in row) for row in read.rows()]
    assert from_csv == empty
    assert as_parquet(table) == as_parquet(table)


def test_figures_are_those_of_the_run(tables, data):
    rows = tables["outputs"].rows
    name, points = next(iter(data.series.outputs.items()))
    assert [r[3:6] for r in rows if r[0] == name] == [(p.median, p.low, p.high) for p in points]
    assert len(tables["parameters"].rows) == len(data.parameters)
    assert len(tables["evidence"].rows) == len(data.evidence)
    ranks = [r for r in tables["rankings"].rows if r[5] == "expected_rank"]
    assert len(ranks) == sum(len(r.ways) for r in data.rankings)
