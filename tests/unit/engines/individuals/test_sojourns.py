"""A person's random stream, and the step in which a stay ends."""

from __future__ import annotations

import math

import numba as nb
import numpy as np
import pytest
from scipy import stats
from tests.networks import Sketch

from safepassage.engines.expected.kernel import structure_of
from safepassage.engines.individuals.calendar import enter, new_calendar, take
from safepassage.engines.individuals.rng import (
    cohort_stream,
    exponential,
    pair,
    person_stream,
    share_of,
)
from safepassage.engines.individuals.sojourns import STRANDED, clocks_of, leave_step
from safepassage.engines.rng.philox import word


@nb.njit
def _leave(clocks, cell, first, stay):
    return leave_step(clocks, cell, first, stay)


@nb.njit
def _draw(key, stream, number, replicate):
    first, second = pair(key, stream, number, replicate)
    return first, second, word(key, stream, number, replicate)


@nb.njit
def _exponential(bits):
    return exponential(bits)


@nb.njit
def _many(key, cohort, count):
    stay, chance = np.empty(count), np.empty(count)
    for i in range(count):
        stream = person_stream(cohort_stream(cohort, 7), i)
        first, second = pair(key, stream, np.uint64(1), np.uint64(0))
        stay[i], chance[i] = exponential(first), share_of(second)
    return stay, chance


@nb.njit
def _through(calendar, step, people, due):
    for person in people:
        enter(calendar, step, person)
    out = [np.int64(0)][:0]
    while True:
        count = take(calendar, step, due)
        if count == 0:
            return out
        for j in range(count):
            out.append(np.int64(due[j]))


def test_the_first_half_of_a_pair_is_the_word():
    numbers = [np.uint64(n) for n in (2**63 + 12345, 987654321012345, 17, 4)]
    first, second, same = _draw(*numbers)
    assert first == same != second


@pytest.mark.parametrize("bits", [0, 1, 2**20, 2**53 - 1, 2**63, 2**63 + 2**62, 2**64 - 1])
def test_the_exponential_is_the_logarithm(bits):
    exact = -math.log((float(bits) + 0.5) * 2.0**-64)
    assert _exponential(np.uint64(bits)) == pytest.approx(exact, rel=1e-15, abs=1e-18)


def test_stays_and_choices_of_a_cohort_have_their_laws():
    stay, chance = _many(np.uint64(99), np.uint64(2**61 + 5), 100_000)
    assert stats.kstest(stay, "expon").pvalue > 1e-3
    assert stats.kstest(chance, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(stay, chance)[0, 1]) < 0.015
    assert len(np.unique(stay)) == len(stay)


@pytest.mark.parametrize("per_month", [1, 4, 31])
def test_a_stay_ends_where_the_hazard_added_up_passes_it(per_month):
    rng = np.random.default_rng(per_month)
    months = 30
    rate = np.exp(rng.normal(0, 2.5, months)) * (rng.random(months) < 0.7)
    rate[5:12] = rate[5]
    rate[-4:] = 0.0
    sketch = Sketch(steps=months * per_month - per_month // 2, step_years=0.1 / per_month,
                    steps_per_month=per_month)  # fmt: skip
    network, tables = sketch.cell("a").cell("b").edge("a", "b", rate).build()
    clocks = clocks_of(network, structure_of(network), tables)
    steps = network.steps
    hazard = rate[network.month_of_step] * network.step_years
    for _ in range(3000):
        first = int(rng.integers(0, steps + 1))
        stay = rng.exponential() * 10 ** rng.uniform(-3, 1)
        passed = np.cumsum(hazard[first:]) > stay
        slow = first + int(np.argmax(passed)) if passed.any() else steps
        assert _leave(clocks, 0, first, stay) == slow
    assert _leave(clocks, 1, 0, 0.1) == steps


def test_delays_end_at_once_and_shut_branches_strand():
    sketch = Sketch(steps=5).cell("wait", "delay").cell("fork", "instant").cell("end")
    sketch.edge("wait", "end", 2.0).edge("fork", "end", [1, 1, 0, 1, 1])
    network, tables = sketch.build()
    clocks = clocks_of(network, structure_of(network), tables)
    assert [_leave(clocks, 0, first, 9.0) for first in range(6)] == [0, 1, 2, 3, 4, 5]
    assert _leave(clocks, 1, 1, 0.5) == 1
    assert _leave(clocks, 1, 2, 0.5) == STRANDED
    assert list(clocks.advance) == [1, 0, 1]


@pytest.mark.parametrize("count", [0, 1, 15, 16, 100])
def test_the_calendar_gives_back_everybody_once(count):
    calendar = new_calendar(100, 3)
    due = np.empty(16, np.int32)
    for _ in range(3):  # blocks given back are used again
        out = _through(calendar, 1, np.arange(count, dtype=np.int32), due)
        assert sorted(out) == list(range(count))
    assert calendar.store[1] <= len(calendar.block)
