"""What may come: the fitted system run on, with years that differ and policies that may change.

The calendar is extended and whole people are drawn for every posterior draw. Beyond the last fitted
month: yearly departures keep their declared size and are drawn anew; trends and covariates stay at
their last value; seasons go on. Policies either stay as they are, or change together as they have
changed (`breaks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.forecast.places_needed import planner_view
from safepassage.analysis.forecast.policy_breaks import (
    Past,
    era_in,
    era_values,
    levels_ahead,
    past_of,
    summary,
    told,
)
from safepassage.analysis.forecast.quantiles import levels
from safepassage.errors import Fault, InputError
from safepassage.evidence.grades import best_grade
from safepassage.inference.outputs import spans
from safepassage.model.schema import Era, Model, Parameter, Policy
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled, compile_model
from safepassage.network.parameters import HALF_WIDTH_90

if TYPE_CHECKING:
    from safepassage.inference.posterior import Fitted

MOST_YEARS = 10
LEVEL = "{}__{}"
"""Name of the parameter that holds a policy's value in one month of the forecast."""


@dataclass(frozen=True)
class Ahead:
    """A fitted model run on; B draws."""

    fitted: Fitted
    compiled: Compiled
    """The model with the longer calendar."""
    z: np.ndarray
    """(P', B)"""
    past: Past | None
    """How policies changed; None where they stay."""

    @cached_property
    def people(self) -> np.ndarray:
        """(Q, T, B) quantities of whole people, from the start of the fitted calendar."""
        from safepassage.engines.counts.draw import draw

        tables = self.compiled.program.tables(self.z)
        return draw(self.compiled.network, tables, seed=self.fitted.seed).quantities

    @property
    def last_fitted(self) -> str:
        """Last month of the fitted calendar."""
        return self.fitted.loaded.model.model.end


