"""Levers, outcomes and options of a plan, summarised over draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.budget.horizon import MEASURES, Horizon
from safepassage.analysis.budget.optimizer import Search, worst_mean
from safepassage.analysis.compare.differences import NO_DIFFERENCE, difference_contraction
from safepassage.analysis.ranking import assumed_share
from safepassage.inference.summary import LABELS, estimate, label
from safepassage.network.parameters import unconstrained_prior
from safepassage.results.parts import Estimate
from safepassage.results.plan import (
    AllocationOption,
    LeverBasis,
    MeanEstimate,
    PlannedLever,
    PlanOutcome,
    PlanOutcomes,
)

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.lever_schema import Lever
    from safepassage.model.schema import Parameter
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

NEXT_USD = 10_000
"""Further money whose gain is reported."""


@dataclass(frozen=True)
class Allocation:
    """Money for each lever, under a name."""

    id: str
    title: str
    money: Floats
    """(L,) USD."""


def summarise(values: Floats) -> MeanEstimate:
    """Median, 90 % interval and mean of draws."""
    return estimate(values, MeanEstimate, mean=float(np.mean(values)))


def lever_label(posterior: Posterior, listed: Levers, lever: Lever) -> str:
    """No better than the worst of the parameters that say what the lever does.

    A bare number has no source: a lever of bare numbers is assumed.
    """
    labels = [_label_of(posterior, listed, name) for name in lever.effects]
    return max(labels, key=LABELS.index, default="assumed")


def _label_of(posterior: Posterior, listed: Levers, name: str) -> str:
    if name in listed.parameters:
        return label(0.0, assumed=listed.parameters[name].assumed is not None)
    return posterior.labels[name]


def summarise_levers(
    posterior: Posterior, listed: Levers, horizon: Horizon, money: Floats, slopes: Floats
) -> tuple[PlannedLever, ...]:
    """Each lever with its money, its units, its cost and the gain of further money.

    Args:
        posterior: the posterior.
        listed: all levers and their parameters.
        horizon: the draws.
        money: (L,) USD.
        slopes: (L, B) net gain per further USD.
    """

    def basis(names: Sequence[object]) -> tuple[LeverBasis, ...]:
        return tuple(_basis(posterior, listed, n) for n in names if isinstance(n, str))

    years, costs, total = horizon.years, horizon.drawn.costs, money.sum()
    return tuple(
        PlannedLever(
            id=name,
            title=lever.title,
            reason=lever.reason,
            unit=lever.unit,
            money_usd=float(money[i]),
            share=float(money[i] / total) if total > 0 else 0.0,
            units=summarise(np.minimum(money[i] / costs[i], lever.most * years[i])),
            years=float(years[i]),
            most_usd=float(horizon.most[i]),
            cost_usd=summarise(costs[i]),
            cost_rests_on=basis(lever.cost),
            effect_rests_on=basis(lever.effects),
            next_10000_usd=summarise(slopes[i] * NEXT_USD),
            label=lever_label(posterior, listed, lever),
        )
        for i, (name, lever) in enumerate(horizon.levers.items())
    )


def _basis(posterior: Posterior, listed: Levers, name: str) -> LeverBasis:
    """A parameter of a cost or an effect: a lever's own by its prior, the model's as fitted."""
    own = listed.parameters.get(name)
    declared: Parameter = own or posterior.study.model.parameters[name]
    return LeverBasis(
        **dict(_prior(declared) if own else posterior.parameters[name].posterior),
        name=name,
        title=declared.title,
        unit=declared.unit,
        label=_label_of(posterior, listed, name),
        evidence=tuple(declared.evidence),
        assumed=declared.assumed,
    )


def _prior(parameter: Parameter) -> Estimate:
    """A prior as it was declared."""
    middle, _ = unconstrained_prior(parameter, 0.0)
    share = parameter.prior.kind == "probability"
    median = float(1 / (1 + np.exp(-middle)) if share else np.exp(middle))
    return Estimate(median=median, low=parameter.prior.low, high=parameter.prior.high)


def summarise_outcomes(
    posterior: Posterior,
    z: Floats,
    pair: tuple[Floats, Floats],
    prior: tuple[Floats, Floats],
    labels: Sequence[str],
) -> PlanOutcomes:
    """Every measure without and with the plan, and the difference draw by draw.

    Args:
        posterior: the posterior.
        z: (P, B) its draws.
        pair: (MEASURES, B) baseline and plan.
        prior: the same at draws from the prior.
        labels: of the levers that have money; the difference is labelled no better.
    """
    outcomes: dict[str, PlanOutcome] = {}
    for m, measure in enumerate(MEASURES):
        change = pair[1][m] - pair[0][m]
        narrowed = difference_contraction((prior[0][m], prior[1][m]), (pair[0][m], pair[1][m]))
        own = label(narrowed, assumed=assumed_share(posterior, change, z) > 0.5)
        outcomes[measure] = PlanOutcome(
            **dict(summarise(change)),
            baseline=summarise(pair[0][m]),
            plan=summarise(pair[1][m]),
            label=max([own, *labels], key=LABELS.index) if change.any() else NO_DIFFERENCE,
        )
    return PlanOutcomes(**outcomes)


def summarise_options(
    search: Search, options: Sequence[Allocation]
) -> tuple[AllocationOption, ...]:
    """Each allocation's expected gain, its worst tenth, and how often it is the best.

    Args:
        search: the draws.
        options: allocations of one budget.
    """
    gains = np.stack([search.gains(option.money) for option in options])
    best = gains.argmax(axis=0)
    return tuple(
        AllocationOption(
            id=option.id,
            title=option.title,
            money_usd=dict(zip(search.horizon.levers, option.money.tolist(), strict=True)),
            gain=summarise(gains[i]),
            worst_tenth=worst_mean(gains[i]),
            probability_best=float((best == i).mean()),
            probability_of_gain=float((gains[i] > 0).mean()),
        )
        for i, option in enumerate(options)
    )
