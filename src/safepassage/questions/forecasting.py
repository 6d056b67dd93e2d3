"""What may come: the fitted system run on, with years that differ and policies that may change.

The calendar is extended and whole people are drawn for every posterior draw. Beyond the last fitted
month: yearly departures keep their declared size and are drawn anew; trends and covariates stay at
their last value; seasons go on. Policies either stay as they are, or change as they have changed:
a policy with n changes of era in the fitted years changes again at that rate a year, to the value
that one of its other eras has in the same draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.evidence.grades import best_grade
from safepassage.inference.outputs import spans
from safepassage.model.declarations import Innovation, Model, Policy
from safepassage.model.faults import Fault, InputError
from safepassage.network.calendar import month_name, month_number, months_between
from safepassage.network.compile import Compiled, compile_model
from safepassage.network.parameters import innovation_name
from safepassage.network.products import PROBABILITY, Resolver, ScalarRef

if TYPE_CHECKING:
    from safepassage.inference import Fitted

MOST_YEARS = 10
BREAK = "{}__change"
"""Name of the factor by which a policy departs from its last era."""
LEVELS = {"low": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high": 0.95}
_SMALLEST = -12.0
"""Stands in for the logarithm of an era that shuts something altogether."""


@dataclass(frozen=True)
class Forecast:
    """Series of every output by year, from the last fitted years to the horizon."""

    last_fitted: str
    to: int
    policies: str
    assumptions: tuple[str, ...]
    outputs: dict[str, list[dict[str, Any]]]
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
            "fit": self.fit,
            "provenance": self.provenance,
        }


def forecast(fitted: Fitted, to: int, *, policies: str = "may change") -> Forecast:
    """Run the fitted system on to the end of a year.

    Args:
        fitted: the posterior.
        to: last year of the forecast.
        policies: `may change`, or `stay`.

    Raises:
        InputError: the year is not after the fitted calendar, or too far.
    """
    model = fitted.loaded.model
    last = int(model.model.end[:4])
    faults = []
    if not last < to <= last + MOST_YEARS:
        message = f"{to} is not within {last + 1} to {last + MOST_YEARS}; give a year in between"
        faults.append(Fault("--to", 0, "", message))
    if policies not in ("may change", "stay"):
        faults.append(Fault("--policies", 0, "", f"{policies!r}: give 'may change' or 'stay'"))
    if faults:
        raise InputError(faults)
    changing = changes(model) if policies == "may change" else {}
    longer = extended(model, to, tuple(changing))
    compiled = compile_model(
        longer,
        fitted.loaded.covariates,
        grade_of=lambda ids: best_grade(fitted.loaded.evidence, ids),
    )
    z = _unknowns(fitted, compiled, changing, last)
    return Forecast(
        model.model.end,
        to,
        policies,
        _assumptions(model, changing),
        _series(fitted, compiled, z),
        fitted.verdict,
        fitted.provenance,
    )


def changes(model: Model) -> dict[str, float]:
    """Changes of era a year of every policy that has changed in the fitted calendar."""
    first, last = month_number(model.model.start), month_number(model.model.end)
    years = months_between(model.model.start, model.model.end) / 12
    found: dict[str, float] = {}
    for name, policy in model.policies.items():
        eras = [_era(policy, month_name(month)) for month in range(first, last + 1)]
        count = sum(a != b for a, b in pairwise(eras))
        if count:
            found[name] = count / years
    return found


def _era(policy: Policy, month: str) -> str | None:
    """The era that holds in a month; None outside all of them."""
    current: str | None = None
    for name, era in policy.eras.items():
        if era.start <= month:
            current = name if era.end is None or month <= era.end else None
    return current


def extended(model: Model, to: int, changing: tuple[str, ...]) -> Model:
    """The model up to the end of a year, with a factor by which each named policy may depart."""
    last = int(model.model.end[:4])
    innovations = {
        name: one.model_copy(update={"end": to if one.end >= last else one.end})
        for name, one in model.innovations.items()
    }
    for name in changing:
        innovations[BREAK.format(name)] = Innovation.model_validate(
            {
                "title": f"Change of {name}", "kind": "random_walk", "scale": 1.0,
                "from": last + 1, "to": to,
            }
        )  # fmt: skip
    header = model.model.model_copy(update={"end": f"{to}-12"})
    return _with_breaks(
        model.model_copy(update={"model": header, "innovations": innovations}), changing
    )


def _with_breaks(model: Model, changing: tuple[str, ...]) -> Model:
    """Every product that holds a changing policy, with the policy's change beside it."""

    def product(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*items, *(BREAK.format(i) for i in items if i in changing))

    def moved(section: dict[str, Any], *fields: str) -> dict[str, Any]:
        return {
            name: one.model_copy(
                update={f: product(getattr(one, f)) for f in fields if getattr(one, f)}
            )
            for name, one in section.items()
        }

    branches = {
        name: branch.model_copy(update={"outcomes": moved(branch.outcomes, "odds")})
        for name, branch in model.branches.items()
    }
    return model.model_copy(
        update={
            "branches": branches,
            "transitions": moved(model.transitions, "hazard", "odds"),
            "entries": moved(model.entries, "persons_per_year"),
            "feedbacks": moved(model.feedbacks, "capacity"),
        }
    )


