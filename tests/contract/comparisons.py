"""How far an engine is from the truth, in standard errors and in chi-squares.

Draws are keyed, so every number here is the same in every run: nothing can flake. How large a
z-score may be follows from how many there are (`bound`).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2, norm
from tests import exact
from tests.contract import worlds

from safepassage.engines import simulate
from safepassage.network.arrays import Network, Tables

REPLICATES = 4000
ENUMERATED_REPLICATES = 10_000
INDEPENDENT = (0, 1, 6, 7)
"""Seeds of the networks of independent people."""
_SEEN = 100.0
"""Events that all replicates together must hold before a sum of them is called normal."""


CROWDS = ((10.0, 40), (200.0, 4))
"""How many times the 880 people of `border`, and replicates, for `far_from_mean`."""
FAR = 2.5
"""Its bound at any size."""


class Scores(NamedTuple):
    """z-scores of one network."""

    means: np.ndarray
    variances: np.ndarray
    covariances: np.ndarray


class ChiSquare(NamedTuple):
    """One chi-square of observed against true chances."""

    statistic: float
    freedom: int

    @property
    def p(self) -> float:
        """The chance of one as large."""
        return float(chi2.sf(self.statistic, self.freedom))


def bound(number: int) -> float:
    """What the largest of so many z-scores exceeds once in a thousand times."""
    return float(norm.isf(0.5e-3 / max(number, 1)))


def scores_of(x: np.ndarray, truth: exact.Moments, diagonal: bool = False) -> Scores:
    """z-scores of what (D, R) replicates show; only variances where `diagonal`.

    Left out are numbers so rare, or so nearly certain, that their sums are not yet normal.
    """
    replicates = x.shape[1]
    mean, cov = truth.mean, truth.covariance
    variance = np.diag(cov)
    seen = np.minimum(mean, variance) * replicates >= _SEEN
    z_mean = (x.mean(axis=1) - mean)[seen] * np.sqrt(replicates / variance[seen])
    product = variance[:, None] * variance[None, :]
    # variance of a sample covariance, from the joint cumulants
    spread = truth.fourth / replicates + (product + cov**2) / (replicates - 1)
    z = (np.cov(x) - cov) / np.sqrt(np.where(spread > 0, spread, 1.0))
    together = seen[:, None] & seen[None, :]
    together &= np.minimum.outer(mean, mean) * np.maximum.outer(mean, mean) * replicates >= _SEEN
    upper = np.triu(together, 1) & (not diagonal)
    return Scores(z_mean, np.diag(z)[seen], z[upper])


@cache
def run(engine: str, seed: int) -> tuple[Network, Tables, np.ndarray, np.ndarray]:
    """A network of independent people, its counts (T + 1, N, R) and flows (E, T, R)."""
    network, tables = worlds.independent(seed)
    told = simulate(network, tables, engine, seed=11, replicates=REPLICATES, keep_counts=True)
    cells, edges = len(network.cells), len(network.edge_target)
    return network, tables, told.counts, told.quantities[cells : cells + edges]


@cache
def independent_scores(engine: str) -> dict[int, Scores]:
    """z-scores by network: counts at two times with all covariances, flows of one step."""
    result = {}
    for seed in INDEPENDENT:
        network, tables, counts, flows = run(engine, seed)
        times = (network.steps // 2, network.steps)
        x = np.concatenate([counts[t] for t in times])
        of_counts = scores_of(x, exact.count_moments(network, tables, times))
        step = network.steps - 3
        truth = exact.flow_moments(network, tables, step)
        of_flows = scores_of(flows[:, step], truth, diagonal=True)
        result[seed] = Scores(
            *(np.concatenate(pair) for pair in zip(of_counts, of_flows, strict=True))
        )
    return result


def pooled(observed: np.ndarray, expected: np.ndarray, least: float = 5.0) -> ChiSquare:
    """Chi-square of numbers seen against those to be expected, rare outcomes put together."""
    order = np.argsort(expected, kind="stable")
    observed, expected = observed[order], expected[order]
    rare = int(np.searchsorted(expected, least))
    while rare and expected[:rare].sum() < least:
        rare += 1
    if rare:
        observed = np.concatenate([[observed[:rare].sum()], observed[rare:]])
        expected = np.concatenate([[expected[:rare].sum()], expected[rare:]])
    return ChiSquare(float(((observed - expected) ** 2 / expected).sum()), len(expected) - 1)


class Enumerated(NamedTuple):
    """How the whole distribution of a small crowd compares."""

    chi_square: ChiSquare
    outcomes: int
    """Outcomes that can be."""
    impossible: float
    """Share of replicates with an outcome that the enumeration does not know."""


@cache
def enumerated(engine: str, name: str) -> Enumerated:
    """Compare a small crowd with all that can become of it."""
    world, times = worlds.ENUMERATED[name]
    network, tables = world()
    law = exact.crowd_law(network, tables, times)
    replicates = ENUMERATED_REPLICATES
    drawn = simulate(network, tables, engine, seed=3, replicates=replicates, keep_counts=True)
    assert drawn.counts is not None
    paths = np.concatenate([drawn.counts[t] for t in times]).T
    outcomes, numbers = np.unique(paths, axis=0, return_counts=True)
    observed = {tuple(map(int, o)): int(n) for o, n in zip(outcomes, numbers, strict=True)}
    keys = sorted(law)
    unknown = sum(n for o, n in observed.items() if o not in law)
    counted = np.array([*(observed.get(key, 0) for key in keys), unknown], float)
    missing = max(1.0 - sum(law.values()), 0.0)
    expected = np.array([*(law[key] for key in keys), missing]) * replicates
    return Enumerated(pooled(counted, expected), len(law), unknown / replicates)


class Pairing(NamedTuple):
    """What common random numbers do to the difference between two scenarios."""

    paired: float
    """Variance of the difference with one seed."""
    unpaired: float
    """Variance of the difference with two seeds."""

    @property
    def ratio(self) -> float:
        """How many times fewer replicates do."""
        return self.unpaired / self.paired


@cache
def pairing(engine: str, replicates: int = 1000) -> Pairing:
    """Arrivals with a hazard as it is and 30% higher, by the same and by another seed."""
    safe = []
    for closed, seed in ((1.0, 5), (1.3, 5), (1.3, 6)):
        network, tables = worlds.route(closed=closed)
        told = simulate(network, tables, engine, seed=seed, replicates=replicates)
        cell = [c.state for c in network.cells].index("safe")
        safe.append(told.quantities[cell, -1])
    now, paired, unpaired = safe
    return Pairing(float((paired - now).var()), float((unpaired - now).var()))


@cache
def absorbed(engine: str, replicates: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """z-scores and chances of the two ends of `asylum`, by the fundamental matrix."""
    network, tables = worlds.asylum()
    told = simulate(network, tables, engine, seed=8, replicates=replicates)
    nobody = np.zeros(len(network.cells))
    step = exact.moves(network, tables, nobody, 0).after
    ends = np.flatnonzero(network.absorbing)
    inner = np.flatnonzero(~network.absorbing & (network.kind == 0))
    within = np.eye(len(inner)) - step[np.ix_(inner, inner)]
    chance = np.linalg.solve(within, step[np.ix_(inner, ends)])[0]
    persons = tables.initial.sum()
    error = np.sqrt(persons * chance * (1 - chance) / replicates)
    return (told.quantities[ends, -1].mean(axis=1) - persons * chance) / error, chance


def far_from_mean(engine: str, factor: float, replicates: int) -> float:
    """Largest distance of the replicates' mean from the mean flows, in square roots of people.

    Of `border` with feedbacks, at so many times as many people. It stays of the order of one as
    people grow: the law of large numbers, at the rate of chance.
    """
    network, tables = worlds.border()
    tables = worlds.scaled(network, tables, factor)
    told = simulate(network, tables, engine, seed=2, replicates=replicates, keep_counts=True)
    truth = simulate(network, tables, "expected", keep_counts=True).counts[..., 0]
    distance = np.abs(told.counts.mean(axis=2) - truth)
    return float((distance / np.sqrt(truth.sum(axis=1, keepdims=True) / replicates)).max())
