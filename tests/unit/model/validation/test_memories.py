"""Memories: each rule, broken once."""

import pytest
from tests.planting import Planted, assert_reported, change, copy_of_three_states

from safepassage import simulate
from safepassage.study.loader import load_study

MEMORIES = """
memories:
  long_hidden: {title: Long in hiding, among: arrivals, years_in: [hidden, detained], over_years: 2}
  caught: {title: Ever caught, among: arrivals, ever_in: detained}
"""
OUTPUT = "  share_caught: {title: Ever caught, quantity: caught, unit: share, per: year}\n"


def with_memories(folder):
    """The teaching model with two memories, one of them an output."""
    made = copy_of_three_states(folder)
    change(made, "model.yaml", "\nmemories:\n", MEMORIES)
    change(made, "model.yaml", "\noutputs:\n", f"\noutputs:\n{OUTPUT}")
    return made


CASES = {
    "an unknown quantity": Planted(
        "among: arrivals, ever_in", "among: arrival, ever_in", "memories.caught.among",
        "did you mean 'arrivals'", "caught:",
    ),
    "a share": Planted(
        "among: arrivals, ever_in", "among: women_share, ever_in", "memories.caught.among",
        "is a share", "caught:",
    ),
    "neither years nor having been": Planted(
        ", ever_in: detained}", "}", "memories.caught", "keep exactly one", "caught:",
    ),
    "both": Planted(
        "ever_in: detained}", "ever_in: detained, years_in: hidden}", "memories.caught",
        "keep exactly one", "caught:",
    ),
    "years of what": Planted(
        "ever_in: detained}", "ever_in: detained, over_years: 3}", "memories.caught.over_years",
        "does nothing without", "caught:",
    ),
    "an unknown state": Planted(
        "years_in: [hidden, detained]", "years_in: [hiden, detained]",
        "memories.long_hidden.years_in", "did you mean 'hidden'", "long_hidden:",
    ),
    "an output of nothing": Planted(
        "quantity: caught, unit", "quantity: caucht, unit", "outputs.share_caught.quantity",
        "did you mean 'caught'", "share_caught:",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_reported_once(name, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.planting.copy_of_three_states", with_memories)
    assert_reported(tmp_path, CASES[name])


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_an_output_of_a_memory_is_a_share_by_year_in_any_engine(engine, tmp_path):
    study = load_study(with_memories(tmp_path / "model"))
    run = simulate(study, engine=engine, step="week", out=tmp_path)
    rows = run.outputs["share_caught"]
    assert [row.time for row in rows] == [str(year) for year in range(2001, 2009)]
    shares = [row.median for row in rows]
    assert 0 < shares[1] < shares[-1] < 1
    assert "long_hidden" not in run.outputs  # declared, but nobody asked for it
