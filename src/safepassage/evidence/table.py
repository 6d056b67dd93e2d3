"""The evidence table: published figures by id, read from CSV and checked as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from safepassage.errors import Fault, InputError
from safepassage.evidence.cells import parse_row
from safepassage.evidence.csv_file import CsvFile, missing_column, read_csv
from safepassage.evidence.row import COLUMNS, REQUIRED
from safepassage.evidence.row import EvidenceRow as EvidenceRow

MAX_BYTES = 5_000_000
"""Larger files are refused unread: a table of published aggregates is never so long."""


@dataclass(frozen=True)
class Citation:
    """A published source and the requested rows that are based on it."""

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
        """The row that holds this id's datum, or None where no row has such an id."""
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
        overlaps: dict[str, set[str]] = {}
        for row in self.rows.values():
            for other in (self.aliases[name] for name in row.overlaps):
                if other != row.id:
                    overlaps.setdefault(row.id, set()).add(other)
                    overlaps.setdefault(other, set()).add(row.id)
        return {name: frozenset(others) for name, others in overlaps.items()}


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
        for row, wrong in _read_file(path):
            faults += wrong
            if row is None:
                continue
            taken = [name for name in row.ids if name in aliases]
            for name in taken:
                first = rows[aliases[name]]
                message = f"{name} was already given in {first.file}:{first.line}; use a new id"
                faults.append(Fault(row.file, row.line, "id" if name == row.id else "ids", message))
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
            message = f"{name} is no row's id; mend the spelling or take it out"
            yield Fault(row.file, row.line, "overlaps", message)


def _read_file(path: Path) -> Iterator[tuple[EvidenceRow | None, Sequence[Fault]]]:
    """Each line's row, or its faults."""
    file = read_csv(path, MAX_BYTES)
    wrong = list(_header_faults(file)) if file.columns else []
    yield None, [*file.faults, *wrong]
    if not wrong:
        yield from (parse_row(row, file.name) for row in file.rows)


def _header_faults(file: CsvFile) -> Iterator[Fault]:
    for column in REQUIRED:
        if column not in file.columns:
            yield missing_column(file, column)
    for column in file.columns:
        if column not in COLUMNS:
            message = f"is no column of an evidence file; use some of {', '.join(COLUMNS)}"
            yield Fault(file.name, 1, column, message)
