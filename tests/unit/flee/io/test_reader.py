"""A Flee folder is read as it is; what is wrong in it is named with file, line and column."""

from pathlib import Path

import pytest
from tests.flee_folders import (
    CLOSURES,
    CORRECTIONS,
    LAYOUT,
    LOCATIONS,
    ROUTES,
    SERIES,
    SETTINGS,
    conflicts,
    write_folder,
)

from safepassage.errors import InputError
from safepassage.flee import read_scenario
from safepassage.flee.io.series import reported_on
from safepassage.flee.io.settings import Settings


def test_a_sound_folder_is_read_whole(tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    assert [place.name for place in scenario.locations][:2] == ["Alpha", "Beta"]
    assert scenario.camps == ("Haven", "Refuge")
    assert scenario.days == 30 and scenario.start.isoformat() == "2020-01-01"
    assert len(scenario.routes) == 6 and scenario.routes[2].km == 250.0
    assert scenario.conflicts["Alpha"][19:21] == (1.0, 0.0)
    assert scenario.settings.max_move_speed == 200.0 and scenario.settings.start_on_foot
    assert scenario.settings.conflict_spawn_decay == (1.0, 0.5)
    assert scenario.warnings == ()


def test_counts_between_reports_lie_on_a_line_and_corrections_scale_what_came_before(tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    haven = next(series for series in scenario.reported if series.name == "Haven")
    assert haven.people == (700.0, 700.0, 1100.0)  # 120 scaled by 700 / 120
    assert [reported_on(haven, day) for day in (0, 10, 15, 30, 99)] == [700, 700, 800, 1100, 1100]


def test_several_files_of_one_camp_add_up_as_in_flee(tmp_path):
    folder = write_folder(tmp_path, data_layout__csv=LAYOUT.replace("haven.csv", "haven.csv,x.csv"))
    (folder / "source_data/x.csv").write_text("2020-01-06,50\n2020-01-11,70\n2020-02-05,90\n")
    scenario = read_scenario(folder)
    haven = next(series for series in scenario.reported if series.name == "Haven")
    assert haven.days == (0, 5, 10, 30)
    assert haven.people[2:] == (770.0, 1170.0)


def test_hasten_divides_people_and_counts(tmp_path):
    text = SETTINGS + "optimisations:\n  hasten: 10\n"
    scenario = read_scenario(write_folder(tmp_path, simsetting__yml=text))
    assert scenario.settings.hasten == 10
    assert scenario.reported[0].people[0] == 20.0


def test_old_and_new_headers_are_the_same_columns(tmp_path):
    head = "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap"
    text = LOCATIONS.replace(LOCATIONS.splitlines()[0], head)
    scenario = read_scenario(write_folder(tmp_path, locations__csv=text))
    assert scenario.locations[0].latitude == 10.0


def test_without_a_settings_file_flees_defaults_hold(tmp_path):
    scenario = read_scenario(write_folder(tmp_path, simsetting__yml=None))
    assert scenario.settings == Settings()
    assert scenario.settings.max_move_speed == 360.0


def test_settings_and_data_may_lie_elsewhere(tmp_path):
    folder = write_folder(tmp_path / "a")
    (tmp_path / "s.yml").write_text("move_rules:\n  camp_weight: 7\n")
    data = write_folder(tmp_path / "b", haven__csv="2020-01-01,1\n2020-01-11,2\n") / "source_data"
    scenario = read_scenario(folder, settings=tmp_path / "s.yml", data=data)
    assert scenario.settings.camp_weight == 7.0
    assert scenario.reported[1].people == (2.0, 2.0)


def line(text: str, number: int, new: str) -> str:
    lines = text.splitlines()
    lines[number - 1] = new
    return "\n".join(lines) + "\n"


def edit(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


CASES = {
    "no locations": ("locations.csv", None, 0, "is missing"),
    "locations empty": ("locations.csv", "", 0, "is empty"),
    "locations without rows": ("locations.csv", LOCATIONS.splitlines()[0], 0, "no location"),
    "not UTF-8": ("routes.csv", b"#name1,name2,distance\nAlpha,Be\xffta,90\n", 2, "UTF-8"),
    "broken quotes": ("routes.csv", 'a,"b\n', 1, "not CSV"),
    "too few cells": ("locations.csv", edit(LOCATIONS, "town,,20000", "town"), 3, "has 6 cells"),
    "columns in another order": (
        "locations.csv",
        edit(LOCATIONS, "latitude,longitude", "longitude,latitude"),
        1,
        "column 4: is headed 'longitude'",
    ),
    "latitude no number": ("locations.csv", edit(LOCATIONS, "10.5", "ten"), 3, "column 4 (lat"),
    "latitude too large": ("locations.csv", edit(LOCATIONS, "10.5", "105"), 3, "beyond 90"),
    "unknown type": ("locations.csv", edit(LOCATIONS, ",town", ",twon"), 3, "'twon'"),
    "duplicate camp": ("locations.csv", LOCATIONS + LOCATIONS.splitlines()[5], 8, "in line 6"),
    "population no number": ("locations.csv", edit(LOCATIONS, "20000", "2e4"), 3, "whole number"),
    "population negative": ("locations.csv", edit(LOCATIONS, "20000", "-5"), 3, "fewer than 0"),
    "no name": ("locations.csv", edit(LOCATIONS, "Beta", ""), 3, "column 1 (name): is empty"),
    "conflict date": ("locations.csv", edit(LOCATIONS, ",3,30000", ",x,30000"), 5, "column 7"),
    "misspelt place in a route": ("routes.csv", edit(ROUTES, "Beta,90", "Bet,90"), 2, "'Beta'?"),
    "negative distance": ("routes.csv", edit(ROUTES, "250", "-250"), 4, "column 3 (distance)"),
    "zero distance": ("routes.csv", edit(ROUTES, "250", "0"), 4, "above 0"),
    "distance no number": ("routes.csv", edit(ROUTES, "250", "25O"), 4, "must be a number"),
    "distance not finite": ("routes.csv", edit(ROUTES, "250", "inf"), 4, "must be a number"),
    "route to itself": ("routes.csv", edit(ROUTES, "Alpha,Beta", "Beta,Beta"), 2, "to itself"),
    "forced redirection": ("routes.csv", edit(ROUTES, "75,0", "75,9"), 6, "0, 1 or 2"),
    "no closures": ("closures.csv", None, 0, "is missing"),
    "closure type": ("closures.csv", edit(CLOSURES, "country", "contry"), 2, "'country'?"),
    "closure country": ("closures.csv", edit(CLOSURES, "Homeland", "Homland"), 2, "'Homeland'?"),
    "closure camp": ("closures.csv", edit(CLOSURES, "Refuge", "Refug"), 3, "'Refuge'?"),
    "closure day": ("closures.csv", edit(CLOSURES, "4,9", "four,9"), 2, "column 4"),
    "closure reversed": ("closures.csv", edit(CLOSURES, "4,9", "9,4"), 2, "before the closure"),
    "conflict in an unknown place": (
        "conflicts.csv", edit(conflicts(), "Alpha", "Alfa"), 1, "'Alpha'?",
    ),
    "conflict no number": ("conflicts.csv", edit(conflicts(), "0,1,0,0", "0,x,0,0"), 2, "column 2"),
    "conflict above 1": ("conflicts.csv", edit(conflicts(), "0,1,0,0", "0,7,0,0"), 2, "0 (peace)"),
    "conflict day left out": ("conflicts.csv", edit(conflicts(), "5,1,0,1\n", ""), 7, "is day 6"),
    "conflicts too short": ("conflicts.csv", conflicts(10), 0, "has 10 days"),
    "no period": ("sim_period.csv", None, 0, "is missing"),
    "no start date": ("sim_period.csv", "Length,30\n", 0, "StartDate: is missing"),
    "impossible date": ("sim_period.csv", "StartDate,2020-02-30\nLength,30\n", 1, "must be a date"),
    "no days": ("sim_period.csv", "StartDate,2020-01-01\nLength,-3\n", 2, "at least 1"),
    "no layout": ("data_layout.csv", None, 0, "is missing"),
    "layout without total": ("data_layout.csv", "Haven,haven.csv\n", 1, "'total' first"),
    "no counts": ("haven.csv", None, 0, "is missing"),
    "count no number": ("haven.csv", edit(SERIES["haven.csv"], "70", "7O"), 3, "column 2"),
    "count negative": ("haven.csv", edit(SERIES["haven.csv"], "700", "-7"), 3, "fewer than 0"),
    "count without date": ("haven.csv", "11/01/2020,5\n", 1, "must be a date"),
    "reversed dates": ("haven.csv", "2020-01-31,9\n2020-01-01,5\n", 1, "backwards"),
    "correction of no camp": (
        "registration_corrections.csv", edit(CORRECTIONS, "Haven", "Heaven"), 1, "'Haven'?",
    ),
    "correction on no date": (
        "registration_corrections.csv", edit(CORRECTIONS, "01-11", "01-12"), 1, "without a count",
    ),
    "misspelt setting": (
        "simsetting.yml", edit(SETTINGS, "camp_weight", "camp_wieght"), 6, "camp_w",
    ),
    "setting elsewhere": ("simsetting.yml", SETTINGS + "  insert_day0: True\n", 10, "under spawn_"),
    "setting no number": ("simsetting.yml", edit(SETTINGS, "200.0", "fast"), 5, "must be a number"),
    "setting too low": ("simsetting.yml", edit(SETTINGS, "200.0", "-1"), 5, "at least 1"),
    "switch no switch": (
        "simsetting.yml", edit(SETTINGS, "foot: True", "foot: 3"), 8, "True or False",
    ),
    "broken YAML": ("simsetting.yml", "move_rules: [\n", 2, "broken YAML"),
    "nobody would ever move": (
        "simsetting.yml", SETTINGS + "  awareness_level: 0\n", 0, "nobody ever moves",
    ),
    "system 2": (
        "simsetting.yml", SETTINGS + "  two_system_decision_making: True\n", 10, "never runs",
    ),
    "harvest": ("simsetting.yml", SETTINGS + "  harvest_months: [6]\n", 10, "nobody moves"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_names_file_line_column_and_remedy(case, tmp_path):
    file, content, at, words = CASES[case]
    folder = write_folder(tmp_path)
    path = next(folder.rglob(file))
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content)
    with pytest.raises(InputError) as raised:
        read_scenario(folder, settings=folder / "simsetting.yml")
    hits = [fault for fault in raised.value.faults if words in str(fault)]
    assert hits, str(raised.value)
    assert hits[0].line == at
    assert Path(hits[0].file).name in (file, folder.name)
    assert len(hits[0].message) > 20 or ";" in hits[0].message


def test_all_faults_come_at_once(tmp_path):
    folder = write_folder(
        tmp_path,
        routes__csv=edit(edit(ROUTES, "250", "-250"), "410", "x"),
        simsetting__yml=edit(SETTINGS, "camp_weight", "camp_wieght"),
    )
    with pytest.raises(InputError) as raised:
        read_scenario(folder)
    assert len(raised.value.faults) == 3


WARNED = {
    "unused camp": (
        {"locations__csv": LOCATIONS + "Idle,North,Neighbour,12,3,camp,,10\n"}, "no route leads",
    ),
    "unreachable": (
        {
            "locations__csv": LOCATIONS + "Far,X,Y,1,1,town,,1\nOff,X,Y,1,1,camp,,10\n",
            "routes__csv": ROUTES + "Far,Off,10,\n",
        },
        "no way leads from any conflict to Far",
    ),
    "small capacity": ({"locations__csv": edit(LOCATIONS, ",1100", ",800")}, "has room for 800"),
    "full on day 0": ({"locations__csv": edit(LOCATIONS, ",1100", ",700")}, "no limit"),
    "closure too late": ({"closures__csv": edit(CLOSURES, "4,9", "40,90")}, "never closes"),
    "closed for good": ({"closures__csv": edit(CLOSURES, "4,9", "4,0")}, "for good"),
    "town closed as camp": ({"closures__csv": edit(CLOSURES, "Refuge", "Beta")}, "is no camp"),
    "forced redirection": ({"routes__csv": edit(ROUTES, "75,0", "75,2")}, "redirects nobody"),
    "route twice": ({"routes__csv": ROUTES + "Beta,Alpha,95,\n"}, "again, as line 2"),
    "one date out of order": (
        {"haven__csv": "2020-01-01,9\n2020-01-11,5\n2020-01-06,5\n2020-01-31,9\n"},
        "in the order of the rows",
    ),
    "camp without counts": ({"data_layout__csv": LAYOUT.replace("Haven,haven.csv\n", ""),
                             "registration_corrections__csv": ""}, "left out of the errors"),
    "counts without camp": (
        {"data_layout__csv": LAYOUT + "Nowhere,haven.csv\n"}, "nobody can arrive",
    ),
    "camp in conflict": (
        {"conflicts__csv": conflicts().replace("Beta", "Haven")}, "keeps it a camp",
    ),
    "macro graph": ({"major_routes__csv": "Alpha,Beta,Gamma\n"}, "Flee reads the file and moves"),
    "macro graph misspelt": (
        {"major_routes__csv": "#from,over,to\nAlpha,Bet,Gamma\n"}, "did you mean 'Beta'?",
    ),
    "setting without effect": (
        {"simsetting__yml": SETTINGS + "  max_crossing_speed: 9\n"}, "uses it nowhere",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
def test_what_is_legal_and_probably_wrong_is_warned_of(case, tmp_path):
    changed, words = WARNED[case]
    scenario = read_scenario(write_folder(tmp_path, **changed))
    assert any(words in str(warning) for warning in scenario.warnings), scenario.warnings


def test_a_scenario_without_any_conflict_cannot_be_run(tmp_path):
    peace = "#Day,Beta\n" + "".join(f"{day},0\n" for day in range(30))
    towns = LOCATIONS.replace("conflict_zone", "town")
    with pytest.raises(InputError, match="nobody can set out"):
        read_scenario(write_folder(tmp_path, conflicts__csv=peace, locations__csv=towns))


def test_a_folder_that_is_none_is_a_fault(tmp_path):
    with pytest.raises(InputError, match="is no folder"):
        read_scenario(tmp_path / "none")
