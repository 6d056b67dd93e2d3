"""Factors over the calendar: seasons, policies, trends, innovations, covariates, responses."""

from __future__ import annotations

import numpy as np
import pytest
from tests.teaching import at, natural, parameter, rate, small_model

from safepassage.network.compile import compile_model

MONTHS = np.arange(48)
"""Of the small model's calendar, 2000-01 to 2003-12."""


def over_time(name, *, covariates=None, **sections):
    """A model whose hazard is one factor, compiled."""
    declared = {c: {"title": c, "file": f"{c}.csv", "unit": "1"} for c in covariates or {}}
    model = small_model(
        transitions={"leaves": {"from": "out", "to": "home", "hazard": [name]}},
        parameters={p: parameter(low=0.4, high=5) for p in "ab"} | sections.pop("more", {}),
        covariates=declared,
        **sections,
    )
    return compile_model(model, covariates)


def factor(compiled, z, group="women"):
    return rate(compiled, "leaves", group, z)


def test_a_season_of_twelve_numbers_repeats():
    months = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    compiled = over_time("s", seasons={"s": {"title": "S", "months": months}})
    np.testing.assert_allclose(factor(compiled, at(compiled)), months * 4, rtol=1e-12)


def test_a_month_of_zero_is_zero():
    compiled = over_time("s", seasons={"s": {"title": "S", "months": [0] + [1] * 11}})
    shut = factor(compiled, at(compiled)) == 0
    np.testing.assert_array_equal(shut, ([True] + [False] * 11) * 4)


def test_windows_of_a_season_hold_in_their_months_only():
    windows = {"ice": {"months": [12, 1], "factor": "a"}, "rain": {"months": [7], "factor": [2]}}
    compiled = over_time("s", seasons={"s": {"title": "S", "windows": windows}})
    z = at(compiled, a=0.7)
    a = natural(compiled, z, "a")
    year = [a, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, a]
    np.testing.assert_allclose(factor(compiled, z), year * 4, rtol=1e-12)


def test_eras_hold_between_their_ends_and_one_holds_elsewhere():
    eras = {
        "first": {"from": "2000-04", "to": "2000-06", "factor": "a"},
        "second": {"from": "2001-02", "factor": [3, "b"]},
        "third": {"from": "2003-01", "to": "2003-02", "factor": 0},
    }
    compiled = over_time("p", policies={"p": {"title": "P", "eras": eras}})
    z = at(compiled, a=1.0, b=-0.5)
    expected = np.ones(48)
    expected[3:6] = natural(compiled, z, "a")
    expected[13:36] = 3 * natural(compiled, z, "b")  # open: until the next era
    expected[36:38] = 0.0
    np.testing.assert_allclose(factor(compiled, z), expected, rtol=1e-12)


def test_an_era_without_end_lasts_to_the_end_of_the_calendar():
    eras = {"only": {"from": "2003-10", "factor": 5}}
    compiled = over_time("p", policies={"p": {"title": "P", "eras": eras}})
    np.testing.assert_allclose(factor(compiled, at(compiled)), [1] * 45 + [5] * 3)


def test_a_trend_is_log_linear_between_knots_and_flat_outside():
    knots = {2001: "a", 2002: 1, 2003: ["b", 2]}
    compiled = over_time("t", trends={"t": {"title": "T", "knots": knots}})
    z = at(compiled, a=1.5, b=-1.0)
    logs = np.log([natural(compiled, z, "a"), 1.0, 2 * natural(compiled, z, "b")])
    expected = np.exp(np.interp(2000 + MONTHS / 12, [2001, 2002, 2003], logs))
    np.testing.assert_allclose(factor(compiled, z), expected, rtol=1e-12)
    assert expected[0] == expected[12] and expected[36] == expected[-1]


def test_independent_innovations_are_one_years_own_and_by_attribute():
    shift = {"title": "I", "kind": "independent", "scale": 0.3, "by": "sex"}
    shift |= {"from": 2001, "to": 2002}
    compiled = over_time("i", innovations={"i": shift})
    z = at(compiled, **{"i[women,2001]": 2.0, "i[men,2002]": -1.0})
    women, men = np.ones(48), np.ones(48)
    women[12:24], men[24:36] = np.exp(0.6), np.exp(-0.3)
    np.testing.assert_allclose(factor(compiled, z), women, rtol=1e-12)
    np.testing.assert_allclose(factor(compiled, z, "men"), men, rtol=1e-12)


def test_a_random_walk_accumulates_and_stays_where_it_ends():
    walk = {"title": "W", "kind": "random_walk", "scale": 0.2, "from": 2001, "to": 2002}
    compiled = over_time("w", innovations={"w": walk})
    z = at(compiled, **{"w[2001]": 1.0, "w[2002]": -3.0})
    expected = np.repeat(np.exp([0.0, 0.2, -0.4, -0.4]), 12)
    np.testing.assert_allclose(factor(compiled, z), expected, rtol=1e-12)


def test_a_covariate_runs_log_linearly_from_mid_year_to_mid_year():
    compiled = over_time("c", covariates={"c": {2000: 10.0, 2002: 1000.0}})
    expected = 10 ** np.interp(2000 + MONTHS / 12, [2000.5, 2002.5], [1, 3])
    np.testing.assert_allclose(factor(compiled, at(compiled)), expected, rtol=1e-9)


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_response_is_a_power_of_its_driver(sign):
    knots = {2000: "a", 2002: [8, "b"]}
    response = {"title": "R", "driver": "t", "reference": 4, "elasticity": "e", "sign": sign}
    compiled = over_time(
        "r",
        trends={"t": {"title": "T", "knots": knots}},
        responses={"r": response},
        more={"e": parameter("normal", 0.1, 0.9)},
    )
    z = at(compiled, a=0.4, b=-0.8, e=1.2)
    e = natural(compiled, z, "e")
    ends = np.log([natural(compiled, z, "a"), 8 * natural(compiled, z, "b")])
    driver = np.exp(np.interp(2000 + MONTHS / 12, [2000, 2002], ends))
    np.testing.assert_allclose(factor(compiled, z), (driver / 4) ** (sign * e), rtol=1e-12)


def test_a_response_to_a_covariate():
    response = {"title": "R", "driver": "c", "reference": 2, "elasticity": "e"}
    compiled = over_time(
        "r",
        covariates={"c": {2001: 8.0}},
        responses={"r": response},
        more={"e": parameter("normal", -1, 0)},
    )
    z = at(compiled, e=-0.5)
    power = natural(compiled, z, "e")
    np.testing.assert_allclose(factor(compiled, z), 4.0**power, rtol=1e-12)


def test_factors_multiply():
    compiled = compile_model(
        small_model(
            transitions={"leaves": {"from": "out", "to": "home", "hazard": [2, "s", "p", "s"]}},
            seasons={"s": {"title": "S", "months": [3] + [1] * 11}},
            policies={"p": {"title": "P", "eras": {"e": {"from": "2001-01", "factor": 5}}}},
        )
    )
    np.testing.assert_allclose(factor(compiled, at(compiled))[[0, 1, 12, 13]], [18, 2, 90, 10])
