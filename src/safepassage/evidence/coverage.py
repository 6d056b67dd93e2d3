"""Faults over all rows of a channel: what no single row shows."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from safepassage.errors import Fault
from safepassage.evidence.observations import Observation
from safepassage.model.groups import admits
from safepassage.model.schema import Channel, Model
from safepassage.model.validation.draft import Draft

ADDED_UP = ("count", "split")
"""Kinds whose rows are so many people each: rows that overlap count the same people twice."""
LEAST_YEARS = 5
"""Rows of one year each from which a series counts as yearly."""
MOST_MISSING = 0.25
"""Share of its years that a yearly series may lack; with more it is a list of single years."""

Rows = Mapping[str, Sequence[Observation]]
"""Sound rows by channel."""


def series_faults(observations: Rows, draft: Draft, earlier: Sequence[Fault]) -> Iterator[Fault]:
    """Channels without rows, people counted twice, fractions of people, more than there are.

    Args:
        observations: the sound rows of every channel whose file could be read.
        draft: the model.
        earlier: faults of the same files; a channel whose file has some is not called empty.

    Yields:
        Faults that are not among `earlier`.
    """
    wrong_files = {fault.file for fault in earlier}
    # Of a model with faults of its own, a part that did not parse would be missing from the sum.
    population = None if draft.lines.file in wrong_files else population_of(draft.model)
    for name, rows in observations.items():
        channel = draft.model.channels[name]
        field = f"channels.{name}.file"
        if not rows and not any(file.endswith(channel.file) for file in wrong_files):
            message = f"'{channel.file}' has no row that can be used; add one or remove the channel"
            yield draft.fault(field, message)
        columns = channel.columns
        for row in rows:
            for message in _impossible(row, channel, draft.model, population):
                yield Fault(row.file, row.line, columns.get("value", "value"), message)
        if channel.reporting.kind in ADDED_UP:
            yield from _counted_twice(rows, columns.get("from", "from"))


def _impossible(
    row: Observation, channel: Channel, model: Model, population: float | None
) -> Iterator[str]:
    value = row.value
    if value is None:
        return
    if channel.reporting.kind == "count" and value != math.floor(value):
        yield (
            f"is {value:g} but a count is of whole people; round it, or give the channel the "
            "kind 'estimate'"
        )
    quantity = model.quantities.get(row.quantity)
    if population is not None and quantity and quantity.stock and value > population:
        yield (
            f"is {value:,.15g} but the model holds {population:,.15g} people in all (`initial`, "
            "no entries); correct the figure or the model"
        )


def population_of(model: Model) -> float | None:
    """People of a model that nobody enters, where all their numbers are declared; else None."""
    if model.entries or not model.initial:
        return None
    people = 0.0
    for item in model.initial.values():
        numbers = [factor for factor in item.persons if not isinstance(factor, str)]
        if len(numbers) != len(item.persons):
            return None
        people += math.prod(numbers) * sum(
            admits(item.groups, group) and admits(model.states[item.state].groups, group)
            for group in model.groups.values()
        )
    return people


def _counted_twice(rows: Sequence[Observation], column: str) -> Iterator[Fault]:
    """Each row whose span meets that of an earlier one of its quantity, reported once.

    Rows that share evidence are left to the check that a datum serves once.
    """
    for i, row in enumerate(rows):
        for other in rows[:i]:
            if other.quantity != row.quantity or set(other.evidence) & set(row.evidence):
                continue
            if max(row.start, other.start) <= min(row.end, other.end):
                message = (
                    f"the span {row.start} to {row.end} of '{row.quantity}' meets {other.start} "
                    f"to {other.end} of {other.file}:{other.line}, so the same people count "
                    "twice; remove one row, or give a second source a channel of its own"
                )
                yield Fault(row.file, row.line, column, message)
                break


def warn_of_gaps(observations: Rows) -> None:
    """Warn of years that a yearly series lacks; a fit can do without them."""
    for name, rows in observations.items():
        for quantity in dict.fromkeys(row.quantity for row in rows):
            own = [row for row in rows if row.quantity == quantity]
            missing = missing_years(own)
            if missing:
                years = ", ".join(map(str, missing))
                warnings.warn(
                    f"{own[0].file}: {name}: the yearly series '{quantity}' has no {years}; if a "
                    "figure was published, add its row",
                    stacklevel=2,
                )


def missing_years(rows: Sequence[Observation]) -> list[int]:
    """Years between the first and the last row of a yearly series that have no row."""
    spans = [(row.start, row.end) for row in rows]
    whole = all(s[:4] == e[:4] and s[5:] == "01" and e[5:] == "12" for s, e in spans)
    if len(rows) < LEAST_YEARS or not whole:
        return []
    years = sorted({int(start[:4]) for start, _ in spans})
    missing = [year for a, b in pairwise(years) for year in range(a + 1, b)]
    few = len(missing) <= MOST_MISSING * (years[-1] - years[0] + 1)
    return missing if few else []
