"""A comparison as a typed result: JSON, tables, one screen, and a text for every field."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from safepassage.analysis.compare.compare import compare
from safepassage.analysis.compare.totals import MEASURES
from safepassage.results import comparison as records
from safepassage.results.base import Record
from safepassage.results.comparison import Comparison

RECORDS = "safepassage.results.comparison"


@pytest.fixture(scope="module")
def comparison(posterior):
    return compare(posterior, draws=16)


def test_json_is_made_of_names_that_json_has(comparison):
    values = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert [*values] == ["engine", "draws", "scenarios", "notes", "fit", "provenance"]
    assert Comparison.from_dict(values) == comparison
    one = values["scenarios"][0]
    assert {*one} == {
        "id", "title", "reason", "comparison_of_harm", "first_change", "from", "to", "differences",
        "ways", "diversion", "distance",
    }  # fmt: skip
    assert [*one["differences"]] == [*MEASURES]
    assert {*one["distance"]["changes"][0]} == {
        "changes", "name", "value", "fitted", "times_outside", "says",
    }  # fmt: skip
    rules = [s["diversion"]["choice"] for s in values["scenarios"] if s["diversion"]]
    assert all("doubt_carried_by_estimated" in rule for rule in rules)


def test_stores_are_named_only_where_there_are_any(comparison):
    stored = comparison.model_copy(update={"stores": {"baseline": "a.zarr"}})
    assert stored.to_dict()["kept"] == {"baseline": "a.zarr"}
    assert Comparison.from_dict(stored.to_dict()).stores == {"baseline": "a.zarr"}


def test_a_comparison_cannot_be_changed(comparison):
    with pytest.raises(ValidationError, match="frozen"):
        comparison.draws = 2
    with pytest.raises(ValidationError, match="frozen"):
        comparison.scenarios[0].differences.safe.median = 0.0


def test_it_fits_one_screen(comparison):
    screen = repr(comparison)
    assert len(screen) < 2000 and max(map(len, screen.splitlines())) <= 80
    assert screen.startswith(f"{len(comparison.scenarios)} scenarios less baseline, 16 draws")
    assert all(one.id in screen for one in comparison.scenarios)
    assert "<table" in comparison._repr_html_()


def test_it_is_a_table_by_scenario_and_measure(comparison):
    frame = comparison.to_frame()
    assert frame.height == len(comparison.scenarios) * len(MEASURES)
    assert frame.columns[:2] == ["scenario", "measure"]
    assert comparison.to_pandas().shape == frame.shape
    first = comparison.scenarios[0]
    data = comparison.to_xarray()
    assert data.sizes == {"scenario": len(comparison.scenarios), "measure": len(MEASURES)}
    cell = data.sel(scenario=first.id, measure="dead")
    assert float(cell["median"]) == first.differences.dead.median
    assert float(cell["with_scenario"]) == first.differences.dead.scenario.median
    assert cell["unit"] == "people" and data["share"].attrs["units"] == "share of the baseline"


def test_every_field_has_a_text():
    own = [one for one in vars(records).values() if getattr(one, "__module__", "") == RECORDS]
    bare = [
        f"{one.__name__}.{name}"
        for one in own
        if isinstance(one, type) and issubclass(one, Record)
        for name, field in one.model_fields.items()
        if not field.description
    ]
    assert own and not bare
