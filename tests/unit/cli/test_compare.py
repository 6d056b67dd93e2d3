"""`compare` on the command line: arguments passed on, exit codes, one object."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from safepassage.analysis.compare.request import CompareRequest
from safepassage.errors import Fault, InputError, Refused
from safepassage.parallel import LOCAL

FIT = {"converged": True}


@pytest.fixture
def requested(rooms):
    """What `compare` was asked, with the answer of nothing."""
    calls = []
    value = {"scenarios": [], "notes": ["A note."], "engine": "counts", "draws": 7, "fit": FIT}

    def compare(posterior, scenarios, **how):
        calls.append((scenarios, how))
        return SimpleNamespace(to_dict=lambda: value)

    rooms.questions.compare = compare
    rooms.questions.CompareRequest = CompareRequest
    rooms.questions.validate = lambda *requested: None
    return calls


def test_arguments_are_passed_on_and_one_object_comes_back(requested, cli):
    code, out, _ = cli(
        "compare", "island", "one", "two-words", "--engine", "counts", "--draws", "7",
        "--from", "2005", "--to", "2030", "--scenario-file", "mine.yaml", "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["draws"] == 7
    ((names, how),) = requested
    assert names == ("one", "two-words")
    assert str(how.pop("file")) == "mine.yaml"
    assert how.pop("hands") is LOCAL
    assert how == {
        "engine": "counts", "draws": 7, "first_year": 2005, "last_year": 2030, "keep": False,
        "out": None,
    }  # fmt: skip


def test_text_says_first_whether_the_fit_may_be_relied_on(requested, cli):
    code, out, _ = cli("compare", "island")
    assert code == 0
    assert out.startswith("The fit has converged")
    assert "A note." in out


def test_an_unknown_scenario_is_told_before_anything_is_fitted(requested, rooms, cli):
    def validate(*_):
        raise InputError([Fault("scenarios", 0, "", "there is no 'x'; did you mean 'y'?")])

    rooms.questions.validate = validate
    code, out, err = cli("compare", "island", "x")
    assert (code, out) == (2, "")
    assert err == "scenarios: there is no 'x'; did you mean 'y'?\n"
    assert "fit" not in [name for name, _, _ in rooms.calls]


def test_a_question_far_outside_is_refused_with_its_reason(requested, rooms, cli):
    def compare(*_, **__):
        raise Refused("too far")

    rooms.questions.compare = compare
    code, out, err = cli("compare", "island", "x", "--json")
    assert (code, out, err) == (3, "", "refused: too far\n")
