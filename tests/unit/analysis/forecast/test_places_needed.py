"""What a planner sees: months of the forecast alone, and places for the worst of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from safepassage.analysis.forecast.forecast import forecast
from safepassage.analysis.forecast.places_needed import planner_view
from safepassage.analysis.forecast.projection import project


@pytest.fixture(scope="module")
def ahead(posterior):
    return project(posterior, 2010)


@pytest.fixture(scope="module")
def view(ahead):
    return planner_view(ahead)


def test_declared_flows_and_stocks_are_given_by_month(view):
    assert set(view.flows) == {"arrivals_by_quarter"}
    assert set(view.stocks) == {"hidden_by_month"}
    for one in (*view.flows.values(), *view.stocks.values()):
        assert [r.time for r in one.rows] == [
            f"{year}-{month:02d}" for year in (2009, 2010) for month in range(1, 13)
        ]
        for r in one.rows:
            assert r.low <= r.low_50 <= r.median <= r.high_50 <= r.high


def test_nothing_is_given_by_month_for_the_running_or_the_past_year(view):
    """The model's last year is the running one: neither it nor the year before stands here."""
    assert view.start == "2009-01"
    text = view.model_dump_json()
    assert "2008-" not in text
    assert "2007-" not in text


def test_what_is_pooled_or_a_share_stays_out(view):
    text = view.model_dump_json()
    assert "arrivals_pooled" not in text
    assert "women_by_year" not in text
    assert "hidden_people" not in text  # declared by year: no finer


def test_months_of_what_is_pooled_over_years_stay_out(ahead):
    model = ahead.compiled.model
    outputs = {n: o.model_copy(update={"pooled_years": 5}) for n, o in model.outputs.items()}
    pooled = dataclasses.replace(
        ahead.compiled, model=model.model_copy(update={"outputs": outputs})
    )
    view = planner_view(dataclasses.replace(ahead, compiled=pooled))
    assert not (view.flows or view.stocks or view.places)


def test_months_add_up_to_the_year(ahead, view):
    row = ahead.compiled.network.quantity_name.index("arrivals")
    months = ahead.people[row][-24:-12]
    (january,) = [r for r in view.flows["arrivals_by_quarter"].rows if r.time == "2009-01"]
    assert january.median == pytest.approx(np.median(months[0]))


def test_places_are_those_of_the_worst_month(ahead, view):
    row = ahead.compiled.network.quantity_name.index("hidden_stock")
    worst = ahead.people[row][-12:].max(axis=0)
    last = view.places["hidden_by_month"][-1]
    assert last.time == "2010"
    assert last.enough_50 == np.ceil(np.quantile(worst, 0.5))
    assert last.enough_90 == np.ceil(np.quantile(worst, 0.9))
    assert last.enough_90 > last.enough_50
    months = view.stocks["hidden_by_month"].rows[-12:]
    assert last.median >= max(r.median for r in months)


def test_it_comes_only_where_it_is_requested(posterior):
    assert forecast(posterior, 2009).planner is None
    assert forecast(posterior, 2009, planner=True).planner.start == "2009-01"
