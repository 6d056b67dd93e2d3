"""One published figure, as the program holds it."""

from __future__ import annotations

from dataclasses import dataclass, fields

REQUIRED = ("id", "quantity", "value", "unit", "grade", "source_title")
"""Columns that every evidence file has; the value may be empty where nothing was found."""
NUMBERS = ("value", "low", "high")
YEARS = ("year_from", "year_to", "source_year")
LISTS = ("ids", "overlaps")
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class EvidenceRow:
    """A figure with its source; the number columns are None where the file leaves them empty."""

    id: str
    ids: tuple[str, ...]
    """Every id that this datum was published or assembled under, its own first."""
    overlaps: tuple[str, ...]
    """Rows that hold the same datum in another cut, as this row names them."""
    topic: str
    route: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    year_from: int | None
    year_to: int | None
    group: str
    grade: str
    note: str
    source_title: str
    source_publisher: str
    source_year: int | None
    source_url: str
    original_value: str
    original_low: str
    original_high: str
    original_unit: str
    line: int
    """Where the row starts in its file, 1-based."""
    file: str

    @property
    def interval(self) -> tuple[float, float] | None:
        """The published range, where both ends were given."""
        if self.low is None or self.high is None:
            return None
        return self.low, self.high


COLUMNS = tuple(field.name for field in fields(EvidenceRow) if field.name not in ("line", "file"))
"""Columns of an evidence file, in order."""
