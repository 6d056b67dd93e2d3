"""From the cells of one line of an evidence file to an `EvidenceRow`, or to its faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from safepassage.errors import Fault
from safepassage.evidence.csv_file import CsvRow, ids_in, interval_problems, number_of
from safepassage.evidence.row import COLUMNS, GRADES, LISTS, NUMBERS, REQUIRED, YEARS, EvidenceRow

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")


def parse_row(row: CsvRow, file: str) -> tuple[EvidenceRow | None, list[Fault]]:
    """The figure in one line; None when anything is wrong with it.

    Columns that the file lacks are empty; `ids` then is the row's own id.
    """
    texts = {column: row.cells.get(column, "") for column in COLUMNS}
    values: dict[str, Any] = dict(texts)
    values |= {column: number_of(texts[column]) for column in NUMBERS}
    values |= {column: ids_in(texts[column]) for column in LISTS}
    problems = [*_text_problems(texts), *_number_problems(values)]
    if problems:
        return None, [Fault(file, row.line, column, message) for column, message in problems]
    values |= {column: int(texts[column]) if texts[column] else None for column in YEARS}
    values["ids"] = values["ids"] or (texts["id"],)
    return EvidenceRow(**values, line=row.line, file=file), []


def _text_problems(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Column and message for each text that is missing or malformed."""
    for column in REQUIRED:
        if column != "value" and not texts[column]:
            yield column, f"is empty; give the row's {column}"
    if texts["id"] and not _ID.fullmatch(texts["id"]):
        yield "id", f"{texts['id']!r} is no id; use a letter, then letters, digits, _ . -"
    if texts["grade"] and texts["grade"] not in GRADES:
        yield "grade", f"{texts['grade']!r} is no grade; use one of {', '.join(GRADES)}"
    for column in YEARS:
        if texts[column] and not _YEAR.fullmatch(texts[column]):
            yield column, f"{texts[column]!r} is no year; give four digits or leave it empty"
    years = texts["year_from"], texts["year_to"]
    if all(_YEAR.fullmatch(year) for year in years) and years[0] > years[1]:
        yield "year_from", f"{years[0]} is after year_to {years[1]}; swap them"
    if texts["source_url"] and not re.match(r"https?://\S+$", texts["source_url"]):
        yield "source_url", "is no web address; start it with http:// or https://"
    ids = ids_in(texts["ids"])
    if ids and texts["id"] not in ids:
        yield "ids", f"leaves out the row's own id {texts['id']!r}; put it first"


def _number_problems(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = [(column, values[column]) for column in NUMBERS if isinstance(values[column], str)]
    return wrong or list(interval_problems(*(values[column] for column in NUMBERS)))
