"""What carries an answer's variance: closed forms, and two ways that must rank alike."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats
from tests.teaching import parameter, small_model

from safepassage.analysis.budget.variance_shares import (
    first_order,
    last_year,
    linear_answers,
    prior_sobol,
    salib,
    slope_scores,
    slope_shares,
)
from safepassage.engines.expected.solve import solve
from safepassage.errors import InputError
from safepassage.network.compile import compile_model


def test_first_order_shares_of_a_sum_are_those_of_its_parts():
    x = np.random.default_rng(1).standard_normal((6, 4000))
    y = 3 * x[0] + 2 * x[1] + x[2]
    found = first_order(x, y)
    np.testing.assert_allclose(found, np.array([9, 4, 1, 0, 0, 0]) / 14, atol=0.03)


def test_first_order_shares_see_a_bend_and_dependence():
    """Given data: a column that depends on another carries what the other does."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal((3, 4000))
    x[1] = 0.8 * x[0] + 0.6 * x[1]
    found = first_order(x, stats.rankdata(x[0] ** 2))
    assert found[0] == pytest.approx(1, abs=0.05)
    even = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    given = stats.chi2.cdf((0.8 * even[:, None] + 0.6 * even) ** 2, 1).mean(axis=1)
    assert found[1] == pytest.approx(12 * given.var(), abs=0.03)
    assert found[2] < 0.02


def test_slopes_are_those_of_finite_differences(three_states_compiled, posterior):
    compiled = posterior.compiled
    answer = linear_answers(posterior)["hidden_people"]
    z = np.random.default_rng(3).standard_normal((len(compiled.parameters), 5))

    def value(at):
        return answer(compiled, solve(compiled.network, compiled.program.tables(at)).quantities)[0]

    spread = np.linspace(0.5, 2, len(z))
    found = slope_scores(compiled, answer, z, spread)
    for row in (0, 3, 8, len(z) - 1):
        step = np.zeros_like(z)
        step[row] = 1e-5
        slope = (value(z + step) - value(z - step)) / 2e-5
        assert found[row] == pytest.approx((slope**2).mean() * spread[row], rel=1e-4)


@pytest.mark.parametrize("name", ["hidden_people", "women_by_year", "arrivals_pooled"])
def test_gradients_rank_parameters_as_sobol_does(posterior, name):
    """On the reduced model, at its prior, where parameters are independent."""
    compiled = posterior.compiled
    answer = last_year(posterior.study.model.outputs[name])
    rows = prior_sobol(compiled, answer, count=128)
    total = {row.id: row.total for row in rows}
    z = np.random.default_rng(4).standard_normal((len(compiled.parameters), 256))
    scores = slope_scores(compiled, answer, z, np.ones(len(z)))
    names = list(compiled.parameters.names)
    indices = np.array([total[n] for n in names])
    acting = indices > 0.005
    assert acting.sum() >= 4
    rank = stats.spearmanr(scores[acting], indices[acting]).statistic
    assert rank > 0.9, sorted(zip(scores, indices, names, strict=True), reverse=True)
    assert names[int(scores.argmax())] in [row.id for row in rows[:2]]


def test_sobol_s_indices_of_a_product_are_those_of_its_logarithm_s_parts():
    """People who enter are a product of two numbers; their logarithm is a sum."""
    wide, narrow = (parameter(low=1 / k, high=k) for k in (4.0, 2.0))
    compiled = compile_model(
        small_model(
            parameters={"wide": wide, "narrow": narrow},
            entries={"come": {"title": "C", "to": "out", "persons_per_year": ["wide", "narrow"]}},
            quantities={"came": {"title": "C", "flow": "come"}},
        )
    )

    def logarithm(compiled, quantities):
        return np.log(quantities[compiled.network.quantity_name.index("came"), 3]), quantities

    rows = prior_sobol(compiled, logarithm, count=512)
    assert [row.id for row in rows] == ["wide", "narrow"]
    for row, share in zip(rows, (0.8, 0.2), strict=True):
        assert row.first == pytest.approx(share, abs=0.03)
        assert row.total == pytest.approx(share, abs=0.03)


def test_screening_lists_what_acts(posterior):
    found = slope_shares(posterior)
    for rows in found.values():
        shares = [row.share for row in rows]
        assert shares == sorted(shares, reverse=True) and shares[0] > 0
        assert sum(shares) <= 1 + 1e-9


def test_without_salib_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze.rbd_fast", None)
    with pytest.raises(InputError, match=r"pip install 'safepassage\[sensitivity\]'"):
        salib("analyze.rbd_fast")
