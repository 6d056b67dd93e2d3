"""Where a budget would go, what it would do, and what would be worth measuring first."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import OMITTED_IF_NONE, START, Record, Result, Row
from safepassage.results.checks.extrapolation import DistanceFromFit
from safepassage.results.checks.sensitivity import VarianceDecomposition
from safepassage.results.parts import Convergence, Estimate, Provenance


class MeanEstimate(Estimate):
    """An uncertain figure with its mean, which is what a plan maximises."""

    mean: float
    """Mean of the draws."""


class LeverBasis(Estimate):
    """A parameter that says what a lever costs or does."""

    name: str
    """Name of the parameter."""
    title: str
    """What it is, in words."""
    unit: str
    """Unit of median, low and high."""
    label: str
    """`data-driven`, `mixed`, `prior-driven` or `assumed`."""
    evidence: tuple[str, ...]
    """Ids of the evidence rows that its prior cites."""
    assumed: str | None
    """Why the prior cites no evidence; None where it does."""


class PlannedLever(Record):
    """A lever with its share of the budget."""

    id: str
    """Name of the lever."""
    title: str
    """What it is, in words."""
    reason: str
    """How it protects."""
    unit: str
    """What one unit is, such as a lawyer for a year."""
    money_usd: float
    """USD that the plan spends on it."""
    share: float
    """Share of the money spent, 0 to 1."""
    units: MeanEstimate
    """Units that this money buys in all; uncertain as the cost is."""
    years: float
    """Years within the horizon in which it acts."""
    most_usd: float
    """USD that it can take: the most units at their median cost."""
    cost_usd: MeanEstimate
    """USD per unit."""
    cost_rests_on: tuple[LeverBasis, ...]
    """Parameters of the cost."""
    effect_rests_on: tuple[LeverBasis, ...]
    """Parameters of the effect."""
    next_10000_usd: MeanEstimate
    """Gain of 10,000 USD more, in people safe net of harm."""
    label: str
    """No better than the worst label of the effect's parameters."""


class AllocationOption(Record):
    """An allocation of the budget, beside others over the same draws."""

    id: str
    """`plan`, `cautious`, `equal` or `only-LEVER`."""
    title: str
    """What it is, in words."""
    money_usd: dict[str, float]
    """USD by lever."""
    gain: MeanEstimate
    """Against spending nothing, in people safe net of harm."""
    worst_tenth: float
    """Mean gain in the worst tenth of the draws."""
    probability_best: float
    """Share of the draws in which it is the best of these options, 0 to 1."""
    probability_of_gain: float
    """Share of the draws in which it gains at all, 0 to 1."""


class PlanOutcome(MeanEstimate):
    """Difference that the plan makes, draw by draw."""

    baseline: MeanEstimate
    """Without the money."""
    plan: MeanEstimate
    """With the plan."""
    label: str
    """How well the data inform it, or `no difference`."""


class PlanOutcomes(Record):
    """People by the end of the horizon, with the plan less without."""

    safe: PlanOutcome
    """People who come to safety."""
    returned: PlanOutcome
    """Returns, and people turned back, each time."""
    dead: PlanOutcome
    """Deaths."""
    relatives_punished: PlanOutcome
    """Relatives punished."""
    limbo: PlanOutcome
    """People in between at the end of the horizon."""
    safe_later: PlanOutcome
    """Of those in between, people safe within five more years."""
    returned_later: PlanOutcome
    """Of those in between, people returned within five more years."""
    dead_later: PlanOutcome
    """Of those in between, people dead within five more years."""
    net: PlanOutcome
    """All of it in people safe, less harm at its weight."""


class HarmPrices(Record):
    """People safe that one harm outweighs: its weight over the model's scale of it."""

    dead: float
    """A death."""
    returned: float
    """A return, or being turned back."""
    relatives_punished: float
    """A relative punished."""
    limbo: float
    """A person in between at the end of the horizon."""


class PlanDraws(Record):
    """Posterior draws that the plan is based on."""

    sought: int
    """Draws over which the allocation was sought."""
    settled: int
    """Draws over which it was refined, and all figures are reported."""


class GridCheck(Record):
    """The plan against the best of a coarse grid, over the draws of the search."""

    allocations: int
    """Allocations of the grid."""
    best_of_grid: float
    """Their largest mean gain, in people safe net of harm."""
    plan: float
    """Mean gain of the plan."""
    plan_over_grid: float | None
    """The plan's gain over the grid's; None where no allocation of the grid gains."""


