"""From the texts of one line of an evidence file to an `EvidenceRow`, or to its faults."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from safepassage.errors import Fault
from safepassage.evidence.row import COLUMNS, GRADES, LISTS, NUMBERS, REQUIRED, YEARS, EvidenceRow

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")


def parse_row(
    cells: Mapping[str, str], file: str, line: int
) -> tuple[EvidenceRow | None, list[Fault]]:
    """One line's cells by column name; the row is None when anything is wrong with it.

    Columns that the file lacks are empty; `ids` then is the row's own id.
    """
    texts = {column: cells.get(column, "").strip() for column in COLUMNS}
    faults = [Fault(file, line, column, said) for column, said in _problems(texts)]
    if faults:
        return None, faults
    values: dict[str, Any] = dict(texts)
    values |= {column: _number(texts[column]) for column in NUMBERS}
    values |= {column: int(texts[column]) if texts[column] else None for column in YEARS}
    values |= {column: _names(texts[column]) for column in LISTS}
    values["ids"] = values["ids"] or (texts["id"],)
    return EvidenceRow(**values, line=line, file=file), []


def _problems(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """(column, message) for each thing wrong with one row."""
    found = [
        (column, f"is empty; give the row's {column}")
        for column in REQUIRED
        if column != "value" and not texts[column]
    ]
    if texts["id"] and not _ID.fullmatch(texts["id"]):
        found.append(("id", f"{texts['id']!r} is no id; use a letter, then letters, digits, _ . -"))
    if texts["grade"] and texts["grade"] not in GRADES:
        known = ", ".join(GRADES)
        found.append(("grade", f"{texts['grade']!r} is no grade; use one of {known}"))
    found += [
        (column, f"{texts[column]!r} is no year; give four digits or leave it empty")
        for column in YEARS
        if texts[column] and not _YEAR.fullmatch(texts[column])
    ]
    if texts["source_url"] and not re.match(r"https?://\S+$", texts["source_url"]):
        found.append(("source_url", "is no web address; start it with http:// or https://"))
    names = _names(texts["ids"])
    if names and texts["id"] not in names:
        found.append(("ids", f"leaves out the row's own id {texts['id']!r}; put it first"))
    bad_numbers = [(column, _number_fault(texts[column])) for column in NUMBERS]
    found += [(column, said) for column, said in bad_numbers if said]
    if not any(said for _, said in bad_numbers):
        found += _order_faults(texts)
    return found


def _number_fault(text: str) -> str:
    """Why a number column's text is no number; empty where it is one or is left empty."""
    if not text or (_NUMBER.fullmatch(text) and math.isfinite(float(text))):
        return ""
    advice = "leave it empty and put the text into the note"
    if text.endswith("%"):
        advice = "give a share of 1, without the percent sign"
    elif "," in text:
        advice = "write it without commas, with a point for decimals"
    return f"{text!r} is no finite number; {advice}"


def _order_faults(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Numbers and years that stand in the wrong order."""
    value, low, high = (_number(texts[column]) for column in NUMBERS)
    found: list[tuple[str, str]] = []
    if low is not None and high is not None and low > high:
        found.append(("low", f"{low:g} is above high {high:g}; swap them or mend one"))
    elif value is not None and (
        (low is not None and value < low) or (high is not None and value > high)
    ):
        found.append(("value", f"{value:g} lies outside low..high; mend one of the three"))
    years = texts["year_from"], texts["year_to"]
    if all(_YEAR.fullmatch(year) for year in years) and years[0] > years[1]:
        found.append(("year_from", f"{years[0]} is after year_to {years[1]}; swap them"))
    return found


def _number(text: str) -> float | None:
    return float(text) if text else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(";")) if name)
