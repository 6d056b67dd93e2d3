"""What `check` reports of a model folder, and of its fit where that was requested."""

from __future__ import annotations

from typing import ClassVar, Literal

from safepassage.results.base import OMITTED_IF_NONE, Result, Row
from safepassage.results.checks.calibration import Calibration
from safepassage.results.checks.mechanisms import MechanismEffect
from safepassage.results.fit import FitChecks, Parameter, RefitQuality
from safepassage.results.parts import Convergence, Provenance
from safepassage.results.study import Counts, count_rows


class CheckReport(Result):
    """A model folder without faults; those of another are an `InputError`."""

    ok: Literal[True] = True
    """There are no faults."""
    model: str
    """Name of the model."""
    title: str
    """Title of the model."""
    counts: Counts
    """How much it declares."""
    fit: Convergence | None = OMITTED_IF_NONE
    """Whether its fit may be relied on; this and what follows only where it was requested."""
    refits: tuple[RefitQuality, ...] | None = OMITTED_IF_NONE
    """How well each change was sampled again, where that was requested."""
    checks: FitChecks | None = OMITTED_IF_NONE
    """What the fit cannot reconcile, and what its answers depend on."""
    parameters: dict[str, Parameter] | None = OMITTED_IF_NONE
    """By name."""
    provenance: Provenance | None = OMITTED_IF_NONE
    """What the fit depends on."""

    calibration: Calibration | None = OMITTED_IF_NONE
    """Simulation-based calibration, where it was requested."""
    mechanisms: tuple[MechanismEffect, ...] | None = OMITTED_IF_NONE
    """Every declared mechanism switched off, where that was requested."""

    index: ClassVar = ("part",)

    def headline(self) -> str:
        """That there are no faults."""
        return f"{self.title}: no faults."

    def rows(self) -> list[Row]:
        """One row for each kind of declaration."""
        return count_rows(self.counts)
