"""Slots of scalars, distinct values of series, and the matrix that gives all logarithms at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from safepassage.model.schema import Grade, Model
from safepassage.network.arrays import Floats, Ints
from safepassage.network.calendar import months_between
from safepassage.network.factors import FactorForm, factor_form
from safepassage.network.parameters import (
    Parameters,
    attribute_values,
    collect_parameters,
    innovation_name,
)
from safepassage.network.products import LOG, PROBABILITY, FactorRef, Resolver, ScalarRef, Term
from safepassage.network.program import Rows

Sparse = tuple[float, tuple[tuple[int, float], ...]]
"""A row: constant, and weights by slot in increasing order."""


@dataclass(frozen=True)
class Slots:
    """Where each scalar's logarithm lies in X."""

    of: dict[ScalarRef, int]
    probability: Ints
    walks: tuple[tuple[int, int], ...]
    products: tuple[tuple[int, int], ...]
    product_slot: dict[tuple[int, int], int]
    size: int


@dataclass(frozen=True)
class Layout:
    """The numeric side of a compiled model, before z is known."""

    parameters: Parameters
    slots: Slots
    constant: Floats
    matrix: sparse.csr_matrix
    rows: Rows
    series_index: Ints
    series_of: tuple[Ints, ...]
    """For each family of terms the series of each term."""


def lay_out(
    resolver: Resolver,
    families: Sequence[Sequence[Term]],
    covariates: Mapping[str, Mapping[int, float]],
    grade_of: Callable[[Sequence[str]], Grade | None],
) -> Layout:
    """Lay out edges, entries, initial stocks and capacities (the four families of terms)."""
    model = resolver.model
    parameters = collect_parameters(model, grade_of)
    refs = list(dict.fromkeys(r for family in families for t in family for r in t.factors))
    forms = {r: factor_form(r, resolver, covariates) for r in refs}
    for form in list(forms.values()):
        if form.response and form.response.driver not in forms:
            driver = form.response.driver
            forms[driver] = factor_form(driver, resolver, covariates)
    slots = _slots(model, parameters, forms)
    months = months_between(model.model.start, model.model.end)
    combos: dict[tuple[FactorRef, ...], int] = {(): 0}
    series_of = tuple(
        np.array([combos.setdefault(t.factors, len(combos)) for t in family], np.int32)
        for family in families
    )
    distinct: dict[Sparse, int] = {}
    series_index = np.zeros((len(combos), months), np.int32)
    for combo, s in combos.items():
        for month in range(months):
            row = _sum([_row(forms, ref, month, slots, parameters) for ref in combo])
            series_index[s, month] = distinct.setdefault(row, len(distinct))
    rows: list[Sparse] = list(distinct)
    spans = [slice(0, len(rows))]
    for family in families:
        first = len(rows)
        rows += [
            _sum([(t.constant, ()), *((0.0, ((slots.of[r], 1.0),)) for r in t.scalars)])
            for t in family
        ]
        spans.append(slice(first, len(rows)))
    matrix = _matrix(rows, slots.size)
    constant = np.array([c for c, _ in rows])
    return Layout(parameters, slots, constant, matrix, Rows(*spans), series_index, series_of)


def _slots(model: Model, parameters: Parameters, forms: Mapping[FactorRef, FactorForm]) -> Slots:
    names, kinds = parameters.names, parameters.kinds
    of = {ScalarRef(name, LOG): 1 + i for i, name in enumerate(names)}
    slot = 1 + len(names)
    chosen = [i for i, kind in enumerate(kinds) if kind == PROBABILITY]
    for i in chosen:
        of[ScalarRef(names[i], PROBABILITY)] = slot
        slot += 1
    walks: list[tuple[int, int]] = []
    for name, innovation in model.innovations.items():
        if innovation.kind != "random_walk":
            continue
        for value in attribute_values(model, innovation.by):
            years = range(innovation.start, innovation.end + 1)
            first = names.index(innovation_name(name, value, innovation.start))
            walks.append((first, first + len(years)))
            for year in years:
                of[ScalarRef(innovation_name(name, value, year), "walk")] = slot
                slot += 1
    products: dict[tuple[int, int], int] = {}
    for form in forms.values():
        if form.response is None:
            continue
        elasticity = parameters.index(form.response.elasticity)
        driver = forms[form.response.driver]
        partners = [0, *(of[r] for _, terms in driver.months for _, r in terms)]
        for other in dict.fromkeys(partners):
            if (elasticity, other) not in products:
                products[elasticity, other] = slot
                slot += 1
    return Slots(
        of, np.array(chosen, np.int32), tuple(walks), tuple(products), products, slot
    )  # fmt: skip


def _row(
    forms: Mapping[FactorRef, FactorForm],
    ref: FactorRef,
    month: int,
    slots: Slots,
    parameters: Parameters,
) -> Sparse:
    """One factor in one month as a row over X."""
    form = forms[ref]
    if form.response is None:
        constant, terms = form.months[month]
        return _sum([(constant, ()), *((0.0, ((slots.of[r], w),)) for w, r in terms)])
    response = form.response
    elasticity = parameters.index(response.elasticity)
    constant, terms = forms[response.driver].months[month]
    alone = slots.product_slot[elasticity, 0]
    parts: list[Sparse] = [(0.0, ((alone, response.sign * (constant - response.log_reference)),))]
    for weight, scalar in terms:
        slot = slots.product_slot[elasticity, slots.of[scalar]]
        parts.append((0.0, ((slot, response.sign * weight),)))
    return _sum(parts)


def _sum(parts: Sequence[Sparse]) -> Sparse:
    constant = 0.0
    weights: dict[int, float] = {}
    for c, terms in parts:
        constant += c
        for slot, weight in terms:
            weights[slot] = weights.get(slot, 0.0) + weight
    return constant, tuple(sorted((s, w) for s, w in weights.items() if w != 0.0))


def _matrix(rows: Sequence[Sparse], columns: int) -> sparse.csr_matrix:
    start = np.cumsum([0, *(len(terms) for _, terms in rows)])
    index = np.array([s for _, terms in rows for s, _ in terms], np.int32)
    weight = np.array([w for _, terms in rows for _, w in terms])
    return sparse.csr_matrix((weight, index, start), shape=(len(rows), columns))
