"""The fitted system past the end of its calendar: one future for each posterior draw.

Forecasts and comparisons that reach past the fitted calendar use the same futures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.forecast.policy_breaks import (
    Past,
    era_in,
    era_values,
    levels_ahead,
    past_of,
)
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.evidence.grades import best_grade
from safepassage.model.schema import Era, Model, Parameter, Policy
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled, compile_model
from safepassage.network.parameters import HALF_WIDTH_90

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

MOST_YEARS = 10
LEVEL = "{}__{}"
"""Name of the parameter that holds a policy's value in one month of the forecast."""


@dataclass(frozen=True)
class Projection:
    """A fitted model past the end of its calendar; B draws."""

    posterior: Posterior
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
        return draw(self.compiled.network, tables, seed=self.posterior.seed).quantities

    @property
    def last_fitted(self) -> str:
        """Last month of the fitted calendar."""
        return self.posterior.study.model.model.end


def project(posterior: Posterior, to: int, *, policies: str = "may change") -> Projection:
    """The fitted system with a calendar to the end of a year, for every draw.

    Raises:
        InputError: The year is not after the fitted calendar, or too far.
    """
    model = posterior.study.model
    _check(model, to, policies)
    past = past_of(model) if policies == "may change" else None
    compiled = compile_model(
        extend_calendar(model, to, tuple(past.eras) if past else ()),
        posterior.study.covariates,
        grade_of=lambda ids: best_grade(posterior.study.evidence, ids),
    )
    return Projection(
        posterior,
        compiled,
        unknowns_ahead(posterior, compiled, posterior.answer_numbers, past),
        past,
    )


def _check(model: Model, to: int, policies: str) -> None:
    last = int(model.model.end[:4])
    faults = []
    if not last < to <= last + MOST_YEARS:
        message = f"{to} is not within {last + 1} to {last + MOST_YEARS}; give a year in between"
        faults.append(Fault("call", 0, "to", message))
    if policies not in ("may change", "stay"):
        message = f"{policies!r}: give 'may change' or 'stay'"
        faults.append(Fault("call", 0, "policies", message))
    if faults:
        raise InputError(faults)


def extend_calendar(model: Model, to: int, changing: tuple[str, ...]) -> Model:
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


def unknowns_ahead(
    posterior: Posterior, compiled: Compiled, numbers: np.ndarray, past: Past | None = None
) -> np.ndarray:
    """Posterior draws with what the longer calendar adds to them.

    New years are drawn from their law, by the number of the posterior draw: one draw has one
    future, whichever question is asked of it and whichever other draws are used.

    Args:
        posterior: The posterior.
        compiled: The model with the longer calendar.
        numbers: (B,) numbers of the posterior draws.
        past: How policies changed; None where they stay.

    Returns:
        (P', B) unknowns of the longer model.
    """
    parameters = compiled.parameters
    row_of = {name: row for row, name in enumerate(parameters.names)}
    drawn = posterior.draws_at(numbers)
    z = np.zeros((len(parameters), len(numbers)))
    fitted = dict.fromkeys(posterior.compiled.parameters.names)
    z[[row_of[name] for name in fitted]] = drawn
    # By their order among the new years alone, so that both kinds of forecast share them.
    fresh = [
        row for name, row in row_of.items() if name not in fitted and parameters.innovations[row]
    ]
    chains, draws = posterior.draws.z.shape[:2]
    rng = Stream.NEW_YEARS.generator(posterior.seed)
    z[fresh] = rng.standard_normal((len(fresh), chains * draws))[:, numbers]
    if past is None:
        return z
    first = month_number(posterior.study.model.model.end) + 1
    months = [month_name(n) for n in range(first, month_number(compiled.model.model.end) + 1)]
    declared = {
        name: [era_in(posterior.study.model.policies[name], month) for month in months]
        for name in past.eras
    }
    values = era_values(posterior, tuple(past.eras))
    rng = Stream.POLICY_BREAKS.generator(posterior.seed)
    for name, level in levels_ahead(past, values, declared, rng).items():
        rows = [row_of[_level_name(name, month)] for month in months]
        z[rows] = (level - parameters.location[rows, None]) / parameters.scale[rows, None]
    return z
