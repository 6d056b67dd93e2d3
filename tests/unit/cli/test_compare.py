"""`compare` on the command line: what it compares, faults before a fit, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

MINE = """
scenarios:
  {name}:
    title: Fewer arrests still
    reason: A test of our own.
    changes:
      - {{hazard: arrest, from: 2004-01, multiply: {times}}}
"""


def test_scenarios_of_the_model_and_of_a_file_over_the_years_requested(model, cli):
    Path("mine.yaml").write_text(MINE.format(name="own_idea", times=0.8))
    code, out, err = cli(
        "compare", model, "fewer-arrests", "own-idea", "--engine", "counts", "--draws", "7",
        "--from", "2005", "--to", "2010", "--scenario-file", "mine.yaml", "--json",
    )  # fmt: skip
    assert code == 0, err
    value = json.loads(out)
    assert (value["engine"], value["draws"]) == ("counts", 7)
    assert [one["id"] for one in value["scenarios"]] == ["fewer-arrests", "own-idea"]
    assert {(one["from"], one["to"]) for one in value["scenarios"]} == {(2005, 2010)}


def test_text_says_first_whether_the_fit_can_be_relied_on(model, cli):
    code, out, _ = cli("compare", model, "fewer-arrests", "--draws", "9")
    assert code == 0
    assert out.startswith("THE FIT HAS NOT CONVERGED")
    assert "Half the arrests" in out


def test_draws_that_are_stored_lie_in_the_folder_of_runs(model, cli):
    arguments = ("compare", model, "fewer-arrests", "--draws", "9", "--keep")
    out = cli(*arguments, "--out", "answer").out
    stored = [Path(line.strip()) for line in out.splitlines() if line.endswith(".zarr")]
    assert len(stored) == 2 and all(path.is_dir() for path in stored)
    assert [path.name for path in Path("answer").iterdir()] == ["compare.json"]


@pytest.mark.parametrize("wrong", [["fewer-arests"], ["--draws", "0"]])
def test_what_is_wrong_is_said_before_anything_is_fitted(model, no_fit, cli, wrong):
    code, out, err = cli("compare", model, *wrong)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_question_that_is_not_answered_is_refused_with_its_reason(model, cli):
    Path("mine.yaml").write_text(MINE.format(name="far", times=9000))
    code, out, err = cli("compare", model, "far", "--scenario-file", "mine.yaml", "--draws", "9")
    assert (code, out) == (3, ""), err
    assert err.startswith("refused: ") and err.count("\n") == 1
