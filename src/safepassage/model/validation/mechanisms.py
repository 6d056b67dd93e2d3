"""Mechanisms can be switched off, and what follows can be measured."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.wording import listed

WAY_MEASURES = frozenset({
    "dead", "returned", "limbo", "safe", "ever_returned", "months_to_safety", "cost_usd",
    "relatives_punished", "attempts_per_year", "expected_rank",
})  # fmt: skip
"""What every way is measured by."""


def mechanisms_testable(draft: Draft) -> Iterator[Fault]:
    """A mechanism switches something off, and shows in a measure that every way has."""
    for name, mechanism in draft.model.mechanisms.items():
        field = f"mechanisms.{name}"
        if not mechanism.remove and not mechanism.neutral:
            message = "switches nothing off; name what to `remove` or make `neutral`"
            yield draft.fault(field, message)
        way, dot, measure = mechanism.shows_in.partition(".")
        if dot and draft.knows(way, "ways") and measure not in WAY_MEASURES:
            message = f"'{measure}' is not a measure of a way; choose among {listed(WAY_MEASURES)}"
            yield draft.fault(f"{field}.shows_in", message)
