"""How people move: places, states, branches, transitions, entries and who is there first."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from safepassage.model.schema.declaration import (
    Acting,
    Declaration,
    GroupFilter,
    Name,
    PerPerson,
    StateName,
    Target,
    Text,
)
from safepassage.model.schema.marks import Ref


class Place(Declaration):
    """A country, a sea, a province or a border as a whole; never finer than half a degree."""

    title: Text
    kind: Literal["country", "sea", "border", "province"]
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class State(Declaration):
    """A place and a status that people hold for some time."""

    title: Text
    place: Annotated[str, Ref("places")] | None = None
    outcome: Literal["dead", "returned", "limbo", "safe"]
    """How a person found here at the horizon of a way is counted."""
    groups: GroupFilter = {}
    """Which groups may be here: attribute to allowed values; empty for all."""
    phases: int = Field(default=1, ge=1, le=12)
    """Erlang phases; the transitions marked `completes` advance through them."""
    delay_months: int = Field(default=0, ge=0, le=60)
    """A fixed stay, after which the transitions split people by odds instead of hazards."""


class BranchOutcome(Declaration):
    """One outcome of a branch, chosen in proportion to its odds."""

    to: Target
    odds: Acting
    title: Text | None = None


class Branch(Declaration):
    """A split that takes no time: an hour at a border, a landing."""

    title: Text
    place: Annotated[str, Ref("places")] | None = None
    groups: GroupFilter = {}
    outcomes: dict[Name, BranchOutcome] = Field(min_length=1)


class Transition(Declaration):
    """A way out of a state, competing with the others."""

    source: StateName = Field(alias="from")
    to: Target
    hazard: Acting | None = None
    """Cause-specific hazard per year; for a state with a fixed delay give `odds` instead."""
    odds: Acting | None = None
    groups: GroupFilter = {}
    completes: bool = False
    """In a state with phases: this transition ends the sojourn and is slowed by the phases."""
    title: Text | None = None


class Entry(Declaration):
    """People who enter the system."""

    title: Text
    to: Target
    persons_per_year: Acting
    counted_at: Target | None = None
    """If set, `persons_per_year` counts those who reach this state through branches; the
    number who set out follows from the branch odds."""
    groups: GroupFilter = {}


class Initial(Declaration):
    """People who are in a state when the calendar starts."""

    state: StateName
    persons: PerPerson
    groups: GroupFilter = {}
