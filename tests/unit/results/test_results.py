"""Every result: JSON there and back, frozen, one screen, a table, labelled dimensions."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil

import pytest
from pydantic import ValidationError

import safepassage
from safepassage import results
from safepassage.analysis.checks.published_estimates import compare_published
from safepassage.analysis.checks.tension import checks
from safepassage.results.base import Record, Result
from safepassage.results.checks.check import CheckReport

KINDS = {
    "fit": {"parameter": 12},
    "ranking": {"way": 4},
    "trace of a way": None,
    "trace of a parameter": None,
    "trace of a channel": None,
    "trace of an output": None,
    "diff": {"parameter": 12},
    "export": None,
    "study": {"part": 9},
    "check": {"part": 9},
}
TRACED = {
    "trace of a way": "over_the_border",
    "trace of a parameter": "recognition",
    "trace of a channel": "arrivals_counted",
    "trace of an output": "hidden_people",
}


@pytest.fixture(scope="module")
def every(posterior, tmp_path_factory):
    """One result of each kind."""
    summary, checked = posterior.study.summary(), checks(posterior)
    return {
        "fit": posterior.summary(checks=checked, compared=compare_published(posterior)),
        "ranking": safepassage.rank(posterior),
        **{kind: safepassage.trace(posterior, name) for kind, name in TRACED.items()},
        "diff": safepassage.diff(posterior, posterior.path),
        "export": safepassage.export(posterior, tmp_path_factory.mktemp("export") / "fit.nc"),
        "study": summary,
        "check": CheckReport(
            model=summary.id, title=summary.title, counts=summary.counts, fit=posterior.verdict,
            checks=checked, parameters=dict(posterior.parameters),
            provenance=posterior.provenance,
        ),
    }  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def result(every, kind):
    return every[kind]


def test_its_json_is_read_back(result):
    value = result.to_dict()
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    again = type(result).from_dict(value)
    assert again.to_dict() == value
    assert type(again) is type(result)


def test_it_is_frozen(result):
    name = next(iter(type(result).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(result, name, None)


def test_it_fits_one_screen(result):
    text = repr(result)
    assert text == str(result) and len(text) < 2000
    assert max(map(len, text.splitlines())) <= 80
    assert " ".join(text.split()).startswith(result.headline())


def test_a_notebook_shows_a_table(result):
    page = result._repr_html_()
    assert "<table" in page and "<p>" in page
    assert len(page) < 20_000


def test_it_is_a_tidy_table_with_its_index_first(result, kind):
    frame, pandas = result.to_frame(), result.to_pandas()
    index = list(result.index)
    assert frame.columns[: len(index)] == index
    assert list(pandas.columns) == frame.columns and len(pandas) == frame.height > 0
    assert not pandas.duplicated(index).any()
    assert set(result.units) <= set(frame.columns)


def test_its_dimensions_are_the_index(result, kind):
    dataset = result.to_xarray()
    assert tuple(dataset.sizes) == result.index
    if KINDS[kind] is not None:
        assert dict(dataset.sizes) == KINDS[kind]
    for name, unit in result.units.items():
        assert dataset[name].attrs["units"] == unit


def records():
    for module in pkgutil.walk_packages(results.__path__, f"{results.__name__}."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            own = issubclass(one, Record) and one.__module__ == module.name
            if own and not one.__pydantic_generic_metadata__["args"]:
                yield one


@pytest.mark.parametrize("record", list(records()), ids=lambda one: one.__name__)
def test_every_class_and_field_says_what_it_is(record):
    assert record.__doc__
    silent = [name for name, field in record.model_fields.items() if not field.description]
    assert silent == []
    if issubclass(record, Result) and record is not Result:
        assert record.index and record.headline and record.rows
