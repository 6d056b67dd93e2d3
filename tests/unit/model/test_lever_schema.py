"""A file of levers: what money may act on, and what is said of each fault."""

from __future__ import annotations

import shutil

import pytest
from tests.planting import REMEDIES

from safepassage.errors import InputError
from safepassage.model.reader import LEVER_FILE, read_levers
from safepassage.model.validation.levers import overlaps
from safepassage.study.levers import levers_of
from safepassage.study.loader import load_study
from safepassage.study.scenarios import catalogue

HEAD = """levers:
  mine:
    title: Mine
    reason: To see
    unit: one
"""
ACT = HEAD + "    cost: 100\n    most: 5\n    acts:\n      - "
GOOD = "{hazard: arrest, removes: 0.5, reach: 2}"
PARAMETER = (
    "parameters:\n  share: {title: S, unit: s, assumed: a guess, "
    "prior: {kind: probability, low: 0.1, high: 0.4}}\n"
)

CASES = {
    "a name that is not there": (
        ACT + "{hazard: arest, removes: 0.5, reach: 2}",
        "levers.mine.acts.0.hazard", "did you mean 'arrest'?", 9,
    ),
    "a capacity that is a mere factor": (
        ACT + "{capacity: price_response, adds: 2}",
        "levers.mine.acts.0.capacity", "not a saturating feedback", 9,
    ),
    "a policy is not for sale": (
        ACT + "{policy: border_policy, removes: 0.5, reach: 2}",
        "levers.mine.acts.0.policy", "not a field", 9,
    ),
    "two kinds of things": (
        ACT + "{hazard: arrest, odds: crossing.lost, removes: 0.5, reach: 2}",
        "levers.mine.acts.0", "both hazard and odds", 9,
    ),
    "a capacity that is multiplied": (
        ACT + "{capacity: crowding, raises: 0.5, reach: 2}",
        "levers.mine.acts.0", "by `adds`", 9,
    ),
    "a hazard without a reach": (
        ACT + "{hazard: arrest, removes: 0.5}",
        "levers.mine.acts.0", "`reach` and `removes`", 9,
    ),
    "a negative capacity": (
        ACT + "{capacity: crowding, adds: -3}",
        "levers.mine.acts.0.adds.0", "at least 0", 9,
    ),
    "a capacity of nothing": (
        ACT + "{capacity: crowding, adds: 0}",
        "levers.mine.acts.0.adds", "above 0", 9,
    ),
    "no number": (
        ACT + "{capacity: crowding, adds: .nan}",
        "levers.mine.acts.0.adds.0", "finite number", 9,
    ),
    "more than all is removed": (
        ACT + "{hazard: arrest, removes: 1.5, reach: 2}",
        "levers.mine.acts.0.removes", "at most 1", 9,
    ),
    "a share that may be above 1": (
        ACT + "{hazard: arrest, removes: departures, reach: 2}",
        "levers.mine.acts.0.removes", "a share: a probability", 9,
    ),
    "a reach that may be negative": (
        ACT + "{hazard: arrest, removes: 0.5, reach: price_elasticity}",
        "levers.mine.acts.0.reach", "may be negative", 9,
    ),
    "a cost of nothing": (
        HEAD + "    cost: 0\n    most: 5\n    acts: [" + GOOD + "]",
        "levers.mine.cost", "above 0", 6,
    ),
    "nothing can be bought": (
        HEAD + "    cost: 1\n    most: 0\n    acts: [" + GOOD + "]",
        "levers.mine.most", "how many units", 7,
    ),
    "no acts": (
        HEAD + "    cost: 1\n    most: 5\n    acts: []", "levers.mine.acts", "at least one", 8,
    ),
    "acts that overlap": (
        ACT + GOOD + "\n      - {hazard: [recognised, arrest], removes: 0.1, reach: 2}",
        "levers.mine.acts", "acts on hazard 'arrest' 2 times", 8,
    ),
    "a date in the fitted past": (
        HEAD + "    cost: 1\n    most: 5\n    from: 2005-01\n    acts: [" + GOOD + "]",
        "levers.mine.from", "after 2008-12 and up to 2018-12", 8,
    ),
    "a date that no plan reaches": (
        HEAD + "    cost: 1\n    most: 5\n    from: 2019-01\n    acts: [" + GOOD + "]",
        "levers.mine.from", "move it there", 8,
    ),
    "a parameter that is the model's": (
        PARAMETER.replace("share:", "departures:") + ACT + GOOD,
        "parameters.departures", "taken by a parameter of the model", 2,
    ),
    "a parameter that nothing uses": (
        PARAMETER + ACT + GOOD, "parameters.share", "never used", 2,
    ),
    "a prior that is upside down": (
        PARAMETER.replace("0.1", "0.9") + ACT + GOOD.replace("0.5", "share"),
        "parameters.share.prior.low", "not below high", 2,
    ),
    "a model in a file of levers": (
        "states: {}\n" + ACT + GOOD, "states", "neither declares nor changes states", 1,
    ),
    "nothing at all": (PARAMETER, "levers", "add 'levers:'", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_has_its_line_its_field_and_a_remedy(three_states, tmp_path, case):
    text, field, says, line = CASES[case]
    file = tmp_path / "mine.yaml"
    file.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_levers(file, three_states.model)
    told = [f for f in caught.value.faults if f.field == field and says in f.message]
    assert told, "\n".join(map(str, caught.value.faults))
    assert told[0].line == line and told[0].file == str(file)
    for fault in caught.value.faults:
        assert any(word in fault.message for word in REMEDIES), fault


@pytest.mark.parametrize("text", [None, "", "- a list", "levers: [1]", "levers: {A: {}}", "{"])
def test_what_is_no_file_of_levers(three_states, tmp_path, text):
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_levers(file, three_states.model)
    assert caught.value.faults


def test_levers_are_chosen_by_name(three_states):
    listed = levers_of(three_states)
    assert list(listed.chosen([])) == ["lawyers", "clerks", "rescue-boats"]
    assert list(listed.chosen(["rescue_boats", "clerks"])) == ["rescue-boats", "clerks"]
    with pytest.raises(InputError) as caught:
        listed.chosen(["lawyer", "clerks", "clerks", "nothing-like-it"])
    texts = "\n".join(map(str, caught.value.faults))
    assert "did you mean 'lawyers'?" in texts and "stands twice" in texts
    assert len(caught.value.faults) == 3


def test_two_levers_on_one_thing_are_not_added_up(three_states, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(ACT + "{hazard: [recognised, arrest], removes: 0.5, reach: 2}\n")
    listed = levers_of(three_states, file)
    assert len(list(overlaps(listed.levers))) == 2
    with pytest.raises(InputError, match="'lawyers' and 'mine' both act on hazard 'arrest'"):
        listed.chosen([])
    assert list(listed.chosen(["mine", "rescue-boats"])) == ["mine", "rescue-boats"]


def test_names_of_the_model_s_levers_are_taken(three_states, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text((ACT + GOOD).replace("mine:", "lawyers:") + "\n")
    with pytest.raises(InputError, match=r"levers\.lawyers: the name is taken"):
        levers_of(three_states, file)


@pytest.mark.parametrize(
    ("evidence", "says"), [("T01", "a datum serves once"), ("T99", "does not exist")]
)
def test_a_cost_rests_on_rows_that_exist_and_serve_once(three_states, tmp_path, evidence, says):
    file = tmp_path / "mine.yaml"
    text = PARAMETER.replace("assumed: a guess", f"evidence: {evidence}")
    file.write_text(text + ACT + GOOD.replace("0.5", "share") + "\n")
    with pytest.raises(InputError, match=says) as caught:
        levers_of(three_states, file)
    assert [f.field for f in caught.value.faults] == ["parameters.share.evidence"]


def test_texts_hold_no_address(three_states, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text((ACT + GOOD).replace("To see", "write to me@example.org") + "\n")
    with pytest.raises(InputError, match="e-mail"):
        levers_of(three_states, file)


def test_a_model_may_have_none(three_states, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(three_states.path, folder)
    before = load_study(folder)
    (folder / LEVER_FILE).unlink()
    study = load_study(folder)
    assert study.identity == before.identity  # a new lever asks for no new fit
    with pytest.raises(InputError, match=r"add a levers\.yaml, or give a file of your own"):
        levers_of(study).chosen([])


def test_the_bundled_levers_are_those_promised(north_korea):
    listed = levers_of(north_korea)
    assert list(listed.chosen([])) == [
        "rescue-places", "legal-help", "sea-rescue", "onward-transfer", "information",
    ]  # fmt: skip
    cited = {row for p in listed.parameters.values() for row in p.evidence}
    assert {"A0326", "B111", "B113"} <= cited
    for parameter in listed.parameters.values():
        assert parameter.evidence or parameter.assumed


def test_the_bundled_levers_slow_captures_or_leave_them(north_korea):
    captures = catalogue(north_korea).captures
    acts = [act for lever in levers_of(north_korea).levers.values() for act in lever.acts]
    named = {name for act in acts for _, name in act.targets}
    assert named & captures  # some slow them
    for act in acts:
        if act.raises is not None:
            assert not {name for _, name in act.targets} & captures
    slowed = {
        factor
        for name, t in north_korea.model.transitions.items()
        if name in captures
        for factor in t.hazard or ()
    }
    assert not {name for act in acts for name in act.capacity} & slowed
