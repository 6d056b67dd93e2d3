"""Reading a CSV file of a model folder: within bounds, every fault with its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safepassage.errors import Fault
from safepassage.model.yaml.wording import listed, nearest, quoted

LARGEST_BYTES = 10_000_000


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


def read_csv(path: Path) -> CsvFile:
    """Read a CSV file with a header; never raises for bad input."""
    name = str(path)
    try:
        if not path.is_file():
            return _failed(name, 0, "is missing; add the file or correct its name in model.yaml")
        if path.stat().st_size > LARGEST_BYTES:
            return _failed(name, 0, f"is larger than {LARGEST_BYTES:,} bytes; shorten it")
        content = path.read_bytes()
    except OSError as error:
        return _failed(name, 0, f"cannot be read ({error.strerror}); check its permissions")
    except ValueError:  # a NUL in the file's name
        return _failed(quoted(name), 0, "is no name of a file; correct it in model.yaml")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _failed(name, line, "is not UTF-8 text there; save the file as UTF-8")
    return _parsed(name, text, content)


def _failed(name: str, line: int, message: str) -> CsvFile:
    return CsvFile(name, (), (), (Fault(name, line, "", message),))


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
    text = row.cells.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        message = f"is {quoted(text)} but must be a number; write digits and a point, or leave it"
        return Fault(file.name, row.line, column, f"{message} empty")
    if not math.isfinite(value):
        message = f"is {quoted(text)} but must be a finite number; write one, or leave it empty"
        return Fault(file.name, row.line, column, message)
    return value


def ids_in(row: CsvRow, column: str) -> tuple[str, ...]:
    """Evidence ids of a cell, separated by semicolons."""
    return tuple(part.strip() for part in row.cells.get(column, "").split(";") if part.strip())
