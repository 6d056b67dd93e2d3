"""Allocations: the gradient finds what a grid finds, and closed forms where there are any."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from safepassage.analysis.budget.horizon import Horizon
from safepassage.analysis.budget.optimizer import (
    Search,
    alone,
    compositions,
    equal_split,
    grid,
    worst_mean,
)
from safepassage.analysis.budget.request import PlanRequest, validate_plan


class Saturating:
    """Levers apart from each other: gain = size * (1 - exp(-money / reach)) in every draw."""

    def __init__(self, sizes, reaches, most=np.inf):
        self.sizes, self.reaches = np.asarray(sizes, float), np.asarray(reaches, float)
        self.levers = {f"l{i}": None for i in range(len(self.sizes))}
        self.most = np.full(len(self.sizes), most, float)

    def net(self, money):
        return (self.sizes * (1 - np.exp(-money[:, None] / self.reaches))).sum(axis=0)

    def slopes(self, money):
        slopes = self.sizes * np.exp(-money[:, None] / self.reaches) / self.reaches
        return self.net(money), slopes


def saturating(draws=1, **more):
    sizes = np.array([5.0, 2.0, 8.0, 0.5])[:, None] * np.ones(draws)
    reaches = np.array([10.0, 3.0, 40.0, 1.0])[:, None] * np.ones(draws)
    return Saturating(sizes, reaches, **more)


@pytest.mark.parametrize("budget", [1.0, 20.0, 60.0])
def test_the_best_is_that_of_the_closed_form(budget):
    """Where a lever has money, its slope is the common price of money."""
    levers = saturating()
    sizes, reaches = levers.sizes[:, 0], levers.reaches[:, 0]

    def spent(price):
        return np.maximum(reaches * np.log(sizes / reaches / price), 0)

    price = brentq(lambda p: spent(p).sum() - budget, 1e-9, 10)
    found = Search.of(levers).best(budget)
    np.testing.assert_allclose(found, spent(price), atol=2e-3 * budget)


def test_the_best_is_that_of_a_fine_grid_on_a_model(posterior):
    request = PlanRequest(400_000.0, 2011, 32)
    listed, chosen = validate_plan(posterior.study, [], request)
    search = Search.of(Horizon(posterior, listed, chosen, request, 32))
    found = float(search.gains(search.best(400_000.0)).mean())
    tried = grid(3, 400_000.0, search.horizon.most, 20)
    assert len(tried) == 231
    most = max(float(search.gains(money).mean()) for money in tried)
    assert most > 0
    assert found == pytest.approx(most, rel=0.01)
    assert found >= most * (1 - 1e-6)


def test_no_lever_is_bought_that_harms():
    levers = saturating()
    levers.sizes[2] = -1.0
    assert Search.of(levers).best(20.0)[2] == 0
    levers.sizes[:] = -1.0
    assert Search.of(levers).best(20.0).sum() == 0


def test_no_more_is_spent_than_there_is_or_than_a_lever_can_take():
    levers = saturating(most=7.0)
    found = Search.of(levers).best(20.0)
    assert found.sum() <= 20 * (1 + 1e-9)
    assert found.max() <= 7 * (1 + 1e-9)


def test_the_cautious_allocation_is_better_in_the_worst_draws():
    """One lever is good on average and harms in a fifth of the draws; the other is sure."""
    draws = 50
    sizes = np.array([[10.0], [3.0]]) * np.ones(draws)
    sizes[0, :10] = -6.0
    search = Search.of(Saturating(sizes, np.full((2, draws), 10.0)))
    bold, cautious = search.best(10.0), search.best(10.0, cautious=True)
    assert bold[0] > bold[1] and cautious[0] < 0.5
    gains = [search.gains(money) for money in (bold, cautious)]
    assert worst_mean(gains[1]) > worst_mean(gains[0])
    assert gains[0].mean() > gains[1].mean()


def test_the_worst_tenth_is_its_mean():
    assert worst_mean(np.arange(20.0)) == 0.5
    assert worst_mean(np.array([3.0])) == 3


def test_a_grid_holds_every_allocation_once():
    found = list(compositions(4, 3))
    assert len(found) == len({tuple(f) for f in found}) == 15
    assert all(sum(f) == 4 and min(f) >= 0 for f in found)
    assert list(compositions(3, 1)) == [[3]]
    assert len(grid(5, 1.0, np.full(5, 9.0), 10)) == 1001
    assert max(m.max() for m in grid(3, 12.0, np.array([2.0, 9.0, 9.0]), 4)) == 9
    assert len(grid(25, 1.0, np.full(25, 9.0))) <= 1500


def test_equal_shares_fill_up_to_what_each_can_take():
    assert equal_split(9.0, np.full(3, 9.0)).tolist() == [3, 3, 3]
    assert equal_split(9.0, np.array([1.0, 9.0, 9.0])).tolist() == [1, 4, 4]
    assert equal_split(99.0, np.array([1.0, 2.0])).tolist() == [1, 2]
    assert alone(1, 9.0, np.array([1.0, 2.0])).tolist() == [0, 2]


def test_a_single_lever_is_a_plan():
    levers = Saturating([[5.0]], [[10.0]])
    assert Search.of(levers).best(4.0).tolist() == pytest.approx([4.0])
