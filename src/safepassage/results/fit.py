"""What a fit gives: parameters, channels, outputs, checks."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import (
    END,
    OMITTED_IF_NONE,
    START,
    Diagnostic,
    Record,
    Result,
    Row,
)
from safepassage.results.parts import Convergence, Estimate, Provenance, TimedEstimate
from safepassage.results.screen import counted

Scalar = str | int | float | bool | None
"""A plain value of JSON."""


class Parameter(Record):
    """A declared parameter before and after the fit."""

    title: str
    """Title of the parameter."""
    unit: str
    """Unit of its priors and posteriors."""
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
    rhat: Diagnostic
    """R-hat."""
    bulk_ess: Diagnostic
    """Effective sample size of the bulk, draws."""
    tail_ess: Diagnostic
    """Effective sample size of the tails, draws."""


class ChannelRow(Record):
    """A published figure, or several added up, beside its posterior predictive distribution."""

    quantity: str
    """Name of the quantity."""
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
    """Title of the series."""
    kind: str
    """How the figures are reported, such as `count` or `lower_bound`."""
    rows: tuple[ChannelRow, ...]
    """In order of time."""
    tension: float
    """Root mean square of the rows' tensions; about 1 is what chance gives."""


class Tension(ChannelRow):
    """A published figure that the model cannot reconcile."""

    channel: str
    """Name of its channel."""


class ContradictingFigure(Record):
    """One of two published figures that cannot both hold."""

    channel: str
    """Name of its channel."""
    start: str = START
    """First month, `YYYY-MM`."""
    end: str = END
    """Last month, `YYYY-MM`."""
    value: float
    """As published."""
    low: float | None
    """Lower end of the published interval."""
    high: float | None
    """Upper end of the published interval."""
    evidence: tuple[str, ...]
    """Ids of the evidence rows."""


class Contradiction(Record):
    """Two published figures of one quantity that differ by more than their reports allow."""

    quantity: str
    """Name of the quantity."""
    distance: float
    """In standard deviations of the difference."""
    figures: tuple[ContradictingFigure, ...]
    """Two of them."""


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
    """`data-driven`, `mixed`, `prior-driven` or `assumed`."""
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
    k_hat: Diagnostic
    """Pareto k-hat of the weights that were no guide."""
    acceptance: float
    """Mean acceptance rate, 0 to 1."""
    divergences: int
    """Divergent transitions after warm-up."""
    max_rhat: Diagnostic
    """Largest R-hat of a parameter."""
    min_ess: Diagnostic
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


class ComparedPart(Record):
    """A part of an output: the people of one group, or with a length of stay."""

    name: str
    """Of the quantity, or of the memory."""
    title: str
    """Title of the quantity, or of the memory."""
    by: str
    """An attribute of the groups, or `length of stay`."""
    value: str
    """The attribute's value, or the length of stay in words."""
    series: tuple[TimedEstimate, ...]
    """In the output's unit."""


class PublishedFigure(Record):
    """A published figure of a quantity, with what the model says of the same months."""

    evidence: str
    """Id of the evidence row."""
    start: str = START
    """First month, `YYYY-MM`."""
    end: str = END
    """Last month, `YYYY-MM`."""
    value: float | None
    """As published; None where only an end of its range was."""
    low: float | None
    """Lower end of the published range."""
    high: float | None
    """Upper end of the published range."""
    grade: str
    """`A` (a register) to `D` (hearsay)."""
    group: str
    """Of whom it is, as the row says."""
    note: str
    """Note of the row."""
    used_by: str | None
    """The channel or the prior that is based on it; None where nothing is."""
    source_title: str
    """Title of the source."""
    source_publisher: str
    """Publisher of the source."""
    source_year: int | None
    """Year of the source."""
    source_url: str | None
    """Address of the source."""
    model: Estimate | None
    """The model's figure of the same months; None outside its years."""
    verdict: str
    """`agrees`, `published is higher`, `published is lower`, or `outside the model's years`."""

    @property
    def time(self) -> str:
        """Its year, or its first and last year: `2003-2004`."""
        return "-".join(dict.fromkeys((self.start[:4], self.end[:4])))


class PublishedComparison(Record):
    """An output beside every published figure of its quantity."""

    output: str
    """Name of the output."""
    title: str
    """Title of the output."""
    unit: str
    """Unit of its series and figures."""
    per: str
    """`month`, `quarter` or `year`."""
    informed_by: str
    """What the output is based on, in words."""
    series: tuple[TimedEstimate, ...]
    """In the output's unit."""
    parts: tuple[ComparedPart, ...]
    """By group and by length of stay."""
    published: tuple[PublishedFigure, ...]
    """In order of time."""


class Prior(Record):
    """A declared prior, by its central 90 % interval."""

    kind: str
    """`lognormal`, `probability` or `normal`."""
    low: float
    """In the parameter's unit."""
    high: float
    """In the parameter's unit."""


class FitInputs(Record):
    """What a fit was made from: stored with the run, so that two runs can be compared."""

    priors: dict[str, Prior]
    """By name of the parameter."""
    rows: dict[str, str]
    """Hash of each evidence row and of the observations that cite it, by the row's id."""
    settings: dict[str, Scalar]
    """Settings of the sampler; `stages.0.length` is the length of the first stage."""


class FitSummary(Result):
    """A posterior in figures."""

    fit: Convergence
    """Whether it may be relied on."""
    parameters: dict[str, Parameter]
    """By name."""
    channels: dict[str, Channel]
    """By name."""
    outputs: dict[str, tuple[TimedEstimate, ...]]
    """Series by name: of whole people, so that intervals include chance."""
    provenance: Provenance
    """What it depends on."""
    checks: FitChecks | None = OMITTED_IF_NONE
    """What the fit cannot reconcile; None where it was not requested."""
    compared: tuple[PublishedComparison, ...] | None = OMITTED_IF_NONE
    """Outputs beside published estimates; None where they were not requested."""

    index: ClassVar = ("parameter",)

    def headline(self) -> str:
        """Convergence, and how much there is."""
        state = "converged" if self.fit.converged else "NOT converged"
        return (
            f"Fit {self.provenance.run}, {state}: {counted(len(self.parameters), 'parameter')}, "
            f"{counted(len(self.channels), 'channel')}, {counted(len(self.outputs), 'output')}."
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
