"""The fitted system run on: what stays, what varies, what may change."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.tasks import POSTERIOR
from safepassage.analysis.forecast.forecast import forecast
from safepassage.analysis.forecast.policy_breaks import era_values
from safepassage.analysis.forecast.projection import extend_calendar, project
from safepassage.errors import InputError


@pytest.fixture(scope="module")
def stays(posterior):
    return forecast(posterior, 2011, policies="stay")


@pytest.fixture(scope="module")
def may_change(posterior):
    return forecast(posterior, 2011)


def row(ahead, name, time):
    return next(r for r in ahead.outputs[name] if r.time == str(time))


def level(ahead, month):
    """(B,) log factor of the border policy in a month of the forecast."""
    return ahead.z[ahead.compiled.parameters.index(f"border_policy__{month}")]


def test_series_continue_to_the_year_requested(may_change):
    assert may_change.to == 2011
    for rows in may_change.outputs.values():
        assert [r.time for r in rows] == ["2007", "2008", "2009", "2010", "2011"]
        assert [r.forecast for r in rows] == [False, False, True, True, True]
        for r in rows:
            assert r.low <= r.low_50 <= r.median <= r.high_50 <= r.high


def test_fitted_years_are_as_in_the_fit(posterior, stays, may_change):
    """New years and changes come after the fitted ones and do not touch them."""
    for ahead in (stays, may_change):
        for name, rows in ahead.outputs.items():
            whole = [r for r in posterior.outputs[name] if r.time in ("2007", "2008")]
            for ours, theirs in zip(rows, whole, strict=False):
                assert ours.median == pytest.approx(theirs.median, rel=1e-9)


def test_a_change_of_policy_widens_what_may_come(stays, may_change):
    for name in stays.outputs:
        assert row(stays, name, 2008).median == row(may_change, name, 2008).median
    before, after = (row(ahead, "hidden_people", 2011) for ahead in (stays, may_change))
    assert after != before
    assert after.high - after.low > 0.95 * (before.high - before.low)


def test_what_is_assumed_about_breaks_is_said(stays, may_change):
    assert stays.breaks is None
    assert stays.assumptions[-1] == "Every policy stays as it is in the last fitted month."
    (dates,) = [s for s in may_change.assumptions if "fitted years" in s]
    assert "In 8 fitted years policies changed at 2 dates" in dates
    breaks = may_change.breaks
    assert [date.time for date in breaks.dates] == ["2003-01", "2004-01"]
    assert breaks.per_year.low < 2.5 / 8 < breaks.per_year.high


def test_a_policy_has_a_value_of_its_own_in_every_month_of_the_forecast(posterior):
    model = posterior.study.model
    longer = extend_calendar(model, 2010, ("border_policy",))
    eras = longer.policies["border_policy"].eras
    assert eras["closed"].end == "2008-12"
    assert len(eras) == 2 + 24
    assert longer.branches["crossing"].outcomes["lost"].odds == ("loss_at_border", "border_policy")
    assert longer.model.end == "2010-12"
    assert model.model.end == "2008-12"


def test_without_a_break_a_policy_stays_at_its_last_value(posterior):
    """In the months and draws without a break, the run is that of policies that stay."""
    ahead = project(posterior, 2010)
    now = era_values(posterior, ("border_policy",))["border_policy"]["closed"]
    first, last = level(ahead, "2009_01"), level(ahead, "2010_12")
    still = np.isclose(first, now)
    assert 0.9 < still.mean() < 1.0
    assert np.isclose(last, now).mean() < still.mean()
    tables = ahead.compiled.program.tables(ahead.z)
    calm = np.all([
        np.isclose(level(ahead, f"{y}_{m:02d}"), now) for y in (2009, 2010) for m in range(1, 13)
    ], axis=0)  # fmt: skip
    steady = project(posterior, 2010, policies="stay")
    other = steady.compiled.program.tables(steady.z)
    np.testing.assert_allclose(tables.entries[..., calm], other.entries[..., calm], rtol=1e-9)
    edge = ahead.compiled.network.edge_name.index("crossing.lost")
    odds = [
        t.scale[edge] * t.series[c.network.edge_series[edge]]
        for t, c in ((tables, ahead.compiled), (other, steady.compiled))
    ]
    np.testing.assert_allclose(odds[0][:, calm], odds[1][:, calm], rtol=1e-9)
    assert not np.allclose(odds[0][:, ~calm], odds[1][:, ~calm])


def test_what_was_fitted_stays(posterior):
    ahead = project(posterior, 2012)
    rows = [ahead.compiled.parameters.index(name) for name in posterior.compiled.parameters.names]
    np.testing.assert_array_equal(ahead.z[rows], posterior.z)


def test_new_years_are_the_same_whether_policies_change_or_stay(posterior):
    one, other = (project(posterior, 2010, policies=p) for p in ("stay", "may change"))
    for name in one.compiled.parameters.names:
        rows = (ahead.compiled.parameters.index(name) for ahead in (one, other))
        np.testing.assert_array_equal(*(a.z[r] for a, r in zip((one, other), rows, strict=True)))


def test_one_draw_has_one_future_in_forecast_and_comparison(posterior):
    """With policies that stay, a forecast is the baseline of a comparison that reaches as far."""
    ahead = project(posterior, 2010, policies="stay")
    request = CompareRequest("counts", draws=ahead.z.shape[1], last_year=2010)
    runs = Runs(posterior, request)
    np.testing.assert_array_equal(runs.z, ahead.z)
    totals = [
        runs.totals(None, runs.baseline, POSTERIOR, first) for first in runs.firsts(POSTERIOR)
    ]
    to_safety = np.concatenate([one.measures[0] for one in totals], axis=-1)
    row = ahead.compiled.network.quantity_name.index("arrivals")
    by_year = ahead.people[row].reshape(-1, 12, ahead.z.shape[1]).sum(axis=1)
    np.testing.assert_array_equal(to_safety, by_year)
    assert by_year[-1].std() > 0


def test_years_keep_differing(posterior, stays):
    """Yearly departures do not end with the fit, so a forecast is wider than its parameters."""
    model = posterior.study.model
    longer = extend_calendar(model, 2011, ())
    for name, innovation in model.innovations.items():
        assert innovation.end == 2008
        assert longer.innovations[name].end == 2011
    assert np.isfinite(row(stays, "hidden_people", 2011).median)


@pytest.mark.parametrize("to", [2008, 1999, 2019, 3000])
def test_a_year_outside_the_reach_is_refused(posterior, to):
    with pytest.raises(InputError, match="2009 to 2018"):
        forecast(posterior, to)


def test_an_unknown_policy_is_refused(posterior):
    with pytest.raises(InputError, match="give 'may change' or 'stay'"):
        forecast(posterior, 2010, policies="none")
