"""Where a figure comes from."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import OMITTED_IF_NONE, Record, Result, Row
from safepassage.results.fit import ChannelRow, Parameter
from safepassage.results.parts import Convergence, Estimate, TimedEstimate
from safepassage.results.ranking import RankedWay


class EvidenceRow(Record):
    """A published figure with its source; figures of rare routes are withheld."""

    id: str
    ids: tuple[str, ...]
    """All ids of the row, those of rows merged into it included."""
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    year_from: int | None
    year_to: int | None
    grade: str
    """`A` (a register) to `D` (hearsay)."""
    note: str
    source_title: str
    source_publisher: str
    source_year: int | None
    source_url: str | None


class TracedParameter(Parameter):
    """A parameter that carries part of an answer's uncertainty."""

    name: str
    share: float | None = OMITTED_IF_NONE
    """Squared correlation with the answer over the posterior, 0 to 1; None for itself."""


class Trace(Result):
    """Where a figure comes from: its parameters, evidence rows and sources."""

    name: str
    kind: str
    """`way`, `parameter`, `channel` or `output`."""
    title: str
    figures: tuple[RankedWay | ChannelRow | TimedEstimate | Estimate, ...]
    """Of a route its entry in the ranking, of a parameter its posterior, of a channel its rows,
    of an output its series."""
    parameters: tuple[TracedParameter, ...]
    """Those that carry most of the answer's uncertainty, largest share first."""
    evidence: tuple[EvidenceRow, ...]
    informed_by: str
    """What the answer is based on, in words."""
    fit: Convergence

    index: ClassVar = ("parameter",)
    units: ClassVar = {"share": "share of variance"}

    def headline(self) -> str:
        """What is traced, and to how much."""
        return (
            f"{self.title} ({self.kind} {self.name}): {len(self.parameters)} parameters and "
            f"{len(self.evidence)} evidence rows."
        )

    def rows(self) -> list[Row]:
        """One row for each parameter."""
        return [
            {
                "parameter": one.name, "share": one.share, "median": one.posterior.median,
                "low": one.posterior.low, "high": one.posterior.high, "unit": one.unit,
                "label": one.label, "evidence": ", ".join(one.evidence),
            }
            for one in self.parameters
        ]  # fmt: skip
