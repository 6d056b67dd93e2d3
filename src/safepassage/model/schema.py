"""What a journey is: the typed, frozen declarations that a model folder is read into.

Nothing here is computed. A quantity that drives people (a hazard, the odds of a branch, an
inflow) is a `Product`: a list of names of parameters and factors, and of plain numbers, whose
product it is. No expression is ever evaluated as code.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Declaration(BaseModel):
    """Base of all declarations: frozen, and strict about unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


def _as_tuple(value: Any) -> Any:
    """A single name or number stands for a list of one."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return (value,)
    return tuple(value) if isinstance(value, list) else value  # type: ignore[reportUnknownArgumentType]


Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Product = Annotated[tuple[Number | str, ...], BeforeValidator(_as_tuple), Field(max_length=12)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
GroupFilter = dict[str, Names]
Grade = Literal["A", "B", "C", "D"]


class Header(Declaration):
    """What the model is, and the calendar it runs in."""

    id: Name
    title: str
    summary: str = ""
    licence: str = "CC-BY-4.0"
    start: Month
    """First month of the calendar."""
    end: Month
    """Last month of the calendar, included."""
    as_of: Month
    """The date that answers are given for unless another is asked for."""
    also_as_of: tuple[Month, ...] = ()


class Place(Declaration):
    """A country, a sea, a province or a border as a whole; never finer than half a degree."""

    title: str
    kind: Literal["country", "sea", "border", "province"]
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class State(Declaration):
    """A place and a status that people hold for some time."""

    title: str
    place: str | None = None
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

    to: str
    odds: Product
    title: str | None = None


class Branch(Declaration):
    """A split that takes no time: an hour at a border, a landing."""

    title: str
    place: str | None = None
    groups: GroupFilter = {}
    outcomes: dict[Name, BranchOutcome] = Field(min_length=1)


class Transition(Declaration):
    """A way out of a state, competing with the others."""

    source: str = Field(alias="from")
    to: str
    hazard: Product | None = None
    """Cause-specific hazard per year; for a state with a fixed delay give `odds` instead."""
    odds: Product | None = None
    groups: GroupFilter = {}
    completes: bool = False
    """In a state with phases: this transition ends the sojourn and is slowed by the phases."""
    title: str | None = None


class Entry(Declaration):
    """People who enter the system."""

    title: str
    to: str
    persons_per_year: Product
    counted_at: str | None = None
    """If set, `persons_per_year` counts those who reach this state through branches; the
    number who set out follows from the branch odds."""
    groups: GroupFilter = {}


class Initial(Declaration):
    """People who are in a state when the calendar starts."""

    state: str
    persons: Product
    groups: GroupFilter = {}


class Prior(Declaration):
    """A prior by its central 90 % interval.

    `lognormal` for positive quantities, `probability` (logit-normal) for shares, `normal` for
    elasticities and logarithms.
    """

    kind: Literal["lognormal", "probability", "normal"]
    low: float
    high: float


class Parameter(Declaration):
    """An uncertain number with a prior that rests on evidence rows or says that it is assumed."""

    title: str
    unit: str
    prior: Prior
    evidence: Names = ()
    assumed: str | None = None
    """Why the prior is what it is, where no evidence row supports it."""
    note: str | None = None


class SeasonWindow(Declaration):
    """Months in which a factor holds."""

    months: tuple[Annotated[int, Field(ge=1, le=12)], ...]
    factor: Product


class Season(Declaration):
    """A factor by month of the year: twelve numbers, or windows; elsewhere the factor is 1."""

    title: str
    months: tuple[Number, ...] | None = None
    windows: dict[Name, SeasonWindow] | None = None
    evidence: Names = ()


class Era(Declaration):
    """A dated span in which a policy multiplies what it acts on."""

    start: Month = Field(alias="from")
    end: Month | None = Field(default=None, alias="to")
    """Last month, included; without it, until the next era or the end of the calendar."""
    factor: Product
    evidence: Names = ()
    note: str | None = None


class Policy(Declaration):
    """A factor by dated era; 1 outside all eras."""

    title: str
    eras: dict[Name, Era] = Field(min_length=1)


class Contrast(Declaration):
    """A factor by one attribute of the group; values not named have factor 1."""

    title: str
    by: str
    values: dict[str, Product]


class Trend(Declaration):
    """A factor that runs log-linearly between knots at the first of January; flat outside."""

    title: str
    knots: dict[Annotated[int, Field(ge=1900, le=2100)], Product] = Field(min_length=1)


class Innovation(Declaration):
    """Yearly departures from what the mechanisms explain, with a declared size."""

    title: str
    kind: Literal["independent", "random_walk"]
    scale: float = Field(gt=0, le=2)
    """Standard deviation of one year's step on the log scale."""
    by: str | None = None
    """A group attribute that has innovations of its own."""
    start: int = Field(alias="from")
    end: int = Field(alias="to")


class Covariate(Declaration):
    """A factor read from a column of yearly figures, interpolated log-linearly between years."""

    title: str
    file: str
    column: str = "value"
    unit: str


class Response(Declaration):
    """(driver / reference) ** elasticity: how attempts answer a price."""

    title: str
    driver: str
    """Name of a trend or a covariate."""
    reference: float = Field(gt=0)
    elasticity: str
    """Name of a parameter with a `normal` prior, or a negated `lognormal` one by `sign`."""
    sign: Literal[-1, 1] = 1


