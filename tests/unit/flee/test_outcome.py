"""Figures of a Flee scenario, what-ifs, what Flee does wrong and we do not, and conversion."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from tests.flee_folders import CLOSURES, LOCATIONS, ROUTES, SETTINGS, conflicts, write_folder

from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.flee import outcome as outcomes
from safepassage.flee import read_scenario, what_if
from safepassage.flee.compile.arrays import plan
from safepassage.flee.compile.days import surroundings
from safepassage.flee.convert import convert_scenario
from safepassage.flee.outcome import simulate_scenario
from safepassage.flee.page import camps_page
from safepassage.study.loader import load_study


def outcome_of(here, reported, raw):
    """An outcome of two camps with figures of our own."""
    plan_ = type("Plan", (), {"reported": np.array(reported, float), "raw_total": np.array(raw)})
    here = np.array(here, float)[None]
    return outcomes.Outcome(None, plan_, here, here.sum(axis=2), 1, 0.0)


def test_ard_ardr_and_flees_own_error_by_hand():
    found = outcome_of([[10, 30], [20, 60]], [[20, 20], [40, 60]], [80.0, 200.0])
    assert found.ard[0] == pytest.approx((20 / 40 + 20 / 100) / 2)
    # day 1: 10, 30 of 40 as reported; day 2: 20, 60 of 80 become 25, 75 of 100
    assert found.ardr[0] == pytest.approx((20 / 40 + 30 / 100) / 2)
    assert found.flee_error[0] == pytest.approx((20 / 80 + 20 / 200) / 2)


def test_days_without_reports_and_camps_without_counts_are_left_out():
    nan = float("nan")
    found = outcome_of([[5, 30, 9], [20, 60, 9]], [[0, 0, nan], [40, 60, nan]], [0.0, 100.0])
    assert found.ard[0] == pytest.approx(20 / 100)


def test_the_command_prints_what_it_promises(tmp_path, capsys):
    folder = write_folder(tmp_path / "s", days=20)
    out, csv_file = tmp_path / "out", tmp_path / "flee.csv"
    arguments = ["flee", str(folder), "--replicates", "4", "--seed", "3"]
    extra = ["--flee-csv", str(csv_file), "--out", str(out)]
    assert main([*arguments, *extra, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert {"ard", "ardr", "camps", "cpu_seconds", "replicates", "seed"} <= set(value)
    assert value["ard"].keys() == {"median", "low", "high"}
    assert (value["replicates"], value["seed"]) == (4, 3)
    assert [camp["name"] for camp in value["camps"]] == ["Haven", "Refuge"]
    assert len(value["camps"][0]["people"]) == 20
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert "Haven" in text and "ARDr" in text
    rows = list(csv.DictReader((out / "camps.csv").open()))
    assert len(rows) == 40 and {row["simulated"] for row in rows} == {"true"}
    written = csv_file.read_text().splitlines()
    assert written[0].startswith("Day,Date,Haven sim,Haven data,Haven error,Refuge sim")
    assert len(written) == 21 and written[1].startswith("0,2020-01-02,")
    assert main(["flee", str(tmp_path / "none")]) == 2


def test_the_same_seed_gives_the_same_and_another_does_not(tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    first, again = (simulate_scenario(scenario, replicates=3, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first.here, again.here)
    assert not np.array_equal(first.here, simulate_scenario(scenario, replicates=3, seed=5).here)


def test_a_new_camp_draws_people_and_a_closed_border_keeps_them(tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    base = simulate_scenario(scenario, replicates=6)
    camp = what_if.with_camp(scenario, "Hope,Beta,20,5000")
    more = simulate_scenario(camp, replicates=6)
    change = {c.name: c for c in outcomes.differences(base, more).camps}
    assert change["Hope"].low > 100 > 0 > change["Refuge"].high
    shut = what_if.with_closed_border(scenario, "Homeland,Neighbour")
    shut_less_open = outcomes.differences(base, simulate_scenario(shut, replicates=6))
    assert shut_less_open.people_in_camps.high < -100
    slow = what_if.with_speed(scenario, 0.25)
    late = outcomes.differences(base, simulate_scenario(slow, replicates=6))
    assert late.people_in_camps.high < 0


def test_from_a_report_on_only_later_days_are_scored(tmp_path, capsys):
    folder = write_folder(tmp_path / "s", days=20)
    scenario = read_scenario(folder)
    base = simulate_scenario(scenario, replicates=6)
    known = simulate_scenario(scenario, replicates=6, from_report=9)
    np.testing.assert_array_equal(base.here[:, :10], known.here[:, :10])
    later = outcomes.Outcome(scenario, known.plan, known.here[:, 10:], known.total[:, 10:], 1, 0.0)
    held = replace(later, plan=replace(known.plan, reported=known.plan.reported[10:]))
    np.testing.assert_allclose(known.ard, held.ard)
    np.testing.assert_allclose(known.ardr, held.ardr)
    # the reports by then, not those that an interpolation to later ones would give
    haven, refuge = (
        next(s for s in scenario.reported if s.name == name) for name in ("Haven", "Refuge")
    )
    last = [max((d, n) for d, n in zip(s.days, s.people, strict=True) if d <= 9)[1]
            for s in (haven, refuge)]  # fmt: skip
    parts = known.plan.journeys.start.reset_share[0]
    assert sorted(parts[parts > 0.0]) == sorted(n for n in last if n > 0)
    arguments = ["flee", str(folder), "--from-report", "9"]
    assert main([*arguments, "--json", "--new-camp", "Hope,Beta,20,5000"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["scored_from"] == "2020-01-11" and "what_if" in value
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert (
        "before 2020-01-11; scored from then on" in text and max(map(len, text.splitlines())) <= 80
    )
    assert "Just before 2020-01-11 everybody is parted" in camps_page(value)
    assert "Just before" not in camps_page(outcomes.flee_simulation(base).to_dict())
    for day, said in (("19", "0 to 18"), ("-1", "0 to 18")):
        assert main(["flee", str(folder), "--from-report", day]) == 2
        assert said in capsys.readouterr().err


def test_a_camp_not_yet_reported_has_nobody_by_then(tmp_path):
    late = {"haven__csv": "2020-01-15,900\n2020-01-20,950\n", "registration_corrections__csv": None}
    scenario = read_scenario(write_folder(tmp_path, days=20, **late))
    run = simulate_scenario(scenario, from_report=9)
    place = [location.name for location in scenario.locations].index("Haven")
    assert run.plan.journeys.start.reset_share[0].sum() > 0
    assert run.plan.journeys.start.reset_share[0, place] == 0


def test_from_a_day_without_reports_is_a_fault(tmp_path):
    none = "2020-01-01,0\n2020-01-15,0\n2020-01-20,300\n"
    changed = {"haven__csv": none, "refuge__csv": none, "registration_corrections__csv": None}
    scenario = read_scenario(write_folder(tmp_path, days=20, **changed))
    with pytest.raises(InputError, match="nobody is reported in a camp"):
        simulate_scenario(scenario, from_report=5)


@pytest.mark.parametrize(
    ("change", "text", "said"),
    [
        (what_if.with_camp, "Hope", "NAME,BESIDE"),
        (what_if.with_camp, "Hope,Bet,20,10", "'Beta'?"),
        (what_if.with_camp, "Beta,Alpha,20,10", "no place has"),
        (what_if.with_camp, "Hope,Beta,-1,10", "more than 0"),
        (what_if.with_closed_border, "Homeland", "two days"),
        (what_if.with_closed_border, "Homeland,Nowhere", "no country"),
        (what_if.with_speed, -1.0, "above 0"),
    ],
)
def test_a_change_that_makes_no_sense_is_a_fault(change, text, said, tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    with pytest.raises(InputError, match=said):
        change(scenario, text)


def test_intensities_act_as_declared_and_as_flee_applies_them(tmp_path):
    text = "#Day,Alpha\n" + "".join(f"{d},{v}\n" for d, v in enumerate((0.1, 0.5, 1.0, 0.0, 0.3)))
    scenario = read_scenario(write_folder(tmp_path, days=5, conflicts__csv=text))
    alpha = 0
    assert surroundings(scenario).conflict[:, alpha].tolist() == [0.1, 0.5, 1.0, 0.0, 0.3]
    kept = surroundings(scenario, as_flee=True).conflict[:, alpha].tolist()
    assert kept == [0.1, 0.1, 0.1, 0.0, 0.3]


def test_a_closed_link_is_closed_and_as_flee_it_is_not(tmp_path):
    closed = CLOSURES + "link,Alpha,Beta,2,5\n"
    scenario = read_scenario(write_folder(tmp_path, closures__csv=closed))
    ours = [(0, 1) in pairs for pairs in surroundings(scenario).open_pairs]
    assert ours[:6] == [True, True, False, False, False, True]
    assert all((0, 1) in pairs for pairs in surroundings(scenario, as_flee=True).open_pairs)


def test_forced_redirection_doubles_a_route_in_flee_alone(tmp_path):
    scenario = read_scenario(write_folder(tmp_path, routes__csv=ROUTES.replace("75,0", "75,1")))
    ours, theirs = (len(plan(scenario, as_flee=x).journeys.ground.candidate_end) for x in (0, 1))
    assert theirs == ours + 2


def test_a_camp_hit_by_conflict_stays_a_camp_that_people_leave_as_a_town(tmp_path):
    text = conflicts().replace("Beta", "Haven")
    scenario = read_scenario(write_folder(tmp_path, conflicts__csv=text))
    around, haven = surroundings(scenario), 4
    assert around.camp[:, haven].all()
    assert around.move[[5, 10, 15], haven].tolist() == [0.001, 1.0, 0.5]
    assert around.town[[5, 15], haven].tolist() == [0, 1]


def test_awareness_sees_further_and_markers_take_no_hop(tmp_path):
    def ends(level, kind):
        text = f"move_rules:\n  awareness_level: {level}\n"
        folder = write_folder(
            tmp_path / f"{level}{kind}",
            simsetting__yml=text,
            locations__csv=LOCATIONS.replace("forwarding_hub", kind),
        )
        ground = plan(read_scenario(folder)).journeys.ground
        first, last = ground.route_start[:2]
        return sorted(ground.route_end[first:last].tolist())

    assert ends(1, "town") == [1]
    assert ends(2, "town") == [1, 2, 5]
    assert ends(2, "marker") == [1, 3, 4, 5]
    assert ends(3, "town") == [1, 2, 3, 4, 5]


def test_newcomers_follow_the_reports_and_falls_are_debts(tmp_path):
    falling = "2020-01-01,80\n2020-01-03,60\n2020-01-06,120\n"
    scenario = read_scenario(write_folder(tmp_path, days=6, refuge__csv=falling,
                                          haven__csv="2020-01-01,7\n2020-01-11,7\n"))  # fmt: skip
    worked_out = plan(scenario)
    assert worked_out.newcomers.tolist() == [0, 0, 0, 0, 20, 20]
    assert worked_out.debt.tolist() == [0, 10, 20, 0, 0, 0]


def test_people_who_cannot_come_from_anywhere_are_a_fault(tmp_path):
    text = "#Day,Alpha\n" + "".join(f"{d},{int(d < 4)}\n" for d in range(30))
    scenario = read_scenario(write_folder(tmp_path, conflicts__csv=text))
    with pytest.raises(InputError, match="on day 4"):
        plan(scenario)


def test_a_converted_scenario_passes_check_and_keeps_its_lengths(tmp_path, capsys):
    folder, into = write_folder(tmp_path / "s", days=30), tmp_path / "model"
    assert main(["convert", "flee", str(folder), str(into)]) == 0
    study = load_study(into)
    assert len(study.model.states) == 6 and len(study.model.channels) == 2
    values = [row.value for row in study.evidence.rows.values() if row.unit == "km"]
    assert sorted(values) == [30, 60, 75, 90, 250, 410]
    for place in study.model.places.values():
        assert (place.longitude * 2) % 1 == 0 and (place.latitude * 2) % 1 == 0
    assert main(["convert", "flee", str(folder), str(into)]) == 2
    assert "files already" in capsys.readouterr().err
    scenario = read_scenario(folder)
    poisson = replace(scenario.settings, spawn_mode="poisson", displaced_per_conflict_day=5.0)
    convert_scenario(replace(scenario, settings=poisson), tmp_path / "other")
    load_study(tmp_path / "other")
    assert SETTINGS in (folder / "simsetting.yml").read_text()


def test_the_page_shows_every_camp_and_asks_for_nothing_from_outside(tmp_path):

    scenario = read_scenario(write_folder(tmp_path, days=12))
    value = outcomes.flee_simulation(simulate_scenario(scenario, replicates=3)).to_dict()
    value["camps"][0]["name"] = "<b>Haven"
    page = camps_page(value)
    assert page.count("<svg") == 3 and 'class="reported"' in page
    assert "&lt;b&gt;Haven" in page and "<b>Haven" not in page
    assert "http" not in page.replace("http-equiv", "") and "<script" not in page
    assert all((camp["longitude"] * 2) % 1 == 0 for camp in value["camps"])


def test_lengths_finer_than_the_resolution_are_rounded_with_a_note(tmp_path):
    folder = write_folder(tmp_path, days=6, routes__csv=ROUTES.replace(",60,", ",60.123,"))
    scenario = read_scenario(folder)
    assert any("taken as 60.1" in str(warning) for warning in scenario.warnings)
    worked_out = plan(scenario)
    assert worked_out.journeys.rules.speed == 2000
    assert simulate_scenario(scenario).total[0, -1] > 0
