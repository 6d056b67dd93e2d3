"""The log likelihood of published figures, given quantities that happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from safepassage.inference.observation_models import (
    COUNT,
    LEAST,
    LOWER_BOUND,
    RANGE,
    RATIOS,
    SHARE,
    SPLIT,
    Rounded,
    dirichlet_multinomial,
    negative_binomial,
    within,
)


@dataclass(frozen=True)
class Datum:
    """One observed figure, located."""

    channel: str
    quantity: str
    start: str
    end: str
    evidence: tuple[str, ...]
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Likelihood:
    """All figures of all channels as arrays. D figures, Q quantities, T steps.

    `numerator` and `denominator` are (D, Q * T) matrices that turn the quantities of a trajectory
    into what each figure measures: sums of flows over its span, means of stocks. The denominator
    is of shares and of parts of a total.
    """

    data: tuple[Datum, ...]
    kind: np.ndarray
    value: np.ndarray
    log_sd: np.ndarray
    """(D,) fixed part of the standard deviation on the log scale: the row's interval, its grade
    (not of counts) and the revision still to come."""
    log_ends: np.ndarray
    """(2, D) logarithms between which a range or a rounded estimate lies; equal for the others."""
    rounding: np.ndarray
    """(D,) step that a figure is rounded to, or 0."""
    trials: np.ndarray
    """(D,) effective number of answers behind a share; people in the total that a part is of."""
    total: np.ndarray
    """(D,) the total that a part belongs to, or -1."""
    spread: np.ndarray
    """(D,) constant spread, where it is no parameter."""
    spread_slot: np.ndarray
    """(D,) slot in L of the spread parameter, or 0."""
    reported: np.ndarray
    """(D,) constant part of the log of the reported share."""
    reported_slot: np.ndarray
    """(D, J) slots in L of the reported share."""
    numerator: sparse.csr_matrix
    denominator: sparse.csr_matrix

    def log_density(self, logs: Any, top: Any, bottom: Any, xp: Any) -> Any:
        """(D, B) log density of every figure.

        Args:
            logs: (X, B) logarithms of scalars, as `Program.logarithms` gives them.
            top: (D, B) numerators.
            bottom: (D, B) denominators; ignored except for shares and parts.
            xp: jax.numpy.
        """
        from jax.scipy.special import log_ndtr

        value, kind = self.value[:, None], self.kind[:, None]
        mean = xp.maximum(top, LEAST) * xp.exp(self._log_reported(logs))
        spread = self._spread(logs, xp)
        wide = xp.sqrt(self.log_sd[:, None] ** 2 + spread**2)
        count = self._counts(mean, wide, xp)
        gap = xp.log(mean) - np.log(np.maximum(value, LEAST))
        low, high = self.log_ends[:, :, None]
        ends = high > low
        point = -0.5 * (gap / wide) ** 2 - xp.log(wide)
        between = within(xp.log(mean), wide, low, xp.where(ends, high, low + 1.0), xp)
        estimate = xp.where(ends, between, point)
        share = xp.clip(top / xp.maximum(bottom, LEAST), LEAST, 1 - LEAST)
        answers = value * xp.log(share) + (1 - value) * xp.log1p(-share)
        answers = self.trials[:, None] * answers
        part = dirichlet_multinomial(value, share, spread, self.total, xp)
        density = xp.where(kind == COUNT, count, estimate)
        density = xp.where(kind == LOWER_BOUND, log_ndtr(gap / wide), density)
        return xp.where(kind == SHARE, answers, xp.where(kind == SPLIT, part, density))

    def _counts(self, mean: Any, spread: Any, xp: Any) -> Any:
        """(D, B) log probability of every figure read as a count, rounded or not."""
        from jax.scipy.special import logsumexp

        each = negative_binomial(self.value[:, None], mean, spread, xp)
        rows = np.flatnonzero((self.kind == COUNT) & (self.rounding > 0))
        if not len(rows):
            return each
        rounded = Rounded.of(rows, self.value[rows], self.rounding[rows])
        tried = negative_binomial(
            rounded.counts[:, :, None], mean[rows][:, None], spread[rows][:, None], xp
        )
        return each.at[rows].set(logsumexp(tried + rounded.log_weights[:, :, None], axis=1))

    def _log_reported(self, logs: Any) -> Any:
        return self.reported[:, None] + logs[self.reported_slot].sum(axis=1)

    def _spread(self, logs: Any, xp: Any) -> Any:
        chosen = xp.exp(logs[self.spread_slot])
        constant = np.maximum(self.spread, 1e-3)[:, None]
        return xp.where((self.spread_slot > 0)[:, None], chosen, constant)

    @property
    def _ratio(self) -> np.ndarray:
        """(D, 1) whether a figure is about a part of a whole."""
        return np.isin(self.kind, RATIOS)[:, None]

    def predict(self, logs: np.ndarray, quantities: np.ndarray) -> np.ndarray:
        """(D, B) expected figures: reported counts, stocks, shares, or parts of their total."""
        flat = quantities.reshape(-1, quantities.shape[-1])
        top, bottom = self.numerator @ flat, self.denominator @ flat
        shares = top / np.maximum(bottom, LEAST)
        shares = np.where((self.kind == SPLIT)[:, None], self.trials[:, None] * shares, shares)
        return np.where(self._ratio, shares, top * np.exp(self._log_reported(logs)))

    def log_truth(self, logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each figure alone says of the truth: (D,) its logarithm and standard deviation.

        Args:
            logs: (X, 1) logarithms of scalars.
        """
        factor = self.reported + logs[self.reported_slot, 0].sum(axis=1)
        log_value = np.log(np.maximum(self.value, 0.5)) - factor
        spread = (self._spread(logs, np) * np.ones((len(self.value), 1)))[:, 0]
        chance = np.where(self.kind == COUNT, 1 / np.maximum(self.value, 0.5), 0.0)
        return log_value, np.sqrt(chance + self.log_sd**2 + self._between + spread**2)

    @property
    def _between(self) -> np.ndarray:
        """(D,) variance of a logarithm that may lie anywhere between its ends."""
        low, high = self.log_ends
        return (high - low) ** 2 / 12

    def information(self, logs: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """(D,) Fisher information about the log of each expected figure (D,), at one point."""
        spread = (self._spread(logs, np) * np.ones((len(mean), 1)))[:, 0]
        own = self.log_sd**2 + spread**2
        counts = 1 / (1 / np.maximum(mean, LEAST) + own)
        estimates = 1 / (own + self._between)
        part = self.kind == SPLIT
        odds = np.where(part, mean / np.maximum(self.trials, 1.0), mean)
        odds = np.clip(odds, 1e-6, 1 - 1e-6)
        answers = np.where(part, 1 / (1 / np.maximum(self.trials, 1.0) + spread**2), self.trials)
        shares = answers * odds / (1 - odds)
        kinds = [self.kind == k for k in (COUNT, LOWER_BOUND)]
        return np.select([*kinds, self._ratio[:, 0]], [counts, 0.0 * counts, shares], estimates)

    def publish(
        self, logs: np.ndarray, happened: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """(D, B) figures as they might have been published of what happened to whole people.

        Chance in what happened is in the quantities already, so a count is only thinned to what is
        reported and spread by what its channel says. A range is given by its middle.

        Args:
            logs: (X, B) logarithms of scalars.
            happened: (Q, T, B) quantities of whole people, one replicate a draw.
            rng: Chance of the reporting.
        """
        flat = happened.reshape(-1, happened.shape[-1])
        people = np.maximum(self.numerator @ flat, 0.0)
        factor = np.exp(self._log_reported(logs))
        spread = self._spread(logs, np) * np.ones_like(people)
        wide = np.sqrt(self.log_sd[:, None] ** 2 + spread**2)
        # A delay splits people between spans, so their number need not be whole.
        whole = np.floor(people + rng.random(people.shape)).astype(np.int64)
        reported = rng.binomial(whole, np.minimum(factor, 1.0))
        figure = reported * np.maximum(factor, 1.0) * rng.gamma(1 / wide**2) * wide**2
        counts = np.floor(figure + rng.random(figure.shape))
        mean = self.predict(logs, happened)
        estimates = np.maximum(mean, LEAST) * np.exp(wide * rng.standard_normal(mean.shape))
        low, high = self.log_ends[:, :, None]
        ratio = np.exp((rng.random(mean.shape) - 0.5) * (high - low))
        trials = np.maximum(self.trials, 1).astype(int)[:, None]
        shares = rng.binomial(trials, np.clip(np.where(self._ratio, mean, 0), 0, 1)) / trials
        kind, step = self.kind[:, None], self.rounding[:, None]
        published = np.where(kind == COUNT, counts, estimates)
        published = np.where(
            step > 0, np.rint(published / np.maximum(step, LEAST)) * step, published
        )
        published = np.where(
            kind == RANGE, published * ratio, np.where(kind == SHARE, shares, published)
        )
        return np.where(kind == SPLIT, self._parts(mean, spread, rng), published)

    def _parts(self, mean: np.ndarray, spread: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(D, B) parts of each published total, whole people."""
        parts = np.zeros_like(mean)
        for number in range(self.total.max(initial=-1) + 1):
            rows = np.flatnonzero(self.total == number)
            share = mean[rows] / np.maximum(self.trials[rows, None], 1.0)
            strength = max(len(rows) - 1, 1) * (spread[rows] ** -2).mean(axis=0)
            weight = rng.gamma(strength * share) + LEAST * share + 1e-300
            ends = self.trials[rows[0]] * np.cumsum(weight / weight.sum(axis=0), axis=0)
            parts[rows] = np.diff(np.rint(ends), axis=0, prepend=0.0)
        return parts
