"""What is counted and reported, and the published series that it is compared with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from safepassage.model.schema.declaration import (
    Declaration,
    Flows,
    GroupFilter,
    Month,
    Product,
    States,
    Text,
)
from safepassage.model.schema.marks import FIXED, Factors, Ref

QuantityName = Annotated[str, Ref("quantities")]


class Quantity(Declaration):
    """Something countable: a stock of people, a flow, or the share of one quantity in another.

    A flow is named by a transition, an entry, or `branch.outcome`; `into` takes every arrival
    in the named states from other states.
    """

    title: Text
    stock: States = ()
    flow: Flows = ()
    into: States = ()
    of: QuantityName | None = None
    over: QuantityName | None = None
    """With `of`: the share `of` / `over`, both names of quantities."""
    groups: GroupFilter = {}


class Memory(Declaration):
    """What lies behind those who move or are there: mean years in some states, or a share of them.

    Years run from when a person last came into these states from outside.
    """

    title: Text
    among: QuantityName
    """Name of a quantity that counts moves or is a stock."""
    years_in: States = ()
    """States in which time counts: the mean number of years."""
    over_years: float | None = Field(default=None, gt=0, le=60)
    """With `years_in`: the share of people with more years than this."""
    ever_in: States = ()
    """The share of people who were ever in one of these states."""


class Output(Declaration):
    """A named series that the model reports."""

    title: Text
    quantity: Annotated[str, Ref("quantities", "memories")]
    """Name of a quantity or of a memory."""
    unit: Text
    per: Literal["month", "quarter", "year"]
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Published only pooled over so many years."""
    until: Month | None = None
    informed_by: Text = ""
    """In plain words, what evidence informs this series and where it ends."""


class Reporting(Declaration):
    """How a published figure comes from what happened.

    `count`: negative binomial around `reported` times the prediction, with a relative
    standard deviation `spread` beyond chance. `estimate`: lognormal with log-sd from the row's
    own interval and its grade, and `spread`. `range`: the truth lies between the row's `low` and
    `high`, whose ends are as soft as an estimate is wide. `lower_bound`: the truth is above the
    figure. `share`: binomial with at most `effective_n` answers. `split`: how a total falls into
    parts (quarters of a year): Dirichlet-multinomial, `spread` beyond chance; the total itself is
    not used.
    """

    kind: Literal["count", "estimate", "range", "lower_bound", "share", "split"]
    reported: Annotated[Product, Factors(*FIXED, optional=True)] = ()
    spread: Annotated[float | str, Ref("parameters")] = 0.0
    """A number, or the name of a parameter."""
    effective_n: float | None = None
    revision: float = Field(default=0.0, ge=0.0, le=1.0)
    """Relative standard deviation between a provisional figure and the final one."""
    delay_months: float = Field(default=0.0, ge=0.0, le=60.0)
    """Mean of the exponential delay between what happens and its being counted."""


class Channel(Declaration):
    """One published series and its reporting model."""

    title: Text
    file: str
    reporting: Reporting
    columns: dict[str, str] = {}
    """Names of the file's columns where they differ from evidence, quantity, from, to, value,
    low, high."""
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Figures and predictions are shown only summed over at least so many years."""
