"""The mean field of Flee's day: the mean of draws where the law is linear, with true slopes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.flee_folders import LOCATIONS, write_folder
from tests.unit.flee.engine.test_simulate import RULES

from safepassage.flee import read_scenario
from safepassage.flee.calibration.parameters import Levers
from safepassage.flee.compile.arrays import plan
from safepassage.flee.engine.simulate import NobodyLeft, draw, first_days, with_redistribution
from safepassage.flee.mean_field.expect import MeanField, Slopes, no_slopes

OPEN = LOCATIONS.replace(",1100", ",-1")
"""Camps without limits: nobody's chances hang on how many others there are."""
LINEAR = ("the seven scenarios'", "Flee's defaults", "awareness 3", "awareness 2, a marker",
          "ways of chance", "close to home", "a closed place", "poisson")  # fmt: skip
NAMES = ("conflict_movechance", "default_movechance", "foreign_weight", "camp_weight",
         "conflict_weight", "softening", "distance_power", "weight_power", "capacity_scaling",
         "capacity_buffer", "camp_movechance")  # fmt: skip
AT = np.array([0.9, 0.4, 1.3, 1.7, 0.4, 12.0, 1.1, 1.2, 1.1, 0.8, 0.02])


def read(folder, **changed):
    scenario = read_scenario(write_folder(folder, days=18, **changed))
    return scenario, plan(scenario), np.arange(len(scenario.locations))


@pytest.mark.parametrize("rules", LINEAR)
def test_without_limits_it_is_the_mean_of_draws(rules, tmp_path):
    changed = {"locations__csv": OPEN} | RULES[rules]
    changed["locations__csv"] = changed["locations__csv"].replace(",1100", ",-1")
    _, planned, places = read(tmp_path, **changed)
    drawn = draw(planned.journeys, places, replicates=600).here
    found = MeanField(planned.journeys, bins=None, soft=0.0).expect(planned.journeys, places)
    error = np.sqrt(drawn.var(axis=0) / len(drawn))
    apart = drawn.mean(axis=0) - found.here
    assert np.abs(apart[error == 0.0]).max(initial=0.0) < 0.5
    z = (apart / np.where(error > 0.0, error, 1.0))[error > 0.0]
    assert np.abs(z).max() < 4.8 and 0.7 < np.sqrt((z**2).mean()) < 1.3
    assert found.here.max() > 500


def test_people_parted_anew_are_the_mean_of_draws_with_true_slopes(tmp_path):
    scenario, planned, places = read(tmp_path, locations__csv=OPEN)
    camps = np.flatnonzero(planned.journeys.days.camp[0])
    shares = np.array([np.arange(1.0, len(camps) + 1), np.eye(len(camps))[0]])

    def reset(journeys):
        return with_redistribution(journeys, np.array([6, 11]), camps, shares)

    journeys = reset(planned.journeys)
    drawn = draw(journeys, places, replicates=600).here
    found = MeanField(journeys, bins=None, soft=0.0).expect(journeys, places)
    error = np.sqrt(drawn.var(axis=0) / len(drawn))
    z = ((drawn.mean(axis=0) - found.here) / np.where(error > 0.0, error, 1.0))[error > 0.0]
    assert np.abs(z).max() < 4.8 and 0.7 < np.sqrt((z**2).mean()) < 1.3
    levers, at = Levers(scenario, planned, ("default_movechance",)), np.array([0.4])
    field = MeanField(journeys, bins=6, soft=1.0, least=0.0)
    turned = levers.journeys(at)
    slope = field.expect(reset(turned), places, levers.slopes(at, turned)).slope[..., 0]
    up, down = (field.expect(reset(levers.journeys(at + h)), places).here for h in (1e-6, -1e-6))
    np.testing.assert_allclose(slope, (up - down) / 2e-6, atol=1e-3 * np.abs(slope).max())
    assert np.abs(slope[12:]).max() > 1.0


