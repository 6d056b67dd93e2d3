"""A plan as a scenario: it may raise no capture, and says how far from the fit it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.budget.horizon import Horizon
from safepassage.analysis.compare.extrapolation import distances, verdict
from safepassage.analysis.compare.safeguards import raised_captures
from safepassage.errors import Refused
from safepassage.model.scenario_schema import Change, Scenario
from safepassage.network.interventions.scenario_program import changed
from safepassage.study.scenarios import Catalogue, NamedScenario

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.network.arrays import Floats

TRIED = 64
"""Draws that captures and distances are told from."""


def as_scenario(horizon: Horizon, units: Floats) -> Scenario:
    """What a typical draw's levers do with so many units a year (L,), as dated changes."""
    begin = horizon.begin
    stretch, changes, number = horizon.blocks[0].stretch, list[Change](), 0
    for row, (lever, bought) in enumerate(zip(horizon.levers.values(), units, strict=True)):
        start = max(lever.start or begin, begin)
        for act in lever.acts:
            strength = horizon.drawn.strengths[number]
            done = 1 + strength.most * -np.expm1(-bought / strength.reach)
            if act.capacity:
                held = [one.row for one in stretch.rows if one.act == number]
                before = stretch.tables.capacity[held][:, stretch.active[row]]
                added = horizon.blocks[0].levers.strengths[number].most * bought
                done = (before + added) / before
            number += 1
            if bought > 0:
                named = {kind: list(getattr(act, kind)) for kind in ("capacity", "hazard", "odds")}
                changes.append(
                    Change.model_validate(
                        {**named, "from": start, "multiply": float(np.median(done))}
                    )
                )
    return Scenario(title="A plan", reason="What the money buys", changes=tuple(changes))


def refuse_capture(posterior: Posterior, horizon: Horizon, listed: Catalogue) -> None:
    """Refuse levers that would have more people caught.

    Raises:
        Refused: a lever, as much of it as there is, raises a capture.
    """
    for row, (name, lever) in enumerate(horizon.levers.items()):
        units = np.zeros(len(horizon.levers))
        units[row] = lever.most
        scenario = as_scenario(horizon, units)
        made = changed(horizon.compiled, scenario, posterior.study.covariates)
        raised = raised_captures(made, scenario, horizon.z[:, :TRIED], listed.captures)
        if raised:
            raise Refused(
                f"{name} would have more people caught, handed back or killed "
                f"({', '.join(sorted(raised)[:3])}); a lever may only protect"
            )


def distance(
    posterior: Posterior, horizon: Horizon, money: Floats, listed: Catalogue, years_on: int
) -> dict[str, Any]:
    """How far an allocation's typical changes lie from what was fitted.

    Raises:
        Refused: far beyond.
    """
    units = np.array(
        [
            min(spent / (years * float(np.median(cost))), lever.most)
            for lever, spent, years, cost in zip(
                horizon.levers.values(), money, horizon.years, horizon.drawn.costs, strict=True
            )
        ]
    )
    requested = NamedScenario("plan", as_scenario(horizon, units), "levers", 0)
    made = changed(horizon.compiled, requested.scenario, posterior.study.covariates)
    found = distances(made, requested, horizon.z[:, :TRIED], horizon.first)
    return verdict(requested, found, listed.support, years_on).to_dict()
