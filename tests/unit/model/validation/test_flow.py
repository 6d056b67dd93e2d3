"""States, branches, transitions, entries and groups: each rule, broken once."""

import pytest
from tests.planting import Planted, assert_reported, change, copy_of_three_states, faults_of

CASES = {
    "place of a state": Planted(
        "place: refuge\n    outcome: safe",
        "place: refugee\n    outcome: safe",
        "states.safe.place",
        "did you mean 'refuge'?",
    ),
    "place of a branch": Planted(
        "    place: border\n", "    place: boarder\n", "branches.crossing.place", "'border'"
    ),
    "unknown source": Planted(
        "from: hidden\n    to: safe",
        "from: hiden\n    to: safe",
        "transitions.recognised.from",
        "'hiden' is not a state; did you mean 'hidden'?",
    ),
    "source is a branch": Planted(
        "{from: hidden, to: dead, hazard: 0.01}",
        "{from: crossing, to: dead, hazard: 0.01}",
        "transitions.death_in_hiding.from",
        "is a branch",
    ),
    "unknown target": Planted(
        "to: detained\n", "to: detaned\n", "transitions.arrest.to", "did you mean 'detained'?"
    ),
    "unknown target of an outcome": Planted(
        "{to: hidden, odds: 1}",
        "{to: hiding, odds: 1}",
        "branches.crossing.outcomes.across.to",
        "is not a state or branch; did you mean 'hidden'?",
    ),
    "to itself": Planted(
        "{from: hidden, to: dead, hazard: 0.01}",
        "{from: hidden, to: hidden, hazard: 0.01}",
        "transitions.death_in_hiding.to",
        "is its own `from`",
    ),
    "odds in an ordinary state": Planted(
        "hazard: 0.01", "odds: 0.01", "transitions.death_in_hiding.odds", "give 'hazard:' instead"
    ),
    "hazard after a delay": Planted(
        "to: crossing, odds: 1}",
        "to: crossing, hazard: 1}",
        "transitions.second_try.hazard",
        "has a fixed delay; give 'odds:' instead",
    ),
    "no hazard": Planted(
        ", to: dead, hazard: 0.01}",
        ", to: dead}",
        "transitions.death_in_hiding.hazard",
        "add 'hazard:'",
    ),
    "delay and phases": Planted(
        "    delay_months: 2\n",
        "    delay_months: 2\n    phases: 3\n",
        "states.detained.phases",
        "cannot stand beside",
        at="phases: 3",
    ),
    "delay without exits": Planted(
        "    outcome: safe\n",
        "    outcome: safe\n    delay_months: 1\n",
        "states.safe.delay_months",
        "no transition leaves the state",
        at="delay_months: 1",
    ),
    "nothing completes": Planted(
        "    completes: true\n", "", "states.hidden.phases", "finds none", at="phases: 2"
    ),
    "two complete": Planted(
        "hazard: 0.01}",
        "hazard: 0.01, completes: true}",
        "states.hidden.phases",
        "finds recognised and death_in_hiding",
        at="phases: 2",
    ),
    "completes without phases": Planted(
        "    phases: 2\n",
        "",
        "transitions.recognised.completes",
        "drop `completes` or add",
        at="completes: true",
    ),
    "entry to nowhere": Planted(
        "    to: crossing\n    persons",
        "    to: crosing\n    persons",
        "entries.departure.to",
        "did you mean 'crossing'?",
    ),
    "counted at an unknown place": Planted(
        "    to: crossing\n    persons",
        "    to: crossing\n    counted_at: haven\n    persons",
        "entries.departure.counted_at",
        "is not a state or branch",
        at="counted_at",
    ),
    "counted at a place that time separates": Planted(
        "    to: crossing\n    persons",
        "    to: crossing\n    counted_at: safe\n    persons",
        "entries.departure.counted_at",
        "does not reach 'safe' from 'crossing'",
        at="counted_at",
    ),
    "counted where it enters": Planted(
        "    to: crossing\n    persons",
        "    to: crossing\n    counted_at: crossing\n    persons",
        "entries.departure.counted_at",
        "leads to 'crossing' itself; remove",
        at="counted_at",
    ),
    "initial state": Planted(
        "{state: hidden, persons: 50",
        "{state: hiden, persons: 50",
        "initial.already_hidden.state",
        "did you mean 'hidden'?",
    ),
    "unknown attribute": Planted(
        "persons: 50, groups: {position: civilian}",
        "persons: 50, groups: {positon: civilian}",
        "initial.already_hidden.groups.positon",
        "did you mean 'position'?",
    ),
    "unknown value": Planted(
        "persons: 50, groups: {position: civilian}",
        "persons: 50, groups: {position: civil}",
        "initial.already_hidden.groups.position",
        "did you mean 'civilian'?",
    ),
    "no group is left": Planted(
        "persons: 50, groups: {position: civilian}",
        "persons: 50, groups: {position: soldier, sex: female}",
        "initial.already_hidden.groups",
        "leaves no group; widen",
    ),
    "filter without values": Planted(
        "persons: 50, groups: {position: civilian}",
        "persons: 50, groups: {position: []}",
        "initial.already_hidden.groups.position",
        "name at least one value",
    ),
    "a transition no group can make": Planted(
        "    to: detained\n    groups: {position: civilian}",
        "    to: detained\n    groups: {position: soldier}",
        "transitions.arrest.groups",
        "no group of it can be in 'detained'",
        at="groups: {position: soldier}",
    ),
    "a branch nobody reaches": Planted(
        "transitions:\n",
        "  landing:\n    title: Landing\n    outcomes: {ashore: {to: safe, odds: 1}}"
        "\n\ntransitions:\n",
        "branches.landing",
        "is never reached",
        at="  landing:",
    ),
    "a branch to itself": Planted(
        "{to: hidden, odds: 1}\n",
        "{to: hidden, odds: 1}\n      again: {to: crossing, odds: 1}\n",
        "branches.crossing",
        "(crossing -> crossing)",
        at="  crossing:",
    ),
}


@pytest.mark.parametrize("planted", CASES.values(), ids=CASES.keys())
def test_fault_is_reported(tmp_path, planted):
    assert_reported(tmp_path, planted)


def test_cycle_of_branches_is_named_in_its_order(tmp_path):
    folder = copy_of_three_states(tmp_path)
    landing = """  landing:
    title: Landing
    outcomes:
      back: {to: quay, odds: 1}
      ashore: {to: safe, odds: 1}
  quay:
    title: Quay
    outcomes: {away: {to: crossing, odds: 1}}

transitions:
"""
    change(folder, "model.yaml", "transitions:\n", landing)
    change(folder, "model.yaml", "{to: hidden, odds: 1}", "{to: landing, odds: 1}")
    (fault,) = [f for f in faults_of(folder) if "cycle" in f.message]
    assert fault.field == "branches.crossing"
    ring = ["crossing", "landing", "quay"] * 2
    turns = [" -> ".join(ring[i : i + 3] + ring[i : i + 1]) for i in range(3)]
    assert any(f"({turn})" in fault.message for turn in turns)


def test_branch_that_strands_a_group(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "    phases: 2\n", "    phases: 2\n    groups: {sex: female}\n")
    change(folder, "model.yaml", "    outcome: dead\n",
           "    outcome: dead\n    groups: {sex: female}\n")  # fmt: skip
    (fault,) = faults_of(folder)
    assert fault.field == "branches.crossing.outcomes"
    assert "no outcome open to group 'men'" in fault.message
