"""Observation channels: from quantities that happen to the log likelihood of published figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from safepassage.evidence.grades import best_grade
from safepassage.network.arrays import STOCK
from safepassage.network.calendar import month_number
from safepassage.network.parameters import HALF_WIDTH_90
from safepassage.network.products import Resolver

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded
    from safepassage.network.compile import Compiled

COUNT, ESTIMATE, LOWER_BOUND, SHARE = range(4)
KINDS = {"count": COUNT, "estimate": ESTIMATE, "lower_bound": LOWER_BOUND, "share": SHARE}


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
    into what each figure measures: sums of flows over its span, means of stocks.
    """

    data: tuple[Datum, ...]
    kind: np.ndarray
    value: np.ndarray
    log_sd: np.ndarray
    """(D,) known part of the standard deviation on the log scale (row's interval, grade)."""
    trials: np.ndarray
    """(D,) effective number of answers behind a share."""
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
            bottom: (D, B) denominators; ignored except for shares.
            xp: jax.numpy.
        """
        from jax.scipy.special import gammaln, log_ndtr

        value = self.value[:, None]
        top = xp.maximum(top, 1e-9)
        factor = self.reported[:, None] + logs[self.reported_slot].sum(axis=1)
        mean = top * xp.exp(factor)
        spread = self._spread(logs, xp)
        size = 1 / spread**2
        count = (
            gammaln(value + size) - gammaln(size) - gammaln(value + 1)
            + size * xp.log(size / (size + mean)) + value * xp.log(mean / (size + mean))
        )  # fmt: skip
        sd = xp.sqrt(self.log_sd[:, None] ** 2 + spread**2)
        seen = np.log(np.maximum(self.value, 1e-9))[:, None]
        gap = xp.log(mean) - seen
        estimate = -0.5 * (gap / sd) ** 2 - xp.log(sd)
        bound = log_ndtr(gap / sd)
        share = xp.clip(top / xp.maximum(bottom, 1e-9), 1e-9, 1 - 1e-9)
        trials = self.trials[:, None]
        answers = trials * (value * xp.log(share) + (1 - value) * xp.log1p(-share))
        kind = self.kind[:, None]
        return xp.where(
            kind == COUNT, count,
            xp.where(kind == ESTIMATE, estimate, xp.where(kind == LOWER_BOUND, bound, answers)),
        )  # fmt: skip

    def _spread(self, logs: Any, xp: Any) -> Any:
        chosen = xp.exp(logs[self.spread_slot])
        constant = np.maximum(self.spread, 1e-3)[:, None]
        return xp.where((self.spread_slot > 0)[:, None], chosen, constant)

    def predict(self, logs: np.ndarray, quantities: np.ndarray) -> np.ndarray:
        """(D, B) expected figures: reported counts, stocks or shares."""
        flat = quantities.reshape(-1, quantities.shape[-1])
        top, bottom = self.numerator @ flat, self.denominator @ flat
        factor = np.exp(self.reported[:, None] + logs[self.reported_slot].sum(axis=1))
        shares = top / np.maximum(bottom, 1e-9)
        return np.where((self.kind == SHARE)[:, None], shares, top * factor)

    def log_truth(self, logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each figure alone says of the truth: (D,) its logarithm and standard deviation.

        Args:
            logs: (X, 1) logarithms of scalars.
        """
        factor = self.reported + logs[self.reported_slot, 0].sum(axis=1)
        seen = np.log(np.maximum(self.value, 0.5)) - factor
        spread = (self._spread(logs, np) * np.ones((len(self.value), 1)))[:, 0]
        chance = np.where(self.kind == COUNT, 1 / np.maximum(self.value, 0.5), self.log_sd**2)
        return seen, np.sqrt(chance + spread**2)

    def information(self, logs: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """(D,) Fisher information about the log of each expected figure (D,), one lane of logs."""
        spread = (self._spread(logs, np) * np.ones((len(mean), 1)))[:, 0]
        counts = 1 / (1 / np.maximum(mean, 1e-9) + spread**2)
        estimates = 1 / (self.log_sd**2 + spread**2)
        odds = np.clip(mean, 1e-6, 1 - 1e-6)
        shares = self.trials * odds / (1 - odds)
        kinds = [self.kind == k for k in (COUNT, ESTIMATE, LOWER_BOUND, SHARE)]
        return np.select(kinds, [counts, estimates, 0.0 * counts, shares])

    def publish(
        self, logs: np.ndarray, happened: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """(D, B) figures as they might have been published of what happened to whole people.

        Chance in what happened is in the quantities already, so a count is only thinned to what is
        reported and spread by what its channel says.

        Args:
            logs: (X, B) logarithms of scalars.
            happened: (Q, T, B) quantities of whole people, one replicate a draw.
            rng: Chance of the reporting.
        """
        flat = happened.reshape(-1, happened.shape[-1])
        people = np.maximum(self.numerator @ flat, 0.0)
        factor = np.exp(self.reported[:, None] + logs[self.reported_slot].sum(axis=1))
        spread = self._spread(logs, np) * np.ones_like(people)
        known = rng.binomial(np.rint(people).astype(np.int64), np.minimum(factor, 1.0))
        figure = known * np.maximum(factor, 1.0) * rng.gamma(1 / spread**2) * spread**2
        counts = np.floor(figure + rng.random(figure.shape))
        mean = self.predict(logs, happened)
        sd = np.sqrt(self.log_sd[:, None] ** 2 + spread**2)
        estimates = np.maximum(mean, 1e-9) * np.exp(sd * rng.standard_normal(mean.shape))
        trials = np.maximum(self.trials, 1).astype(int)[:, None]
        shares = rng.binomial(trials, np.clip(mean, 0, 1)) / trials
        kind = self.kind[:, None]
        continuous = np.where(kind == SHARE, shares, estimates)
        return np.where(kind == COUNT, counts, continuous)


def compile_likelihood(loaded: Loaded, compiled: Compiled) -> Likelihood:
    """Arrays for every observation of every channel of a model folder."""
    model = compiled.model
    resolver = Resolver(model)
    group = next(iter(model.groups))
    slots = {name: 1 + i for i, name in enumerate(compiled.parameters.names)}
    sigmoid = _sigmoid_slots(compiled)
    rows = [
        (observation, model.channels[channel].reporting)
        for channel, observations in loaded.observations.items()
        for observation in observations
    ]
    data: list[Datum] = []
    columns: dict[str, list[Any]] = {k: [] for k in ("sd", "spread", "slot", "const", "terms")}
    for observation, reporting in rows:
        grade = best_grade(loaded.evidence, observation.evidence)
        value, sd = _value_and_sd(observation, model.grades.get(grade, 0.0) if grade else 0.0)
        term = resolver.term(reporting.reported, group)
        data.append(
            Datum(
                observation.channel, observation.quantity, observation.start, observation.end,
                observation.evidence, value, observation.low, observation.high,
            )
        )  # fmt: skip
        named = isinstance(reporting.spread, str)
        columns["sd"].append(sd)
        columns["spread"].append(0.0 if named else float(reporting.spread))
        columns["slot"].append(slots[str(reporting.spread)] if named else 0)
        columns["const"].append(term.constant)
        columns["terms"].append([
            sigmoid[r.parameter] if r.mode == "probability" else slots[r.parameter]
            for r in term.scalars
        ])  # fmt: skip
    width = max((len(t) for t in columns["terms"]), default=0)
    terms = np.zeros((len(data), max(width, 1)), np.int32)
    for i, slots_of in enumerate(columns["terms"]):
        terms[i, : len(slots_of)] = slots_of
    top, bottom = _matrices(compiled, data)
    return Likelihood(
        data=tuple(data),
        kind=np.array([KINDS[r.kind] for _, r in rows], np.int32),
        value=np.array([d.value for d in data]),
        log_sd=np.array(columns["sd"]),
        trials=np.array([r.effective_n or 0.0 for _, r in rows]),
        spread=np.array(columns["spread"]),
        spread_slot=np.array(columns["slot"], np.int32),
        reported=np.array(columns["const"]),
        reported_slot=terms,
        numerator=top,
        denominator=bottom,
    )


def _sigmoid_slots(compiled: Compiled) -> dict[str, int]:
    first = 1 + len(compiled.parameters)
    names = compiled.parameters.names
    return {names[p]: first + i for i, p in enumerate(compiled.program.probability)}


def _value_and_sd(observation: Any, grade_sd: float) -> tuple[float, float]:
    """Central value, and the log standard deviation that the row and its grade imply."""
    value, low, high = observation.value, observation.low, observation.high
    sd = 0.0
    if low and high and high > low > 0:
        sd = math.log(high / low) / (2 * HALF_WIDTH_90)
        if value is None:
            value = math.sqrt(low * high)
    return float(value), math.hypot(sd, grade_sd)


def _matrices(compiled: Compiled, data: list[Datum]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    network, model = compiled.network, compiled.model
    row_of = {name: i for i, name in enumerate(network.quantity_name)}
    shape = (len(data), len(network.quantity_name) * network.steps)
    matrices = [sparse.lil_matrix(shape), sparse.lil_matrix(shape)]
    first = month_number(model.model.start)
    for d, datum in enumerate(data):
        quantity = model.quantities[datum.quantity]
        parts = [quantity.of, quantity.over] if quantity.of else [datum.quantity]
        months = range(month_number(datum.start) - first, month_number(datum.end) - first + 1)
        steps = np.flatnonzero(np.isin(network.month_of_step, list(months)))
        for matrix, name in zip(matrices, parts, strict=False):
            row = row_of[str(name)]
            tap = network.tap_kind[network.tap_start[row] : network.tap_start[row + 1]]
            stock = len(tap) > 0 and tap[0] == STOCK
            matrix[d, row * network.steps + steps] = 1 / len(steps) if stock else 1.0
    return tuple(m.tocsr() for m in matrices)  # type: ignore[return-value]
