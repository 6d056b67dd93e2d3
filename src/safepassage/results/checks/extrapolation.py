"""How far a question leads from what was fitted."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, Field

from safepassage.results.base import Record

_KIND: Any = Field(validation_alias=AliasChoices("changes", "kind"), serialization_alias="changes")


class FittedRange(Record):
    """The values that the fit holds plausible."""

    low: float
    """5th percentile over draws of the smallest value in the fitted years."""
    high: float
    """95th percentile over draws of the largest value in the fitted years."""


class ChangeDistance(Record):
    """One thing that changes, against the values that the fit holds plausible for it."""

    kind: str = _KIND
    """What it is, such as `hazard`, `policy` or `opens`."""
    name: str
    """Its name in the model."""
    value: float
    """The median value that lies farthest outside; one inside where none does."""
    fitted: FittedRange
    """What the fit holds plausible for it."""
    times_outside: float | None
    """How many times outside the fitted range, 1 inside; None where `says` has a word for it."""
    says: str | None
    """`switched off` or `never seen`, where a number of times would be infinite."""


class DistanceFromFit(Record):
    """How far a question lies from what was fitted."""

    verdict: str
    """`inside` or `beyond`."""
    years_past_the_fit: int
    """Years after the fitted calendar."""
    changes: tuple[ChangeDistance, ...]
    """Everything that changes."""
