"""What may be asked of the server, and the one shape of its errors."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Named = Annotated[str, Field(min_length=1, max_length=80)]
Weight = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False, strict=True)]
Size = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False, strict=True)]


class Query(BaseModel):
    """A request: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RankQuery(Query):
    """The ways ranked by the reader's own weights of the harms."""

    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    sex: Named = "all"
    weights: Annotated[dict[Named, Weight], Field(max_length=64)] = {}
    """Weight by harm; all weightings alike where there are none."""


class CompareQuery(Query):
    """A what-if: one of the model's scenarios, or sliders of one's own."""

    scenario: Named | None = None
    sliders: Annotated[dict[Named, Size], Field(max_length=64)] | None = None
    """How many times as much, by slider."""
    intervals: Annotated[bool, Field(strict=True)] = True
    """Whether the answer with intervals is to follow the one at the posterior's median."""


class FaultShape(BaseModel):
    """One thing wrong, and what to do."""

    file: str
    line: int
    field: str
    message: str


class Faults(BaseModel):
    """What every error looks like."""

    faults: list[FaultShape]


class Health(BaseModel):
    """Whether the server is well."""

    status: str
    engine: str
    """`none`, `cold`, `warming`, `warm` or `failed`."""
    waiting: int
    """What-ifs that wait or are being answered."""
    version: str
