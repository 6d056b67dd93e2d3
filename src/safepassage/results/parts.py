"""Parts that many results share."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.results.base import Diagnostic, Record, Row


class Estimate(Record):
    """An uncertain figure. All three are None where the figure does not exist."""

    median: float | None
    """Median of the draws."""
    low: float | None
    """Lower end of the central 90 % interval."""
    high: float | None
    """Upper end of the central 90 % interval."""


class TimedEstimate(Estimate):
    """An uncertain figure of a time."""

    time: str
    """`2001-03`, `2001-Q1`, `2001`, or `2021-2025` where years are pooled."""


def series_rows(name: str, series: Sequence[TimedEstimate]) -> list[Row]:
    """A series as rows of a table."""
    return [
        {"output": name, "time": at.time, "median": at.median, "low": at.low, "high": at.high}
        for at in series
    ]


class Outcomes(Record):
    """Where people are at a route's horizon; the shares of each draw add up to 1."""

    dead: Estimate
    """Dead."""
    returned: Estimate
    """Sent back: in custody or returned."""
    limbo: Estimate
    """On the way, in hiding or detained."""
    safe: Estimate
    """In a place of safety."""


class Convergence(Record):
    """Whether a fit may be relied on."""

    converged: bool
    """R-hat below 1.01, both effective sample sizes at least 400, and no divergence."""
    max_rhat: Diagnostic
    """Largest R-hat of a parameter."""
    min_bulk_ess: Diagnostic
    """Smallest effective sample size of the bulk, draws."""
    min_tail_ess: Diagnostic
    """Smallest effective sample size of the tails, draws."""
    divergences: int
    """Divergent transitions after warm-up."""
    seconds: float
    """Time that sampling took, seconds."""
    chains: int
    """Chains."""
    draws: int
    """Draws of each chain."""


class Provenance(Record):
    """What a fit depends on."""

    model_hash: str
    """SHA-256 of what was fitted: the model as it stood, a change in Python included."""
    evidence_hash: str
    """SHA-256 of the evidence rows, the user's own included."""
    source_hash: str
    """SHA-256 of the package's sources that made the fit."""
    version: str
    """Version of the package."""
    seed: int
    """Seed of every random choice."""
    run: str
    """Name of the run's folder."""
