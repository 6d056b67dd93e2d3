"""Where a figure comes from."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import OMITTED_IF_NONE, Record, Result, Row
from safepassage.results.fit import ChannelRow, Parameter
from safepassage.results.parts import Convergence, Estimate, TimedEstimate
from safepassage.results.ranking import RankedWay
from safepassage.results.screen import counted


class EvidenceRow(Record):
    """A published figure with its source; figures of rare routes are withheld."""

    id: str
    """Id of the row."""
    ids: tuple[str, ...]
    """All ids of the row, those of rows merged into it included."""
    quantity: str
    """Name of its variable."""
    value: float | None
    """As published; None where only an end of its range was."""
    low: float | None
    """Lower end of the published range."""
    high: float | None
    """Upper end of the published range."""
    unit: str
    """Unit of the figure."""
    year_from: int | None
    """First year."""
    year_to: int | None
    """Last year."""
    grade: str
    """`A` (a register) to `D` (hearsay)."""
    note: str
    """Note of the row."""
    source_title: str
    """Title of the source."""
    source_publisher: str
    """Publisher of the source."""
    source_year: int | None
    """Year of the source."""
    source_url: str | None
    """Address of the source."""


class TracedParameter(Parameter):
    """A parameter that carries part of an answer's uncertainty."""

    name: str
    """Name of the parameter."""
    share: float | None = OMITTED_IF_NONE
    """Squared correlation with the answer over the posterior, 0 to 1; None for itself."""


class AnswerParameter(Parameter):
    """The same for the page, which reads the share of every parameter."""

    name: str
    """Name of the parameter."""
    share: float | None
    """Squared correlation with the answer over the posterior, 0 to 1; None for itself."""


class TraceAnswer(Record):
    """Where a stored answer comes from, as the explorer shows it."""

    name: str
    """Of the route, parameter, channel or output."""
    kind: str
    """`way`, `parameter`, `channel` or `output`."""
    title: str
    """Its title."""
    informed_by: str
    """What the answer is based on, in words."""
    parameters: tuple[AnswerParameter, ...]
    """Those that carry most of the answer's uncertainty, largest share first."""
    evidence: tuple[EvidenceRow, ...]
    """The rows that it is based on."""


class Trace(Result):
    """Where a figure comes from: its parameters, evidence rows and sources."""

    name: str
    """Name of what is traced."""
    kind: str
    """`way`, `parameter`, `channel` or `output`."""
    title: str
    """Its title."""
    figures: tuple[RankedWay | ChannelRow | TimedEstimate | Estimate, ...]
    """Of a route its entry in the ranking, of a parameter its posterior, of a channel its rows,
    of an output its series."""
    parameters: tuple[TracedParameter, ...]
    """Those that carry most of the answer's uncertainty, largest share first."""
    evidence: tuple[EvidenceRow, ...]
    """Rows that it is based on."""
    informed_by: str
    """What the answer is based on, in words."""
    fit: Convergence
    """Whether the fit may be relied on."""

    index: ClassVar = ("parameter",)
    units: ClassVar = {"share": "share of variance"}

    def headline(self) -> str:
        """What is traced, and to how much."""
        return (
            f"{self.title} ({self.kind} {self.name}): "
            f"{counted(len(self.parameters), 'parameter')} and "
            f"{counted(len(self.evidence), 'evidence row')}."
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
