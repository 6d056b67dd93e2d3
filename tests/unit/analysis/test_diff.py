"""What changed between two runs."""

from __future__ import annotations

import json
import shutil

import pytest

from safepassage.analysis.diff import diff
from safepassage.errors import InputError


def test_a_run_and_itself_do_not_differ(posterior):
    found = diff(posterior.path, str(posterior.path))
    assert found["provenance"] == {}
    assert found["fit"][0] == found["fit"][1]
    assert {row["name"] for row in found["parameters"]} == set(posterior.study.model.parameters)
    assert {row["name"] for row in found["outputs"]} == set(posterior.study.model.outputs)
    for row in (*found["parameters"], *found["outputs"]):
        assert row["shift"] == 0.0, row


@pytest.fixture
def moved(posterior, tmp_path):
    """A copy of the run in which one parameter, one output and the seed are others."""
    copy = tmp_path / "other"
    shutil.copytree(posterior.path, copy)
    told = json.loads((copy / "fit.json").read_text())
    estimate = told["parameters"]["recognition"]["posterior"]
    width = (estimate["high"] - estimate["low"]) / (2 * 1.645)
    estimate["median"] += 2 * width
    told["outputs"]["hidden_people"][3]["median"] *= 1.5
    told["provenance"]["seed"] += 1
    del told["parameters"]["release_share"]
    (copy / "fit.json").write_text(json.dumps(told))
    return copy


def test_what_moved_most_comes_first_in_standard_deviations(posterior, moved):
    found = diff(posterior.path, moved)
    assert found["provenance"] == {"seed": [7, 8]}
    gone, first, *rest = found["parameters"]
    assert (gone["name"], gone["second"], gone["shift"]) == ("release_share", None, None)
    assert first["name"] == "recognition" and first["shift"] == pytest.approx(2.0)
    assert all(row["shift"] == 0.0 for row in rest)
    assert found["outputs"][0]["name"] == "hidden_people"
    assert found["outputs"][0]["time"] == "2004" and found["outputs"][0]["shift"] > 0
    back = diff(moved, posterior.path)
    assert back["parameters"][1]["shift"] == pytest.approx(-2.0)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"fit": {}}'])
def test_what_is_no_finished_run_is_refused(posterior, tmp_path, content):
    if content is not None:
        (tmp_path / "fit.json").write_text(content)
    with pytest.raises(InputError, match="give the folder of a run or its key"):
        diff(posterior.path, tmp_path)


def test_a_run_is_found_by_its_key(posterior, tmp_path, monkeypatch):
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(posterior.path.parent))
    assert diff(posterior.path.name, posterior.path)["provenance"] == {}
