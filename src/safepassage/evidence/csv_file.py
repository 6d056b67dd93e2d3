"""Reading a CSV file of a model folder: within bounds, every fault with its line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safepassage.errors import Fault
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.wording import listed, nearest, quoted

LARGEST_BYTES = 10_000_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class CsvRow:
    """One row: its 1-based line (where it starts) and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class CsvFile:
    """What a CSV file holds, and what is wrong with it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    faults: tuple[Fault, ...]
    content: bytes = b""


def read_csv(path: Path, largest: int = LARGEST_BYTES) -> CsvFile:
    """Read a CSV file with a header; never raises for bad input."""
    file = read_text(path, largest)
    if isinstance(file, Fault):
        return CsvFile(file.file, (), (), (file,))
    return _parsed(str(path), file.text, file.content)


def _parsed(name: str, text: str, content: bytes) -> CsvFile:
    rows: list[CsvRow] = []
    faults: list[Fault] = []
    columns: tuple[str, ...] | None = None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.append(Fault(name, start, "", f"is not CSV ({error}); mend the quotes there"))
            break
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = tuple(cell.strip() for cell in cells)
            faults += _header_faults(name, start, columns)
        elif len(cells) != len(columns):
            message = (
                f"has {len(cells)} cells under {len(columns)} columns; quote cells with commas"
            )
            faults.append(Fault(name, start, "", message))
        else:
            stripped = (cell.strip() for cell in cells)
            rows.append(CsvRow(start, dict(zip(columns, stripped, strict=True))))
    if columns is None and not faults:
        faults.append(Fault(name, 0, "", "is empty; give it a header and rows"))
    return CsvFile(name, columns or (), tuple(rows), tuple(faults), content)


def _header_faults(name: str, line: int, columns: Sequence[str]) -> Iterator[Fault]:
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        yield Fault(name, line, column, "stands twice in the header; rename one column")


def missing_column(file: CsvFile, column: str, line: int = 1) -> Fault:
    """The fault of a column that a file lacks."""
    near = nearest(column, file.columns)
    hint = f"did you mean '{near}'?" if near else f"columns here: {listed(file.columns)}"
    message = f"the column '{column}' is missing; add it or correct its name ({hint})"
    return Fault(file.name, line, column, message)


def number_in(file: CsvFile, row: CsvRow, column: str) -> float | Fault | None:
    """A finite number, None for an empty cell, or the fault."""
    value = number_of(row.cells.get(column, ""))
    return Fault(file.name, row.line, column, value) if isinstance(value, str) else value


def number_of(text: str) -> float | str | None:
    """The finite number that a text is, None for an empty one, or what is wrong with it."""
    if not text:
        return None
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", text, re.IGNORECASE) or _NUMBER.fullmatch(text):
        return f"is {quoted(text)} but must be a finite number; write one, or leave it empty"
    advice = "write digits and a point, or leave it empty and put the text into the note"
    if text.endswith("%"):
        advice = "give a share of 1, without the percent sign"
    elif "," in text:
        advice = "write it without commas, with a point for decimals"
    return f"is {quoted(text)} but must be a number; {advice}"


def interval_problems(
    value: float | None, low: float | None, high: float | None
) -> Iterator[tuple[str, str]]:
    """Column and message where a figure and its interval stand in the wrong order."""
    if low is not None and high is not None and low > high:
        yield "low", f"is {low:g}, above high {high:g}; swap or correct them"
    elif value is not None and (
        (low is not None and value < low) or (high is not None and value > high)
    ):
        yield "value", f"is {value:g}, outside its own interval; correct the value or the interval"


def ids_in(text: str) -> tuple[str, ...]:
    """Ids in a cell, separated by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