@dataclass(frozen=True)
class Forecast:
    """Series of every output by year, from the last fitted years to the horizon."""

    last_fitted: str
    to: int
    policies: str
    assumptions: tuple[str, ...]
    outputs: dict[str, list[dict[str, Any]]]
    breaks: dict[str, Any] | None
    """How policies changed in the past; None where they stay."""
    planner: dict[str, Any] | None
    """What is needed by month (`planner.planner_view`), where it was asked for."""
    fit: dict[str, Any]
    provenance: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The object of `forecast --json`."""
        return {
            "last_fitted": self.last_fitted,
            "to": self.to,
            "policies": self.policies,
            "assumptions": list(self.assumptions),
            "outputs": self.outputs,
            **({} if self.breaks is None else {"breaks": self.breaks}),
            **({} if self.planner is None else {"planner": self.planner}),
            "fit": self.fit,
            "provenance": self.provenance,
        }


def forecast(
    fitted: Fitted, to: int, *, policies: str = "may change", planner: bool = False
) -> Forecast:
    """Run the fitted system on to the end of a year.

    Args:
        fitted: the posterior.
        to: last year of the forecast.
        policies: `may change`, or `stay`.
        planner: whether to add what a planner needs, by month.

    Raises:
        InputError: the year is not after the fitted calendar, or too far.
    """
    ahead = run_on(fitted, to, policies=policies)
    return Forecast(
        ahead.last_fitted,
        to,
        policies,
        _assumptions(fitted.loaded.model, ahead.past),
        _series(ahead),
        None if ahead.past is None else summary(ahead.past),
        planner_view(ahead) if planner else None,
        fitted.verdict,
        fitted.provenance,
    )


def run_on(fitted: Fitted, to: int, *, policies: str = "may change") -> Ahead:
    """The fitted system with a calendar to the end of a year, for every draw.

    Raises:
        InputError: the year is not after the fitted calendar, or too far.
    """
    model = fitted.loaded.model
    _check(model, to, policies)
    past = past_of(model) if policies == "may change" else None
    compiled = compile_model(
        extended(model, to, tuple(past.eras) if past else ()),
        fitted.loaded.covariates,
        grade_of=lambda ids: best_grade(fitted.loaded.evidence, ids),
    )
    return Ahead(fitted, compiled, _unknowns(fitted, compiled, past), past)


def _check(model: Model, to: int, policies: str) -> None:
    last = int(model.model.end[:4])
    faults = []
    if not last < to <= last + MOST_YEARS:
        message = f"{to} is not within {last + 1} to {last + MOST_YEARS}; give a year in between"
        faults.append(Fault("--to", 0, "", message))
    if policies not in ("may change", "stay"):
        faults.append(Fault("--policies", 0, "", f"{policies!r}: give 'may change' or 'stay'"))
    if faults:
        raise InputError(faults)


def extended(model: Model, to: int, changing: tuple[str, ...]) -> Model:
    """The model up to the end of a year; the named policies have a value of their own by month."""
    last, end = int(model.model.end[:4]), f"{to}-12"
    innovations = {
        name: one.model_copy(update={"end": to if one.end >= last else one.end})
        for name, one in model.innovations.items()
    }
    months = [
        month_name(n) for n in range(month_number(model.model.end) + 1, month_number(end) + 1)
    ]
    parameters, policies = dict(model.parameters), dict(model.policies)
    unit = {"kind": "lognormal", "low": np.exp(-HALF_WIDTH_90), "high": np.exp(HALF_WIDTH_90)}
    for name in changing:
        for month in months:
            parameters[_level_name(name, month)] = Parameter.model_validate(
                {"title": f"{name} in {month}", "unit": "factor", "prior": unit, "assumed": "drawn"}
            )
        policies[name] = _with_months(model.policies[name], name, model.model.end, months)
    header = model.model.model_copy(update={"end": end})
    return model.model_copy(
        update={
            "model": header,
            "innovations": innovations,
            "parameters": parameters,
            "policies": policies,
        }
    )


def _level_name(policy: str, month: str) -> str:
    return LEVEL.format(policy, month.replace("-", "_"))


def _with_months(policy: Policy, name: str, end: str, months: list[str]) -> Policy:
    """The policy up to the fitted end, then one era for each month of the forecast."""
    eras = {
        era: one.model_copy(update={"end": end if one.end is None or one.end > end else one.end})
        for era, one in policy.eras.items()
        if one.start <= end
    }
    for month in months:
        level = _level_name(name, month)
        eras[level] = Era.model_validate({"from": month, "to": month, "factor": level})
    return policy.model_copy(update={"eras": eras})


def _unknowns(fitted: Fitted, compiled: Compiled, past: Past | None) -> np.ndarray:
    """(P', B) the posterior's draws, new years drawn from their law, and values of policies."""
    parameters = compiled.parameters
    row_of = {name: row for row, name in enumerate(parameters.names)}
    z = np.zeros((len(parameters), fitted.z.shape[1]))
    known = {name: row for row, name in enumerate(fitted.compiled.parameters.names)}
    for name, row in known.items():
        z[row_of[name]] = fitted.z[row]
    # By their order among the new years alone, so that both kinds of forecast share them.
    fresh = [
        row for name, row in row_of.items() if name not in known and parameters.innovations[row]
    ]
    rng = _chance(fitted, 7000)
    z[fresh] = rng.standard_normal((len(fresh), z.shape[1]))
    if past is None:
        return z
    first = month_number(fitted.loaded.model.model.end) + 1
    months = [month_name(n) for n in range(first, month_number(compiled.model.model.end) + 1)]
    declared = {
        name: [era_in(fitted.loaded.model.policies[name], month) for month in months]
        for name in past.eras
    }
    values = era_values(fitted, tuple(past.eras))
    for name, level in levels_ahead(past, values, declared, _chance(fitted, 7001)).items():
        rows = [row_of[_level_name(name, month)] for month in months]
        z[rows] = (level - parameters.location[rows, None]) / parameters.scale[rows, None]
    return z


def _chance(fitted: Fitted, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((fitted.seed, stream))))


def _series(ahead: Ahead) -> dict[str, list[dict[str, Any]]]:
    """Outputs by year, of whole people, from two years before the fit's end."""
    model = ahead.compiled.model
    last = int(ahead.last_fitted[:4])
    found: dict[str, list[dict[str, Any]]] = {}
    for name, output in model.outputs.items():
        if output.per != "year" or output.pooled_years > 1 or output.quantity in model.memories:
            continue
        whole = output.model_copy(update={"until": None})
        found[name] = [
            {"time": time, "forecast": int(time) > last, **levels(values)}
            for time, values in spans(ahead.compiled, whole, ahead.people)
            if int(time) >= last - 1
        ]
    return found


def _assumptions(model: Model, past: Past | None) -> tuple[str, ...]:
    """What the forecast takes for granted, in plain sentences."""
    breaks = () if past is None else told(past, {n: p.title for n, p in model.policies.items()})
    return (
        "Trends and yearly figures of what drives people stay at their last value.",
        "Years differ as they have: yearly departures keep their declared size.",
        *(breaks or ("Every policy stays as it is in the last fitted month.",)),
    )
