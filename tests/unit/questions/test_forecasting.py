"""The fitted system run on: what stays, what varies, what may change."""

from __future__ import annotations

import json

import numpy as np
import pytest

from safepassage.model.faults import InputError
from safepassage.network.compile import compile_model
from safepassage.questions.forecasting import _eras, _unknowns, changes, extended, forecast


@pytest.fixture(scope="module")
def stays(fitted):
    return forecast(fitted, 2011, policies="stay")


@pytest.fixture(scope="module")
def may_change(fitted):
    return forecast(fitted, 2011)


def row(made, name, time):
    return next(r for r in made.outputs[name] if r["time"] == str(time))


def test_series_go_on_to_the_year_asked_for(may_change):
    told = json.loads(json.dumps(may_change.to_json()))
    assert told["to"] == 2011
    for rows in told["outputs"].values():
        assert [r["time"] for r in rows] == ["2007", "2008", "2009", "2010", "2011"]
        assert [r["forecast"] for r in rows] == [False, False, True, True, True]
        for r in rows:
            assert r["low"] <= r["low_50"] <= r["median"] <= r["high_50"] <= r["high"]


def test_fitted_years_are_as_in_the_fit(fitted, stays, may_change):
    """New years and changes come after the fitted ones and do not touch them."""
    published = fitted.outputs()
    for made in (stays, may_change):
        for name, rows in made.outputs.items():
            whole = [r for r in published[name] if r["time"] in ("2007", "2008")]
            for ours, theirs in zip(rows, whole, strict=False):
                assert ours["median"] == pytest.approx(theirs["median"], rel=1e-9)


def test_a_change_of_policy_widens_what_may_come(fitted, stays, may_change):
    assert changes(fitted.loaded.model) == {"border_policy": pytest.approx(2 / 8)}
    for name in stays.outputs:
        assert row(stays, name, 2008)["median"] == row(may_change, name, 2008)["median"]
    for year in (2009, 2010, 2011):
        before, after = (row(made, "hidden_people", year) for made in (stays, may_change))
        assert after != before
        assert after["high"] - after["low"] > 0.95 * (before["high"] - before["low"])
    assert "border" not in " ".join(stays.assumptions)
    assert any("(4)" in sentence for sentence in may_change.assumptions)


def test_the_changing_policy_stands_wherever_it_did(fitted):
    model = fitted.loaded.model
    longer = extended(model, 2010, ("border_policy",))
    odds = longer.branches["crossing"].outcomes["lost"].odds
    assert odds == ("loss_at_border", "border_policy", "border_policy__change")
    assert longer.model.end == "2010-12"
    assert longer.innovations["border_policy__change"].start == 2009
    assert model.model.end == "2008-12"


def test_policies_change_as_often_as_they_have_to_values_they_had(fitted):
    rates = changes(fitted.loaded.model)
    compiled = compile_model(
        extended(fitted.loaded.model, 2018, tuple(rates)), fitted.loaded.covariates
    )
    z = _unknowns(fitted, compiled, rates, 2008)
    eras, now = _eras(fitted, "border_policy")
    assert (len(eras), now) == (3, 2)  # none, half closed, closed
    steps = np.array([
        z[compiled.parameters.index(f"border_policy__change[{year}]")] for year in range(2009, 2019)
    ])  # fmt: skip
    value = eras[now] + np.cumsum(steps, axis=0)
    off = np.abs(value[None] - eras[:, None]).min(axis=0)
    assert off.max() < 1e-9
    moved = np.abs(steps) > 1e-12
    draws = moved.shape[1]
    expected = 1 - np.exp(-0.25)
    assert moved.mean() == pytest.approx(expected, abs=4 * np.sqrt(0.2 / (10 * draws)))
    known = fitted.compiled.parameters.names
    rows = [compiled.parameters.index(name) for name in known]
    np.testing.assert_array_equal(z[rows], fitted.z)


def test_years_keep_differing(fitted, stays):
    """Yearly departures do not end with the fit, so a forecast is wider than its parameters."""
    model = fitted.loaded.model
    longer = extended(model, 2011, ())
    for name, innovation in model.innovations.items():
        assert innovation.end == 2008
        assert longer.innovations[name].end == 2011
    assert np.isfinite(row(stays, "hidden_people", 2011)["median"])


@pytest.mark.parametrize("to", [2008, 1999, 2019, 3000])
def test_a_year_outside_the_reach_is_refused(fitted, to):
    with pytest.raises(InputError, match="2009 to 2018"):
        forecast(fitted, to)


def test_an_unknown_policy_is_refused(fitted):
    with pytest.raises(InputError, match="give 'may change' or 'stay'"):
        forecast(fitted, 2010, policies="none")
