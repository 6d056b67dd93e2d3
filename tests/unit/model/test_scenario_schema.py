"""A file of scenarios: what it may change, and what is said of each fault."""

from __future__ import annotations

import pytest
from tests.planting import REMEDIES
from tests.teaching import teaching_folder

from safepassage.errors import InputError
from safepassage.model.reader import SCENARIO_FILE, read_scenarios
from safepassage.model.scenario_schema import with_openings
from safepassage.study.loader import load_study
from safepassage.study.scenarios import catalogue

HEAD = "scenarios:\n  mine:\n    title: Mine\n    reason: To see\n"
CHANGE = HEAD + "    changes:\n      - "
OPENING = HEAD + "    opens:\n      "

CASES = {
    "a name that is not there": (
        CHANGE + "{hazard: arest, from: 2002-01, multiply: 2}",
        "scenarios.mine.changes.0.hazard", "did you mean 'arrest'?", 6,
    ),
    "a transition with odds is no hazard": (
        CHANGE + "{hazard: release, from: 2002-01, multiply: 2}",
        "scenarios.mine.changes.0.hazard", "not a transition with a hazard", 6,
    ),
    "a date before the calendar": (
        CHANGE + "{hazard: arrest, from: 2000-12, multiply: 2}",
        "scenarios.mine.changes.0.from", "outside the calendar 2001-01 to 2008-12", 6,
    ),
    "a date that nobody may ask for": (
        CHANGE + "{hazard: arrest, from: 2002-01, to: 2019-01, multiply: 2}",
        "scenarios.mine.changes.0.to", "up to 2018-12", 6,
    ),
    "dates that run backwards": (
        CHANGE + "{hazard: arrest, from: 2004-01, to: 2003-01, multiply: 2}",
        "scenarios.mine.changes.0.to", "before its `from`", 6,
    ),
    "changes that overlap": (
        CHANGE + "{hazard: arrest, from: 2002-01, multiply: 2}\n"
        "      - {hazard: [death_in_hiding, arrest], from: 2004-01, multiply: 2}",
        "scenarios.mine.changes.1", "overlaps changes.0", 7,
    ),
    "a negative capacity": (
        CHANGE + "{capacity: crowding, from: 2002-01, multiply: -1}",
        "scenarios.mine.changes.0.multiply", "at least 0", 6,
    ),
    "a capacity of nothing": (
        CHANGE + "{capacity: crowding, from: 2002-01, set: 0}",
        "scenarios.mine.changes.0.set", "above 0", 6,
    ),
    "a price of nothing that attempts answer": (
        CHANGE + "{covariate: price, from: 2002-01, multiply: 0}",
        "scenarios.mine.changes.0.multiply", "answers it by a power", 6,
    ),
    "nothing is done": (
        CHANGE + "{hazard: arrest, from: 2002-01}",
        "scenarios.mine.changes.0", "does nothing", 6,
    ),
    "two things are done": (
        CHANGE + "{hazard: arrest, from: 2002-01, multiply: 1, set: 2}",
        "scenarios.mine.changes.0", "exactly one of multiply, set", 6,
    ),
    "a thing that its kind does not allow": (
        CHANGE + "{hazard: arrest, from: 2002-01, as_in: 2003-01}",
        "scenarios.mine.changes.0.as_in", "use one of multiply, set", 6,
    ),
    "two kinds of things": (
        CHANGE + "{hazard: arrest, entry: departure, from: 2002-01, multiply: 2}",
        "scenarios.mine.changes.0", "both hazard and entry", 6,
    ),
    "as in a month that was not fitted": (
        CHANGE + "{policy: border_policy, from: 2002-01, as_in: 2012-01}",
        "scenarios.mine.changes.0.as_in", "outside the calendar", 6,
    ),
    "set to what is no parameter": (
        CHANGE + "{hazard: arrest, from: 2002-01, set: [ice_season]}",
        "scenarios.mine.changes.0.set", "not a parameter", 6,
    ),
    "a window that the season lacks": (
        CHANGE + "{season: ice_season, from: 2002-01, window: icy, months: [1]}",
        "scenarios.mine.changes.0.window", "did you mean 'ice'?", 6,
    ),
    "months without a window": (
        CHANGE + "{season: ice_season, from: 2002-01, months: [1]}",
        "scenarios.mine.changes.0", "add 'window:'", 6,
    ),
    "renamed states": (
        "states:\n  hidden: {title: Seen, outcome: safe}\n" + CHANGE
        + "{hazard: arrest, from: 2002-01, multiply: 2}",
        "states", "neither declares nor renames states", 1,
    ),
    "an exit to nowhere": (
        OPENING + "away: {title: Away, from: hidden, to: sfe, hazard: 1, since: 2002-01}",
        "scenarios.mine.opens.away.to", "did you mean 'safe'?", 6,
    ),
    "an exit with the name of another": (
        OPENING + "arrest: {title: Away, from: hidden, to: safe, hazard: 1, since: 2002-01}",
        "scenarios.mine.opens.arrest", "rename the exit", 6,
    ),
    "an exit out of a fixed stay": (
        OPENING + "away: {title: Away, from: detained, to: safe, hazard: 1, since: 2002-01}",
        "scenarios.mine.opens.away.from", "after a fixed time", 6,
    ),
    "a scenario that does nothing": (HEAD, "scenarios.mine", "changes nothing", 2),
    "a field that is not there": (
        CHANGE + "{hazard: arrest, from: 2002-01, multply: 2}",
        "scenarios.mine.changes.0.multply", "did you mean 'multiply'?", 6,
    ),
    "captures of one's own": (
        "captures: [arrest]\n" + CHANGE + "{hazard: arrest, from: 2002-01, multiply: 1}",
        "captures", "the model's own file", 1,
    ),
    "nothing at all": ("support: {}\n", "scenarios", "add 'scenarios:'", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_has_its_line_its_field_and_a_remedy(three_states, tmp_path, case):
    text, field, says, line = CASES[case]
    file = tmp_path / "mine.yaml"
    file.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenarios(file, three_states.model, own=False)
    told = [f for f in caught.value.faults if f.field == field and says in f.message]
    assert told, "\n".join(map(str, caught.value.faults))
    assert told[0].line == line and told[0].file == str(file)
    for fault in caught.value.faults:
        assert any(word in fault.message for word in REMEDIES), fault


def test_all_faults_come_out_at_once(three_states, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        CHANGE + "{hazard: arest, from: 1999-01, multiply: 2}\n"
        "  other:\n    title: Other\n    reason: x\n    changes: [{entry: nobody, from: 2002-01, "
        "multiply: 1}]\n"
    )
    with pytest.raises(InputError) as caught:
        read_scenarios(file, three_states.model, own=False)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "text", [None, "", "- a list", "scenarios: [1]", "scenarios: {A: {}}", "{"]
)
def test_what_is_no_file_of_scenarios(three_states, tmp_path, text):
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_scenarios(file, three_states.model, own=False)
    assert caught.value.faults


@pytest.mark.parametrize("name", ["three_states", "north_korea"])
def test_bundled_scenarios_hold_together(request, name):
    study = request.getfixturevalue(name)
    read = read_scenarios(study.path / SCENARIO_FILE, study.model, own=True)
    assert len(read.declared.scenarios) >= 9
    assert read.declared.captures


def test_the_bundled_scenarios_are_those_promised(north_korea):
    read = read_scenarios(north_korea.path / SCENARIO_FILE, north_korea.model, own=True)
    assert set(read.declared.scenarios) == {
        "no_aid_network", "aid_doubled", "end_forced_returns", "returns_everyone", "border_2019",
        "border_2021", "thailand_returns", "humane_corridor", "short_ice", "labourers_2017",
        "no_family_punishment",
    }  # fmt: skip


def test_scenarios_ask_for_no_new_fit(three_states, tmp_path):
    """They are no part of what identifies a model's fit."""
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(three_states.path, copy)
    before = load_study(copy).identity
    (copy / SCENARIO_FILE).write_text("scenarios: {}\n")
    assert load_study(copy).identity == before


def test_openings_come_after_the_exits_that_are_there(three_states):
    read = read_scenarios(three_states.path / SCENARIO_FILE, three_states.model, own=True)
    opened = with_openings(three_states.model, read.declared.scenarios["a_corridor"])
    assert list(opened.transitions) == [*three_states.model.transitions, "corridor"]
    assert opened.states == three_states.model.states


SLIDER = "sliders:\n  arrests: {title: Arrests, hazard: arrest, from: 2002-01%s}\n"


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        (", multiply: 2", "sliders.arrests.multiply", "chosen by the reader"),
        (", least: 2, most: 3", "sliders.arrests", "1, no change"),
        (", least: 1, most: 1", "sliders.arrests", "1, no change"),
        (", odds: crossing.lost", "sliders.arrests", "both hazard and odds"),
        ("}\n  again: {title: Again, hazard: arrest, from: 2002-01", "sliders.again", "leave it"),
        (", to: 2001-01", "sliders.arrests.to", "before"),
    ],
)
def test_a_slider_that_is_none_is_said(tmp_path, more, field, says):
    folder = teaching_folder(tmp_path)
    path = folder / "scenarios.yaml"
    text = path.read_text()
    start, stop = text.index("sliders:"), text.index("scenarios:")
    path.write_text(text[:start] + SLIDER % more + "\n" + text[stop:])
    with pytest.raises(InputError) as error:
        catalogue(load_study(folder))
    found = [fault for fault in error.value.faults if fault.field == field]
    assert found and says in found[0].message
