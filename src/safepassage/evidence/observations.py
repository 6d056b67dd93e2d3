"""Observations: rows of published figures that a channel compares with the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from safepassage.errors import Fault
from safepassage.evidence.csv_file import (
    CsvFile,
    CsvRow,
    ids_in,
    interval_problems,
    missing_column,
    number_in,
)
from safepassage.model.schema import Channel
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.wording import quoted, suggestion

WHOLE = ("count", "split", "share")
"""Kinds of reporting that are of people, of parts of a number of people, and of shares."""
_REQUIRED = ("evidence", "quantity", "from", "to", "value")
_OPTIONAL = ("low", "high", "rounded", "status")
_NUMBERS = ("value", "low", "high", "rounded")
_STATUS = {"": False, "final": False, "provisional": True}
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?\Z")


@dataclass(frozen=True)
class Observation:
    """One published figure, as a channel reads it."""

    channel: str
    evidence: tuple[str, ...]
    """Ids of the rows that it is based on; several where it is their sum or mean."""
    quantity: str
    start: str
    """First month of the span that it is about, `YYYY-MM`."""
    end: str
    """Last month, included."""
    value: float | None
    low: float | None
    high: float | None
    file: str
    line: int
    rounded: float | None = None
    """The step that the figure is rounded to."""
    provisional: bool = False
    """Whether a later release may revise it."""


def observations_in(
    file: CsvFile, name: str, channel: Channel, draft: Draft
) -> tuple[list[Observation], list[Fault]]:
    """Read the rows of a channel's file.

    Args:
        file: the CSV file; `from` and `to` are months, or years taken whole.
        name: the channel's name.
        channel: its declaration.
        draft: the model, for its quantities and its calendar.

    Returns:
        The rows that are sound, and every fault of the others.
    """
    names = {c: channel.columns.get(c, c) for c in (*_REQUIRED, *_OPTIONAL)}
    faults = list(file.faults)
    if file.columns:
        mapped = set(_REQUIRED) | set(channel.columns)
        faults += [
            missing_column(file, column)
            for key, column in channel_columns(names, channel)
            if key in mapped and column not in file.columns
        ]
    if faults:
        return [], faults
    observations: list[Observation] = []
    for row in file.rows:
        observation, wrong = read_observation(file, row, name, channel, names, draft)
        faults += wrong
        if observation:
            observations.append(observation)
    return observations, faults


def channel_columns(names: Mapping[str, str], channel: Channel) -> Iterator[tuple[str, str]]:
    """Every column that a channel points to, by the part that it plays."""
    yield from names.items()
    yield from ((key, column) for key, column in channel.columns.items() if key not in names)


def read_observation(
    file: CsvFile, row: CsvRow, name: str, channel: Channel, names: Mapping[str, str], draft: Draft
) -> tuple[Observation | None, list[Fault]]:
    """Read one row; `names` says which column plays which part."""
    numbers: dict[str, float | None] = {}
    faults: list[Fault] = []
    for part in _NUMBERS:
        number = number_in(file, row, names.get(part, ""))
        if isinstance(number, Fault):
            faults.append(number)
        else:
            numbers[part] = number
    observation = Observation(
        channel=name,
        evidence=ids_in(row.cells.get(names["evidence"], "")),
        quantity=row.cells.get(names["quantity"], ""),
        start=_month(row.cells.get(names["from"], ""), "01"),
        end=_month(row.cells.get(names["to"], ""), "12"),
        value=numbers.get("value"),
        low=numbers.get("low"),
        high=numbers.get("high"),
        file=file.name,
        line=row.line,
        rounded=numbers.get("rounded"),
        provisional=_STATUS.get(row.cells.get(names.get("status", ""), ""), False),
    )
    wrong = [
        *_references(observation, channel.reporting.kind, draft),
        *_span(observation, row, names, draft),
    ]
    wrong += _status(row.cells.get(names.get("status", ""), ""))
    if not faults:
        wrong += _figures(observation, channel)
    faults += [
        Fault(file.name, row.line, names.get(part, part), message) for part, message in wrong
    ]
    return (None if faults else observation), faults


def _month(text: str, month_of_year: str) -> str:
    """A month, or the first or last of a year; empty where the text is neither."""
    match = _DATE.match(text)
    return f"{match[1]}-{match[2] or month_of_year}" if match else ""


def _status(text: str) -> Iterator[tuple[str, str]]:
    if text not in _STATUS:
        yield "status", f"is {quoted(text)} but must be 'provisional', 'final' or empty"


def _references(observation: Observation, kind: str, draft: Draft) -> Iterator[tuple[str, str]]:
    if not observation.evidence:
        yield "evidence", "is empty; name the evidence row that the figure comes from"
    declared = draft.model.quantities.get(observation.quantity)
    if declared is not None and (declared.of is not None) != (kind == "share") and kind in WHOLE:
        what = "is a share; use `kind: share`" if declared.of else "counts people, it is no share"
        yield "quantity", f"{quoted(observation.quantity)} {what}, or name another quantity"
    if not draft.knows(observation.quantity, "quantities"):
        hint = suggestion(observation.quantity, draft.names("quantities"))
        yield "quantity", f"{quoted(observation.quantity)} is not a quantity of the model; {hint}"


def _span(
    observation: Observation, row: CsvRow, names: Mapping[str, str], draft: Draft
) -> Iterator[tuple[str, str]]:
    start, end = observation.start, observation.end
    for part, month in (("from", start), ("to", end)):
        if not month:
            text = row.cells.get(names[part], "")
            yield part, f"is {quoted(text)} but must be a month or a year; write it as 2004-01"
    if not (start and end):
        return
    if start > end:
        yield "from", f"is {start}, after `to` {end}; swap or correct them"
    elif draft.calendar and (start < draft.calendar[0] or end > draft.calendar[1]):
        calendar = " to ".join(draft.calendar)
        message = f"the span {start} to {end} is outside the calendar {calendar}; move or remove it"
        yield "from", message


def _figures(observation: Observation, channel: Channel) -> Iterator[tuple[str, str]]:
    value, low, high = observation.value, observation.low, observation.high
    rounded, kind = observation.rounded, channel.reporting.kind
    if kind == "range":
        if not low or not high or low == high:
            yield "low", "and `high` must be given, apart and above 0, in a channel of kind 'range'"
    elif value is None and kind != "estimate":
        yield "value", f"is empty; a channel of kind '{kind}' needs a number: give one"
    elif value is None and (low is None or high is None):
        yield "value", "is empty and so is its interval; give a value, or both `low` and `high`"
    yield from interval_problems(value, low, high)
    if rounded is not None and (rounded <= 0 or kind not in ("count", "estimate")):
        yield "rounded", "must be above 0, and belongs to counts and estimates; correct or empty it"
    for part, number in (("value", value), ("low", low), ("high", high)):
        if number is None:
            continue
        if number < 0:
            yield part, f"is {number:g} but must be at least 0; correct the number"
        elif kind == "share" and number > 1:
            yield part, f"is {number:g} but a share lies between 0 and 1; divide percent by 100"
