"""A model folder in figures."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import Record, Result, Row


class Counts(Record):
    """How much a model declares."""

    states: int
    """States that people can be in."""
    branches: int
    """Points at which a path divides at once."""
    transitions: int
    """Transitions between states, each with a hazard."""
    parameters: int
    """Parameters with a prior."""
    channels: int
    """Series of published figures."""
    ways: int
    """Routes."""
    outputs: int
    """Published series of the model's own."""
    mechanisms: int
    """Mechanisms that can be switched off."""
    evidence_rows: int
    """Rows of the evidence table, the user's own included."""


class StudySummary(Result):
    """What a model folder is about, and how much it declares."""

    title: str
    """Title of the model."""
    id: str
    """Name of the model."""
    start: str
    """First month of the calendar, `YYYY-MM`."""
    end: str
    """Last month of the calendar, `YYYY-MM`."""
    counts: Counts
    """How much it declares."""
    folder: str
    """Name of the model's folder."""

    index: ClassVar = ("part",)

    def headline(self) -> str:
        """What it is about, and of which time."""
        return f"{self.title} ({self.id}), {self.start} to {self.end}; folder {self.folder}."

    def rows(self) -> list[Row]:
        """One row for each kind of declaration."""
        return count_rows(self.counts)


def count_rows(counts: Counts) -> list[Row]:
    """Counts as rows of a table."""
    return [{"part": name.replace("_", " "), "count": count} for name, count in counts]