class FrontierPoint(Record):
    """The best allocation of a smaller or larger budget."""

    budget_usd: float
    """USD."""
    money_usd: dict[str, float]
    """USD by lever."""
    gain: MeanEstimate
    """Against spending nothing, in people safe net of harm."""
    next_10000_usd: float
    """Mean gain of 10,000 USD more for the best lever, in people safe net of harm."""


class PerfectInformation(Record):
    """What it would be worth to know everything before the money is spent."""

    value: float
    """Mean further gain, in people safe net of harm."""
    worth_usd: float
    """Further money that would gain as much, USD."""


class InformationValue(PerfectInformation):
    """What it would be worth to know something before the money is spent."""

    error: float
    """Standard error of the value, from the regression's own uncertainty."""
    bias: float
    """By how much the value tends to be too high."""
    noise: float
    """What 99 of 100 columns of pure noise stay below."""
    above_noise: bool
    """Whether the value lies above that."""


class ParameterValue(InformationValue):
    """What it would be worth to know a parameter."""

    id: str
    """Name of the parameter."""
    title: str
    """What it is, in words."""
    of: str
    """`model` or `levers`."""
    label: str
    """`data-driven`, `mixed`, `prior-driven` or `assumed`."""


class ChannelValue(InformationValue):
    """What it would be worth to know the coming year's figures of some channels."""

    ids: tuple[str, ...]
    """Names of the channels; those of the same quantities stand together."""
    title: str
    """What they are, in words."""
    quantities: tuple[str, ...]
    """Quantities that they count."""


class ValueOfInformation(Record):
    """What would be worth measuring before the money is spent."""

    options: int
    """Allocations that one could choose from."""
    draws: int
    """Draws."""
    all: PerfectInformation
    """Of knowing everything."""
    gain_per_10000_usd: float
    """Mean gain of 10,000 USD more, in people safe net of harm."""
    parameters: tuple[ParameterValue, ...]
    """Of knowing one parameter, largest value first."""
    channels: tuple[ChannelValue, ...]
    """Of knowing the coming year's figures, largest value first."""
    variance: VarianceDecomposition
    """Which parameters carry the variance of the answers."""


class BudgetPlan(Result):
    """Where a budget would go, what it would do, and how certain that is."""

    budget_usd: float
    """USD that may be spent."""
    start: str = START
    """First month of the plan, `YYYY-MM`."""
    horizon: int
    """Last year of the plan."""
    outweighs: HarmPrices
    """How much each harm counts."""
    spent_usd: float
    """USD that the plan spends."""
    levers: tuple[PlannedLever, ...]
    """All that could be bought, those without money included."""
    options: tuple[AllocationOption, ...]
    """The plan first, then allocations to compare it with."""
    draws: PlanDraws
    """How many draws it is based on."""
    grid: GridCheck
    """The search against a coarse grid."""
    outcomes: PlanOutcomes
    """What the plan changes."""
    frontier: tuple[FrontierPoint, ...]
    """The best of smaller and larger budgets, smallest first."""
    distance: DistanceFromFit
    """How far it leads from what was fitted."""
    learn: ValueOfInformation | None = OMITTED_IF_NONE
    """What would be worth measuring first, where it was requested."""
    notes: tuple[str, ...]
    """What every reader must know, in sentences."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""

    index: ClassVar = ("lever",)
    units: ClassVar = {
        "money_usd": "USD", "share": "share of the money spent", "cost_usd": "USD per unit",
        "next_10000_usd": "people safe per 10,000 USD", "most_usd": "USD", "years": "years",
    }  # fmt: skip

    def headline(self) -> str:
        """What the budget gains, and by when."""
        gain = self.options[0].gain
        low, high = (f"{end:.3g}" if end is not None else "?" for end in (gain.low, gain.high))
        return (
            f"{self.budget_usd:,.0f} USD to {self.horizon} gain {gain.mean:.3g} people safe, "
            f"net of harm (90 %: {low} to {high})."
        )

    def rows(self) -> list[Row]:
        """One row for each lever: money, mean of the next money's gain, medians of the rest."""
        return [_row(lever) for lever in self.levers]


def _row(lever: PlannedLever) -> Row:
    return {
        "lever": lever.id, "money_usd": lever.money_usd, "share": lever.share,
        "units": lever.units.median, "next_10000_usd": lever.next_10000_usd.mean,
        "label": lever.label, "cost_usd": lever.cost_usd.median, "unit": lever.unit,
        "units_low": lever.units.low, "units_high": lever.units.high,
        "cost_usd_low": lever.cost_usd.low, "cost_usd_high": lever.cost_usd.high,
        "years": lever.years, "most_usd": lever.most_usd, "title": lever.title,
    }  # fmt: skip
