"""Mechanisms can be switched off and seen; the report shows what exists."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import FACTORS, Draft
from safepassage.model.yaml.wording import listed

WAY_MEASURES = frozenset({
    "dead", "returned", "limbo", "safe", "ever_returned", "months_to_safety", "cost_usd",
    "relatives_punished", "attempts_per_year", "expected_rank",
})  # fmt: skip
"""What every way is measured by."""


def mechanisms_refer(draft: Draft) -> Iterator[Fault]:
    """A mechanism switches off something that exists and shows in something that is reported."""
    for name, mechanism in draft.model.mechanisms.items():
        field = f"mechanisms.{name}"
        if not mechanism.remove and not mechanism.neutral:
            yield draft.fault(
                field, "switches nothing off; name what to `remove` or make `neutral`"
            )
        for way in mechanism.ways:
            if not draft.knows(way, "ways"):
                yield draft.unknown(f"{field}.ways", way, "a way", "ways")
        for item in mechanism.remove:
            if not draft.knows_flow(item) and not draft.knows(item, "initial"):
                what = "a transition, an entry, a `branch.outcome` or an initial stock"
                known = draft.flows() | draft.names("initial")
                yield draft.unknown_among(f"{field}.remove", item, what, known)
        for item in mechanism.neutral:
            if not draft.knows(item, *FACTORS):
                what = "a parameter or factor"
                yield draft.unknown(f"{field}.neutral", item, what, *FACTORS)
        yield from _shown(draft, f"{field}.shows_in", mechanism.shows_in)


def _shown(draft: Draft, field: str, name: str) -> Iterator[Fault]:
    way, dot, measure = name.partition(".")
    if not dot:
        if not draft.knows(name, "outputs"):
            yield draft.unknown(field, name, "an output or a `way.measure`", "outputs")
    elif not draft.knows(way, "ways"):
        yield draft.unknown(field, way, "a way", "ways")
    elif measure not in WAY_MEASURES:
        message = f"'{measure}' is not a measure of a way; choose among {listed(WAY_MEASURES)}"
        yield draft.fault(field, message)


def report_refers(draft: Draft) -> Iterator[Fault]:
    """The report draws channels and outputs that exist."""
    report = draft.model.report
    for part, names in (("channels", report.channels), ("outputs", report.outputs)):
        for name in names:
            if not draft.knows(name, part):
                yield draft.unknown(f"report.{part}", name, part.removesuffix("s"), part)
