"""`plan`: a budget for levers that protect people, robust over what is uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.budget.horizon import LATER_MONTHS, Horizon, draws_at_most
from safepassage.analysis.budget.limits import distance, refuse_capture
from safepassage.analysis.budget.optimizer import Search, alone, equal_split, grid
from safepassage.analysis.budget.request import PlanRequest, validate_plan
from safepassage.analysis.budget.summaries import (
    NEXT_USD,
    Allocation,
    lever_label,
    summarise,
    summarise_levers,
    summarise_options,
    summarise_outcomes,
)
from safepassage.analysis.budget.value_of_information import value_of_information
from safepassage.analysis.compare.compare import enough_draws
from safepassage.analysis.compare.paired_runs import PRIOR_DRAWS
from safepassage.errors import Fault, InputError
from safepassage.results.plan import (
    BudgetPlan,
    FrontierPoint,
    GridCheck,
    PlanDraws,
    PlanOutcomes,
)
from safepassage.study.scenarios import catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

SETTLING_DRAWS = 1000
"""Draws over which the allocation is refined and reported; the search is over fewer."""
BUDGETS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Budgets of the frontier, as multiples of the one requested."""


def plan(
    posterior: Posterior,
    budget: float,
    horizon: int,
    *,
    levers: Sequence[str] = (),
    draws: int = 128,
    weights: Mapping[str, float] | None = None,
    file: Path | None = None,
    learn: bool = False,
) -> BudgetPlan:
    """Find the allocation of a budget that saves most people, net of harm.

    Args:
        posterior: the posterior.
        budget: USD.
        horizon: last year, up to ten past the fitted calendar.
        levers: their names; all of the model's unless given.
        draws: posterior draws over which the allocation is searched.
        weights: by harm; those not named have their default.
        file: a user's own levers.
        learn: whether to say what would be worth measuring first.

    Raises:
        InputError: an unknown lever, a wrong number, or a fault in a file of levers.
        Refused: a lever that raises captures, harm counted as gain, or a plan far outside the fit.
    """
    request = PlanRequest(budget, horizon, draws, weights or {})
    listed, chosen = validate_plan(posterior.study, levers, request, file)
    enough_draws(posterior, draws)

    def to_horizon(count: int, *, prior: bool = False) -> Horizon:
        return Horizon(posterior, listed, chosen, request, count, prior=prior)

    search = Search.of(to_horizon(draws))
    _check_affordable(search.horizon, request)
    bounds = catalogue(posterior.study)
    refuse_capture(posterior, search.horizon, bounds)
    first = search.best(budget)
    settled = Search.of(to_horizon(draws_at_most(posterior, SETTLING_DRAWS)))
    full = settled.horizon
    best = settled.best(budget, [np.minimum(first, full.most)])
    years_on = horizon - int(posterior.study.model.model.end[:4])
    extrapolation = distance(posterior, full, best, bounds, years_on)
    options = list_options(search, full, budget, best)
    return BudgetPlan(
        budget_usd=budget,
        start=full.begin,
        horizon=horizon,
        outweighs=full.prices,
        spent_usd=float(best.sum()),
        levers=summarise_levers(posterior, listed, full, best, full.slopes(best)[1]),
        options=summarise_options(settled, options),
        draws=PlanDraws(sought=draws, settled=full.z.shape[1]),
        grid=_check_grid(search, budget, first),
        outcomes=_outcomes(posterior, listed, full, to_horizon(PRIOR_DRAWS, prior=True), best),
        frontier=_frontier(search, settled, budget, best),
        distance=extrapolation,
        learn=value_of_information(posterior, listed, full, options) if learn else None,
        notes=_notes(horizon, posterior),
        fit=posterior.verdict,
        provenance=posterior.provenance,
    )


def _check_affordable(horizon: Horizon, request: PlanRequest) -> None:
    """Refuse a budget that no allocation could spend."""
    most = float(horizon.most.sum())
    if request.budget > most:
        message = (
            f"{request.budget:,.0f} USD are more than all levers together could take by "
            f"{request.horizon}, which is {most:,.0f}; give no more than that"
        )
        raise InputError([Fault("call", 0, "budget", message)])


def list_options(search: Search, horizon: Horizon, budget: float, best: Floats) -> list[Allocation]:
    """The plan and others to compare it with: cautious, equal, one lever each."""
    cautious = np.minimum(search.best(budget, cautious=True), horizon.most)
    options = [
        Allocation("plan", "Most on average", best),
        Allocation("cautious", "Best in the worst tenth of draws", cautious),
        Allocation("equal", "The same for every lever", equal_split(budget, horizon.most)),
    ]
    for i, (name, lever) in enumerate(horizon.levers.items()):
        options.append(Allocation(f"only-{name}", lever.title, alone(i, budget, horizon.most)))
    return options


def _check_grid(search: Search, budget: float, best: Floats) -> GridCheck:
    """The plan against the best of a coarse grid, over the draws of the search."""
    allocations = grid(len(best), budget, search.horizon.most)
    most = max(float(search.gains(money).mean()) for money in allocations)
    gain = float(search.gains(best).mean())
    return GridCheck(
        allocations=len(allocations),
        best_of_grid=most,
        plan=gain,
        plan_over_grid=gain / most if most > 0 else None,
    )


def _outcomes(
    posterior: Posterior, listed: Levers, horizon: Horizon, prior: Horizon, best: Floats
) -> PlanOutcomes:
    nothing = np.zeros(len(best))
    labels = [
        lever_label(posterior, listed, lever)
        for lever, money in zip(horizon.levers.values(), best, strict=True)
        if money > 0
    ]
    pair, before = ((h.measures(nothing), h.measures(best)) for h in (horizon, prior))
    z = posterior.spread_draws(horizon.z.shape[1])
    return summarise_outcomes(posterior, z, pair, before, labels)


def _frontier(
    search: Search, settled: Search, budget: float, best: Floats
) -> tuple[FrontierPoint, ...]:
    """The best allocation of smaller and larger budgets, up to what all levers can take."""
    most = settled.horizon.most
    points: list[FrontierPoint] = []
    for amount in sorted({min(times * budget, float(most.sum())) for times in BUDGETS}):
        money = best if amount == budget else np.minimum(search.best(amount), most)
        net, slopes = settled.horizon.slopes(money)
        points.append(
            FrontierPoint(
                budget_usd=amount,
                money_usd=dict(zip(settled.horizon.levers, money.tolist(), strict=True)),
                gain=summarise(net - settled.baseline),
                next_10000_usd=float(slopes.mean(axis=1).max()) * NEXT_USD,
            )
        )
    return tuple(points)


def _notes(horizon: int, posterior: Posterior) -> tuple[str, ...]:
    """What every reader must know, in plain sentences."""
    last = int(posterior.study.model.model.end[:4])
    return (
        "No study measured what these levers do: costs and effects are drawn from stated "
        "intervals, and the answer is no better known than they are.",
        "Nobody is taken to set out because of the money; it changes what happens to those who "
        "set out anyway, and many of them would have come through without it.",
        f"Those still in between at the end of {horizon} count by what becomes of them in the "
        f"{LATER_MONTHS // 12} years after, under the conditions of the last twelve months and "
        "without further money.",
        f"Years past {last} are a projection: policies stay, yearly figures and trends stay at "
        "their last value, years differ as they have.",
    )
