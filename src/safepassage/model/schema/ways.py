"""The ways out, what people pay and with whom they travel on them, and what is claimed of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from safepassage.model.schema.declaration import (
    Declaration,
    Evidence,
    Flows,
    Names,
    Number,
    PerPerson,
    Product,
    States,
    Text,
)
from safepassage.model.schema.marks import FACTORS, FOR_A_GROUP, Factors, Ref


class Payment(Declaration):
    """Money that a person pays when one of these happens (nominal USD of the year)."""

    title: Text
    when: Flows
    usd: PerPerson
    on_credit: bool = False
    """Owed until the person reaches a state whose outcome is `safe`, and paid back there."""


class Party(Declaration):
    """People who set out together: one group, one clock, one fate, until they come apart."""

    title: Text
    entries: Annotated[Names, Ref("entries")] = Field(alias="entered_by")
    """Entries whose people come in such parties; the mean number of people stays the same."""
    sizes: dict[Annotated[int, Field(ge=1, le=50)], Number] = Field(min_length=1)
    """Number of people in a party to the share of parties that are so large."""
    apart: States = ()
    """States on entering which the members stop being together."""
    evidence: Evidence = ()
    assumed: Text | None = None
    """Why the sizes are what they are, where no evidence row supports them."""


class Tie(Declaration):
    """Entrants whom someone in the system brings out: each has a sponsor, who pays for them."""

    title: Text
    feedback: Annotated[str, Ref("feedbacks")]
    """A proportional feedback: entrants whose entry it drives have a sponsor among its people."""
    pays: Annotated[Names, Ref("payments")] = ()
    """Payments that the sponsor takes over."""


class Way(Declaration):
    """A way out: who sets out, from where, and how they are counted."""

    title: Text
    article_position: int = Field(ge=1, le=100)
    entered_by: Flows
    """Entries, transitions or `branch.outcome`s that count as setting out. They give attempts per
    year, the mix of groups, and (by where they lead) where a person begins at time zero."""
    denominator: Text
    mode: Text = ""
    horizon_months: int = Field(default=60, ge=1, le=240)
    relatives_punished: Annotated[Product, Factors(*FOR_A_GROUP, optional=True)] = ()
    """Expected number of relatives punished per departure."""
    rests_on: Annotated[Names, Ref("parameters")] = ()
    """Parameters that the way's danger cannot do without; its label is no better than theirs."""
    caveat: Text = ""
    """What a reader must know before using the way's figures, in one sentence."""
    exposure: Annotated[str, Ref("covariates")] | None = None
    """Name of a covariate: people exposed per year, for the denominator."""
    path: Annotated[Names, Ref("places")] = ()
    """Places that the way leads through, for a map at country level."""
    pooled_years: int = Field(default=1, ge=1, le=30)
    """Published only pooled over so many years."""


class Harm(Declaration):
    """One component of danger, with the fixed scale that turns it into a score of about 0 to 1."""

    title: Text
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

    title: Text
    ways: Annotated[Names, Ref("ways")]
    remove: Annotated[Names, Ref("transitions", "entries", "outcomes", "initial")] = ()
    """Transitions, entries, `branch.outcome`s or initial stocks to delete."""
    neutral: Annotated[Names, Ref(*FACTORS)] = ()
    """Factors or parameters to set to 1."""
    shows_in: Annotated[str, Ref("outputs", "measures")]
    """A named output, or `way.measure`, that must change."""


class Report(Declaration):
    """What the report of this model shows and says beyond the common parts."""

    channels: Annotated[Names, Ref("channels")] = ()
    """Channels drawn as observed against predicted, most important first."""
    outputs: Annotated[Names, Ref("outputs")] = ()
    """Outputs drawn as series with intervals."""
    limits: tuple[Text, ...] = ()
    """Limits of the model, one plain sentence or two each."""
    protection: tuple[Text, ...] = ()
    """What is withheld or coarsened, and why, one plain sentence each."""
    data_licences: tuple[Text, ...] = ()
    map_file: str = "region.geojson"
