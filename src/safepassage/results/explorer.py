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
    """Title, in the model's language."""
    article_position: int
    """Place in the article's countdown."""
    denominator: str
    """Of whom the outcomes are shares."""
    mode: str = ""
    """How people travel."""
    horizon_months: int
    """When outcomes are counted, months after setting out."""
    caveat: str = ""
    """What a reader must know before using the route's figures; empty where there is nothing."""
    path: tuple[str, ...]
    """Ids of the places that it leads through."""
    pooled_years: int
    """Years over which its figures are pooled."""


class Place(Text):
    """A country, a sea or a border as a whole."""

    title: str
    """Title, in the model's language."""
    kind: str
    """`country`, `sea` or another kind that the model names."""
    longitude: float
    """Of its mark on the map, degrees east."""
    latitude: float
    """Of its mark on the map, degrees north."""


class QuantityText(Text):
    """What is counted."""

    title: str
    """Title, in the model's language."""


class OutputText(Text):
    """A series that the model declares."""

    title: str
    """Title, in the model's language."""
    quantity: str
    """Name of the quantity."""
    unit: str
    """Unit of its figures."""
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
    """Title, in the model's language."""
    reporting: ReportingText
    """How its figures are reported."""


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
    """Licences of the data, in sentences."""


class Calendar(Record):
    """The months that the model covers, each `YYYY-MM`."""

    start: str
    """First month."""
    end: str
    """Last month."""
    as_of: str
    """Month of the answers."""


class ScenarioText(Record):
    """A scenario that may be compared."""

    id: str
    """Name."""
    title: str
    """Title, in the model's language."""
    reason: str
    """Why it is asked, in a sentence."""
    comparison_of_harm: bool
    """Whether it says what a harmful practice costs."""
    first_change: str
    """First month that differs, `YYYY-MM`."""


class SliderText(Record):
    """A factor that a reader may move."""

    id: str
    """Name."""
    title: str
    """Title, in the model's language."""
    reason: str
    """Why it is asked, in a sentence."""
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
    """Name."""
    title: str
    """Title, in the model's language."""
    summary: str
    """What the model is, in sentences."""
    ways: dict[str, RouteText]
    """By name."""
    places: dict[str, Place]
    """By id."""
    harms: dict[str, Harm]
    """By name."""
    quantities: dict[str, QuantityText]
    """By name."""
    outputs: dict[str, OutputText]
    """By name."""
    channels: dict[str, ChannelText]
    """By name."""
    report: ReportText
    """What the report shows and says."""
    calendar: Calendar
    """The months that the model covers."""
    dates: tuple[str, ...]
    """Months of the stored rankings, `YYYY-MM`."""
    sexes: tuple[str, ...]
    """Of the stored rankings: `all`, and values of the groups' attribute `sex`."""
    scenarios: tuple[ScenarioText, ...]
    """Scenarios that may be compared."""
    sliders: tuple[SliderText, ...]
    """Factors that a reader may move."""
    texts: dict[str, dict[str, str]]
    """By language: English text to its translation."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""
    citation: Citation
    """How to cite the run."""


class SeriesData(Record):
    """Every series over time."""

    outputs: dict[str, tuple[TimedEstimate, ...]]
    """By name."""
    flows: dict[str, tuple[TimedEstimate, ...]]
    """By route: people who set out, per year."""
    channels: dict[str, Channel]
    """By name."""
    compared: tuple[PublishedComparison, ...]
    """Series beside every published estimate."""


class ParameterReference(Record):
    """A parameter that carries part of an answer's uncertainty."""

    name: str
    """Name of the parameter."""
    share: float | None
    """Squared correlation with the answer, 0 to 1; None for the parameter itself."""


class TraceSummary(Record):
    """Where an answer comes from, by names that other parts spell out."""

    kind: str
    """`way`, `parameter`, `channel` or `output`."""
    title: str
    """Title, in the model's language."""
    informed_by: str
    """What it is based on, in words."""
    parameters: tuple[ParameterReference, ...]
    """By name."""
    evidence: tuple[str, ...]
    """Ids of evidence rows."""


class ExplorerData(Record):
    """Everything that is shown before anything is simulated."""

    model: ModelText
    """The model's texts."""
    region: dict[str, Any]
    """Outlines as GeoJSON, as the model gives them; empty where it gives none."""
    rankings: tuple[Ranking, ...]
    """The leading one first."""
    losses: dict[str, tuple[Loss, ...]]
    """By route: the steps at which people are lost, largest share first."""
    series: SeriesData
    """Every series over time."""
    forecast: Forecast
    """The next years."""
    parameters: dict[str, Parameter]
    """By name."""
    evidence: tuple[EvidenceRow, ...]
    """Every row that something is based on."""
    checks: FitChecks
    """What the fit cannot reconcile, and what its answers depend on."""
    traces: dict[str, TraceSummary]
    """By name of a route, parameter, channel or output."""