class Feedback(Declaration):
    """A factor that depends on how many people are in given states at the start of a step.

    `saturating`: 1 / (1 + (load / capacity) ** sharpness). `proportional`: the load itself.
    """

    title: str
    kind: Literal["saturating", "proportional"]
    states: Names
    same: Names = ()
    """Group attributes that must match between the people who act and those who load."""
    groups: GroupFilter = {}
    capacity: Product = (1.0,)
    sharpness: float = Field(default=1.0, gt=0, le=12)


class Quantity(Declaration):
    """Something countable: a stock of people, a flow, or the share of one quantity in another.

    A flow is named by a transition, an entry, or `branch.outcome`; `into` takes every arrival
    in the named states from other states.
    """

    title: str
    stock: Names = ()
    flow: Names = ()
    into: Names = ()
    of: str | None = None
    over: str | None = None
    """With `of`: the share `of` / `over`, both names of quantities."""
    groups: GroupFilter = {}


class Memory(Declaration):
    """What lies behind those who move or are there: mean years in some states, or a share of them.

    Years run from when a person last came into these states from outside.
    """

    title: str
    among: str
    """Name of a quantity that counts moves or is a stock."""
    years_in: Names = ()
    """States in which time counts: the mean number of years."""
    over_years: float | None = Field(default=None, gt=0, le=60)
    """With `years_in`: the share of people with more years than this."""
    ever_in: Names = ()
    """The share of people who were ever in one of these states."""


class Output(Declaration):
    """A named series that the model reports."""

    title: str
    quantity: str
    """Name of a quantity or of a memory."""
    unit: str
    per: Literal["month", "quarter", "year"]
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Published only pooled over so many years."""
    until: Month | None = None
    informed_by: str = ""
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
    reported: Product = ()
    spread: float | str = 0.0
    """A number, or the name of a parameter."""
    effective_n: float | None = None
    revision: float = Field(default=0.0, ge=0.0, le=1.0)
    """Relative standard deviation between a provisional figure and the final one."""
    delay_months: float = Field(default=0.0, ge=0.0, le=60.0)
    """Mean of the exponential delay between what happens and its being counted."""


class Channel(Declaration):
    """One published series and its reporting model."""

    title: str
    file: str
    reporting: Reporting
    columns: dict[str, str] = {}
    """Names of the file's columns where they differ from evidence, quantity, from, to, value,
    low, high."""
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Figures and predictions are shown only summed over at least so many years."""


class Payment(Declaration):
    """Money that a person pays when one of these happens (nominal USD of the year)."""

    title: str
    when: Names
    usd: Product
    on_credit: bool = False
    """Owed until the person reaches a state whose outcome is `safe`, and paid back there."""


class Party(Declaration):
    """People who set out together: one group, one clock, one luck, until they come apart."""

    title: str
    entries: Names = Field(alias="entered_by")
    """Entries whose people come in such parties; the mean number of people stays the same."""
    sizes: dict[Annotated[int, Field(ge=1, le=50)], Number] = Field(min_length=1)
    """Number of people in a party to the share of parties that are so large."""
    apart: Names = ()
    """States on entering which the members stop being together."""
    evidence: Names = ()
    assumed: str | None = None
    """Why the sizes are what they are, where no evidence row supports them."""


class Tie(Declaration):
    """Entrants whom someone in the system brings out: each has a sponsor, who pays for them."""

    title: str
    feedback: str
    """A proportional feedback: entrants whose entry it drives have a sponsor among its people."""
    pays: Names = ()
    """Payments that the sponsor takes over."""


class Way(Declaration):
    """A way out: who sets out, from where, and how they are counted."""

    title: str
    article_position: int = Field(ge=1, le=100)
    entered_by: Names
    """Entries, transitions or `branch.outcome`s that count as setting out. They give attempts per
    year, the mix of groups, and (by where they lead) where a person begins at time zero."""
    denominator: str
    mode: str = ""
    horizon_months: int = Field(default=60, ge=1, le=240)
    relatives_punished: Product = ()
    """Expected number of relatives punished per departure."""
    rests_on: Names = ()
    """Parameters that the way's danger cannot do without; its label is no better than theirs."""
    caveat: str = ""
    """What a reader must know before using the way's figures, in one sentence."""
    exposure: str | None = None
    """Name of a covariate: people exposed per year, for the denominator."""
    path: Names = ()
    """Places that the way leads through, for a map at country level."""
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Published only pooled over so many years."""


class Harm(Declaration):
    """One component of danger, with the fixed scale that turns it into a score of about 0 to 1."""

    title: str
    measure: Literal[
        "dead",
        "returned",
        "limbo",
        "ever_returned",
        "relatives_punished",
        "cost_usd",
        "months_to_safety",
    ]
    scale: float = Field(gt=0)


class Mechanism(Declaration):
    """A claim about how the system works, what switches it off, and where that shows."""

    title: str
    ways: Names
    remove: Names = ()
    """Transitions, entries, `branch.outcome`s or initial stocks to delete."""
    neutral: Names = ()
    """Factors or parameters to set to 1."""
    shows_in: str
    """A named output, or `way.measure`, that must change."""


class Report(Declaration):
    """What the report of this model shows and says beyond the common parts."""

    channels: Names = ()
    """Channels drawn as observed against predicted, most important first."""
    outputs: Names = ()
    """Outputs drawn as series with intervals."""
    limits: tuple[str, ...] = ()
    """Limits of the model, one plain sentence or two each."""
    protection: tuple[str, ...] = ()
    """What is withheld or coarsened, and why, one plain sentence each."""
    data_licences: tuple[str, ...] = ()
    map_file: str = "region.geojson"


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
