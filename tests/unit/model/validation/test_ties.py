"""Parties, ties and payments on credit: each rule, broken once."""

import pytest
from tests.planting import Planted, assert_reported, change, copy_of_three_states, faults_of

from safepassage.study.loader import load_study

PARTIES = """
parties:
  families:
    title: Families
    entered_by: departure
    sizes: {1: 0.6, 2: 0.3, 4: 0.1}
    apart: [detained]
    assumed: Made up.
"""
TIES = """
ties:
  kin: {title: Kin who pay, feedback: kin_abroad, pays: [to_broker]}
"""
PULL = "  kin_abroad: {title: Kin, kind: proportional, states: safe}\n"
LATER = """  joining:
    title: Joining kin
    to: crossing
    persons_per_year: [0.1, kin_abroad]
"""
WAYS = "\nways:\n"


def with_ties(folder):
    """The teaching model with a party, a tie and a payment on credit."""
    made = copy_of_three_states(folder)
    change(made, "model.yaml", WAYS, PARTIES + TIES + WAYS)
    change(made, "model.yaml", "\nquantities:\n", f"{PULL}\nquantities:\n")
    change(made, "model.yaml", "\ninitial:\n", f"{LATER}\ninitial:\n")
    change(made, "model.yaml", "usd: price}", "usd: price, on_credit: true}")
    return made


CASES = {
    "no entries": Planted(
        "entered_by: departure\n    sizes", "entered_by: []\n    sizes",
        "parties.families.entered_by", "is empty", "entered_by: []",
    ),
    "unknown entry": Planted(
        "entered_by: departure\n    sizes", "entered_by: depature\n    sizes",
        "parties.families.entered_by", "did you mean 'departure'?", "depature",
    ),
    "unknown state": Planted(
        "apart: [detained]", "apart: [detaned]", "parties.families.apart",
        "did you mean 'detained'?",
    ),
    "a branch, where nobody stays": Planted(
        "apart: [detained]", "apart: [crossing]", "parties.families.apart", "is not a state",
    ),
    "shares that do not add up": Planted(
        "4: 0.1}", "4: 0.2}", "parties.families.sizes", "add up to 1.1, not 1", "sizes:",
    ),
    "a party of nobody": Planted(
        "{1: 0.6, 2", "{0: 0.6, 2", "parties.families.sizes.0", "at least 1",
    ),
    "no grounds": Planted(
        "    assumed: Made up.\n", "", "parties.families", "rests on nothing", "  families:",
    ),
    "two grounds": Planted(
        "    assumed: Made up.\n", "    assumed: Made up.\n    evidence: T22\n",
        "parties.families.assumed", "keep `assumed` only where", "assumed: Made up.",
    ),
    "an entry in two parties": Planted(
        "    assumed: Made up.\n",
        "    assumed: Made up.\n  pairs: {title: Pairs, entered_by: departure, sizes: {2: 1},"
        " assumed: x}\n",
        "parties.pairs.entered_by", "already comes in parties 'families'", "pairs:",
    ),
    "unknown feedback": Planted(
        "feedback: kin_abroad, pays", "feedback: kin_abrod, pays", "ties.kin.feedback",
        "did you mean 'kin_abroad'?",
    ),
    "a saturating feedback": Planted(
        "feedback: kin_abroad, pays", "feedback: crowding, pays", "ties.kin.feedback",
        "name a proportional one",
    ),
    "a feedback that drives no entry": Planted(
        "[0.1, kin_abroad]", "[0.1]", "ties.kin.feedback", "drives no entry", "kin: {title: Kin",
    ),
    "a feedback in two ties": Planted(
        "pays: [to_broker]}\n", "pays: [to_broker]}\n  more: {title: M, feedback: kin_abroad}\n",
        "ties.more.feedback", "already gives sponsors in tie 'kin'", "more:",
    ),
    "unknown payment": Planted(
        "pays: [to_broker]", "pays: [to_broke]", "ties.kin.pays", "did you mean 'to_broker'?",
    ),
    "credit that is neither": Planted(
        "on_credit: true", "on_credit: later", "payments.to_broker.on_credit",
        "must be true or false",
    ),
}  # fmt: skip


def test_the_model_with_ties_is_sound(tmp_path):
    model = load_study(with_ties(tmp_path)).model
    assert model.parties["families"].sizes == {1: 0.6, 2: 0.3, 4: 0.1}
    assert model.parties["families"].entries == ("departure",)
    assert model.ties["kin"].pays == ("to_broker",)
    assert model.payments["to_broker"].on_credit


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_reported_once(name, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.planting.copy_of_three_states", with_ties)
    assert_reported(tmp_path, CASES[name])


def test_faults_of_all_kinds_come_at_once(tmp_path):
    folder = with_ties(tmp_path)
    change(folder, "model.yaml", "apart: [detained]", "apart: [detaned]")
    change(folder, "model.yaml", "4: 0.1}", "4: 0.2}")
    change(folder, "model.yaml", "pays: [to_broker]", "pays: [to_broke]")
    assert len(faults_of(folder)) == 3
