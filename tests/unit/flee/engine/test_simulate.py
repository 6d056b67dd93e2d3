"""The kernel of Flee's day gives what its slow twin gives, in every number, under every rule."""

from dataclasses import replace

import numpy as np
import pytest
from tests.flee_folders import CLOSURES, LOCATIONS, ROUTES, SETTINGS, write_folder
from tests.oracle import flee_day

from safepassage.flee import read_scenario
from safepassage.flee.compile.arrays import plan
from safepassage.flee.engine.simulate import NobodyLeft, draw, with_redistribution


def with_rules(text, spawn="", more=""):
    return f"spawn_rules:\n  sum_from_camps: True\n{spawn}move_rules:\n{text}{more}"


def walked(routes):
    """The routes with a chance of walking and a speed of their own."""
    head, *rows = routes.splitlines()
    chances = [0.4, 0.0, 0.7, 0.2, 0.0, 1.0]
    ends = [f"{row.rsplit(',', 1)[0]},0,{c},150" for row, c in zip(rows, chances, strict=True)]
    return "\n".join([f"{head},walk_probability,max_move_speed", *ends]) + "\n"


RULES = {
    "the seven scenarios'": {},
    "Flee's defaults": {"simsetting__yml": None},
    "awareness 3": {"simsetting__yml": SETTINGS + "  awareness_level: 3\n"},
    "awareness 2, a marker": {
        "simsetting__yml": with_rules("  awareness_level: 2\n  start_on_foot: True\n"),
        "locations__csv": LOCATIONS.replace("forwarding_hub", "marker"),
    },
    "ways of chance": {"simsetting__yml": SETTINGS, "routes__csv": walked(ROUTES)},
    "a parallel route and a shut camp": {
        "routes__csv": ROUTES + "Beta,Gamma,65,\nGamma,Refuge,100,\n",
        "locations__csv": LOCATIONS.replace(",1100", ",300").replace("camp,,-1", "camp,,400"),
        "simsetting__yml": SETTINGS + "  awareness_level: 2\n",
    },
    "camps that fill and empty": {
        "locations__csv": LOCATIONS.replace("camp,,-1", "camp,,400"),
        "simsetting__yml": SETTINGS + "  camp_movechance: 0.3\n",
    },
    "residents taken away": {
        "simsetting__yml": with_rules(
            "  use_pop_for_loc_weight: True\n  movechance_pop_scale_factor: 0.2\n"
            "  weight_power: 1.5\n  weight_softening: 0.1\n  pruning_threshold: 3\n",
            "  take_from_population: True\n",
        )
    },
    "close to home": {"simsetting__yml": SETTINGS + "  stay_close_to_home: True\n"},
    "poisson": {
        "simsetting__yml": with_rules(
            "  max_move_speed: 123.5\n  avoid_short_stints: True\n",
            "  conflict_driven_spawning:\n    spawn_mode: poisson\n"
            "    displaced_per_conflict_day: 40\n",
        )
    },
    "a share of residents": {
        "simsetting__yml": with_rules(
            "  foreign_weight: 2\n",
            "  take_from_population: True\n  insert_day0: False\n  conflict_driven_spawning:\n"
            "    spawn_mode: pop_ratio\n    displaced_per_conflict_day: 0.002\n",
        )
    },
    "a closed place": {
        "closures__csv": CLOSURES + "location,Gamma,,6,8\nlink,Alpha,Beta,12,14\n",
        "simsetting__yml": SETTINGS + "  awareness_level: 3\n",
    },
}


def journeys_of(folder, as_flee=False):
    scenario = read_scenario(folder)
    return plan(scenario, as_flee=as_flee).journeys, np.arange(len(scenario.locations))


@pytest.mark.parametrize("rules", RULES)
def test_every_number_is_the_twins(rules, tmp_path):
    journeys, places = journeys_of(write_folder(tmp_path, days=18, **RULES[rules]))
    drawn = draw(journeys, places, seed=5, replicates=2, threads=1)
    for replicate in range(2):
        here, total = flee_day.draw(journeys, list(places), seed=5, replicate=replicate)
        np.testing.assert_array_equal(drawn.here[replicate], here)
        np.testing.assert_array_equal(drawn.total[replicate], total)
    assert drawn.total.min() >= 0 and drawn.total[0, -1] > 100
    assert not np.array_equal(drawn.here[0], drawn.here[1])


def test_people_are_neither_made_nor_lost(tmp_path):
    journeys, places = journeys_of(write_folder(tmp_path))
    drawn = draw(journeys, places, replicates=3)
    come = journeys.start.people.sum() + np.cumsum(journeys.days.newcomers)
    np.testing.assert_array_equal(drawn.total, np.broadcast_to(come, drawn.total.shape))
    assert (drawn.here.sum(axis=2) <= drawn.total).all()
    assert (drawn.here == np.round(drawn.here)).all() and drawn.here.min() >= 0


