"""A plan with five levers: seconds, and agreement with brute force on a fine grid.

The draws are spread about the middle of the priors, so that nothing needs to be fitted; everything
else is what `plan` does. The grid holds every allocation of the whole budget in tenths: 1,001 with
five levers, over the same draws. CPU seconds of all threads, so that others on the machine do not
matter; two cores take little more than half of them.
"""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
from what_if import MODEL, unfitted

BUDGET, HORIZON, DRAWS, PARTS = 1e6, 2028, 128, 10


def run() -> list[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    from safepassage.analysis.budget.horizon import Horizon
    from safepassage.analysis.budget.optimizer import Search, grid
    from safepassage.analysis.budget.plan import plan
    from safepassage.analysis.budget.request import PlanRequest, validate_plan

    posterior = unfitted()
    plan(posterior, BUDGET, HORIZON)  # compile
    begin = process_time()
    answer = plan(posterior, BUDGET, HORIZON).to_dict()
    whole = process_time() - begin
    question = PlanRequest(BUDGET, HORIZON, DRAWS)
    listed, chosen = validate_plan(posterior.study, [], question)
    horizon = Horizon(posterior, listed, chosen, question, DRAWS)
    search = Search.of(horizon)
    begin = process_time()
    best = search.best(BUDGET)
    sought = process_time() - begin
    begin = process_time()
    tried = grid(len(chosen), BUDGET, horizon.most, PARTS)
    most = max(float(search.gains(money).mean()) for money in tried)
    brute = process_time() - begin
    gain = float(search.gains(best).mean())
    what = f"plan, {MODEL}, {len(answer['levers'])} levers, {BUDGET:,.0f} USD to {HORIZON}"
    grid_name = f"grid of {len(tried):,} allocations"
    return [
        _row(f"{what}: the whole answer", whole, "CPU s", ("60 s", 60.0)),
        _row(f"{what}: the best allocation", sought, "CPU s", (grid_name, brute)),
        _row(f"{what}: gain of the best allocation", gain, "people", (grid_name, most)),
        _row(f"{what}: slope by the adjoint", *_slope(horizon, best)),
    ]


def _slope(horizon: Any, money: np.ndarray) -> tuple[float, str, tuple[str, float]]:
    """The slope in the first lever's money, and by finite differences."""
    step = np.zeros(len(money))
    step[0] = 50.0
    _, slopes = horizon.slopes(money + step)
    differences = (horizon.net(money + 2 * step) - horizon.net(money)).mean() / 100
    return float(slopes[0].mean()) * 1e4, "people per 10,000 USD", (
        "finite differences", float(differences) * 1e4,
    )  # fmt: skip


def _row(figure: str, value: float, unit: str, base: tuple[str, float]) -> dict[str, Any]:
    return {
        "figure": figure, "value": value, "unit": unit, "baseline": base[0],
        "baseline_value": base[1], "state": "warm",
    }  # fmt: skip
