"""What chance does to people, worked out: moments in closed form, small crowds enumerated.

Everything follows from the contract in `network/arrays.py` and from nothing else: no engine is
imported here. Given the counts at the start of a step people move independently of each other.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from safepassage.network.arrays import DELAY, HELD, INSTANT, SATURATING, Network, Tables


class Moves(NamedTuple):
    """Chances of one person in one step. N cells, E edges."""

    after: np.ndarray
    """(N, N) where someone who starts the step in a cell ends it."""
    placed: np.ndarray
    """(N, N) where someone who comes into a cell within the step ends it."""
    crossed: np.ndarray
    """(N, E) whether someone who starts in a cell takes an exit."""
    crossed_when_placed: np.ndarray
    """(N, E) whether someone who comes into a cell within the step takes an exit."""


def factors(network: Network, tables: Tables, people: Sequence[float], month: int) -> list[float]:
    """Each feedback's factor, from the counts at the start of a step."""
    result = []
    for k, kind in enumerate(network.feedback_kind):
        members = network.feedback_cell[network.feedback_start[k] : network.feedback_start[k + 1]]
        load = float(sum(people[c] for c in members))
        ratio = load / tables.capacity[k, month]
        crowding = 1.0 + (ratio ** network.feedback_sharpness[k] if load > 0 else 0.0)
        result.append(1.0 / crowding if kind == SATURATING else load)
    return result


