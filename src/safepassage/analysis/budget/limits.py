"""A plan as a scenario: it may raise no capture, and says how far from the fit it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.budget.horizon import Horizon
from safepassage.analysis.compare.extrapolation import distances, verdict
from safepassage.analysis.compare.safeguards import raised_captures
from safepassage.errors import Refused
from safepassage.model.scenario_schema import Change, Scenario
from safepassage.network.interventions.scenario_program import changed
from safepassage.results.checks.extrapolation import DistanceFromFit
from safepassage.study.scenarios import Catalogue, NamedScenario

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.network.arrays import Floats

DRAWS = 64
"""Draws over which captures and distances are computed."""


def as_scenario(horizon: Horizon, units: Floats) -> Scenario:
    """The effect of so many units a year (L,) of the levers in a typical draw, as dated changes."""
    begin = horizon.begin
    stretch, changes, number = horizon.blocks[0].stretch, list[Change](), 0
    for row, (lever, bought) in enumerate(zip(horizon.levers.values(), units, strict=True)):
        start = max(lever.start or begin, begin)
        for act in lever.acts:
            strength = horizon.drawn.strengths[number]
            factor = 1 + strength.most * -np.expm1(-bought / strength.reach)
            if act.capacity:
                rows = [one.row for one in stretch.rows if one.act == number]
                before = stretch.tables.capacity[rows][:, stretch.active[row]]
                added = horizon.blocks[0].levers.strengths[number].most * bought
                factor = (before + added) / before
            number += 1
            if bought > 0:
                targets = {kind: getattr(act, kind) for kind in ("capacity", "hazard", "odds")}
                multiply = float(np.median(factor))
                change = {**targets, "from": start, "multiply": multiply}
                changes.append(Change.model_validate(change))
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
        altered = changed(horizon.compiled, scenario, posterior.study.covariates)
        raised = raised_captures(altered, scenario, horizon.z[:, :DRAWS], listed.captures)
        if raised:
            raise Refused(
                f"{name} would have more people caught, handed back or killed "
                f"({', '.join(sorted(raised)[:3])}); a lever may only protect"
            )


def distance(
    posterior: Posterior, horizon: Horizon, money: Floats, listed: Catalogue, years_on: int
) -> DistanceFromFit:
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
    altered = changed(horizon.compiled, requested.scenario, posterior.study.covariates)
    measured = distances(altered, requested, horizon.z[:, :DRAWS], horizon.first)
    return verdict(requested, measured, listed.support, years_on)
