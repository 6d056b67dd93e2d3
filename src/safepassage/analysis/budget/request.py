"""A plan as it is requested, and its faults, which are reported before anything is fitted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError, Refused
from safepassage.model.lever_schema import Lever
from safepassage.model.validation.scenarios import MOST_YEARS_ON
from safepassage.results.plan import HarmPrices
from safepassage.study.levers import Levers, levers_of

if TYPE_CHECKING:
    from safepassage.model.schema import Model
    from safepassage.study.loader import Study

WEIGHED = {
    "dead": "dead", "returned": "returned", "ever_returned": "returned",
    "relatives_punished": "relatives_punished", "limbo": "limbo",
}  # fmt: skip
"""Measures of harms that a plan weighs, and what it counts for each."""
UNLESS_GIVEN = {"dead": 1.0, "returned": 1.0, "relatives_punished": 1.0, "limbo": 0.0}
"""Weights of what is counted. Those in between count by what will become of them."""
LEAST_DRAWS = 16


@dataclass(frozen=True)
class PlanRequest:
    """All that a plan is requested with, but the levers."""

    budget: float
    """USD."""
    horizon: int
    """Last year."""
    draws: int = 128
    """Posterior draws over which the best allocation is searched."""
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    """Weight of each harm that is not to have its default weight."""


def validate_plan(
    study: Study, names: Sequence[str], request: PlanRequest, file: Path | None = None
) -> tuple[Levers, dict[str, Lever]]:
    """The levers of a plan, checked before anything is fitted.

    Raises:
        InputError: the request has faults; all of them.
        Refused: a weight by which harm would count as a gain.
    """
    listed = levers_of(study, file)
    chosen: dict[str, Lever] = {}
    faults: list[Fault] = []
    try:
        chosen = listed.chosen(names)
    except InputError as error:
        faults += error.faults
    faults += [
        *_number_faults(study.model, request),
        *_weight_faults(study.model, request.weights),
        *_date_faults(chosen, request.horizon),
    ]
    if faults:
        raise InputError(faults)
    for name, weight in request.weights.items():
        if weight < 0:
            raise Refused(
                f"the weight {name}={weight:g} would count harm as a gain; a plan protects people: "
                "give a weight of at least 0"
            )
    return listed, chosen


def _number_faults(model: Model, request: PlanRequest) -> Iterator[Fault]:
    budget, last = request.budget, int(model.model.end[:4])
    if not math.isfinite(budget) or budget < 0:
        yield Fault("call", 0, "budget", f"{budget:g}: give an amount of USD above 0")
    elif budget == 0:
        message = "0 USD buy nothing, and a plan of nothing is the baseline; give an amount above 0"
        yield Fault("call", 0, "budget", message)
    if not last < request.horizon <= last + MOST_YEARS_ON:
        message = (
            f"{request.horizon} is not within {last + 1} to {last + MOST_YEARS_ON}: a plan begins "
            f"after {model.model.end} and reaches {MOST_YEARS_ON} years at most; give a year within"
        )
        yield Fault("call", 0, "horizon", message)
    if request.draws < LEAST_DRAWS:
        message = f"{request.draws} draws; give a number of at least {LEAST_DRAWS}"
        yield Fault("call", 0, "draws", message)


def _weight_faults(model: Model, weights: Mapping[str, float]) -> Iterator[Fault]:
    weighed = [name for name, harm in model.harms.items() if harm.measure in WEIGHED]
    for name, weight in weights.items():
        if name not in weighed:
            listed = ", ".join(weighed) or "no harm of this model"
            yield Fault("call", 0, "weights", f"{name}: a plan weighs {listed}; give these")
        elif not math.isfinite(weight):
            yield Fault("call", 0, "weights", f"{name}: give a finite number of at least 0")


def _date_faults(chosen: Mapping[str, Lever], horizon: int) -> Iterator[Fault]:
    for name, lever in chosen.items():
        if lever.start is not None and int(lever.start[:4]) > horizon:
            message = f"{name} begins in {lever.start}, after {horizon}; give a later horizon"
            yield Fault("call", 0, "horizon", f"{message}, or leave it out")


def harm_prices(model: Model, weights: Mapping[str, float]) -> HarmPrices:
    """How many people safe one harmed person outweighs.

    A harm's weight over its scale: a harm of scale 0.25 outweighs four people at weight 1.
    """
    prices = dict.fromkeys(UNLESS_GIVEN, 0.0)
    for name, harm in model.harms.items():
        counted = WEIGHED.get(harm.measure)
        if counted is not None:
            prices[counted] += weights.get(name, UNLESS_GIVEN[counted]) / harm.scale
    return HarmPrices(**prices)
