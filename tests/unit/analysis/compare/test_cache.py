"""A comparison that is stored: the same answer, resumed after a break, opened by xarray."""

from __future__ import annotations

import json

import numpy as np
import pytest

from safepassage.analysis.compare.compare import compare
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.tasks import ComparisonTasks
from safepassage.analysis.compare.totals import BATCH_SIZE, MEASURES, ScenarioModel

NAMES = ["a-corridor", "fewer-arrests"]
DRAWS = BATCH_SIZE + 40


class Broken(Exception):
    pass


@pytest.fixture
def runs_of(monkeypatch):
    """Every run of some draws, and a switch that breaks off before the next."""
    seen: list[int] = []
    before = ScenarioModel.totals
    breaks: list[int] = []

    def totals(self, z, first_draw, prices):
        if breaks and len(seen) >= breaks[0]:
            raise Broken
        seen.append(first_draw)
        return before(self, z, first_draw, prices)

    monkeypatch.setattr(ScenarioModel, "totals", totals)
    return seen, breaks


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_what_is_kept_gives_the_same_answer_without_a_run(posterior, tmp_path, runs_of, engine):
    plain = compare(posterior, NAMES, draws=DRAWS, engine=engine).to_dict()
    seen, _ = runs_of
    seen.clear()
    first = compare(posterior, NAMES, draws=DRAWS, engine=engine, keep=True, out=tmp_path).to_dict()
    assert seen
    assert list(first.pop("kept")) == ["baseline", *NAMES]
    assert first == plain
    seen.clear()
    again = compare(posterior, NAMES, draws=DRAWS, engine=engine, keep=True, out=tmp_path).to_dict()
    assert not seen
    again.pop("kept")
    assert again == plain


def test_a_broken_comparison_goes_on_with_what_it_lacks(posterior, tmp_path, runs_of):
    seen, breaks = runs_of
    whole = compare(posterior, NAMES, draws=DRAWS).to_dict()
    every = len(seen)
    seen.clear()
    breaks.append(3)
    with pytest.raises(Broken):
        compare(posterior, NAMES, draws=DRAWS, keep=True, out=tmp_path)
    assert len(seen) == 3
    breaks.clear()
    answer = compare(posterior, NAMES, draws=DRAWS, keep=True, out=tmp_path).to_dict()
    assert len(seen) == every
    answer.pop("kept")
    assert answer == whole


def test_a_side_is_run_once_whatever_it_stands_beside(posterior, tmp_path, runs_of):
    seen, _ = runs_of
    compare(posterior, NAMES[:1], draws=DRAWS, keep=True, out=tmp_path)
    alone = len(seen)
    compare(posterior, NAMES, draws=DRAWS, keep=True, out=tmp_path)
    assert len(seen) - alone == alone / 2  # the other scenario, and neither baseline nor the first


@pytest.mark.parametrize("other", [{"draws": DRAWS - 1}, {"engine": "counts"}, {"last_year": 2012}])
def test_another_question_is_kept_apart(posterior, tmp_path, other):
    requested = {"draws": DRAWS, "keep": True, "out": tmp_path}
    one = compare(posterior, NAMES[:1], **requested).stores
    two = compare(posterior, NAMES[:1], **requested | other).stores
    assert not set(one.values()) & set(two.values())


def test_xarray_opens_the_draws(posterior, tmp_path):
    import xarray as xr

    stores = compare(posterior, NAMES[:1], draws=DRAWS, keep=True, out=tmp_path).stores
    side = xr.open_zarr(stores["baseline"], consolidated=False)
    assert side.sizes["draw"] == DRAWS and list(side.measure.values) == list(MEASURES)
    runs = Runs(posterior, CompareRequest(draws=DRAWS))
    part = ComparisonTasks.totals(runs, None, runs.baseline, "posterior", BATCH_SIZE)
    found = side.measures.sel(measure="safe").values[BATCH_SIZE:]  # (draw, year)
    np.testing.assert_array_equal(found, part.measures[0].T)
    assert side.attrs["scenario"] == "baseline"


def test_a_damaged_part_is_made_anew(posterior, tmp_path):
    whole = compare(posterior, NAMES[:1], draws=DRAWS, keep=True, out=tmp_path).to_dict()
    for part in tmp_path.rglob("prior-*.npz"):
        part.write_bytes(part.read_bytes()[:-100])
    with pytest.warns(UserWarning, match="is damaged"):
        again = compare(posterior, NAMES[:1], draws=DRAWS, keep=True, out=tmp_path).to_dict()
    assert again == whole


def test_one_scenario_under_two_names_waits_for_nobody(posterior, tmp_path):
    same = {"title": "Half the arrests", "reason": "To see", "changes": [
        {"hazard": "arrest", "from": "2002-01", "multiply": 0.5}
    ]}  # fmt: skip
    file = tmp_path / "two.yaml"
    file.write_text(json.dumps({"scenarios": {"one": same, "other": same}}))
    requested = {"draws": 8, "file": file, "keep": True, "out": tmp_path / "out"}
    one, other = compare(posterior, ["one", "other"], **requested).scenarios
    assert one.differences == other.differences
