"""What is counted, what is reported of it, and which published series measures it."""

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
    """A quantity is a stock, a flow, or a share; its names exist."""
    for name, quantity in draft.model.quantities.items():
        field = f"quantities.{name}"
        share = quantity.of is not None or quantity.over is not None
        flow = bool(quantity.flow or quantity.into)
        kinds = (bool(quantity.stock), flow, share)
        if sum(kinds) != 1:
            found = "none" if not any(kinds) else "more than one"
            message = f"needs one of `stock`, `flow`/`into`, `of`+`over`, but has {found}"
            yield draft.fault(field, f"{message}; keep one")
        for part, states in (("stock", quantity.stock), ("into", quantity.into)):
            for state in states:
                if not draft.knows(state, "states"):
                    yield draft.unknown(f"{field}.{part}", state, "a state", "states")
        for move in quantity.flow:
            if not draft.knows_flow(move):
                what = "a transition, an entry or a `branch.outcome`"
                yield draft.unknown_among(f"{field}.flow", move, what, draft.flows())
        if share:
            yield from _share_faults(draft, field, quantity)


def _share_faults(draft: Draft, field: str, quantity: Quantity) -> Iterator[Fault]:
    for part, name in (("of", quantity.of), ("over", quantity.over)):
        if name is None:
            yield draft.fault(
                f"{field}.{part}", f"is missing; a share needs `of` and `over`: add '{part}:'"
            )
        elif not draft.knows(name, "quantities"):
            yield draft.unknown(f"{field}.{part}", name, "a quantity", "quantities")
        elif name in draft.model.quantities and draft.model.quantities[name].of is not None:
            message = f"'{name}' is itself a share; name a stock or a flow"
            yield draft.fault(f"{field}.{part}", message)
    if quantity.groups:
        message = "does nothing beside a share; set it on the two quantities that it divides"
        yield draft.fault(f"{field}.groups", message)


def outputs_refer(draft: Draft) -> Iterator[Fault]:
    """An output reports a quantity."""
    for name, output in draft.model.outputs.items():
        if not draft.knows(output.quantity, "quantities", "memories"):
            field = f"outputs.{name}.quantity"
            what = "a quantity or a memory"
            yield draft.unknown(field, output.quantity, what, "quantities", "memories")


def memories_refer(draft: Draft) -> Iterator[Fault]:
    """A memory is of moves or of a stock, and of years or of having been somewhere."""
    for name, memory in draft.model.memories.items():
        field = f"memories.{name}"
        counted = draft.model.quantities.get(memory.among)
        if not draft.knows(memory.among, "quantities"):
            yield draft.unknown(f"{field}.among", memory.among, "a quantity", "quantities")
        elif counted is not None and counted.of is not None:
            message = f"'{memory.among}' is a share; name a quantity that counts people"
            yield draft.fault(f"{field}.among", message)
        if bool(memory.years_in) == bool(memory.ever_in):
            yield draft.fault(field, "needs `years_in` or `ever_in`; keep exactly one of them")
        if memory.over_years is not None and not memory.years_in:
            yield draft.fault(f"{field}.over_years", "does nothing without `years_in`; remove it")
        for part, states in (("years_in", memory.years_in), ("ever_in", memory.ever_in)):
            for state in states:
                if not draft.knows(state, "states"):
                    yield draft.unknown(f"{field}.{part}", state, "a state", "states")


def channels_refer(draft: Draft) -> Iterator[Fault]:
    """A channel's columns, spread and number of answers fit its kind of reporting."""
    for name, channel in draft.model.channels.items():
        field, reporting = f"channels.{name}", channel.reporting
        for column in channel.columns:
            if column not in CHANNEL_COLUMNS:
                message = (
                    f"'{column}' is no column of a channel; {suggestion(column, CHANNEL_COLUMNS)}"
                )
                yield draft.fault(f"{field}.columns.{column}", message)
        place = f"{field}.reporting.spread"
        if isinstance(reporting.spread, str):
            parameter = draft.model.parameters.get(reporting.spread)
            if not draft.knows(reporting.spread, "parameters"):
                yield draft.unknown(place, reporting.spread, "a parameter", "parameters")
            elif parameter is not None and parameter.prior.kind != "lognormal":
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
