"""What the report and the explorer show, as one record: the data behind every figure of theirs."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from safepassage.results.base import START, Record
from safepassage.results.fit import Channel, FitChecks, Parameter, PublishedComparison
from safepassage.results.forecast import Forecast
from safepassage.results.parts import Convergence, Provenance, TimedEstimate
from safepassage.results.ranking import Harm, Loss, Ranking
from safepassage.results.trace import EvidenceRow


class Text(Record):
    """Part of a model's declarations as the page shows it; what it does not show is left out."""

    model_config = ConfigDict(extra="ignore")


class RouteText(Text):
    """A route as the model declares it."""

    title: str
    article_position: int
    """Place in the article's countdown."""
    denominator: str
    """Of whom the outcomes are shares."""
    mode: str = ""
    horizon_months: int
    """When outcomes are counted, months after setting out."""
    caveat: str = ""
    path: tuple[str, ...]
    """Ids of the places that it leads through."""
    pooled_years: int
    """Years over which its figures are pooled."""


class Place(Text):
    """A country, a sea or a border as a whole."""

    title: str
    kind: str
    """`country`, `sea` or another kind that the model names."""
    longitude: float
    """Of its mark on the map, degrees east."""
    latitude: float
    """Of its mark on the map, degrees north."""


class QuantityText(Text):
    """What is counted."""

    title: str


class OutputText(Text):
    """A series that the model declares."""

    title: str
    quantity: str
    unit: str
    per: str
    """`month`, `quarter` or `year`."""
    pooled_years: int
    """Years over which its figures are pooled."""
    informed_by: str
    """What the series is based on, in words."""


class ReportingText(Text):
    """How figures are reported."""

    kind: str
    """Such as `count` or `lower_bound`."""


class ChannelText(Text):
    """A series of published figures."""

    title: str
    reporting: ReportingText


class ReportText(Text):
    """What the model's report shows and says."""

    channels: tuple[str, ...]
    """Names of the channels that are drawn."""
    outputs: tuple[str, ...]
    """Names of the outputs that are drawn."""
    limits: tuple[str, ...]
    """Limits of the model, in sentences."""
    protection: tuple[str, ...]
    """What is withheld and why, in sentences."""
    data_licences: tuple[str, ...]


class Calendar(Record):
    """The months that the model covers, each `YYYY-MM`."""

    start: str
    end: str
    as_of: str
    """Month of the answers."""


class ScenarioText(Record):
    """A scenario that may be compared."""

    id: str
    title: str
    reason: str
    comparison_of_harm: bool
    """Whether it says what a harmful practice costs."""
    first_change: str
    """First month that differs, `YYYY-MM`."""


class SliderText(Record):
    """A factor that a reader may move."""

    id: str
    title: str
    reason: str
    start: str = START
    """First month in which it acts, `YYYY-MM`."""
    least: float
    """Least factor; 1 changes nothing."""
    most: float
    """Largest factor."""


class Citation(Record):
    """How to cite the run."""

    as_of: str
    """Month of the answers, `YYYY-MM`."""
    version: str
    """Version of the package."""
    hash: str
    """First digits of the model's hash."""
    text: str
    """The citation in one sentence."""


class ModelText(Record):
    """The model's texts, and everything that a request may name."""

    id: str
    title: str
    summary: str
    ways: dict[str, RouteText]
    places: dict[str, Place]
    harms: dict[str, Harm]
    quantities: dict[str, QuantityText]
    outputs: dict[str, OutputText]
    channels: dict[str, ChannelText]
    report: ReportText
    calendar: Calendar
    dates: tuple[str, ...]
    """Months of the stored rankings, `YYYY-MM`."""
    sexes: tuple[str, ...]
    """Of the stored rankings: `all`, and values of the groups' attribute `sex`."""
    scenarios: tuple[ScenarioText, ...]
    sliders: tuple[SliderText, ...]
    texts: dict[str, dict[str, str]]
    """By language: English text to its translation."""
    fit: Convergence
    provenance: Provenance
    citation: Citation


class SeriesData(Record):
    """Every series over time."""

    outputs: dict[str, tuple[TimedEstimate, ...]]
    flows: dict[str, tuple[TimedEstimate, ...]]
    """By route: people who set out, per year."""
    channels: dict[str, Channel]
    compared: tuple[PublishedComparison, ...]
    """Series beside every published estimate."""


class ParameterReference(Record):
    """A parameter that carries part of an answer's uncertainty."""

    name: str
    share: float | None
    """Squared correlation with the answer, 0 to 1; None for the parameter itself."""


class TraceSummary(Record):
    """Where an answer comes from, by names that other parts spell out."""

    kind: str
    """`way`, `parameter`, `channel` or `output`."""
    title: str
    informed_by: str
    parameters: tuple[ParameterReference, ...]
    evidence: tuple[str, ...]
    """Ids of evidence rows."""


class ExplorerData(Record):
    """Everything that is shown before anything is simulated."""

    model: ModelText
    region: dict[str, Any]
    """Outlines as GeoJSON, as the model gives them; empty where it gives none."""
    rankings: tuple[Ranking, ...]
    """The leading one first."""
    losses: dict[str, tuple[Loss, ...]]
    """By route: the steps at which people are lost, largest share first."""
    series: SeriesData
    forecast: Forecast
    parameters: dict[str, Parameter]
    evidence: tuple[EvidenceRow, ...]
    checks: FitChecks
    traces: dict[str, TraceSummary]
    """By name of a route, parameter, channel or output."""
