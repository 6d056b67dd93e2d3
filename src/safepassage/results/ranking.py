"""The ranking of the routes, and where on each people are lost."""

from __future__ import annotations

from typing import ClassVar, Literal

from safepassage.results.base import Record, Result, Row
from safepassage.results.parts import Convergence, Estimate, Outcomes, Provenance
from safepassage.results.screen import counted

Outcome = Literal["dead", "returned", "limbo", "safe"]
OUTCOMES = ("dead", "returned", "limbo", "safe")
FIGURES = ("ever_returned", "months_to_safety", "cost_usd", "relatives_punished")


class Harm(Record):
    """A harm that the ranking weighs."""

    title: str
    """Title of the harm."""
    measure: str
    """The figure of a route that it is measured by."""
    scale: float
    """The amount that counts 1, in the measure's unit."""


class PeoplePerPeriod(Record):
    """Whole people in some years: chance is part of the intervals."""

    years: int
    """Length of the period, years."""
    set_out: Estimate
    """People who set out."""
    dead: Estimate
    """Of these, people who are dead at the route's horizon."""
    returned: Estimate
    """Of these, people who were sent back."""
    limbo: Estimate
    """Of these, people on the way, in hiding or detained."""
    safe: Estimate
    """Of these, people in safety."""


class RankedWay(Record):
    """A route with its outcomes and its place in the ranking."""

    id: str
    """Name of the route."""
    title: str
    """Title of the route."""
    article_position: int
    """Place in the article's countdown; 1 is the most dangerous."""
    denominator: str
    """Of whom the outcomes are shares."""
    caveat: str
    """What to bear in mind about it."""
    outcomes: Outcomes
    """Shares at the route's horizon, 0 to 1."""
    ever_returned: Estimate
    """Share that was sent back at least once, 0 to 1."""
    months_to_safety: Estimate
    """Mean time to safety of those who reach it, months."""
    cost_usd: Estimate
    """Mean payment per person who sets out, USD."""
    relatives_punished: Estimate
    """Relatives punished per person who sets out."""
    attempts_per_year: Estimate
    """People who set out, per year."""
    people: PeoplePerPeriod
    """Whole people in some years."""
    expected_rank: Estimate
    """Mean rank over the weightings; 1 is the most dangerous."""
    rank_acceptability: tuple[float, ...]
    """Share of draws and weightings in which the route has rank 1, 2, ..."""
    contraction: float
    """How far the data narrowed the outcomes, 0 to 1."""
    label: str
    """`data-driven`, `mixed`, `prior-driven` or `assumed`."""


class Ranking(Result):
    """The routes, most dangerous first."""

    as_of: str
    """Month whose conditions hold, `YYYY-MM`."""
    sex: str
    """A value of the groups' attribute `sex`, or `all`."""
    ways: tuple[RankedWay, ...]
    """In order of expected rank."""
    kendall_tau: Estimate
    """Rank correlation with the article's order, -1 to 1."""
    harms: dict[str, Harm]
    """By name."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""

    index: ClassVar = ("way",)
    units: ClassVar = {
        "dead": "share", "returned": "share", "limbo": "share", "safe": "share",
        "ever_returned": "share", "months_to_safety": "months", "cost_usd": "USD",
        "relatives_punished": "people", "attempts_per_year": "people per year",
    }  # fmt: skip

    def headline(self) -> str:
        """What is ranked, and as of when."""
        whom = "everybody" if self.sex == "all" else self.sex
        return (
            f"{counted(len(self.ways), 'route')} ranked by danger as of {self.as_of}, {whom}: "
            "medians; columns _low and _high of to_frame() are the ends of the 90 % intervals."
        )

    def rows(self) -> list[Row]:
        """One row for each route: medians, then the ends of the intervals."""
        return [_row(way) for way in self.ways]


def _row(way: RankedWay) -> Row:
    figures = {
        "expected_rank": way.expected_rank,
        **{name: getattr(way.outcomes, name) for name in OUTCOMES},
        **{name: getattr(way, name) for name in (*FIGURES, "attempts_per_year")},
    }
    return {
        "way": way.id,
        **{name: one.median for name, one in figures.items()},
        "label": way.label,
        **{f"{name}_low": one.low for name, one in figures.items()},
        **{f"{name}_high": one.high for name, one in figures.items()},
        "title": way.title,
        "article_position": way.article_position,
    }


class WayRanks(Record):
    """The ranks of a route under a reader's weights."""

    expected_rank: Estimate
    """Mean rank over the weightings; 1 is the most dangerous."""
    rank_acceptability: tuple[float, ...]
    """Share of draws and weightings in which the route has rank 1, 2, ..."""


class Acceptability(Record):
    """Ranks of stored draws under a reader's weights."""

    ways: tuple[WayRanks, ...]
    """In the order of the model."""
    kendall_tau: Estimate
    """Rank correlation with the article's order, -1 to 1."""


class RankedByWeights(WayRanks):
    """Ranks of a route under a reader's weights."""

    id: str
    """Of the route."""


class RankingByWeights(Record):
    """A stored ranking under a reader's weights."""

    as_of: str
    """Month whose conditions hold, `YYYY-MM`."""
    sex: str
    """A value of the groups' attribute `sex`, or `all`."""
    ways: tuple[RankedByWeights, ...]
    """Most dangerous first."""
    kendall_tau: Estimate
    """Rank correlation with the article's order, -1 to 1."""


class Loss(Record):
    """A step of a route at which people are lost."""

    step: str
    """Title of the state that they are in."""
    outcome: Outcome
    """`dead`, `returned`, or `limbo` at the route's horizon."""
    share: Estimate
    """Of those who set out, 0 to 1."""
