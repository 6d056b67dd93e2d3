"""What drives people: parameters with priors, and factors over time and between groups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from safepassage.model.schema.declaration import (
    Declaration,
    Evidence,
    ForAll,
    GroupFilter,
    Month,
    Name,
    Names,
    Number,
    Part,
    States,
    Text,
)
from safepassage.model.schema.marks import EvidenceIds, Ref

Attribute = Annotated[str, Ref("attributes")]
ParameterName = Annotated[str, Ref("parameters")]


class Prior(Declaration):
    """A prior by its central 90 % interval.

    `lognormal` for positive quantities, `probability` (logit-normal) for shares, `normal` for
    elasticities and logarithms.
    """

    kind: Literal["lognormal", "probability", "normal"]
    low: float
    high: float


class Parameter(Declaration):
    """An uncertain number; its prior is based on evidence rows or says that it is assumed."""

    title: Text
    unit: Text
    prior: Prior
    evidence: Evidence = ()
    assumed: Text | None = None
    """Why the prior is what it is, where no evidence row supports it."""
    note: Text | None = None


class SeasonWindow(Declaration):
    """Months in which a factor holds."""

    months: tuple[Annotated[int, Field(ge=1, le=12)], ...]
    factor: Part


class Season(Declaration):
    """A factor by month of the year: twelve numbers, or windows; elsewhere the factor is 1."""

    title: Text
    months: tuple[Number, ...] | None = None
    windows: dict[Name, SeasonWindow] | None = None
    evidence: Evidence = ()


class Era(Declaration):
    """A dated span in which a policy multiplies what it acts on."""

    start: Month = Field(alias="from")
    end: Month | None = Field(default=None, alias="to")
    """Last month, included; without it, until the next era or the end of the calendar."""
    factor: Part
    evidence: Annotated[Names, EvidenceIds(serves=False)] = ()
    note: Text | None = None


class Policy(Declaration):
    """A factor by dated era; 1 outside all eras."""

    title: Text
    eras: dict[Name, Era] = Field(min_length=1)


class Contrast(Declaration):
    """A factor by one attribute of the group; values not named have factor 1."""

    title: Text
    by: Attribute
    values: dict[str, ForAll]


class Trend(Declaration):
    """A factor that runs log-linearly between knots at the first of January; flat outside."""

    title: Text
    knots: dict[Annotated[int, Field(ge=1900, le=2100)], Part] = Field(min_length=1)


class Innovation(Declaration):
    """Yearly departures from what the mechanisms explain, with a declared size."""

    title: Text
    kind: Literal["independent", "random_walk"]
    scale: float = Field(gt=0, le=2)
    """Standard deviation of one year's step on the log scale."""
    by: Attribute | None = None
    """A group attribute that has innovations of its own."""
    start: int = Field(alias="from")
    end: int = Field(alias="to")


class Covariate(Declaration):
    """A factor read from a column of yearly figures, interpolated log-linearly between years."""

    title: Text
    file: str
    column: str = "value"
    unit: Text


class Response(Declaration):
    """(driver / reference) ** elasticity: how attempts answer a price."""

    title: Text
    driver: Annotated[str, Ref("trends", "covariates")]
    """Name of a trend or a covariate."""
    reference: float = Field(gt=0)
    elasticity: ParameterName
    """Name of a parameter with a `normal` prior, or a negated `lognormal` one by `sign`."""
    sign: Literal[-1, 1] = 1


class Feedback(Declaration):
    """A factor that depends on how many people are in given states at the start of a step.

    `saturating`: 1 / (1 + (load / capacity) ** sharpness). `proportional`: the load itself.
    """

    title: Text
    kind: Literal["saturating", "proportional"]
    states: States
    same: Annotated[Names, Ref("attributes")] = ()
    """Group attributes that must match between the people who act and those who load."""
    groups: GroupFilter = {}
    capacity: ForAll = (1.0,)
    sharpness: float = Field(default=1.0, gt=0, le=12)