def test_threads_and_splits_change_nothing(tmp_path):
    journeys, places = journeys_of(write_folder(tmp_path))
    whole = draw(journeys, places, seed=9, replicates=6, threads=2).here
    np.testing.assert_array_equal(
        whole, draw(journeys, places, seed=9, replicates=6, threads=1).here
    )
    part = draw(journeys, places, seed=9, replicates=2, first=3, threads=1).here
    np.testing.assert_array_equal(whole[3:5], part)
    assert not np.array_equal(whole, draw(journeys, places, seed=10, replicates=6).here)


def test_an_order_of_rows_changes_nothing(tmp_path):
    """Luck is keyed by names: a scenario with its rows in another order is the same scenario."""
    journeys, places = journeys_of(write_folder(tmp_path / "a"))
    rows = LOCATIONS.splitlines()
    turned = "\n".join([rows[0], *reversed(rows[1:])]).replace("Homeland", "X") + "\n"
    mixed = {"locations__csv": turned.replace("X", "Homeland")}
    # the first row names the home country, which no rule of these settings looks at
    other, _ = journeys_of(write_folder(tmp_path / "b", **mixed))
    a = draw(journeys, places, replicates=2).here
    b = draw(other, places[::-1].copy(), replicates=2).here
    # newcomers are split over places in the order of the file, so only their number agrees
    np.testing.assert_array_equal(draw(journeys, places).total, draw(other, places).total)
    assert abs(a[:, -1].mean() - b[:, -1].mean()) < 200


def test_where_nobody_is_left_a_run_says_so(tmp_path):
    few = LOCATIONS.replace("50000", "300").replace("30000", "200")
    taking = with_rules("  camp_weight: 2\n", "  take_from_population: True\n")
    journeys, places = journeys_of(
        write_folder(tmp_path, locations__csv=few, simsetting__yml=taking)
    )
    with pytest.raises(NobodyLeft):
        draw(journeys, places)


def test_lengths_of_parts_of_a_kilometre_are_exact(tmp_path):
    tenths = ROUTES.replace("60,", "60.3,").replace("250,", "249.7,")
    journeys, places = journeys_of(write_folder(tmp_path, days=12, routes__csv=tenths))
    assert journeys.rules.speed == 2000
    here, _ = flee_day.draw(journeys, list(places), replicate=0)
    np.testing.assert_array_equal(draw(journeys, places).here[0], here)


def test_every_length_a_kind_of_its_own_is_the_same_law(tmp_path):
    journeys, places = journeys_of(write_folder(tmp_path, days=18))
    starts = np.full(len(places) + 1, -1, np.int32)
    apart = replace(journeys, ground=journeys.ground._replace(bound_start=starts))
    here, _ = flee_day.draw(apart, list(places), seed=5)
    np.testing.assert_array_equal(draw(apart, places, seed=5).here[0], here)
    one, other = (draw(each, places, seed=2, replicates=800).here for each in (apart, journeys))
    assert not np.array_equal(one, other)
    error = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 800)
    z = ((one.mean(axis=0) - other.mean(axis=0)) / np.where(error > 0, error, 1.0))[error > 0]
    assert np.abs(z).max() < 4.5 and 0.7 < np.sqrt((z**2).mean()) < 1.3


@pytest.mark.parametrize("rules", ["the seven scenarios'", "camps that fill and empty"])
def test_people_parted_anew_are_the_twins(rules, tmp_path):
    journeys, places = journeys_of(write_folder(tmp_path, days=18, **RULES[rules]))
    camps = np.flatnonzero(journeys.days.camp[0])
    shares = np.array([np.arange(1.0, len(camps) + 1), np.eye(len(camps))[0]])
    known = with_redistribution(journeys, np.array([6, 11]), camps, shares)
    drawn, before = draw(known, places, seed=5), draw(journeys, places, seed=5)
    here, total = flee_day.draw(known, list(places), seed=5)
    np.testing.assert_array_equal(drawn.here[0], here)
    np.testing.assert_array_equal(drawn.total[0], total)
    # nobody is lost, and the day itself is as it was foretold
    np.testing.assert_array_equal(drawn.total, before.total)
    np.testing.assert_array_equal(drawn.here[:, :7], before.here[:, :7])
    first, other = drawn.here[0, 12][camps], before.here[0, 12][camps]
    assert first[0] / first.sum() > other[0] / other.sum() + 0.1
