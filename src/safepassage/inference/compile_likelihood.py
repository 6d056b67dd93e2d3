"""Published figures as arrays: what each measures, and how uncertain it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from safepassage.evidence.grades import best_grade
from safepassage.inference.likelihood import Datum, Likelihood
from safepassage.inference.observation_models import KINDS, LEAST, SPLIT
from safepassage.network.arrays import STOCK
from safepassage.network.calendar import month_number
from safepassage.network.parameters import HALF_WIDTH_90
from safepassage.network.products import Resolver

if TYPE_CHECKING:
    from safepassage.evidence.observations import Observation
    from safepassage.model.schema import Reporting
    from safepassage.network.compile import Compiled
    from safepassage.study.loader import Study


def compile_likelihood(study: Study, compiled: Compiled) -> Likelihood:
    """Arrays for every observation of every channel of a model folder."""
    model = compiled.model
    rows = [
        (observation, model.channels[channel].reporting)
        for channel, observations in study.observations.items()
        for observation in observations
    ]
    readings = [_Reading.of(o, reporting, _sd_of_grade(study, o)) for o, reporting in rows]
    data = tuple(
        Datum(o.channel, o.quantity, o.start, o.end, o.evidence, k.value, o.low, o.high)
        for (o, _), k in zip(rows, readings, strict=True)
    )
    value = np.array([k.value for k in readings])
    kind = np.array([KINDS[r.kind] for _, r in rows], np.int32)
    total, people = _totals(data, kind, value)
    slots = {name: 1 + i for i, name in enumerate(compiled.parameters.names)}
    spreads = [r.spread for _, r in rows]
    constant, terms = _reported(compiled, [r for _, r in rows], slots)
    top, bottom = _matrices(compiled, data, [r for _, r in rows], total)
    return Likelihood(
        data=data,
        kind=kind,
        value=value,
        log_sd=np.array([k.log_sd for k in readings]),
        log_ends=np.array([k.log_ends for k in readings]).reshape(-1, 2).T,
        rounding=np.array([o.rounded or 0.0 for o, _ in rows]),
        trials=np.where(kind == SPLIT, people, [r.effective_n or 0.0 for _, r in rows]),
        total=total,
        spread=np.array([0.0 if isinstance(s, str) else s for s in spreads]),
        spread_slot=np.array([slots[s] if isinstance(s, str) else 0 for s in spreads], np.int32),
        reported=constant,
        reported_slot=terms,
        numerator=top,
        denominator=bottom,
    )


def _sd_of_grade(study: Study, row: Observation) -> float:
    grade = best_grade(study.evidence, row.evidence)
    return study.model.grades.get(grade, 0.0) if grade else 0.0


def _reported(
    compiled: Compiled, reporting: list[Reporting], slots: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    """(D,) constants and (D, J) slots of the reported shares."""
    resolver = Resolver(compiled.model)
    group = next(iter(compiled.model.groups))
    sigmoid = _sigmoid_slots(compiled)
    factors = [resolver.term(r.reported, group) for r in reporting]
    width = max((len(t.scalars) for t in factors), default=0)
    terms = np.zeros((len(factors), max(width, 1)), np.int32)
    for i, term in enumerate(factors):
        terms[i, : len(term.scalars)] = [
            sigmoid[s.parameter] if s.mode == "probability" else slots[s.parameter]
            for s in term.scalars
        ]
    return np.array([term.constant for term in factors]), terms


def _sigmoid_slots(compiled: Compiled) -> dict[str, int]:
    first = 1 + len(compiled.parameters)
    names = compiled.parameters.names
    return {names[p]: first + i for i, p in enumerate(compiled.program.probability)}


@dataclass(frozen=True)
class _Reading:
    """What a row itself says: its middle, its uncertainty, and the ends it lies between."""

    value: float
    log_sd: float
    log_ends: tuple[float, float]

    @classmethod
    def of(cls, row: Observation, reporting: Reporting, grade: float) -> _Reading:
        kind = reporting.kind
        value, low, high = row.value, row.low, row.high
        if value is None:
            value = math.sqrt(float(low or 0.0) * float(high or 0.0))
        sd, ends = 0.0, (0.0, 0.0)
        if kind == "range":
            ends = (_log(low), _log(high))
        elif low and high and high > low > 0:
            sd = math.log(high / low) / (2 * HALF_WIDTH_90)
        if kind == "estimate" and row.rounded:
            ends = (_log(value - row.rounded / 2), _log(value + row.rounded / 2))
        if kind != "count":
            sd = math.hypot(sd, grade)
        if row.provisional:
            sd = math.hypot(sd, reporting.revision)
        return cls(float(value), sd, ends)


def _log(number: float | None) -> float:
    return math.log(max(number or 0.0, LEAST))


def _totals(
    data: tuple[Datum, ...], kind: np.ndarray, value: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(D,) number of the total that each part belongs to, and (D,) the people in it.

    Parts of one quantity in one calendar year are of one total.
    """
    keys = [
        (d.channel, d.quantity, d.start[:4]) if k == SPLIT else None
        for d, k in zip(data, kind, strict=True)
    ]
    number = {key: i for i, key in enumerate(dict.fromkeys(k for k in keys if k))}
    total = np.array([number[k] if k else -1 for k in keys], np.int32)
    people = np.array([value[total == i].sum() for i in range(len(number))] + [0.0])
    return total, people[total]


def _matrices(
    compiled: Compiled, data: tuple[Datum, ...], reporting: list[Reporting], total: np.ndarray
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    network, model = compiled.network, compiled.model
    row_of = {name: i for i, name in enumerate(network.quantity_name)}
    shape = (len(data), len(network.quantity_name) * network.steps)
    matrices = [sparse.lil_matrix(shape), sparse.lil_matrix(shape)]
    first = month_number(model.model.start)
    for d, (datum, how) in enumerate(zip(data, reporting, strict=True)):
        quantity = model.quantities[datum.quantity]
        parts = [quantity.of, quantity.over] if quantity.of else [datum.quantity]
        span = month_number(datum.start) - first, month_number(datum.end) - first + 1
        for matrix, name in zip(matrices, parts, strict=False):
            row = row_of[str(name)]
            tap = network.tap_kind[network.tap_start[row] : network.tap_start[row + 1]]
            stock = len(tap) > 0 and tap[0] == STOCK
            weight = _weight_of_step(
                network.month_of_step, span, 0.0 if stock else how.delay_months
            )
            if stock:
                weight = weight / weight.sum()
            steps = np.flatnonzero(weight)
            matrix[d, row * network.steps + steps] = weight[steps]
    top, bottom = (sparse.csr_matrix(m) for m in matrices)
    part = (total >= 0).astype(float)
    same = sparse.csr_matrix((total[:, None] == total) * part[:, None])
    return top, sparse.csr_matrix(bottom + same @ top)


def _weight_of_step(month: np.ndarray, span: tuple[int, int], delay: float) -> np.ndarray:
    """(T,) share of what happens in each step that is counted within a span of months.

    Args:
        month: (T,) month of each step.
        span: first month, and the one after the last.
        delay: mean months, exponential, from the middle of the month in which it happens.
    """
    start, end = span
    if delay == 0:
        return ((month >= start) & (month < end)).astype(float)
    until = [1 - np.exp(-np.maximum(edge - (month + 0.5), 0.0) / delay) for edge in (end, start)]
    return until[0] - until[1]
