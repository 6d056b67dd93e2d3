"""`plan` on the command line: what it plans, faults before a fit, the figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

MINE = """
levers:
  guides:
    title: Guides
    reason: People are recognised sooner.
    unit: a guide for a year
    cost: 20000
    most: 9
    acts: [{hazard: recognised, raises: 0.5, reach: 5}]
"""
ASK = ("--budget", "1e5", "--horizon", "2010", "--draws", "16")


def test_levers_budget_and_horizon_reach_the_plan(model, cli):
    code, out, err = cli("plan", model, "clerks", "lawyers", *ASK, "--json")
    assert code == 0, err
    value = json.loads(out)
    assert (value["budget_usd"], value["horizon"]) == (1e5, 2010)
    assert {row["id"] for row in value["levers"]} == {"clerks", "lawyers"}


def test_weights_change_what_a_harm_outweighs_and_are_said_in_words(model, cli):
    own = ("--weight", "death=2", "--weight", "return=0")
    value = json.loads(cli("plan", model, "clerks", *ASK, *own, "--json").out)
    assert (value["outweighs"]["dead"], value["outweighs"]["returned"]) == (4.0, 0.0)
    out = cli("plan", model, "clerks", *ASK, *own).out
    assert out.endswith("Weights used: Death 2, Return 0.\n")
    out = cli("plan", model, "clerks", *ASK).out
    assert out.endswith("Weights used: Death 1, Return 1.\n")


def test_text_says_first_whether_the_fit_can_be_relied_on(model, cli):
    code, out, _ = cli("plan", model, "clerks", *ASK)
    assert code == 0
    assert out.startswith("THE FIT HAS NOT CONVERGED")
    assert "to clerks" in out.replace("\xa0", " ")


def test_a_file_of_levers_is_read_and_the_figure_is_written(model, cli):
    Path("mine.yaml").write_text(MINE)
    code, out, err = cli(
        "plan", model, "guides", *ASK, "--lever-file", "mine.yaml", "--figure", "f.svg", "--json"
    )
    assert code == 0, err
    assert [row["id"] for row in json.loads(out)["levers"]] == ["guides"]
    assert Path("f.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("missing", [(), ASK[:2], ASK[2:]])
def test_budget_and_horizon_must_be_given(model, no_fit, cli, missing):
    code, out, err = cli("plan", model, *missing)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_faults_are_reported_before_anything_is_fitted(model, no_fit, cli):
    code, out, err = cli("plan", model, "clarks", *ASK, "--figure", "f.svg")
    assert (code, out) == (2, "")
    assert "clerks" in err and err.count("\n") == 1
    assert not Path("f.svg").exists()


def test_a_refusal_has_its_reason(model, no_fit, cli):
    code, out, err = cli("plan", model, *ASK, "--weight", "death=-1", "--json")
    assert (code, out) == (3, "")
    assert err.startswith("refused: the weight death=-1") and err.count("\n") == 1