def moves(network: Network, tables: Tables, people: Sequence[float], month: int) -> Moves:
    """The chances of one step from the counts at its start."""
    acting = [*factors(network, tables, people, month), 1.0]  # -1: no feedback
    rates = tables.scale * tables.series[network.edge_series, month]
    rates = rates * np.array(acting)[network.edge_feedback]
    cells, edges = len(network.cells), len(rates)
    placed, by_placed = np.eye(cells), np.zeros((cells, edges))
    after, by_start = np.eye(cells), np.zeros((cells, edges))

    def left(c: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Where someone who leaves cell c ends, by which exits, and the total rate."""
        ends, exits = np.zeros(cells), np.zeros(edges)
        total = rates[network.edge_source == c].sum()
        for e in np.flatnonzero(network.edge_source == c):
            share = rates[e] / total if total > 0 else 0.0
            ends += share * placed[network.edge_target[e]]
            exits += share * by_placed[network.edge_target[e]]
            exits[e] += share
        return ends, exits, total

    for c in reversed(network.instant_order):
        placed[c], by_placed[c], _ = left(c)
        after[c], by_start[c] = placed[c], by_placed[c]
    for c in np.flatnonzero(network.kind != INSTANT):
        ends, exits, total = left(c)
        leaving = -math.expm1(-total * network.step_years)
        if network.kind[c] == DELAY:
            leaving = 1.0
        elif network.kind[c] == HELD and total == 0:
            continue
        after[c] = leaving * ends
        after[c, c] += 1.0 - leaving
        by_start[c] = leaving * exits
    return Moves(after, placed, by_start, by_placed)


class Moments(NamedTuple):
    """Mean, covariance and fourth joint cumulants of D numbers."""

    mean: np.ndarray
    """(D,)"""
    covariance: np.ndarray
    """(D, D)"""
    fourth: np.ndarray
    """(D, D) the joint cumulant of order (2, 2)."""


def _gather(sources: list[tuple[float, bool, np.ndarray, np.ndarray]]) -> Moments:
    """Add up independent sources: (number or mean, whether Poisson, chances, joint chances)."""
    dimension = len(sources[0][2])
    mean, covariance = np.zeros(dimension), np.zeros((dimension, dimension))
    fourth = np.zeros_like(covariance)
    for number, poisson, p, joint in sources:
        mean += number * p
        if poisson:  # thinning leaves independent Poisson numbers: cumulants are means
            covariance += number * joint
            fourth += number * joint
            continue
        a, b = p[:, None], p[None, :]
        central = (
            joint * (1 - a) ** 2 * (1 - b) ** 2
            + (a - joint) * (1 - a) ** 2 * b**2
            + (b - joint) * a**2 * (1 - b) ** 2
            + (1 - a - b + joint) * a**2 * b**2
        )
        together = joint - a * b
        covariance += number * together
        fourth += number * (central - a * (1 - a) * b * (1 - b) - 2 * together**2)
    return Moments(mean, covariance, fourth)


def _sources(network: Network, tables: Tables) -> list[tuple[float, bool, int, int]]:
    """Number or mean, whether Poisson, cell and step (-1: at the start) of all who come."""
    found = [(float(n), False, c, -1) for c, n in enumerate(tables.initial) if n > 0]
    for t, month in enumerate(network.month_of_step):
        for i, c in enumerate(network.entry_target):
            found.append((float(tables.entries[i, month]) * network.step_years, True, int(c), t))
    return found


def _steps(network: Network, tables: Tables) -> list[Moves]:
    assert (network.edge_feedback < 0).all() and (network.entry_feedback < 0).all()
    assert (np.asarray(tables.initial) % 1 == 0).all()
    nobody = np.zeros(len(network.cells))
    return [moves(network, tables, nobody, month) for month in network.month_of_step]


def count_moments(network: Network, tables: Tables, times: Sequence[int]) -> Moments:
    """Moments of the counts at some times, of independent people without feedback.

    `times` are steps counted from 1: the end of the first; they increase. The D numbers are the
    cells at the first of them, at the second, and so on.
    """
    steps, cells = _steps(network, tables), len(network.cells)
    between = {
        (s, t): _product([m.after for m in steps[s:t]], cells)
        for s in times
        for t in times
        if s < t
    }
    gathered = []
    for number, poisson, cell, came in _sources(network, tables):
        row, where = np.eye(cells)[cell], {}
        for t in range(max(came, 0), network.steps):
            row = row @ (steps[t].placed if t == came else steps[t].after)
            where[t + 1] = row
        p = [where.get(t, np.zeros(cells)) for t in times]
        blocks = [
            [
                np.diag(p[i]) if i == j
                else p[i][:, None] * between[times[i], times[j]] if i < j
                else (p[j][:, None] * between[times[j], times[i]]).T
                for j in range(len(times))
            ]
            for i in range(len(times))
        ]  # fmt: skip
        gathered.append((number, poisson, np.concatenate(p), np.block(blocks)))
    return _gather(gathered)


def _product(matrices: list[np.ndarray], size: int) -> np.ndarray:
    result = np.eye(size)
    for matrix in matrices:
        result = result @ matrix
    return result


def flow_moments(network: Network, tables: Tables, step: int) -> Moments:
    """Moments of what passes every edge in one step; only the diagonals of the second are meant.

    A person takes an exit at most once in a step.
    """
    steps, cells = _steps(network, tables), len(network.cells)
    gathered = []
    for number, poisson, cell, came in _sources(network, tables):
        if came > step:
            continue
        row = np.eye(cells)[cell]
        for t in range(max(came, 0), step):
            row = row @ (steps[t].placed if t == came else steps[t].after)
        last = steps[step].crossed_when_placed if came == step else steps[step].crossed
        p = row @ last
        gathered.append((number, poisson, p, np.diag(p)))
    return _gather(gathered)


Law = dict[tuple[int, ...], float]


def crowd_law(network: Network, tables: Tables, times: Sequence[int], least: float = 1e-9) -> Law:
    """Chances of the whole numbers of people in all cells at some times, by enumeration.

    The outcomes are the counts at the first time, at the second, and so on, in one tuple.
    Feedbacks and entries are allowed. Outcomes rarer than `least` are left out on the way.
    """
    assert (np.asarray(tables.initial) % 1 == 0).all()
    start = tuple(int(n) for n in tables.initial)
    law: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {((), start): 1.0}
    for t, month in enumerate(network.month_of_step):
        following: defaultdict[tuple[tuple[int, ...], tuple[int, ...]], float] = defaultdict(float)
        known: dict[tuple[int, ...], Law] = {}
        for (told, people), chance in law.items():
            if people not in known:
                known[people] = _next_law(network, tables, people, int(month), least)
            for then, share in known[people].items():
                if chance * share > least:
                    path = (*told, *then) if t + 1 in times else told
                    following[path, then] += chance * share
        law = following
    summed: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for (told, _), chance in law.items():
        summed[told] += chance
    return dict(summed)


def _next_law(
    network: Network, tables: Tables, people: tuple[int, ...], month: int, least: float
) -> Law:
    step = moves(network, tables, people, month)
    acting = [*factors(network, tables, people, month), 1.0]
    law: Law = {(0,) * len(people): 1.0}
    for c, number in enumerate(people):
        if number:
            law = _together(law, _multinomial(number, step.after[c]), least)
    for i, c in enumerate(network.entry_target):
        mean = tables.entries[i, month] * network.step_years * acting[network.entry_feedback[i]]
        come: Law = {}
        for n in itertools.count():
            chance = math.exp(-mean) * mean**n / math.factorial(n)
            if n > mean and chance < least:
                break
            for where, share in _multinomial(n, step.placed[c]).items():
                come[where] = come.get(where, 0.0) + chance * share
        law = _together(law, come, least)
    return law


def _multinomial(number: int, p: np.ndarray) -> Law:
    """Chances of how many of some people end in each cell."""
    open_cells = np.flatnonzero(p > 0)
    law: Law = {}
    for split in _splits(number, len(open_cells)):
        chance = float(math.factorial(number))
        counts = [0] * len(p)
        for c, k in zip(open_cells, split, strict=True):
            chance *= p[c] ** k / math.factorial(k)
            counts[c] = k
        law[tuple(counts)] = chance
    return law


def _splits(number: int, parts: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(number,)]
    return [(k, *rest) for k in range(number + 1) for rest in _splits(number - k, parts - 1)]


def _together(a: Law, b: Law, least: float) -> Law:
    total: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for (x, p), (y, q) in itertools.product(a.items(), b.items()):
        if p * q > least * 1e-3:
            total[tuple(map(sum, zip(x, y, strict=True)))] += p * q
    return dict(total)