def test_bins_and_limits_cost_little(tmp_path):
    _, planned, places = read(tmp_path, **RULES["camps that fill and empty"])
    drawn = draw(planned.journeys, places, replicates=200).here.mean(axis=0)
    for options, most in (({"bins": None, "soft": 0.0}, 0.02), ({"bins": 8, "soft": 0.2}, 0.05)):
        found = MeanField(planned.journeys, **options).expect(planned.journeys, places)
        assert np.abs(found.here - drawn).sum() / drawn.sum() < most


@pytest.mark.parametrize("bins", [None, 4])
@pytest.mark.parametrize("rules", ["residents taken away", "a parallel route and a shut camp"])
def test_people_are_neither_made_nor_lost(rules, bins, tmp_path):
    _, planned, places = read(tmp_path, **RULES[rules])
    journeys = planned.journeys
    found = MeanField(journeys, bins=bins).expect(journeys, places)
    come = journeys.start.people.sum() + np.cumsum(journeys.days.newcomers)
    np.testing.assert_allclose(found.total, come, rtol=1e-12)
    assert found.here.min() >= 0.0 and (found.here.sum(axis=1) <= found.total + 1e-6).all()


@pytest.mark.parametrize(
    "rules", ["the seven scenarios'", "awareness 3", "ways of chance", "residents taken away"]
)
def test_slopes_are_those_of_finite_differences(rules, tmp_path):
    # a camp that comes into its buffer and stays away from where it is shut
    changed = {"locations__csv": LOCATIONS.replace(",1100", ",1900")} | RULES[rules]
    scenario, planned, places = read(tmp_path, **changed)
    levers = Levers(scenario, planned, NAMES)
    journeys = levers.journeys(AT)
    field = MeanField(journeys, bins=6, soft=1.0, least=0.0)
    slope = field.expect(journeys, places, levers.slopes(AT, journeys)).slope
    assert slope.shape == (18, len(places), len(NAMES))  # two passes of seven directions
    felt = 0
    for d in range(len(NAMES)):
        step = 1e-5 * AT[d]
        two = [AT + sign * step * (np.arange(len(AT)) == d) for sign in (1, -1)]
        up, down = (field.expect(levers.journeys(at), places).here for at in two)
        numeric = (up - down) / (2.0 * step)
        largest = np.abs(numeric).max()
        np.testing.assert_allclose(slope[..., d], numeric, atol=1e-5 * max(largest, 1e-3))
        felt += largest > 1e-3
    assert felt >= 5


def test_a_limit_bounds_what_full_camps_say_and_changes_no_value(tmp_path):
    changed = RULES["camps that fill and empty"]
    scenario, planned, places = read(tmp_path, **changed)
    levers = Levers(scenario, planned, ("camp_weight", "default_movechance"))
    at = np.array([2.0, 0.5])
    journeys = levers.journeys(at)
    slopes = levers.slopes(at, journeys)
    free, cut = (
        MeanField(journeys, soft=0.4, limit=limit).expect(journeys, places, slopes)
        for limit in (np.inf, 0.0)
    )
    np.testing.assert_array_equal(free.here, cut.here)
    assert np.abs(free.slope - cut.slope).max() > 1.0


def test_first_days_are_the_beginning_of_all(tmp_path):
    _, planned, places = read(tmp_path)
    field = MeanField(planned.journeys)
    whole = field.expect(planned.journeys, places).here
    part = field.expect(first_days(planned.journeys, 7), places).here
    np.testing.assert_array_equal(whole[:7], part)


def test_nobody_left_is_said(tmp_path):
    _, planned, places = read(tmp_path)
    journeys = planned.journeys
    empty = replace(journeys, start=journeys.start._replace(residents=np.zeros(len(places))))
    with pytest.raises(NobodyLeft):
        MeanField(empty).expect(empty, places)


def test_slopes_come_in_parts():
    days = np.arange(24.0).reshape(2, 3, 4)
    slopes = Slopes(days, days, np.ones((5, 4)), np.ones((4, 4)))
    assert slopes.many == 4
    np.testing.assert_array_equal(slopes.part(1, 3).move, days[..., 1:3])


def test_no_slopes_is_none(tmp_path):
    _, planned, places = read(tmp_path)
    found = MeanField(planned.journeys).expect(planned.journeys, places)
    assert no_slopes(planned.journeys).many == 0 and found.slope.shape[-1] == 0
