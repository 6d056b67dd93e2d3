"""What is counted, and how a published series reports it."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Quantity, Reporting
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.wording import suggestion

CHANNEL_COLUMNS = (
    "evidence", "quantity", "from", "to", "value", "low", "high", "rounded", "status", "note",
)  # fmt: skip


def quantities_hold_one_content(draft: Draft) -> Iterator[Fault]:
    """A quantity is a stock, a flow, or a share."""
    for name, quantity in draft.model.quantities.items():
        field = f"quantities.{name}"
        share = quantity.of is not None or quantity.over is not None
        flow = bool(quantity.flow or quantity.into)
        kinds = (bool(quantity.stock), flow, share)
        if sum(kinds) != 1:
            number = "none" if not any(kinds) else "more than one"
            message = f"needs one of `stock`, `flow`/`into`, `of`+`over`, but has {number}"
            yield draft.fault(field, f"{message}; keep one")
        if share:
            yield from _share_faults(draft, field, quantity)


def _share_faults(draft: Draft, field: str, quantity: Quantity) -> Iterator[Fault]:
    for part, name in (("of", quantity.of), ("over", quantity.over)):
        if name is None:
            yield draft.fault(
                f"{field}.{part}", f"is missing; a share needs `of` and `over`: add '{part}:'"
            )
        elif name in draft.model.quantities and draft.model.quantities[name].of is not None:
            message = f"'{name}' is itself a share; name a stock or a flow"
            yield draft.fault(f"{field}.{part}", message)
    if quantity.groups:
        message = "does nothing beside a share; set it on the two quantities that it divides"
        yield draft.fault(f"{field}.groups", message)


def memories_hold_one_content(draft: Draft) -> Iterator[Fault]:
    """A memory is of moves or of a stock, and of years or of having been somewhere."""
    for name, memory in draft.model.memories.items():
        field = f"memories.{name}"
        counted = draft.model.quantities.get(memory.among)
        if counted is not None and counted.of is not None:
            message = f"'{memory.among}' is a share; name a quantity that counts people"
            yield draft.fault(f"{field}.among", message)
        if bool(memory.years_in) == bool(memory.ever_in):
            yield draft.fault(field, "needs `years_in` or `ever_in`; keep exactly one of them")
        if memory.over_years is not None and not memory.years_in:
            yield draft.fault(f"{field}.over_years", "does nothing without `years_in`; remove it")


def channels_fit_their_kind(draft: Draft) -> Iterator[Fault]:
    """A channel's columns, spread and number of answers fit its kind of reporting."""
    for name, channel in draft.model.channels.items():
        field, reporting = f"channels.{name}", channel.reporting
        for column in channel.columns:
            if column not in CHANNEL_COLUMNS:
                hint = suggestion(column, CHANNEL_COLUMNS)
                message = f"'{column}' is no column of a channel; {hint}"
                yield draft.fault(f"{field}.columns.{column}", message)
        place = f"{field}.reporting.spread"
        if isinstance(reporting.spread, str):
            parameter = draft.model.parameters.get(reporting.spread)
            if parameter is not None and parameter.prior.kind != "lognormal":
                message = f"'{reporting.spread}' is no scale; give it a lognormal prior"
                yield draft.fault(place, message)
        elif reporting.spread < 0:
            yield draft.fault(place, f"is {reporting.spread:g} but must be at least 0; correct it")
        answers, place = reporting.effective_n, f"{field}.reporting.effective_n"
        if reporting.kind == "share" and (answers is None or answers <= 0):
            yield draft.fault(
                place, "is missing or not positive; a share needs a number of answers: give one"
            )
        if reporting.kind != "share" and answers is not None:
            yield draft.fault(place, "belongs to `kind: share` only; remove it")
        yield from _fits_its_kind(draft, f"{field}.reporting", reporting)


def _fits_its_kind(draft: Draft, field: str, reporting: Reporting) -> Iterator[Fault]:
    kind = reporting.kind
    if kind in ("share", "split") and reporting.reported:
        message = f"does nothing for `kind: {kind}`, where it cancels; remove it"
        yield draft.fault(f"{field}.reported", message)
    if kind == "split" and reporting.spread == 0:
        yield draft.fault(f"{field}.spread", "must be above 0 for `kind: split`; give it")
    for part in ("revision", "delay_months"):
        if getattr(reporting, part) and kind in ("share", "split"):
            message = f"belongs to counts, estimates and bounds, not to `kind: {kind}`; remove it"
            yield draft.fault(f"{field}.{part}", message)
