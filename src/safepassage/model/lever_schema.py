"""What a lever is: something that money buys and that protects people, declared in data.

A lever acts on what a scenario may change, but only where money can: places (a capacity), hazards
and odds. What a unit costs and what it does are parameters with priors of their own.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from safepassage.model.schema import Parameter
from safepassage.model.schema.declaration import (
    Declaration,
    Month,
    Name,
    Names,
    Number,
    Product,
    Text,
)
from safepassage.model.schema.marks import FIXED, Factors, Ref

Amount = Annotated[Product, Factors(*FIXED, among=FIXED)]
"""Numbers and parameters."""

ACTS_ON = ("capacity", "hazard", "odds")
"""Kinds of things that a lever may act on, as in `scenarios.TARGETS`."""


class Act(Declaration):
    """One thing that a lever does: `adds` places, or `removes` or `raises` with a `reach`.

    With x units a year, a capacity grows by `adds * x`; a hazard or the odds are multiplied by
    1 - removes * (1 - exp(-x / reach)), or by 1 + raises * (1 - exp(-x / reach)).
    """

    capacity: Annotated[Names, Ref("saturating feedbacks")] = ()
    hazard: Annotated[Names, Ref("transitions with a hazard")] = ()
    odds: Annotated[Names, Ref("outcomes", "transitions with odds")] = ()
    adds: Amount | None = None
    """Persons of capacity for each unit a year."""
    removes: Amount | None = None
    """Share of a hazard, or of the odds, that is removed at the very most."""
    raises: Amount | None = None
    """How much is added at the very most, as a share of what was there."""
    reach: Amount | None = None
    """Units a year that do 63 % of the most."""

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Kind and name of everything that it acts on."""
        return [(kind, name) for kind in ACTS_ON for name in getattr(self, kind)]


class Lever(Declaration):
    """Something that money buys, by the unit, for a year."""

    title: Text
    reason: Text
    """How it protects, and what is taken for granted."""
    unit: Text
    """What one unit is, in words: one unit a year is one such thing for a year."""
    cost: Amount
    """USD per unit."""
    most: Number
    """Units a year that could be bought at the very most."""
    acts: tuple[Act, ...]
    start: Month | None = Field(default=None, alias="from")
    """First month in which it acts; the plan's first unless given."""

    @property
    def effects(self) -> tuple[str, ...]:
        """Names of the parameters that say what it does."""
        products = [p for a in self.acts for p in (a.adds, a.removes, a.raises, a.reach) if p]
        return tuple(dict.fromkeys(i for p in products for i in p if isinstance(i, str)))


class LeverSet(Declaration):
    """What a file of levers holds."""

    parameters: dict[Name, Parameter] = Field(default_factory=dict[str, Parameter])
    """Costs and effects; the model's own parameters may be named beside them."""
    levers: dict[Name, Lever] = Field(default_factory=dict[str, Lever])
