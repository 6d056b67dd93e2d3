"""What may come: series past the end of the fit, and what a planner needs by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from safepassage.results.base import OMITTED_IF_NONE, START, Record, Result, Row
from safepassage.results.parts import Convergence, Estimate, Provenance, TimedEstimate
from safepassage.results.screen import counted


class Quantiles(TimedEstimate):
    """An uncertain figure of a time, with two central intervals."""

    low_50: float | None
    """Lower end of the central 50 % interval."""
    high_50: float | None
    """Upper end of the central 50 % interval."""


class ForecastPoint(Quantiles):
    """A year of a series, of whole people, so that intervals include chance."""

    forecast: bool
    """Whether the year lies after the fitted calendar."""


class PlacesNeeded(Quantiles):
    """People in the fullest month of a year."""

    enough_50: float
    """Places that suffice in that month with probability 50 %."""
    enough_90: float
    """Places that suffice in that month with probability 90 %."""


class PlannedSeries(Record):
    """An output by month."""

    title: str
    """Title of the output."""
    unit: str
    """Unit of the output."""
    rows: tuple[Quantiles, ...]
    """One for each month of the forecast, in the output's unit."""


class PlannerView(Result):
    """What a planner needs, by month of the forecast."""

    start: str = START
    """First month, `YYYY-MM`."""
    flows: dict[str, PlannedSeries]
    """By output: events in each month."""
    stocks: dict[str, PlannedSeries]
    """By output: mean number of people in each month."""
    places: dict[str, tuple[PlacesNeeded, ...]]
    """By output of `stocks`: its fullest month in every year."""

    index: ClassVar = ("output", "time")

    def headline(self) -> str:
        """How many outputs, and from when."""
        return (
            f"By month from {self.start}: {counted(len(self.flows), 'flow')} and "
            f"{counted(len(self.stocks), 'stock')}; "
            "attribute places has the fullest month of every year."
        )

    def rows(self) -> list[Row]:
        """One row for each output and month."""
        return [
            quantile_row(name, at, {"kind": kind, "unit": one.unit})
            for kind, group in (("flow", self.flows), ("stock", self.stocks))
            for name, one in group.items()
            for at in one.rows
        ]


class PolicyBreak(Record):
    """A month in which policies passed into another era."""

    time: str
    """Month, `YYYY-MM`."""
    policies: tuple[str, ...]
    """Names of the policies that changed together."""


class PolicyBreaks(Record):
    """How policies changed in the fitted calendar."""

    dates: tuple[PolicyBreak, ...]
    """All of them, in the order of time."""
    years: float
    """Length of the fitted calendar, years."""
    per_year: Estimate
    """Rate at which such dates come in the forecast, per year."""
    never_changed: tuple[str, ...]
    """Names of the policies that did not change."""


class Forecast(Result):
    """Series of the outputs by year, from the last fitted years to the horizon."""

    last_fitted: str
    """Last month of the fitted calendar, `YYYY-MM`."""
    to: int
    """Last year of the forecast."""
    policies: str
    """`may change`, or `stay`."""
    assumptions: tuple[str, ...]
    """What is taken for granted, in sentences."""
    outputs: dict[str, tuple[ForecastPoint, ...]]
    """By output that is declared by year: its series from two years before the fit's end."""
    breaks: PolicyBreaks | None = OMITTED_IF_NONE
    """How policies changed in the past; None where they stay."""
    planner: PlannerView | None = OMITTED_IF_NONE
    """What is needed by month, where it was requested."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""

    index: ClassVar = ("output", "time")

    def headline(self) -> str:
        """How many outputs, from when to when, and under which policies."""
        state = "" if self.fit.converged else " from a fit that has NOT converged"
        return (
            f"{counted(len(self.outputs), 'output')} by year{state}: fitted to "
            f"{self.last_fitted}, forecast to {self.to}; policies {self.policies}."
        )

    def rows(self) -> list[Row]:
        """One row for each output and year."""
        return [
            quantile_row(name, at, {"forecast": at.forecast})
            for name, series in self.outputs.items()
            for at in series
        ]


def quantile_row(output: str, at: Quantiles, more: Mapping[str, str | bool]) -> Row:
    """A time of a series as a row of a table."""
    return {
        "output": output, "time": at.time, "median": at.median, "low": at.low, "high": at.high,
        "low_50": at.low_50, "high_50": at.high_50, **more,
    }  # fmt: skip
