"""Expected value of perfect information, whole and partial, from draws and net benefits alone.

Nonparametric regression of each option's net benefit on what would be known (Strong, Oakley,
Brennan 2014, Medical Decision Making 34, 311): the fitted value is what one would expect of the
option, once one knew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from safepassage.network.arrays import Floats

DEGREES_OF_FREEDOM = (0, 1, 2, 3, 4, 6)
"""Those of the spline that are tried for each column; cross-validation chooses."""
SIMULATIONS, BATCH = 200, 40
"""Simulations of the fitted values for the standard error, and how many are made at a time."""
NOISE_COLUMNS = 200
"""Columns of pure noise, which say what the estimate shows where there is nothing to learn."""


@dataclass(frozen=True)
class Information:
    """What it would be worth to know something, in the units of the net benefits."""

    value: float
    error: float
    """Standard error, from the regression's own uncertainty."""
    bias: float
    """By how much the estimate tends to be too high: noise in fitted values looks like choice."""
    freedom: int
    """Degrees of freedom of the chosen spline, for each column."""


def against_best(benefits: Floats) -> Floats:
    """(D - 1, B) net benefits of all other options less those of the best on average."""
    best = int(benefits.mean(axis=1).argmax())
    return np.delete(benefits, best, axis=0) - benefits[best]


def evpi(benefits: Floats) -> float:
    """Expected value of perfect information, from net benefits (D, B)."""
    return float(benefits.max(axis=0).mean() - benefits.mean(axis=1).max())


def evppi(benefits: Floats, columns: Floats, rng: np.random.Generator) -> Information:
    """Expected value of perfect information on some columns.

    Args:
        benefits: (D, B) net benefit of each option in each draw.
        columns: (C, B) what would be known; their effects are taken to add up.
        rng: of the standard error.
    """
    others = against_best(benefits).T
    freedom, basis = _choose_spline(others, columns[np.ptp(columns, axis=1) > 0])
    if freedom == 0:
        return Information(0.0, 0.0, 0.0, 0)
    q = _orthonormal(basis)
    weights = q.T @ others
    rest = others - q @ weights
    value = _choice_gain(q @ weights)
    spread = rest.T @ rest / (len(rest) - q.shape[1])
    root = _root(spread)
    simulated: list[float] = []
    for _ in range(SIMULATIONS // BATCH):
        # Many at a time: a product of small matrices costs more to start than to compute.
        drawn = weights + rng.standard_normal((BATCH, *weights.shape)) @ root.T
        posterior = np.tensordot(q, drawn, axes=(1, 1))
        simulated += [_choice_gain(posterior[:, i]) for i in range(BATCH)]
    return Information(
        value, float(np.std(simulated)), max(float(np.mean(simulated)) - value, 0.0), freedom
    )


def noise_floor(benefits: Floats, rng: np.random.Generator, columns: int = 1) -> float:
    """What 99 of 100 columns of pure noise stay below."""
    others = against_best(benefits).T
    count = benefits.shape[1]
    values: list[float] = []
    for _ in range(NOISE_COLUMNS):
        freedom, basis = _choose_spline(others, rng.standard_normal((columns, count)))
        if freedom == 0:
            values.append(0.0)
            continue
        q = _orthonormal(basis)
        values.append(_choice_gain(q @ (q.T @ others)))
    return float(np.quantile(values, 0.99))


def _choice_gain(expected: Floats) -> float:
    """Mean gain of choosing by what is expected (B, D - 1), against the best on average."""
    return float(np.maximum(expected.max(axis=1), 0).mean() - max(expected.mean(axis=0).max(), 0))


def _choose_spline(others: Floats, columns: Floats) -> tuple[int, Floats]:
    """Degrees of freedom and basis (B, k) of least generalised cross-validation error."""
    count, total = len(others), float((others**2).sum())
    even = [normal_scores(column) for column in columns]
    best: tuple[float, int, Floats] | None = None
    for freedom in DEGREES_OF_FREEDOM:
        basis = np.column_stack([np.ones(count), *(spline(x, freedom) for x in even)])
        try:
            q = _orthonormal(basis)
        except np.linalg.LinAlgError:  # columns that say the same leave simpler splines
            continue
        left = total - float(((q.T @ others) ** 2).sum())
        error = left / (count - basis.shape[1]) ** 2
        if best is None or error < best[0]:
            best = error, freedom, basis
    assert best is not None  # DEGREES_OF_FREEDOM is not empty
    return best[1], best[2]


def normal_scores(values: Floats) -> Floats:
    """Normal scores of ranks: a change of scale that loses nothing and has no long tails."""
    return stats.norm.ppf((stats.rankdata(values) - 0.5) / len(values))


def spline(x: Floats, freedom: int) -> Floats:
    """(B, freedom) natural cubic spline without its constant, knots at even shares of the values.

    Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, 5.2.1.
    """
    if freedom < 2:
        return x[:, None][:, :freedom]
    knots = np.quantile(x, np.linspace(0.05, 0.95, freedom + 1))
    if np.diff(knots).min() <= 0:  # so many draws alike that knots fall together
        return x[:, None]
    bent = [
        (np.maximum(x - k, 0) ** 3 - np.maximum(x - knots[-1], 0) ** 3) / (knots[-1] - k)
        for k in knots[:-1]
    ]
    return np.column_stack([x, *(b - bent[-1] for b in bent[:-1])])


def _orthonormal(basis: Floats) -> Floats:
    """Orthonormal columns of the same span: by Cholesky, since QR threads small matrices badly."""
    basis = basis / np.sqrt((basis**2).sum(axis=0))
    lower = np.linalg.cholesky(basis.T @ basis)
    return np.asarray(np.linalg.solve(lower, basis.T).T, np.float64)


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance that may have no inverse."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)), np.float64)
