"""A CSV file as Flee reads it: by position, `#` before a comment, every cell with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from safepassage.errors import Fault
from safepassage.evidence.csv_file import LARGEST_BYTES
from safepassage.model.yaml.wording import quoted


@dataclass
class Faults:
    """Collects what is wrong and what looks wrong."""

    errors: list[Fault]
    warnings: list[Fault]

    def add(self, file: str, line: int, field: str, message: str) -> None:
        """Note a fault; the run cannot start."""
        self.errors.append(Fault(file, line, field, message))

    def warn(self, file: str, line: int, field: str, message: str) -> None:
        """Note something that is legal and probably not meant."""
        self.warnings.append(Fault(file, line, field, message))


@dataclass(frozen=True)
class Row:
    """One row that is no comment."""

    file: str
    line: int
    cells: tuple[str, ...]
    columns: tuple[str, ...]
    """Names of the columns by position."""

    def cell(self, column: int) -> str:
        """The cell, empty where the row is too short."""
        return self.cells[column] if column < len(self.cells) else ""

    def field(self, column: int) -> str:
        """How a fault names a cell: its column by number and name."""
        name = self.columns[column] if column < len(self.columns) else ""
        return f"column {column + 1} ({name})" if name else f"column {column + 1}"


@dataclass(frozen=True)
class Table:
    """The rows of a file and its header, if it has one."""

    file: str
    header: tuple[str, ...]
    header_line: int
    rows: tuple[Row, ...]


def read_table(
    path: Path, columns: Sequence[str], faults: Faults, *, needed: bool = True, short: int = 0
) -> Table | None:
    """Read a file.

    Args:
        path: The file.
        columns: What its columns mean, by position; a header may name more.
        faults: Gets what is wrong.
        needed: Whether the file must be there.
        short: Least number of cells of a row.

    Returns:
        The table, or None where there is nothing to continue with.
    """
    text = _text(path, faults, needed)
    if text is None:
        return None
    file, titles = str(path), (*columns,)
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    header_line = 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            faults.add(file, line, "", f"is not CSV ({error}); mend the quotes there")
            return None
        if values is None:
            break
        cells = [cell.strip() for cell in values]
        if not any(cells):
            continue
        first = cells[0].lstrip("#").strip().lower()
        is_header = not rows and not header and columns and first in _HEADS
        if is_header and len(cells) > 1:
            header, header_line = (cells[0].lstrip("#").strip(), *cells[1:]), line
            titles = (*columns, *header[len(columns) :])
        elif not cells[0].startswith("#"):
            if len(cells) < short:
                expected = ", ".join(columns[:short])
                message = f"has {len(cells)} cells, needs at least {short} ({expected})"
                faults.add(file, line, "", f"{message}; add what is missing")
                continue
            rows.append(Row(file, line, tuple(cells), titles))
    return Table(file, header, header_line, tuple(rows))


_HEADS = frozenset(
    {"name", "name1", "closure_type", "day", "date", "datetime", "location", "location_name"}
)
"""First cells of headers, with or without Flee's `#` before them."""


def _text(path: Path, faults: Faults, needed: bool) -> str | None:
    file = str(path)
    try:
        if not path.is_file():
            if needed:
                faults.add(file, 0, "", "is missing; add the file, or name the right folder")
            return None
        if path.stat().st_size > LARGEST_BYTES:
            faults.add(file, 0, "", f"is larger than {LARGEST_BYTES:,} bytes; shorten it")
            return None
        content = path.read_bytes()
    except OSError as error:
        faults.add(file, 0, "", f"cannot be read ({error.strerror}); check its permissions")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.add(file, line, "", "is not UTF-8 text there; save the file as UTF-8")
        return None
    if needed and not text.strip():
        faults.add(file, 0, "", "is empty; give it a header and rows")
        return None
    return text


def whole_number(row: Row, column: int, faults: Faults, *, empty: int | None = None) -> int | None:
    """A whole number; `empty` where the cell is."""
    text = row.cell(column)
    if not text and empty is not None:
        return empty
    try:
        return int(text)
    except ValueError:
        message = f"is {quoted(text)} but must be a whole number; write digits alone"
        faults.add(row.file, row.line, row.field(column), message)
        return None


def number(row: Row, column: int, faults: Faults, *, empty: float | None = None) -> float | None:
    """A finite number; `empty` where the cell is."""
    text = row.cell(column)
    if not text and empty is not None:
        return empty
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0.0:  # not a number, or not finite
        message = f"is {quoted(text)} but must be a number; write digits and a point"
        faults.add(row.file, row.line, row.field(column), message)
        return None
    return value


def day_of(row: Row, column: int, start: date | None, faults: Faults) -> int | None:
    """The days from the start of the simulation to a date such as 2012-02-29."""
    text = row.cell(column)
    try:
        when = date.fromisoformat(text)
    except ValueError:
        message = f"is {quoted(text)} but must be a date; write it as 2012-02-29"
        faults.add(row.file, row.line, row.field(column), message)
        return None
    return None if start is None else (when - start).days
