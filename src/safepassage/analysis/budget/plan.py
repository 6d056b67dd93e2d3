"""`plan`: a budget over levers that protect, robust over what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.budget.horizon import LATER_MONTHS, Horizon
from safepassage.analysis.budget.limits import distance, refuse_capture
from safepassage.analysis.budget.optimizer import Search, alone, equal_split, grid
from safepassage.analysis.budget.request import PlanRequest, validate_plan
from safepassage.analysis.budget.results import (
    NEXT_USD,
    Option,
    lever_label,
    levers_told,
    outcomes_told,
    rivals_told,
    told,
)
from safepassage.analysis.budget.value_of_information import learn_most
from safepassage.analysis.compare.compare import enough_draws
from safepassage.analysis.compare.paired_runs import PRIOR_DRAWS
from safepassage.errors import Fault, InputError
from safepassage.study.scenarios import catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.lever_schema import Lever
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

ANSWERED = 1000
"""Draws by which the allocation is settled and told; it is sought over fewer."""
BUDGETS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Budgets of the frontier, as multiples of that asked for."""


@dataclass(frozen=True)
class BudgetPlan:
    """Where a budget would go, what it would do, and how surely."""

    answer: dict[str, Any]
    fit: dict[str, Any]
    provenance: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The object of `plan --json`."""
        return {**self.answer, "fit": self.fit, "provenance": self.provenance}


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
        draws: posterior draws over which the allocation is sought.
        weights: by harm; those not named keep theirs.
        file: a user's own levers.
        learn: whether to tell what would be worth knowing first.

    Raises:
        InputError: an unknown lever, a wrong number, or a fault in a file of levers.
        Refused: a lever that raises captures, harm counted as gain, or a plan far outside the fit.
    """
    request = PlanRequest(budget, horizon, draws, weights or {})
    listed, chosen = validate_plan(posterior.study, levers, request, file)
    enough_draws(posterior, draws)
    sought = Horizon(posterior, listed, chosen, request, draws)
    _affordable(sought, request)
    bounds = catalogue(posterior.study)
    refuse_capture(posterior, sought, bounds)
    search = Search.of(sought)
    found = search.best(budget)
    count = min(ANSWERED, posterior.draws.z.shape[0] * posterior.draws.z.shape[1])
    seen = Horizon(posterior, listed, chosen, request, count)
    settled = Search.of(seen)
    best = settled.best(budget, [np.minimum(found, seen.most)])
    years_on = horizon - int(posterior.study.model.model.end[:4])
    far = distance(posterior, seen, best, bounds, years_on)
    options = rivals(search, seen, budget, best)
    answer = _answer(posterior, listed, settled, options)
    answer["draws"] = {"sought": draws, "settled": count}
    answer["grid"] = _grid(search, budget, found)
    prior = Horizon(posterior, listed, chosen, request, PRIOR_DRAWS, prior=True)
    answer["outcomes"] = _outcomes(posterior, listed, chosen, seen, prior, best)
    answer["frontier"] = _frontier(search, seen, budget, best)
    answer["distance"] = far
    if learn:
        answer["learn"] = learn_most(posterior, listed, seen, options)
    answer["notes"] = _notes(horizon, posterior)
    return BudgetPlan(answer, posterior.verdict.to_dict(), posterior.provenance.to_dict())


def _affordable(horizon: Horizon, request: PlanRequest) -> None:
    """Refuse a budget that no allocation could spend."""
    most = float(horizon.most.sum())
    if request.budget > most:
        message = (
            f"{request.budget:,.0f} USD are more than all levers together could take by "
            f"{request.horizon}, which is {most:,.0f}; give no more than that"
        )
        raise InputError([Fault("--budget", 0, "", message)])


def rivals(search: Search, horizon: Horizon, budget: float, best: Floats) -> list[Option]:
    """The plan and what it is held against: cautious, equal, one lever each."""
    cautious = np.minimum(search.best(budget, cautious=True), horizon.most)
    options = [
        Option("plan", "Most on average", best),
        Option("cautious", "Best in the worst tenth of draws", cautious),
        Option("equal", "The same for every lever", equal_split(budget, horizon.most)),
    ]
    for i, (name, lever) in enumerate(horizon.levers.items()):
        options.append(Option(f"only-{name}", lever.title, alone(i, budget, horizon.most)))
    return options


def _answer(
    posterior: Posterior, listed: Levers, settled: Search, options: list[Option]
) -> dict[str, Any]:
    seen, best = settled.horizon, options[0].money
    request = seen.request
    gains = np.stack([settled.gains(option.money) for option in options])
    _, slopes = seen.slopes(best)
    return {
        "budget_usd": request.budget,
        "from": seen.begin,
        "horizon": request.horizon,
        "outweighs": seen.prices,
        "spent_usd": float(best.sum()),
        "levers": levers_told(posterior, listed, seen, best, slopes),
        "options": rivals_told(options, gains, seen.levers),
    }


def _grid(search: Search, budget: float, best: Floats) -> dict[str, Any]:
    """The plan against the best of a coarse grid, over the draws that it was sought over."""
    tried = grid(len(best), budget, search.horizon.most)
    worth = [float(search.gains(money).mean()) for money in tried]
    gain, most = float(search.gains(best).mean()), max(worth)
    return {
        "allocations": len(tried),
        "best_of_grid": most,
        "plan": gain,
        "plan_over_grid": gain / most if most > 0 else None,
    }


def _outcomes(
    posterior: Posterior,
    listed: Levers,
    chosen: Mapping[str, Lever],
    seen: Horizon,
    prior: Horizon,
    best: Floats,
) -> dict[str, Any]:
    nothing = np.zeros(len(best))
    labels = [
        lever_label(posterior, listed, lever)
        for lever, money in zip(chosen.values(), best, strict=True)
        if money > 0
    ]
    pair, before = ((h.measures(nothing), h.measures(best)) for h in (seen, prior))
    return outcomes_told(posterior, posterior.spread_draws(seen.z.shape[1]), pair, before, labels)


def _frontier(search: Search, seen: Horizon, budget: float, best: Floats) -> list[dict[str, Any]]:
    """The best allocation of smaller and larger budgets, up to what all levers can take."""
    most = float(seen.most.sum())
    baseline = seen.net(np.zeros(len(best)))
    amounts = sorted({min(times * budget, most) for times in BUDGETS})
    rows: list[dict[str, Any]] = []
    for amount in amounts:
        money = best if amount == budget else np.minimum(search.best(amount), seen.most)
        net, slopes = seen.slopes(money)
        rows.append(
            {
                "budget_usd": amount,
                "money_usd": dict(zip(seen.levers, money.tolist(), strict=True)),
                "gain": told(net - baseline),
                "next_10000_usd": float(slopes.mean(axis=1).max()) * NEXT_USD,
            }
        )
    return rows


def _notes(horizon: int, posterior: Posterior) -> list[str]:
    """What every reader must know, in plain sentences."""
    last = int(posterior.study.model.model.end[:4])
    return [
        "No study measured what these levers do: costs and effects are drawn from stated "
        "intervals, and the answer is no better known than they are.",
        "Nobody is taken to set out because of the money; it changes what happens to those who "
        "set out anyway, and many of them would have come through without it.",
        f"Those still in between at the end of {horizon} count by what becomes of them in the "
        f"{LATER_MONTHS // 12} years after, under the conditions of the last twelve months and "
        "without further money.",
        f"Years past {last} are a projection: policies stay, yearly figures and trends stay at "
        "their last value, years differ as they have.",
    ]
