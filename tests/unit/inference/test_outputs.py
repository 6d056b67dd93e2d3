"""Outputs as they are published: by month, quarter and year, or pooled; never too fresh."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from safepassage.inference.outputs import output_series
from safepassage.model.schema import Output

MONTHS = 96
"""The teaching model's calendar: 2001-01 to 2008-12."""


@pytest.fixture(scope="module")
def published(three_states_compiled):
    """Declare one output; quantities are the month's number, times 10 for women."""
    compiled = three_states_compiled
    quantities = np.ones((len(compiled.network.quantity_name), MONTHS, 3))
    quantities *= np.arange(1.0, MONTHS + 1)[:, None]
    women = compiled.network.quantity_name.index("women_arriving")
    quantities[women] /= 4.0

    def publish(quantity, per, **more):
        declared = {"it": Output(title="It", quantity=quantity, unit="persons", per=per, **more)}
        model = compiled.model.model_copy(update={"outputs": declared})
        series = output_series(dataclasses.replace(compiled, model=model), quantities)["it"]
        assert all(row.low == row.median == row.high for row in series)
        return {row.time: row.median for row in series}

    return publish


def test_a_flow_by_year_is_the_years_sum(published):
    found = published("arrivals", "year")
    assert list(found) == [str(y) for y in range(2001, 2009)]
    assert found["2001"] == sum(range(1, 13)) and found["2008"] == sum(range(85, 97))


def test_a_stock_by_year_is_the_years_mean(published):
    assert published("hidden_stock", "year")["2002"] == np.mean(range(13, 25))


def test_quarters(published):
    found = published("arrivals", "quarter")
    assert list(found)[:5] == ["2001-Q1", "2001-Q2", "2001-Q3", "2001-Q4", "2002-Q1"]
    assert len(found) == 32
    assert found["2001-Q2"] == 4 + 5 + 6
    assert published("hidden_stock", "quarter")["2008-Q4"] == 95


def test_months_end_before_the_running_and_the_past_year(published):
    found = published("arrivals", "month")
    assert next(iter(found)) == "2001-01" and list(found)[-1] == "2006-12"
    assert found["2002-01"] == 13
    late = published("arrivals", "month", until="2008-12")
    assert list(late)[-1] == "2006-12", "`until` cannot bring fresh months out"
    early = published("arrivals", "month", until="2004-03")
    assert list(early)[-1] == "2004-03"


def test_until_ends_a_series(published):
    assert list(published("arrivals", "year", until="2006-12"))[-1] == "2006"
    assert list(published("arrivals", "quarter", until="2005-06"))[-1] == "2005-Q2"


def test_pooled_years_are_yearly_means_of_whole_spans(published):
    found = published("arrivals", "year", pooled_years=3)
    assert set(found) == {"2006-2008", "2003-2005"}
    assert found["2003-2005"] == pytest.approx(sum(range(25, 61)) / 3)
    stock = published("hidden_stock", "year", pooled_years=4)
    assert stock == {"2005-2008": np.mean(range(49, 97)), "2001-2004": np.mean(range(1, 49))}
    ended = published("arrivals", "year", pooled_years=3, until="2006-12")
    assert set(ended) == {"2004-2006", "2001-2003"}


def test_a_share_is_that_of_the_sums(published):
    assert published("women_share", "year")["2005"] == pytest.approx(0.25)
    assert published("women_share", "year", pooled_years=4)["2005-2008"] == pytest.approx(0.25)


@pytest.mark.parametrize("step", ["week", "day"])
def test_shorter_steps_fill_the_same_windows(three_states, step):
    from safepassage.analysis.simulation.simulate import SimulationSettings, simulate_model

    monthly = simulate_model(three_states).outputs["hidden_people"]
    shorter = simulate_model(three_states, SimulationSettings(step=step)).outputs["hidden_people"]
    assert [row.time for row in shorter] == [row.time for row in monthly]
    a, b = (np.array([row.median for row in rows]) for rows in (shorter, monthly))
    np.testing.assert_allclose(a[1:], b[1:], rtol=0.08)
