"""Where a budget goes: the allocation of most value, by gradient, and others to compare it with.

Sums are over the same draws of the past, of effects and of costs for every allocation, so that
differences between allocations are not chance (sample average approximation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from safepassage.analysis.budget.horizon import Horizon
from safepassage.network.arrays import Floats

WORST = 0.1
"""Share of the draws, the worst ones, that conditional value at risk is the mean of."""
GRID_STEPS, MAX_ALLOCATIONS = 5, 1500
"""Parts of the budget in a coarse grid, and its allocations at most."""
STARTS = 3
"""Allocations of the grid that the gradient starts from."""
SMALLEST_SHARE = 1e-3
"""Shares of the budget below this are set to 0."""


@dataclass(frozen=True)
class Search:
    """A search for the best allocation, by its gain over spending nothing in each draw."""

    horizon: Horizon
    baseline: Floats
    """(B,) net worth without any lever."""

    @classmethod
    def of(cls, horizon: Horizon) -> Search:
        """A search over the draws of a horizon."""
        return cls(horizon, horizon.net(np.zeros(len(horizon.levers))))

    def gains(self, money: Floats) -> Floats:
        """(B,) net gain of an allocation (L,)."""
        return self.horizon.net(money) - self.baseline

    def best(
        self, budget: float, starts: Sequence[Floats] = (), *, cautious: bool = False
    ) -> Floats:
        """(L,) USD for each lever that gain most on average, or in the worst tenth of draws.

        Args:
            budget: USD that may be spent; not all of it need be.
            starts: allocations to start from; the best of a coarse grid unless given.
            cautious: whether the worst draws count alone.
        """
        score = worst_mean if cautious else _mean
        begins = list(starts) or self.starts(budget, score)
        ends = [self._climb(budget, start, cautious=cautious) for start in begins]
        # The worst draws' mean has kinks, where a climb may end below its start.
        return max([*begins, *ends], key=lambda money: score(self.gains(money)))

    def starts(self, budget: float, score: Callable[[Floats], float]) -> list[Floats]:
        """The best few of a coarse grid."""
        allocations = grid(len(self.horizon.levers), budget, self.horizon.most)
        worth = np.array([score(self.gains(money)) for money in allocations])
        return [allocations[i] for i in worth.argsort()[::-1][:STARTS]]

    def _climb(self, budget: float, start: Floats, *, cautious: bool) -> Floats:
        """From one allocation as far up as the gradient leads, within the budget."""
        count = len(self.baseline)
        scale = max(abs(float(self.gains(start).mean())), 1e-6)

        def worth(shares: Floats) -> tuple[float, Floats]:
            net, slopes = self.horizon.slopes(shares * budget)
            gains = net - self.baseline
            chosen = _worst(gains) if cautious else np.ones(count, bool)
            mean = float(gains[chosen].mean())
            return -mean / scale, -slopes[:, chosen].mean(axis=1) * budget / scale

        within = optimize.LinearConstraint(np.ones(len(start)), ub=1.0)
        room = np.minimum(self.horizon.most / budget, 1.0)
        climbed = optimize.minimize(
            worth, np.clip(start / budget, 0.0, room), jac=True, method="SLSQP",
            bounds=optimize.Bounds(0.0, room), constraints=within,
            options={"maxiter": 60, "ftol": 1e-7},
        )  # fmt: skip
        shares = np.clip(climbed.x, 0.0, room)
        shares[shares < SMALLEST_SHARE] = 0.0
        return shares * budget / max(shares.sum(), 1.0)


def worst_mean(gains: Floats) -> float:
    """Conditional value at risk: the mean of the worst tenth of the draws."""
    return float(gains[_worst(gains)].mean())


def _mean(gains: Floats) -> float:
    return float(gains.mean())


def _worst(gains: Floats) -> NDArray[np.bool_]:
    worst = np.zeros(len(gains), bool)
    worst[np.argsort(gains)[: max(1, round(WORST * len(gains)))]] = True
    return worst


def grid(levers: int, budget: float, most: Floats, steps: int | None = None) -> list[Floats]:
    """Every allocation of the whole budget in equal parts; what a lever cannot take is unspent.

    Args:
        levers: how many.
        budget: USD.
        most: (L,) USD that each can take.
        steps: parts of the budget; as many as `MAX_ALLOCATIONS` allows, up to `GRID_STEPS`.
    """
    if steps is None:
        steps = next(
            (n for n in range(GRID_STEPS, 1, -1) if comb(n + levers - 1, n) <= MAX_ALLOCATIONS),
            1,
        )
    parts = [np.minimum(np.array(p) * budget / steps, most) for p in compositions(steps, levers)]
    distinct = {tuple(money.tolist()): money for money in parts}
    return list(distinct.values())


def compositions(total: int, parts: int) -> Iterator[list[int]]:
    """Every way to write a whole number as so many whole parts, 0 among them."""
    for bars in combinations(range(total + parts - 1), parts - 1):
        ends = [-1, *bars, total + parts - 1]
        yield [right - left - 1 for left, right in pairwise(ends)]


def equal_split(budget: float, most: Floats) -> Floats:
    """The same money for every lever, as far as each can take it; the others share the rest."""
    money = np.zeros(len(most))
    for _ in most:
        rest = budget - money.sum()
        open_to = money < most
        if rest <= 0 or not open_to.any():
            break
        money[open_to] = np.minimum(money[open_to] + rest / open_to.sum(), most[open_to])
    return money


def alone(lever: int, budget: float, most: Floats) -> Floats:
    """All the money for one lever, as far as it can take it."""
    money = np.zeros(len(most))
    money[lever] = min(budget, float(most[lever]))
    return money
