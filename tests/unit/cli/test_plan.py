"""`plan` on the command line: arguments passed on, faults before a fit, the figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.reports.text.test_plan import budget_plan

from safepassage.analysis.budget.request import PlanRequest
from safepassage.errors import Fault, InputError, Refused


@pytest.fixture
def requested(rooms):
    """What `plan` was asked, with an answer that was made up."""
    calls = []

    def plan(posterior, budget, horizon, **how):
        calls.append((budget, horizon, how))
        return budget_plan()

    rooms.questions.plan = plan
    rooms.questions.PlanRequest = PlanRequest
    rooms.questions.validate_plan = lambda *requested: None
    rooms.questions.salib = lambda module: None
    return calls


ASK = ("plan", "island", "--budget", "1e6", "--horizon", "2028")


def test_arguments_are_passed_on_and_one_object_comes_back(requested, cli):
    code, out, _ = cli(
        *ASK, "boats", "two-words", "--draws", "64", "--weight", "death=2", "--weight", "return=0",
        "--lever-file", "mine.yaml", "--learn", "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["horizon"] == 2028
    ((budget, horizon, how),) = requested
    assert (budget, horizon) == (1e6, 2028)
    assert str(how.pop("file")) == "mine.yaml"
    assert how == {
        "levers": ("boats", "two-words"), "draws": 64, "weights": {"death": 2.0, "return": 0.0},
        "learn": True,
    }  # fmt: skip


def test_text_says_first_whether_the_fit_may_be_relied_on(requested, cli):
    code, out, _ = cli(*ASK)
    assert code == 0
    assert out.startswith("The fit has converged")
    assert "70 % to boats" in out.replace("\xa0", " ")


def test_the_figure_is_written(requested, cli):
    code, out, _ = cli(*ASK, "--figure", "frontier.svg", "--json")
    assert code == 0 and json.loads(out)
    assert Path("frontier.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("missing", [ASK[:2], ASK[:4], (*ASK[:2], *ASK[4:])])
def test_budget_and_horizon_must_be_given(requested, cli, missing):
    code, out, err = cli(*missing)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_faults_are_reported_before_anything_is_fitted(requested, rooms, cli):
    def ask(*_):
        raise InputError([Fault("levers", 0, "", "there is no 'x'; did you mean 'y'?")])

    rooms.questions.validate_plan = ask
    code, out, err = cli(*ASK, "x", "--figure", "frontier.svg")
    assert (code, out, err) == (2, "", "levers: there is no 'x'; did you mean 'y'?\n")
    assert "fit" not in [name for name, _, _ in rooms.calls]
    assert not Path("frontier.svg").exists()


def test_a_refusal_has_its_reason(requested, rooms, cli):
    def plan(*_, **__):
        raise Refused("a lever may only protect")

    rooms.questions.plan = plan
    assert cli(*ASK, "--json") == (3, "", "refused: a lever may only protect\n")
