"""What a fit gives: parameters, channels, outputs, checks."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import END, OMITTED_IF_NONE, START, Record, Result, Row
from safepassage.results.parts import Convergence, Estimate, Provenance, TimedEstimate


class Parameter(Record):
    """A declared parameter before and after the fit."""

    title: str
    unit: str
    prior: Estimate
    """In the parameter's unit."""
    posterior: Estimate
    """In the parameter's unit."""
    contraction: float
    """1 - posterior variance / prior variance on the unconstrained scale, 0 to 1."""
    label: str
    """`data-driven`, `mixed`, `prior-driven` or `assumed`."""
    evidence: tuple[str, ...]
    """Ids of the evidence rows that the prior cites."""
    assumed: str | None
    """Why the prior cites no evidence; None where it does."""
    rhat: float
    """R-hat."""
    bulk_ess: float
    """Effective sample size of the bulk, draws."""
    tail_ess: float
    """Effective sample size of the tails, draws."""


class ChannelRow(Record):
    """A published figure, or several added up, beside its posterior predictive distribution."""

    quantity: str
    start: str = START
    """First month, `YYYY-MM`."""
    end: str = END
    """Last month, `YYYY-MM`."""
    evidence: tuple[str, ...]
    """Ids of the evidence rows."""
    observed: float
    """As published."""
    low: float | None
    """Lower end of the published interval."""
    high: float | None
    """Upper end of the published interval."""
    predicted: Estimate
    """What the model expects to see published."""
    inside: bool
    """Whether the figure lies in its predictive interval; a lower bound only from below."""
    tension: float
    """Predictive standard deviations between the figure and the predictive median."""


class Channel(Record):
    """A series of published figures beside the model."""

    title: str
    kind: str
    """How the figures are reported, such as `count` or `lower_bound`."""
    rows: tuple[ChannelRow, ...]
    tension: float
    """Root mean square of the rows' tensions; about 1 is what chance gives."""


class Tension(ChannelRow):
    """A published figure that the model cannot reconcile."""

    channel: str
    """Name of its channel."""


class ContradictingFigure(Record):
    """One of two published figures that cannot both hold."""

    channel: str
    start: str = START
    """First month, `YYYY-MM`."""
    end: str = END
    """Last month, `YYYY-MM`."""
    value: float
    low: float | None
    high: float | None
    evidence: tuple[str, ...]
    """Ids of the evidence rows."""


class Contradiction(Record):
    """Two published figures of one quantity that differ by more than their reports allow."""

    quantity: str
    distance: float
    """In standard deviations of the difference."""
    figures: tuple[ContradictingFigure, ...]


class Shift(Estimate):
    """Where an answer goes when a channel is left out or a prior is wider."""

    name: str
    """Of the channel or the parameter."""
    shift: float
    """In posterior standard deviations of the answer."""
    width_ratio: float
    """Width of the new interval over the old one."""
    k_hat: float | None
    """Pareto k-hat of the importance weights; None where the answer was sampled again."""
    refitted: bool
    """Whether it was sampled again, instead of reweighted."""


class Shifts(Record):
    """The changes that move an answer most."""

    most: tuple[Shift, ...]
    """By more than the noise of the draws, largest first."""
    untold: tuple[str, ...]
    """Names whose importance weights are no guide (k-hat above 0.7)."""


class HeadlineSensitivity(Estimate):
    """A headline answer and what moves it."""

    contraction: float
    """How far the data narrowed the answer, 0 to 1."""
    label: str
    without_channel: Shifts
    """Without one channel of figures."""
    with_wider_prior: Shifts
    """With one prior 1.25 times as wide."""


class RefitQuality(Record):
    """How well a change was sampled again."""

    kind: str
    """`without_channel` or `with_wider_prior`."""
    name: str
    """Of the channel or the parameter."""
    k_hat: float
    """Pareto k-hat of the weights that were no guide."""
    acceptance: float
    """Mean acceptance rate, 0 to 1."""
    divergences: int
    max_rhat: float
    """Largest R-hat of a parameter."""
    min_ess: float
    """Smallest effective sample size of the bulk, draws."""
    seconds: float
    """Time that sampling took, seconds."""


class FitChecks(Record):
    """What a fit cannot reconcile, and what its answers depend on."""

    tension: tuple[Tension, ...]
    """Published figures outside or far from what the model expects, worst first."""
    contradictions: tuple[Contradiction, ...]
    """Pairs of published figures that cannot both hold, worst first."""
    answers: dict[str, HeadlineSensitivity]
    """By name: `WAY.OUTCOME`, or an output of the report."""


class FitSummary(Result):
    """A posterior in figures."""

    fit: Convergence
    parameters: dict[str, Parameter]
    """By name."""
    channels: dict[str, Channel]
    """By name."""
    outputs: dict[str, tuple[TimedEstimate, ...]]
    """Series by name: of whole people, so that intervals include chance."""
    provenance: Provenance
    checks: FitChecks | None = OMITTED_IF_NONE
    """Where they were requested."""

    index: ClassVar = ("parameter",)

    def headline(self) -> str:
        """Convergence, and how much there is."""
        state = "converged" if self.fit.converged else "NOT converged"
        return (
            f"Fit {self.provenance.run}, {state}: {len(self.parameters)} parameters, "
            f"{len(self.channels)} channels, {len(self.outputs)} outputs."
        )

    def rows(self) -> list[Row]:
        """One row for each parameter."""
        return [parameter_row(name, one) for name, one in self.parameters.items()]


def parameter_row(name: str, one: Parameter) -> Row:
    """A parameter as a row of a table."""
    return {
        "parameter": name, "median": one.posterior.median, "low": one.posterior.low,
        "high": one.posterior.high, "unit": one.unit, "label": one.label,
        "contraction": one.contraction, "prior_median": one.prior.median,
        "prior_low": one.prior.low, "prior_high": one.prior.high, "rhat": one.rhat,
    }  # fmt: skip


def channel_rows(name: str, channel: Channel) -> list[Row]:
    """A channel's figures as rows of a table."""
    return [
        {
            "channel": name, "from": row.start, "to": row.end, "quantity": row.quantity,
            "observed": row.observed, "predicted": row.predicted.median,
            "predicted_low": row.predicted.low, "predicted_high": row.predicted.high,
            "inside": row.inside, "tension": row.tension,
        }
        for row in channel.rows
    ]  # fmt: skip
