"""What-ifs: scenarios against the baseline, draw by draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import AliasChoices, Field

from safepassage.results.base import END, START, Record, Result, Row
from safepassage.results.checks.extrapolation import DistanceFromFit
from safepassage.results.parts import Convergence, Estimate, Outcomes, Provenance, TimedEstimate
from safepassage.results.screen import html_screen, text_screen

if TYPE_CHECKING:
    import polars as pl

D = TypeVar("D")
_VARIANCE_SHARE: Any = Field(
    validation_alias=AliasChoices("doubt_carried_by_estimated", "variance_share_of_estimated"),
    serialization_alias="doubt_carried_by_estimated",
)
_STORES: Any = Field(
    default_factory=dict,
    validation_alias=AliasChoices("kept", "stores"),
    serialization_alias="kept",
    exclude_if=lambda stores: not stores,
)


class ByMeasure(Record, Generic[D]):
    """Something for each measure of a what-if."""

    safe: D
    """People who reach safety."""
    returned: D
    """People who are sent back."""
    dead: D
    """People who die."""
    limbo: D
    """People on the way, in hiding or detained at the end of the last year."""
    relatives_punished: D
    """Relatives punished."""
    money_usd: D
    """Money paid, USD."""

    def items(self) -> list[tuple[str, D]]:
        """Names of the measures, and what there is for each."""
        return [(name, getattr(self, name)) for name in type(self).model_fields]


class Difference(Estimate):
    """Scenario less baseline from the same draws, summed over the years; of a stock, at the end."""

    baseline: Estimate
    """The baseline's own figure, in the measure's unit."""
    scenario: Estimate
    """The scenario's own figure, in the measure's unit."""
    share: Estimate
    """The difference over the baseline's figure."""
    label: str
    """`data-driven`, `mixed`, `prior-driven`, `assumed`, or `no difference`."""
    contraction: float
    """How far the data narrowed the difference, 0 to 1."""
    times_fitted_peak: float | None
    """The scenario's highest year over the baseline's highest of the fitted years."""
    variance_ratio: float | None
    """Variance of the difference of independent runs over that of paired runs."""
    interval_ratio: float | None
    """Width of the interval from independent runs over that from paired runs."""
    by_year: tuple[TimedEstimate, ...]
    """The difference in each year."""


class Differences(ByMeasure[Difference]):
    """The difference that a scenario makes to each measure."""


class OutcomeDifferences(Outcomes):
    """Differences in what becomes of those who set out; of the outcomes they add up to 0."""

    months_to_safety: Estimate
    """Mean time to safety of those who reach it, months."""
    cost_usd: Estimate
    """Mean payment per person who sets out, USD."""


class WayDifference(Record):
    """The difference that a scenario makes on a route."""

    title: str
    """Title of the route."""
    set_out: Estimate
    """Difference of the people who set out."""
    set_out_baseline: Estimate
    """People who set out in the baseline."""
    relatives_punished: Estimate
    """Difference of the relatives punished."""
    by_year: tuple[TimedEstimate, ...]
    """Difference of the people who set out, by year or by as many years as the route is pooled
    over."""
    as_of: str
    """Month whose conditions hold for the outcomes, `YYYY-MM`."""
    outcomes: OutcomeDifferences
    """Differences per person who sets out; of mean flows, whatever the engine."""


class WithheldWay(Record):
    """A route about which so few years say nothing."""

    title: str
    """Title of the route."""
    withheld: str
    """Why nothing is reported."""


class ChoiceRule(Record):
    """How well the rule by which people choose a route is estimated."""

    parameters: dict[str, str]
    """Label of each parameter of the rule, by name."""
    estimated: int
    """How many of them are data-driven or mixed."""
    assumed_or_prior: int
    """How many of them are prior-driven or assumed."""
    variance_share_of_estimated: float | None = _VARIANCE_SHARE
    """Share of the explained variance that estimated parameters carry, 0 to 1; None where no
    parameter of the rule explains any."""


class Diversion(Record):
    """Who takes which route instead; whoever sets out on two routes counts on both."""

    fewer: dict[str, Estimate]
    """People fewer who set out, by route that loses."""
    more: dict[str, Estimate]
    """People more who set out, by route that gains."""
    share_diverted: Estimate
    """All who are more over all who are fewer."""
    share_by_way: dict[str, Estimate]
    """Those who are more on a route over all who are fewer, by route that gains."""
    choice: ChoiceRule
    """The rule by which people choose a route."""


class ScenarioAnswer(Record):
    """The difference that a scenario makes, and how far it lies from the fit."""

    id: str
    """Name of the scenario."""
    comparison_of_harm: bool
    """Whether it says what a harmful practice costs; it is no plan then."""
    first_change: str
    """First month in which anything changes, `YYYY-MM`."""
    start: int = START
    """First year that is summed."""
    end: int = END
    """Last year that is summed."""
    differences: Differences
    """The difference to each measure."""
    ways: dict[str, WayDifference | WithheldWay]
    """By route."""
    distance: DistanceFromFit
    """How far the question lies from the fit."""


