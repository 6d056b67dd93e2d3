"""A model folder as it could have been fitted in an earlier year, and what came after it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from benchmarks.rolling_origin_models import UNCHANGED, as_of, figures_ahead, yearly_figures
from scipy.stats import spearmanr
from tests.teaching import small_settings

from safepassage.analysis.forecast.policy_breaks import past_of
from safepassage.analysis.forecast.projection import project
from safepassage.errors import InputError
from safepassage.inference.density import Density
from safepassage.inference.fit import compile_study, fit
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.rules import model_faults


def faults(study):
    return model_faults(Draft.of_model(study.model, study.lines))


@pytest.fixture(scope="module")
def early(teaching):
    return as_of(teaching, 2003)


def test_the_whole_calendar_leaves_the_model_as_it_is(teaching):
    same = as_of(teaching, 2008)
    assert same.model == teaching.model
    assert same.identity == teaching.identity


def test_nothing_later_is_known(early, teaching):
    model = early.model
    assert (model.model.end, model.model.as_of, model.model.also_as_of) == (
        "2003-12",
        "2003-12",
        (),
    )
    assert all(row.end <= "2003-12" for rows in early.observations.values() for row in rows)
    assert sum(map(len, early.observations.values())) < sum(
        map(len, teaching.observations.values())
    )
    eras = model.policies["border_policy"].eras
    assert list(eras) == ["half_closed"]
    assert model.innovations["yearly_shift"].end == 2003
    assert list(model.trends["opening"].knots) == [2001]
    assert max(early.covariates["price"]) <= 2003
    assert "closure_ratio" not in model.parameters
    assert "opening_ratio" not in model.parameters
    assert all(o.until is None or o.until <= "2003-12" for o in model.outputs.values())


def test_a_figure_of_a_span_that_ends_later_is_not_known(teaching):
    first, *others = teaching.observations["arrivals_counted"]
    longer = (dataclasses.replace(first, end="2005-12"), *others)
    spanning = dataclasses.replace(
        teaching, observations={**teaching.observations, "arrivals_counted": longer}
    )
    kept = as_of(spanning, 2004).observations["arrivals_counted"]
    assert kept == tuple(others)


def test_an_era_that_ends_later_is_not_known_to_end(teaching):
    """half_closed ends in December 2003: from 2002, nobody knows, and it has not begun."""
    eras = teaching.model.policies["border_policy"].eras
    longer = eras["half_closed"].model_copy(update={"end": "2004-06"})
    policy = teaching.model.policies["border_policy"].model_copy(
        update={"eras": {"half_closed": longer}}
    )
    model = teaching.model.model_copy(update={"policies": {"border_policy": policy}})
    cut = as_of(dataclasses.replace(teaching, model=model), 2003)
    assert cut.model.policies["border_policy"].eras["half_closed"].end is None


def test_a_policy_that_has_not_changed_yet_stays_and_may_change(teaching):
    cut = as_of(teaching, 2002)
    eras = cut.model.policies["border_policy"].eras
    assert {name: (e.start, e.end, e.factor) for name, e in eras.items()} == {
        UNCHANGED: ("2001-01", None, (1.0,))
    }
    assert past_of(cut.model).never == ("border_policy",)


def test_yearly_departures_of_later_years_are_gone_from_every_product(teaching):
    cut = as_of(teaching, 2001)
    assert "yearly_shift" not in cut.model.innovations
    assert cut.model.transitions["recognised"].hazard == ("recognition",)


@pytest.mark.parametrize("year", range(2001, 2009))
def test_every_origin_passes_the_rules_and_has_a_finite_density(teaching, year):
    cut = as_of(teaching, year)
    assert [str(fault) for fault in faults(cut)] == []
    compiled = compile_study(cut)
    value, gradient = Density(cut, compiled)(np.zeros((len(compiled.parameters), 1)))
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("year", [2008, 2012, 2020])
def test_the_bundled_model_can_be_read_as_of_earlier_years(north_korea, year):
    cut = as_of(north_korea, year)
    assert [str(fault) for fault in faults(cut)] == []
    compiled = compile_study(cut)
    value, gradient = Density(cut, compiled)(np.zeros((len(compiled.parameters), 1)))
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()


def test_every_origin_has_a_key_of_its_own(teaching):
    identities = {as_of(teaching, year).identity for year in range(2001, 2009)}
    assert len(identities) == 8


@pytest.mark.parametrize("year", [2000, 2009])
def test_a_year_outside_the_calendar_is_refused(teaching, year):
    with pytest.raises(InputError, match="2001 to 2008"):
        as_of(teaching, year)


@pytest.fixture(scope="module")
def ahead(teaching, tmp_path_factory):
    cut = as_of(teaching, 2002)
    settings = small_settings()
    return project(fit(cut, seed=3, out=tmp_path_factory.mktemp("o"), settings=settings), 2004)


def spread(draws):
    low, high = np.quantile(np.log1p(draws), (0.05, 0.95))
    return high - low


def test_later_figures_stand_beside_draws_of_them(teaching, ahead):
    known = yearly_figures(teaching)["arrivals"]
    targets = figures_ahead(teaching, ahead, ["arrivals"])
    assert [(t.year, t.value) for t in targets] == [
        (y, known[y].value) for y in sorted(known) if y > 2002
    ]
    assert targets
    row = ahead.compiled.network.quantity_name.index("arrivals")
    for target in targets:
        steps = ahead.compiled.network.month_of_step // 12 == target.year - 2001
        happened = ahead.people[row][steps].sum(axis=0)
        assert target.draws.shape == happened.shape
        # Ranks and quantiles: of so few figures a draw may be of any size.
        assert spearmanr(target.draws, happened).statistic > 0.8
        # What is published spreads about what happened.
        assert spread(target.draws) > 0.9 * spread(happened)
        assert not np.array_equal(target.draws, happened)


def test_a_later_figure_does_not_reach_the_forecast(teaching, ahead):
    """Only its date does: another value gives the same draws."""
    rows = tuple(
        dataclasses.replace(row, value=9.0) for row in teaching.observations["arrivals_counted"]
    )
    other = dataclasses.replace(
        teaching, observations={**teaching.observations, "arrivals_counted": rows}
    )
    for one, two in zip(
        figures_ahead(teaching, ahead, ["arrivals"]),
        figures_ahead(other, ahead, ["arrivals"]),
        strict=True,
    ):
        np.testing.assert_array_equal(one.draws, two.draws)
        assert two.value == 9.0
