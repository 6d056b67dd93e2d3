"""The evidence table: published figures by id, read from CSV and checked as a whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from safepassage.errors import Fault, InputError
from safepassage.evidence.cells import parse_row
from safepassage.evidence.row import COLUMNS, REQUIRED
from safepassage.evidence.row import EvidenceRow as EvidenceRow

MAX_BYTES = 5_000_000
"""Larger files are refused unread: a table of published aggregates is never so long."""


@dataclass(frozen=True)
class Citation:
    """A published source and the rows asked for that rest on it."""

    title: str
    publisher: str
    year: int | None
    url: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceTable:
    """Figures by surviving id; an id that was merged away still leads to its row."""

    rows: dict[str, EvidenceRow]
    aliases: dict[str, str] = field(repr=False)
    """Every id, merged ones too, to the id of the row that holds its datum."""

    def resolve(self, id: str) -> EvidenceRow | None:
        """The row that holds this id's datum, or None where nobody gave such an id."""
        name = self.aliases.get(id)
        return None if name is None else self.rows[name]

    def overlapping(self, id: str) -> frozenset[str]:
        """Surviving ids of the rows that hold the same datum in another cut.

        Symmetric, whichever of the two rows names the other; never the row itself.

        Raises:
            KeyError: no row has this id.
        """
        return self._overlaps.get(self.aliases[id], frozenset())

    def citations(self, ids: Iterable[str]) -> list[Citation]:
        """The sources of these rows, each once, in the order of the ids.

        Raises:
            KeyError: no row has one of the ids.
        """
        cited: dict[tuple[str, str, int | None, str], list[str]] = {}
        for name in dict.fromkeys(self.aliases[id] for id in ids):
            row = self.rows[name]
            source = row.source_title, row.source_publisher, row.source_year, row.source_url
            cited.setdefault(source, []).append(name)
        return [Citation(*source, tuple(names)) for source, names in cited.items()]

    @cached_property
    def sha256(self) -> str:
        """Hash of what the rows say, whatever their files, order and line endings."""
        digest = hashlib.sha256()
        for _, row in sorted(self.rows.items()):
            content = [getattr(row, column) for column in COLUMNS]
            digest.update(json.dumps(content, ensure_ascii=False).encode() + b"\n")
        return digest.hexdigest()

    @cached_property
    def _overlaps(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in self.rows.values():
            for other in (self.aliases[name] for name in row.overlaps):
                if other != row.id:
                    found.setdefault(row.id, set()).add(other)
                    found.setdefault(other, set()).add(row.id)
        return {name: frozenset(others) for name, others in found.items()}


def read_evidence(paths: Sequence[Path]) -> EvidenceTable:
    """Read one or several evidence files into one table.

    A file needs the columns `id, quantity, value, unit, grade, source_title`; the others may be
    left out. A later file adds rows under ids of its own.

    Raises:
        InputError: with every fault of every file.
    """
    rows: dict[str, EvidenceRow] = {}
    aliases: dict[str, str] = {}
    faults: list[Fault] = []
    for path in paths:
        for row, found in _read_file(path):
            faults += found
            if row is None:
                continue
            taken = [name for name in row.ids if name in aliases]
            for name in taken:
                first = rows[aliases[name]]
                said = f"{name} was already given in {first.file}:{first.line}; use a new id"
                faults.append(Fault(row.file, row.line, "id" if name == row.id else "ids", said))
            if not taken:
                rows[row.id] = row
                aliases |= dict.fromkeys(row.ids, row.id)
    # With faulty rows left out, a good row may name one of them: that is no fault of its own.
    faults = faults or [fault for row in rows.values() for fault in _unknown(row, aliases)]
    if faults:
        raise InputError(faults)
    return EvidenceTable(rows, aliases)


def _unknown(row: EvidenceRow, aliases: dict[str, str]) -> Iterator[Fault]:
    for name in row.overlaps:
        if name not in aliases:
            said = f"{name} is no row's id; mend the spelling or take it out"
            yield Fault(row.file, row.line, "overlaps", said)


def _read_file(path: Path) -> Iterator[tuple[EvidenceRow | None, list[Fault]]]:
    """Each line's row, or its faults."""
    file = str(path)
    text, fault = _text(path)
    if fault:
        yield None, [fault]
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        nothing: list[str] = []
        header = [name.strip() for name in next(reader, nothing)]
        faults = _header_faults(header, file)
        if faults:
            yield None, faults
            return
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                said = (
                    f"{len(cells)} fields where the header has {len(header)}; "
                    "quote a text that holds a comma"
                )
                yield None, [Fault(file, line, "", said)]
            elif cells:
                yield parse_row(dict(zip(header, cells, strict=True)), file, line)
            line = reader.line_num + 1
    except csv.Error as error:
        said = f"is not readable as CSV from here on ({error}); mend the quotes"
        yield None, [Fault(file, line, "", said)]


def _text(path: Path) -> tuple[str, Fault | None]:
    """The file's text, or why it cannot be read."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return "", Fault(file, 0, "", f"cannot be read ({error.strerror}); check the path")
    if len(content) > MAX_BYTES:
        return "", Fault(file, 0, "", "is larger than 5 MB; give published aggregates only")
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", Fault(file, line, "", "is not UTF-8 text here; save the file as UTF-8")


def _header_faults(header: list[str], file: str) -> list[Fault]:
    if not header:
        return [Fault(file, 0, "", f"is empty; its first line names {', '.join(REQUIRED)}")]
    found = [
        Fault(file, 1, column, "column is missing; add it to the first line")
        for column in REQUIRED
        if column not in header
    ]
    known = ", ".join(COLUMNS)
    found += [
        Fault(file, 1, column, f"is no column of an evidence file; use some of {known}")
        for column in header
        if column not in COLUMNS
    ]
    twice = {column for column in header if header.count(column) > 1}
    found += [Fault(file, 1, name, "column stands twice; keep one") for name in sorted(twice)]
    return found