class ScenarioComparison(ScenarioAnswer):
    """A scenario against the baseline."""

    title: str
    """Title of the scenario."""
    reason: str
    """Why one would ask, and what is taken for granted."""
    diversion: Diversion | None
    """None where nobody changes from one route to another, or where more people set out."""


class LiveAnswer(ScenarioComparison):
    """A scenario against the baseline, over few draws."""

    draws: int
    """Number of posterior draws."""
    engine: str
    """`expected` (mean flows)."""


class GridAnswer(ScenarioAnswer):
    """The same for a page that has the titles and does not show the diversion."""

    draws: int
    """Number of posterior draws."""
    engine: str
    """`expected` (mean flows)."""


class TimedMedian(Record):
    """A figure of a year, without an interval."""

    time: str
    """The year."""
    median: float
    """The figure at the posterior's median."""


class MedianDifference(Record):
    """Scenario less baseline at the posterior's median, without an interval."""

    median: float
    """Summed over the years; of a stock, at the end."""
    by_year: tuple[TimedMedian, ...]
    """The difference in each year."""


class MedianDifferences(ByMeasure[MedianDifference]):
    """The difference that a scenario makes to each measure at the posterior's median."""


class MedianAnswer(Record):
    """A scenario against the baseline at the median of every parameter."""

    start: int = START
    """First year that is summed."""
    end: int = END
    """Last year that is summed."""
    differences: MedianDifferences
    """The difference to each measure."""


class RefusedAnswer(Record):
    """A question that is not answered."""

    refused: str
    """Why."""


class SliderAnswer(Record):
    """A slider at one of its positions, the others at rest."""

    value: float
    """The position: how many times as much."""
    answer: GridAnswer | RefusedAnswer | None
    """None at rest, where nothing changes."""


class WhatIfGrid(Record):
    """What-ifs that are answered in advance, for a report that runs no model."""

    draws: int
    """Posterior draws of each answer."""
    sliders: dict[str, tuple[SliderAnswer, ...]]
    """By slider, its positions in order."""
    scenarios: dict[str, GridAnswer | RefusedAnswer]
    """By scenario."""


class Comparison(Result):
    """Scenarios against the baseline, from the same draws of the past."""

    engine: str
    """`expected` (mean flows) or `counts` (whole people)."""
    draws: int
    """Number of posterior draws."""
    scenarios: tuple[ScenarioComparison, ...]
    """In the order in which they were requested."""
    notes: tuple[str, ...]
    """What every reader must know, in sentences."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""
    stores: dict[str, str] = _STORES
    """Zarr store of every draw, by scenario and for `baseline`; empty where nothing is stored."""

    index: ClassVar = ("scenario", "measure")
    units: ClassVar = {
        "share": "share of the baseline", "times_fitted_peak": "highest fitted years",
    }  # fmt: skip

    def headline(self) -> str:
        """How many scenarios, and from how many draws."""
        count = len(self.scenarios)
        flows = "mean flows" if self.engine == "expected" else "whole people"
        plural = "" if count == 1 else "s"
        return f"{count} scenario{plural} less baseline, {self.draws:,} draws of {flows}: people."

    def rows(self) -> list[Row]:
        """One row for each scenario and measure."""
        return [
            _row(scenario, measure, one)
            for scenario in self.scenarios
            for measure, one in scenario.differences.items()
        ]

    def overview(self) -> pl.DataFrame:
        """Medians in whole people, one row for each scenario."""
        import polars as pl

        table = [
            {"scenario": scenario.id}
            | {
                measure.removesuffix("_punished"): None if one.median is None else round(one.median)
                for measure, one in scenario.differences.items()
                if measure != "money_usd"
            }
            for scenario in self.scenarios
        ]
        return pl.DataFrame(table, infer_schema_length=None)

    def __repr__(self) -> str:
        return text_screen(self.headline(), self.overview())

    def _repr_html_(self) -> str:
        return html_screen(self.headline(), self.overview())


def _row(scenario: ScenarioComparison, measure: str, one: Difference) -> Row:
    return {
        "scenario": scenario.id, "measure": measure, "median": one.median, "low": one.low,
        "high": one.high, "unit": "USD" if measure == "money_usd" else "people",
        "label": one.label, "share": one.share.median, "share_low": one.share.low,
        "share_high": one.share.high, "baseline": one.baseline.median,
        "baseline_low": one.baseline.low, "baseline_high": one.baseline.high,
        "with_scenario": one.scenario.median, "with_scenario_low": one.scenario.low,
        "with_scenario_high": one.scenario.high, "contraction": one.contraction,
        "times_fitted_peak": one.times_fitted_peak, "variance_ratio": one.variance_ratio,
        "interval_ratio": one.interval_ratio, "first_year": scenario.start,
        "last_year": scenario.end, "distance": scenario.distance.verdict, "title": scenario.title,
    }  # fmt: skip
