"""The calendar runs forwards, and answers are dated within it."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft


def calendar_in_order(draft: Draft) -> Iterator[Fault]:
    """Start before end; `as_of` and `also_as_of` and outputs' `until` within."""
    header = draft.header
    if header is None:
        return
    if header.start > header.end:
        message = f"is {header.start}, after the end {header.end}; swap or correct them"
        yield draft.fault("model.start", message)
        return
    dates = [("model.as_of", header.as_of)]
    dates += [(f"model.also_as_of.{i}", date) for i, date in enumerate(header.also_as_of)]
    outputs = draft.model.outputs.items()
    dates += [(f"outputs.{name}.until", o.until) for name, o in outputs if o.until]
    for field, date in dates:
        if not header.start <= date <= header.end:
            message = f"is {date}, outside the calendar {header.start} to {header.end}; move it in"
            yield draft.fault(field, message)
