"""Time-varying factors as affine forms of the parameters' logarithms, month by month.

log factor[month] = constant[month] + sum_j weight[month, j] * (logarithm of scalar j).
A response (a power of another factor) is the same with products of an elasticity and a scalar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from safepassage.model.schema import Model, Product
from safepassage.network.calendar import month_name, month_number, months_between
from safepassage.network.parameters import innovation_name
from safepassage.network.products import FactorRef, Resolver, ScalarRef

Affine = tuple[float, tuple[tuple[float, ScalarRef], ...]]
"""Constant, and weighted logarithms of scalars."""


@dataclass(frozen=True)
class ResponseRow:
    """log factor = sign * elasticity * (log driver - log reference)."""

    driver: FactorRef
    elasticity: str
    sign: int
    log_reference: float


@dataclass(frozen=True)
class FactorForm:
    """One factor: an affine form per month, or a response."""

    months: tuple[Affine, ...] = ()
    response: ResponseRow | None = None


def factor_form(
    ref: FactorRef, resolver: Resolver, covariates: Mapping[str, Mapping[int, float]]
) -> FactorForm:
    """The form of one factor over the calendar of the resolver's model.

    Raises:
        KeyError: if no time-varying factor has that name.
    """
    model = resolver.model
    start = month_number(model.model.start)
    count = months_between(model.model.start, model.model.end)
    numbers = range(start, start + count)
    name = ref.name
    if name in model.seasons:
        return FactorForm(tuple(_season(resolver, name, n % 12 + 1) for n in numbers))
    if name in model.policies:
        return FactorForm(tuple(_policy(resolver, name, month_name(n)) for n in numbers))
    if name in model.trends:
        return FactorForm(tuple(_trend(resolver, name, n) for n in numbers))
    if name in model.innovations:
        return FactorForm(tuple(_innovation(model, ref, n // 12) for n in numbers))
    if name in model.covariates:
        return FactorForm(tuple((_covariate(covariates[name], n), ()) for n in numbers))
    response = model.responses[name]
    return FactorForm(
        response=ResponseRow(
            FactorRef(response.driver, ""), response.elasticity, response.sign,
            math.log(response.reference),
        )
    )  # fmt: skip


def _affine(resolver: Resolver, product: Product) -> Affine:
    """A product of parameters and numbers only."""
    group = next(iter(resolver.model.groups))
    term = resolver.term(product, group)
    return term.constant, tuple((1.0, ref) for ref in term.scalars)


def _season(resolver: Resolver, name: str, month: int) -> Affine:
    season = resolver.model.seasons[name]
    if season.months is not None:
        value = season.months[month - 1]
        return (math.log(value) if value > 0 else -math.inf), ()
    for window in (season.windows or {}).values():
        if month in window.months:
            return _affine(resolver, window.factor)
    return 0.0, ()


def _policy(resolver: Resolver, name: str, month: str) -> Affine:
    current: Affine = (0.0, ())
    for era in resolver.model.policies[name].eras.values():
        if era.start <= month:
            inside = era.end is None or month <= era.end
            current = _affine(resolver, era.factor) if inside else (0.0, ())
    return current


def _trend(resolver: Resolver, name: str, number: int) -> Affine:
    knots = sorted(resolver.model.trends[name].knots.items())
    time = number / 12
    if time <= knots[0][0]:
        return _affine(resolver, knots[0][1])
    for (year0, product0), (year1, product1) in pairwise(knots):
        if time < year1:
            share = (time - year0) / (year1 - year0)
            c0, t0 = _affine(resolver, product0)
            if share == 0.0:
                return c0, t0
            c1, t1 = _affine(resolver, product1)
            terms = [((1 - share) * w, r) for w, r in t0] + [(share * w, r) for w, r in t1]
            return (1 - share) * c0 + share * c1, tuple(terms)
    return _affine(resolver, knots[-1][1])


def _innovation(model: Model, ref: FactorRef, year: int) -> Affine:
    innovation = model.innovations[ref.name]
    if innovation.kind == "random_walk":
        year = min(year, innovation.end)
    if not innovation.start <= year <= innovation.end:
        return 0.0, ()
    mode = "walk" if innovation.kind == "random_walk" else "log"
    return 0.0, ((1.0, ScalarRef(innovation_name(ref.name, ref.value, year), mode)),)


def _covariate(values: Mapping[int, float], number: int) -> float:
    years = sorted(values)
    logs = [math.log(values[y]) if values[y] > 0 else -46.0 for y in years]
    return float(np.interp(number / 12, [y + 0.5 for y in years], logs))
