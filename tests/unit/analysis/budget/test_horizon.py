"""The months after the fit: the same as a whole run, and worth what they are said to be worth."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.analysis.budget.horizon import LATER_MONTHS, MEASURES, Horizon, later_arrivals
from safepassage.analysis.budget.limits import as_scenario
from safepassage.analysis.budget.request import PlanRequest, harm_prices, validate_plan
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.totals import MEASURES as COMPARED
from safepassage.engines.expected.solve import solve
from safepassage.network.scenario_quantities import ARRIVALS
from safepassage.results.plan import HarmPrices
from safepassage.study.scenarios import NamedScenario

DRAWS = 24


def to_2011(posterior):
    request = PlanRequest(300_000.0, 2011, DRAWS)
    listed, chosen = validate_plan(posterior.study, [], request)
    return Horizon(posterior, listed, chosen, request, DRAWS)


@pytest.fixture(scope="module")
def horizon(posterior):
    return to_2011(posterior)


@pytest.fixture(scope="module")
def runs(posterior):
    return Runs(posterior, CompareRequest(draws=DRAWS, last_year=2011))


def row(name):
    return MEASURES.index(name)


def test_without_money_it_is_the_baseline_of_compare(horizon, runs):
    totals = runs.pair(_scenario(horizon, np.zeros(3)), runs.baseline)[0]
    found = horizon.measures(np.zeros(3))
    for name in ("safe", "returned", "dead", "relatives_punished"):
        theirs = totals.measures[COMPARED.index(name), -3:].sum(axis=0)
        np.testing.assert_allclose(found[row(name)], theirs, rtol=1e-9, err_msg=name)
    limbo = totals.measures[COMPARED.index("limbo"), -1]
    np.testing.assert_allclose(found[row("limbo")], limbo, rtol=1e-9)


def test_with_money_it_is_a_scenario_of_compare(posterior, runs):
    """Where all draws have one effect and one cost."""
    horizon = to_2011(posterior)
    block = horizon.blocks[0]
    units = np.array([2.0, 3.0, 1.0])
    for strength in (*horizon.drawn.strengths, *block.levers.strengths):
        strength.most[:], strength.reach[:] = np.median(strength.most), np.median(strength.reach)
    scenario = as_scenario(horizon, units)
    assert [c.start for c in scenario.changes] == ["2009-01", "2009-01", "2010-01"]
    requested = _scenario(horizon, units)
    _, totals = runs.pair(requested, runs.scenario(requested))
    found = block.measures(units[:, None] * np.ones(DRAWS))
    for name in ("safe", "returned", "dead"):
        theirs = totals.measures[COMPARED.index(name), -3:].sum(axis=0)
        np.testing.assert_allclose(found[row(name)], theirs, rtol=1e-9, err_msg=name)
    baseline = horizon.measures(np.zeros(3))
    assert (found[row("safe")] > baseline[row("safe")]).all()
    assert (found[row("dead")] < baseline[row("dead")]).all()


def _scenario(horizon, units):
    return NamedScenario("plan", as_scenario(horizon, units), "levers", 0)


def test_net_is_what_it_is_said_to_be(posterior, horizon):
    prices = harm_prices(posterior.study.model, {})
    assert prices == HarmPrices(dead=2.0, returned=1.0, relatives_punished=0.5, limbo=0.0)
    found = dict(zip(MEASURES, horizon.measures(np.array([1e5, 5e4, 2e4])), strict=True))
    expected = (
        found["safe"] + found["safe_later"]
        - 2 * (found["dead"] + found["dead_later"])
        - (found["returned"] + found["returned_later"])
        - 0.5 * found["relatives_punished"]
    )  # fmt: skip
    np.testing.assert_allclose(found["net"], expected, rtol=1e-9)


def test_a_reader_s_own_weights_count(posterior):
    model = posterior.study.model
    assert harm_prices(model, {"death": 3, "return": 0}).dead == 6
    assert harm_prices(model, {"death": 3, "return": 0}).returned == 0
    assert harm_prices(model, {"death": 3}).relatives_punished == 0.5


def test_later_arrivals_are_those_of_five_more_years(posterior, runs):
    """Run on for five years with nobody entering and the factors of feedbacks as they were."""
    compiled = runs.compiled
    z = runs.z[:, :3]
    tables = compiled.program.tables(z)
    run = solve(compiled.network, tables)
    later = later_arrivals(compiled, tables, run)
    outcome = [
        compiled.model.states[c.state].outcome if c.state in compiled.model.states else ""
        for c in compiled.network.cells
    ]
    limbo = [c for c, o in enumerate(outcome) if o == "limbo"]
    assert later.shape == (len(limbo), len(ARRIVALS), 3)
    assert (later >= 0).all()
    last = np.arange(compiled.network.steps - 12, compiled.network.steps)
    import dataclasses

    network = dataclasses.replace(
        compiled.network,
        month_of_step=last[np.arange(LATER_MONTHS) % 12].astype(np.int32),
        edge_feedback=np.full_like(compiled.network.edge_feedback, -1),
    )
    for draw in range(3):
        for i, cell in enumerate(limbo):
            series = tables.series[..., draw].copy()
            start = np.zeros(len(outcome))
            start[cell] = 1.0
            own = tables._replace(
                scale=tables.scale[:, draw], series=series, entries=tables.entries[..., draw] * 0,
                initial=start, capacity=tables.capacity[..., draw],
            )  # fmt: skip
            # Feedbacks are frozen: their factors multiply the exits' own series.
            feedbacks = compiled.network.edge_feedback
            edge_series = compiled.network.edge_series.copy()
            for e in np.flatnonzero(feedbacks >= 0):
                series = np.vstack(
                    [series, series[edge_series[e]] * run.feedback[feedbacks[e], :, draw]]
                )
                edge_series[e] = len(series) - 1
            frozen = dataclasses.replace(network, edge_series=edge_series)
            later_run = solve(frozen, own._replace(series=series))
            safe = later_run.counts[-1][[c for c, o in enumerate(outcome) if o == "safe"]].sum()
            dead = later_run.counts[-1][[c for c, o in enumerate(outcome) if o == "dead"]].sum()
            assert later[i, ARRIVALS.index("safe"), draw] == pytest.approx(safe, rel=1e-9)
            assert later[i, ARRIVALS.index("dead"), draw] == pytest.approx(dead, rel=1e-9)


def test_slopes_are_those_of_finite_differences(horizon):
    money = np.array([1e5, 5e4, 8e4])
    _, slopes = horizon.slopes(money)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 50.0
        theirs = (horizon.net(money + step) - horizon.net(money - step)) / 100
        np.testing.assert_allclose(slopes[i], theirs, rtol=1e-4)
    weights = np.zeros(DRAWS)
    weights[3] = 2.0
    _, weighted = horizon.slopes(money, weights)
    np.testing.assert_allclose(weighted[:, 3], 2 * slopes[:, 3], rtol=1e-9)
    assert not weighted[:, [0, 5, 20]].any()


def test_money_beyond_the_most_units_buys_nothing(horizon):
    block = horizon.blocks[0]
    units, slope = horizon.units(np.full(3, 1e9), block)
    most = np.array([lever.most for lever in horizon.levers.values()])
    np.testing.assert_array_equal(units, most[:, None] * np.ones(DRAWS))
    assert not slope.any()
    less, _ = horizon.units(np.full(3, 1e4), block)
    np.testing.assert_allclose(less * block.levers.costs * horizon.years[:, None], 1e4)
    assert horizon.years.tolist() == [3, 3, 2]


def test_a_lever_s_draws_do_not_depend_on_the_others(posterior, horizon):
    request = PlanRequest(300_000.0, 2011, DRAWS)
    listed, chosen = validate_plan(posterior.study, ["clerks"], request)
    alone = Horizon(posterior, listed, chosen, request, DRAWS)
    np.testing.assert_array_equal(alone.drawn.costs[0], horizon.drawn.costs[1])
    money = np.array([0.0, 7e4, 0.0])
    np.testing.assert_allclose(alone.net(money[1:2]), horizon.net(money), rtol=1e-12)


def test_draws_of_levers_follow_their_priors(posterior):
    request = PlanRequest(300_000.0, 2011, 400)
    listed, chosen = validate_plan(posterior.study, [], request)
    drawn = Horizon(posterior, listed, chosen, request, 400).drawn
    for name, values in zip(drawn.names, drawn.values, strict=True):
        prior = listed.parameters[name].prior
        assert np.quantile(values, 0.05) == pytest.approx(prior.low, rel=0.03), name
        assert np.quantile(values, 0.95) == pytest.approx(prior.high, rel=0.03), name