def _unknowns(
    fitted: Fitted, compiled: Compiled, changing: dict[str, float], last: int
) -> np.ndarray:
    """(P', B) the posterior's draws, new years drawn from their law, and changes of policy."""
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence((fitted.seed, 7000))))
    names, draws = compiled.parameters.names, fitted.z.shape[1]
    z = rng.standard_normal((len(names), draws))
    known = {name: row for row, name in enumerate(fitted.compiled.parameters.names)}
    for row, name in enumerate(names):
        if name in known:
            z[row] = fitted.z[known[name]]
    years = range(last + 1, int(compiled.model.model.end[:4]) + 1)
    for policy, rate in changing.items():
        eras, now = _eras(fitted, policy)
        state = np.full(draws, now)
        for year in years:
            changed = rng.random(draws) < -np.expm1(-rate)
            other = rng.integers(0, len(eras) - 1, draws)
            other += other >= state
            after = np.where(changed, other, state)
            lanes = np.arange(draws)
            name = innovation_name(BREAK.format(policy), "", year)
            z[names.index(name)] = eras[after, lanes] - eras[state, lanes]
            state = after
    return z


def _eras(fitted: Fitted, name: str) -> tuple[np.ndarray, int]:
    """(eras, B) log factor of each value that a policy has had, and the row of the last one."""
    model, parameters = fitted.loaded.model, fitted.compiled.parameters
    policy, resolver = model.policies[name], Resolver(model)
    group = next(iter(model.groups))

    def logarithm(scalar: ScalarRef) -> np.ndarray:
        row = parameters.index(scalar.parameter)
        u = parameters.location[row] + parameters.scale[row] * fitted.z[row]
        return -np.logaddexp(0.0, -u) if scalar.mode == PROBABILITY else u

    values: dict[str | None, np.ndarray] = {None: np.zeros(fitted.z.shape[1])}
    for era, declared in policy.eras.items():
        term = resolver.term(declared.factor, group)
        value = term.constant + sum(logarithm(scalar) for scalar in term.scalars)
        values[era] = np.maximum(value, _SMALLEST) * np.ones(fitted.z.shape[1])
    first, last = month_number(model.model.start), month_number(model.model.end)
    had = list(dict.fromkeys(_era(policy, month_name(m)) for m in range(first, last + 1)))
    return np.stack([values[era] for era in had]), had.index(_era(policy, model.model.end))


def _series(fitted: Fitted, compiled: Compiled, z: np.ndarray) -> dict[str, list[dict[str, Any]]]:
    """Outputs by year, of whole people, from two years before the fit's end."""
    from safepassage.engines.counts import draw

    people = draw(compiled.network, compiled.program.tables(z), seed=fitted.seed)
    last = month_number(fitted.loaded.model.model.end) // 12
    found: dict[str, list[dict[str, Any]]] = {}
    for name, output in compiled.model.outputs.items():
        if output.per != "year" or output.pooled_years > 1:
            continue
        if output.quantity in compiled.model.memories:
            continue
        whole = output.model_copy(update={"until": None})
        rows = [
            {"time": time, "forecast": int(time) > last, **_levels(values)}
            for time, values in spans(compiled, whole, people.quantities)
            if int(time) >= last - 1
        ]
        found[name] = rows
    return found


def _levels(values: np.ndarray) -> dict[str, float | None]:
    seen = values[np.isfinite(values)]
    if not seen.size:
        return dict.fromkeys(LEVELS)
    return {name: float(np.quantile(seen, level)) for name, level in LEVELS.items()}


def _assumptions(model: Model, changing: dict[str, float]) -> tuple[str, ...]:
    """What the forecast takes for granted, in plain sentences."""
    said = [
        "Trends and yearly figures of what drives people stay at their last value.",
        "Years differ as they have: yearly departures keep their declared size.",
    ]
    if not changing:
        return (*said, "Every policy stays as it is in the last fitted month.")
    often = ", ".join(
        f"{model.policies[name].title} ({1 / rate:.0f})" for name, rate in changing.items()
    )
    return (
        *said,
        "Policies may change as often as they have, to a value that they have had; mean years "
        f"between changes: {often}.",
    )
