"""What moves when a declared mechanism is switched off."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import Record, Result, Row
from safepassage.results.screen import counted


class Change(Record):
    """A figure with a mechanism and without it, both at the prior medians."""

    name: str
    """An output, or `way.measure`."""
    time: str | None
    """When the two differ most; None for a measure of a route."""
    with_it: float | None
    """The figure of the whole model; None where it does not exist."""
    without_it: float | None
    """The figure with the mechanism switched off; None where it does not exist."""
    change: float
    """Largest difference over the series, as a share of the whole model's largest value."""


class MechanismEffect(Record):
    """A declared mechanism, switched off."""

    id: str
    """Name of the mechanism."""
    title: str
    """The claim in words."""
    ways: tuple[str, ...]
    """Routes that the claim is about."""
    removes: tuple[str, ...]
    """Transitions, entries, outcomes of branches and initial stocks that are deleted."""
    sets_to_1: tuple[str, ...]
    """Factors and parameters that are set to 1."""
    shows_in: Change
    """Where the model declares that the mechanism shows."""
    shows: bool
    """Whether it shows there: by more than 0.001 %."""
    moves_most: tuple[Change, ...]
    """The outputs and measures that move most, the largest change first."""


class MechanismReport(Result):
    """Every declared mechanism, switched off one at a time at the prior medians."""

    model: str
    """Id of the model."""
    mechanisms: tuple[MechanismEffect, ...]
    """In the order of the model."""

    index: ClassVar = ("mechanism",)
    units: ClassVar = {"change": "share of the largest value"}

    def headline(self) -> str:
        """How many show where they are declared to."""
        showing = sum(one.shows for one in self.mechanisms)
        return (
            f"{counted(len(self.mechanisms), 'mechanism')} of {self.model}, "
            "switched off one at a time at "
            f"the prior medians; {showing} show where the model says."
        )

    def rows(self) -> list[Row]:
        """One row for each mechanism."""
        return [
            {
                "mechanism": one.id,
                "shows_in": one.shows_in.name,
                "with_it": one.shows_in.with_it,
                "without_it": one.shows_in.without_it,
                "change": one.shows_in.change,
                "shows": one.shows,
                "title": one.title,
            }
            for one in self.mechanisms
        ]
