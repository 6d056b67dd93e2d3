"""What is stored, beside the bundled models of today."""

from __future__ import annotations

import pytest

from safepassage import api
from safepassage.store.folder import RunFolder
from safepassage.store.keys import source_hash
from safepassage.study.loader import load_study

KEY = "0123456789abcdef"


@pytest.fixture
def provenance():
    study = load_study("north-korea")
    return {
        "model_hash": study.model_hash,
        "evidence_hash": study.evidence_hash,
        "source_hash": source_hash(),
        "version": "9.9.9",
        "seed": 4,
    }


def listed(root, provenance, model="north_korea"):
    RunFolder(root, KEY).finish(model, {"provenance": provenance})
    (run,) = api.runs(root).runs
    return run


def test_a_run_of_today_differs_in_nothing(tmp_path, provenance):
    run = listed(tmp_path, provenance)
    assert (run.run, run.model, run.version, run.seed) == (KEY, "north_korea", "9.9.9", 4)
    assert run.kind == "fit" and run.changes == ()
    assert run.finished_at and run.finished_at.startswith("20")


@pytest.mark.parametrize(
    "part, word",
    [("model_hash", "model"), ("evidence_hash", "evidence"), ("source_hash", "program")],
)
def test_what_differs_is_named(tmp_path, provenance, part, word):
    assert listed(tmp_path, {**provenance, part: "0" * 64}).changes == (word,)


def test_a_users_own_model_is_compared_with_nothing(tmp_path, provenance):
    assert listed(tmp_path, provenance, model="island").changes is None


def test_a_mark_of_another_shape_is_listed_all_the_same(tmp_path):
    run = listed(tmp_path, "of another version")
    assert run.version is None and run.seed is None and run.changes is None


def test_unfinished_fits_and_simulations_are_distinguished(tmp_path):
    (tmp_path / KEY / "ensemble.zarr").mkdir(parents=True)
    (tmp_path / KEY.replace("0", "a")).mkdir()
    assert {r.run[0]: r.kind for r in api.runs(tmp_path).runs} == {
        "0": "simulation",
        "a": "unfinished fit",
    }


def test_the_result_is_a_table(tmp_path, provenance):
    listed(tmp_path, provenance)
    stored = api.runs(tmp_path)
    assert stored.to_frame().height == 1 and list(stored.to_xarray().dims) == ["run"]
    assert len(repr(stored)) < 2000
