"""What a what-if is: dated changes of a model's numbers, declared in data.

A scenario changes how fast, how likely, how many, at what price; it never renames what is there.
Whatever keeps its name keeps its random numbers, so that a scenario and the
baseline differ by the change.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from safepassage.model.schema import Model, Transition
from safepassage.model.schema.declaration import (
    Declaration,
    GroupFilter,
    Month,
    Name,
    Names,
    Number,
    Product,
    StateName,
    Target,
    Text,
)
from safepassage.model.schema.marks import FIXED, FOR_A_GROUP, Factors, Ref

TARGETS = (
    "policy", "season", "trend", "covariate", "hazard", "odds", "entry", "capacity", "payment",
    "relatives",
)  # fmt: skip
"""Kinds of things that a change may be of."""
FACTOR_SECTIONS = {
    "policy": "policies", "season": "seasons", "trend": "trends", "covariate": "covariates",
}  # fmt: skip
"""Kinds that are factors, and the model's section that declares them."""


class Change(Declaration):
    """From one month to another something is multiplied, set, or taken as in another month."""

    policy: Annotated[Names, Ref("policies")] = ()
    season: Annotated[Names, Ref("seasons")] = ()
    trend: Annotated[Names, Ref("trends")] = ()
    """A price level, or any other trend."""
    covariate: Annotated[Names, Ref("covariates")] = ()
    """Yearly figures, such as how many people are abroad."""
    hazard: Annotated[Names, Ref("transitions with a hazard")] = ()
    """Transitions with a hazard."""
    odds: Annotated[Names, Ref("outcomes", "transitions with odds")] = ()
    """`branch.outcome`s, such as a host's protection, or transitions with odds."""
    entry: Annotated[Names, Ref("entries")] = ()
    """How many set out."""
    capacity: Annotated[Names, Ref("saturating feedbacks")] = ()
    """Saturating feedbacks: places, beds, flights."""
    payment: Annotated[Names, Ref("payments")] = ()
    relatives: Annotated[Names, Ref("ways that harm relatives")] = ()
    """Ways: relatives punished per departure."""
    start: Month = Field(alias="from")
    end: Month | None = Field(default=None, alias="to")
    """Last month, included; without it, to the end of the calendar."""
    multiply: Number | None = None
    value: Annotated[Product, Factors(*FIXED, among=FIXED)] | None = Field(
        default=None, alias="set"
    )
    """Numbers and parameters, whose product takes the place of what was there."""
    as_in: Month | None = None
    """A month of the calendar whose value is taken."""
    window: str | None = None
    """With `months`: a season's window that falls in other months."""
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] | None = None

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Kind and name of everything that changes."""
        return [(kind, name) for kind in TARGETS for name in getattr(self, kind)]


class Opening(Declaration):
    """An exit that the model does not have, between states that it has."""

    title: Text
    source: StateName = Field(alias="from")
    to: Target
    hazard: Annotated[Product, Factors(*FOR_A_GROUP, among=FOR_A_GROUP)]
    """Per year, while the exit is open; of the model's own parameters and factors, and numbers."""
    groups: GroupFilter = Field(default_factory=dict[str, Names])
    start: Month = Field(alias="since")
    end: Month | None = Field(default=None, alias="until")


class Scenario(Declaration):
    """A what-if."""

    title: Text
    reason: Text
    """Why one would ask, and what is taken for granted."""
    changes: tuple[Change, ...] = ()
    opens: dict[Name, Opening] = Field(default_factory=dict[str, Opening])
    comparison_of_harm: bool = False
    """Says that more people would be caught, handed back or killed at the same place: a
    comparison of harm, never a plan."""
    rests_on: Annotated[Names, Ref("parameters")] = ()
    """Parameters that the answer cannot do without; its label is no better than theirs."""

    @property
    def first_month(self) -> str:
        """The first month in which anything changes."""
        return min(c.start for c in (*self.changes, *self.opens.values()))


class Support(Declaration):
    """How far outside the fitted values a question may lead."""

    flagged: float = Field(default=1.5, ge=1)
    """A value so many times outside the interval of fitted values is flagged."""
    refused: float = Field(default=20, gt=1)
    """A value so many times outside is refused."""


class Slider(Change):
    """A change whose size a reader may choose: how many times as much, between two ends.

    At 1 nothing changes. Neither end may ask for more captures.
    """

    title: Text
    reason: Text = ""
    """What it stands for, and what is taken for granted."""
    least: Number = Field(default=0, ge=0)
    most: Number = Field(default=1, ge=0)

    def at(self, value: float) -> Change:
        """The change that multiplies by a value."""
        named = {kind: getattr(self, kind) for kind, _ in self.targets}
        return Change.model_validate(
            {**named, "from": self.start, "to": self.end, "multiply": value}
        )


class ScenarioSet(Declaration):
    """What a file of scenarios holds."""

    captures: Annotated[Names, Ref("transitions", "outcomes")] = ()
    """Exits by which people are caught, handed back or killed: the model alone says which. No
    question may ask for more of them except as a comparison of harm."""
    support: Support = Support()
    sliders: dict[Name, Slider] = Field(default_factory=dict[str, Slider])
    """What a reader of the explorer may turn; the model's own file alone says which."""
    scenarios: dict[Name, Scenario] = Field(default_factory=dict[str, Scenario])


def with_openings(model: Model, scenario: Scenario) -> Model:
    """The model with the exits that a scenario opens, after those that it has."""
    opened = {
        name: Transition.model_validate(
            {"from": o.source, "to": o.to, "hazard": o.hazard, "groups": o.groups, "title": o.title}
        )
        for name, o in scenario.opens.items()
    }
    return model.model_copy(update={"transitions": {**model.transitions, **opened}})
