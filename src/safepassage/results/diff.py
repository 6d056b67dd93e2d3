"""What differs between two fits."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AliasChoices, Field

from safepassage.results.base import Record, Result, Row
from safepassage.results.fit import Prior, Scalar
from safepassage.results.parts import Convergence, Estimate


class PriorDifference(Record):
    """A declared parameter whose priors differ."""

    name: str
    """Of the parameter."""
    first: Prior | None
    """Prior in the first run; None where it declares no such parameter."""
    second: Prior | None
    """Prior in the second run."""


class RowDifference(Record):
    """An evidence row that differs, or whose use as an observation does."""

    name: str
    """Id of the row."""
    first: str | None
    """Hash of the row and of its observations in the first run; None where it has no such row."""
    second: str | None
    """The same in the second run."""


class SettingDifference(Record):
    """A setting of the sampler that differs."""

    name: str
    """Of the setting; `stages.0.length` is the length of the first stage."""
    first: Scalar
    """In the first run; None where it has no such setting."""
    second: Scalar
    """In the second run."""


class ParameterShift(Record):
    """A parameter's posteriors in both runs."""

    name: str
    """Of the parameter."""
    first: Estimate | None
    """Posterior in the first run; None where it has no such parameter."""
    second: Estimate | None
    """Posterior in the second run."""
    shift: float | None
    """Of the median, in posterior standard deviations of the first run."""


class OutputShift(Record):
    """Where an output differs most."""

    name: str
    """Of the output."""
    time: str | None
    """Time of the largest shift; None where the runs have no time in common."""
    shift: float | None
    """Of the median, in posterior standard deviations of the first run."""


class Diff(Result):
    """What differs between two fits."""

    runs: tuple[str, str]
    """Both runs, as they were named."""
    provenance: dict[str, tuple[str | int | None, str | int | None]]
    """What differs in provenance, by the name of the field: first, second."""
    priors: tuple[PriorDifference, ...] | None
    """Priors that differ; None where a run does not record them."""
    evidence_rows: tuple[RowDifference, ...] | None = Field(
        validation_alias=AliasChoices("rows", "evidence_rows"), serialization_alias="rows"
    )
    """Evidence rows that differ; None where a run does not record them."""
    settings: tuple[SettingDifference, ...] | None
    """Settings of the sampler that differ; None where a run does not record them."""
    fit: tuple[Convergence, Convergence]
    """Convergence of both."""
    parameters: tuple[ParameterShift, ...]
    """Largest shift first; those of one run only stand before them."""
    outputs: tuple[OutputShift, ...]
    """Largest shift first; those of one run only stand before them."""

    index: ClassVar = ("parameter",)
    units: ClassVar = {"shift": "posterior standard deviations of the first run"}

    def headline(self) -> str:
        """What differs, and how far the answers moved."""
        named = {"priors": self.priors, "rows": self.evidence_rows, "settings": self.settings}
        counts = [f"{len(part)} {name}" for name, part in named.items() if part is not None]
        what = f"{', '.join(counts)} differ; " if counts else ""
        sizes = [abs(one.shift) for one in self.parameters if one.shift is not None]
        far = f"the largest shift of a parameter is {max(sizes):.2f}" if sizes else "none in common"
        return f"Two fits: {what}{far} (posterior standard deviations of the first)."

    def rows(self) -> list[Row]:
        """One row for each parameter."""
        return [
            {
                "parameter": one.name, "shift": one.shift,
                "first": one.first and one.first.median,
                "second": one.second and one.second.median,
                "first_low": one.first and one.first.low,
                "first_high": one.first and one.first.high,
                "second_low": one.second and one.second.low,
                "second_high": one.second and one.second.high,
            }
            for one in self.parameters
        ]  # fmt: skip
