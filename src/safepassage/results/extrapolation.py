"""How far a question leads from what was fitted."""

from __future__ import annotations

from safepassage.results.base import Record


class FittedRange(Record):
    """Values that the fit holds plausible, over its draws and years."""

    low: float
    """5th percentile over draws of the smallest value in the fitted years."""
    high: float
    """95th percentile over draws of the largest value in the fitted years."""


class ChangeDistance(Record):
    """One thing that a scenario or a plan changes, against what was fitted for it."""

    changes: str
    """What kind of thing: `hazard`, `odds`, `capacity`, `entry`, `factor`, `opens`, ..."""
    name: str
    """Name of the thing in the model."""
    value: float
    """The new value (median over draws) that lies farthest outside the fitted range."""
    fitted: FittedRange
    """In the unit of `value`."""
    times_outside: float | None
    """How many times outside the range, 1 inside; None where `says` has the word for it."""
    says: str | None
    """`switched off` or `never seen`, where no number says it."""


class DistanceFromFit(Record):
    """Whether a question lies within what was fitted; far beyond it is refused."""

    verdict: str
    """`inside` or `beyond`."""
    years_past_the_fit: int
    """Years between the end of the fit and the last year requested."""
    changes: tuple[ChangeDistance, ...]
    """Everything that is changed."""
