"""A forecast as a typed result."""

from __future__ import annotations

import pytest
from tests.result_checks import check_result

from safepassage.analysis.forecast.forecast import forecast


@pytest.fixture(scope="module")
def ahead(posterior):
    return forecast(posterior, 2010, planner=True)


def test_a_forecast_behaves(ahead):
    check_result(ahead)
    assert set(ahead.to_frame().columns) >= {"output", "time", "low_50", "high", "forecast"}
    years = ahead.to_xarray()["median"].sel(output="hidden_people", time="2010")
    assert float(years) == ahead.outputs["hidden_people"][-1].median


def test_a_planners_view_behaves(ahead):
    check_result(ahead.planner)
    assert ahead.planner.to_xarray().sizes["time"] == 24
    assert ahead.to_dict()["planner"]["from"] == ahead.planner.start == "2009-01"


def test_what_was_not_requested_is_absent(posterior):
    value = forecast(posterior, 2009, policies="stay").to_dict()
    assert "breaks" not in value and "planner" not in value
    assert list(value["outputs"]["hidden_people"][0]) == [
        "median", "low", "high", "time", "low_50", "high_50", "forecast",
    ]  # fmt: skip
