"""A whole model folder."""

from __future__ import annotations

from pydantic import Field

from safepassage.model.schema.declaration import (
    Declaration,
    Grade,
    Month,
    Name,
    Number,
    Text,
)
from safepassage.model.schema.factors import (
    Contrast,
    Covariate,
    Feedback,
    Innovation,
    Parameter,
    Policy,
    Response,
    Season,
    Trend,
)
from safepassage.model.schema.journey import (
    Branch,
    Entry,
    Initial,
    Place,
    State,
    Transition,
)
from safepassage.model.schema.measures import (
    Channel,
    Memory,
    Output,
    Quantity,
)
from safepassage.model.schema.ways import (
    Harm,
    Mechanism,
    Party,
    Payment,
    Report,
    Tie,
    Way,
)


class Header(Declaration):
    """What the model is, and the calendar it runs in."""

    id: Name
    title: Text
    summary: Text = ""
    licence: str = "CC-BY-4.0"
    start: Month
    """First month of the calendar."""
    end: Month
    """Last month of the calendar, included."""
    as_of: Month
    """The date that answers are given for unless another is requested."""
    also_as_of: tuple[Month, ...] = ()


class Model(Declaration):
    """A whole model folder."""

    model: Header
    grades: dict[Grade, Number]
    """Log standard deviation that the grade of the best row adds to a prior or an estimate."""
    places: dict[Name, Place] = {}
    groups: dict[Name, dict[Name, str]] = Field(min_length=1)
    states: dict[Name, State] = Field(min_length=1)
    branches: dict[Name, Branch] = {}
    transitions: dict[Name, Transition] = {}
    entries: dict[Name, Entry] = {}
    initial: dict[Name, Initial] = {}
    parameters: dict[Name, Parameter] = {}
    seasons: dict[Name, Season] = {}
    policies: dict[Name, Policy] = {}
    contrasts: dict[Name, Contrast] = {}
    trends: dict[Name, Trend] = {}
    innovations: dict[Name, Innovation] = {}
    covariates: dict[Name, Covariate] = {}
    responses: dict[Name, Response] = {}
    feedbacks: dict[Name, Feedback] = {}
    quantities: dict[Name, Quantity] = {}
    memories: dict[Name, Memory] = {}
    outputs: dict[Name, Output] = {}
    channels: dict[Name, Channel] = {}
    payments: dict[Name, Payment] = {}
    parties: dict[Name, Party] = {}
    ties: dict[Name, Tie] = {}
    ways: dict[Name, Way] = {}
    harms: dict[Name, Harm] = {}
    mechanisms: dict[Name, Mechanism] = {}
    report: Report = Report()
