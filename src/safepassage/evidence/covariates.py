"""Covariates: yearly figures that act as factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safepassage.errors import Fault
from safepassage.evidence.csv_file import CsvFile, CsvRow, ids_in, missing_column, number_in
from safepassage.model.schema import Covariate

ASSUMED = "assumed"
"""A note that begins so marks a figure that is based on no evidence row."""


@dataclass(frozen=True)
class CovariateRow:
    """One year's figure."""

    year: int
    value: float
    evidence: tuple[str, ...]
    file: str
    line: int


def covariate_rows(file: CsvFile, covariate: Covariate) -> tuple[list[CovariateRow], list[Fault]]:
    """Read a file with the columns `year`, `evidence` and the covariate's own.

    Returns:
        The rows that are sound, and every fault of the others.
    """
    columns = ("year", covariate.column, "evidence")
    faults = list(file.faults)
    if file.columns:
        faults += [missing_column(file, c) for c in columns if c not in file.columns]
    if faults:
        return [], faults
    rows: list[CovariateRow] = []
    last: int | None = None
    for row in file.rows:
        year, value = number_in(file, row, "year"), number_in(file, row, covariate.column)
        wrong = [*_year_faults(file, row, year, last), *_value_faults(file, row, value, covariate)]
        evidence = ids_in(row.cells["evidence"])
        if not evidence and not row.cells.get("note", "").startswith(ASSUMED):
            message = f"is empty; name the figure's evidence row, or begin `note` with '{ASSUMED}'"
            wrong.append(Fault(file.name, row.line, "evidence", message))
        if isinstance(year, float):
            last = int(year)
        faults += wrong
        if not wrong and isinstance(year, float) and isinstance(value, float):
            rows.append(CovariateRow(int(year), value, evidence, file.name, row.line))
    if not file.rows:
        faults.append(Fault(file.name, 0, "", "has no rows; give at least one year"))
    return rows, faults


def _year_faults(
    file: CsvFile, row: CsvRow, year: float | Fault | None, last: int | None
) -> Iterator[Fault]:
    if isinstance(year, Fault):
        yield year
    elif year is None or year % 1 or not 1900 <= year <= 2100:
        message = "must be a whole year from 1900 to 2100; write one"
        yield Fault(file.name, row.line, "year", message)
    elif last is not None and year <= last:
        message = f"is {year:g}, not after {last}; order the rows by year, each once"
        yield Fault(file.name, row.line, "year", message)


def _value_faults(
    file: CsvFile, row: CsvRow, value: float | Fault | None, covariate: Covariate
) -> Iterator[Fault]:
    if isinstance(value, Fault):
        yield value
    elif value is None or value <= 0:
        text = "empty" if value is None else f"{value:g}"
        message = f"is {text} but must be a positive number; correct it or drop the row"
        yield Fault(file.name, row.line, covariate.column, message)
