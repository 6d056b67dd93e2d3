"""What differs between two runs."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest

from safepassage.analysis.diff import diff
from safepassage.errors import InputError
from safepassage.network.parameters import HALF_WIDTH_90


def test_a_run_and_itself_do_not_differ(posterior):
    same = diff(posterior.path, str(posterior.path))
    assert same.provenance == {}
    assert same.priors == same.evidence_rows == same.settings == ()
    assert same.fit[0] == same.fit[1]
    assert {one.name for one in same.parameters} == set(posterior.study.model.parameters)
    assert {one.name for one in same.outputs} == set(posterior.study.model.outputs)
    for one in (*same.parameters, *same.outputs):
        assert one.shift == 0.0, one


def test_a_posterior_and_its_folder_do_not_differ(posterior):
    same = diff(posterior, posterior.path)
    assert same.provenance == {} and same.priors == same.evidence_rows == same.settings == ()
    assert {one.shift for one in (*same.parameters, *same.outputs)} == {0.0}


@pytest.fixture
def other(posterior, tmp_path):
    """A copy of the run in which one parameter, one output and the seed are others."""
    copy = tmp_path / "other"
    shutil.copytree(posterior.path, copy)
    value = json.loads((copy / "fit.json").read_text())
    estimate = value["parameters"]["recognition"]["posterior"]
    width = (estimate["high"] - estimate["low"]) / (2 * HALF_WIDTH_90)
    estimate["median"] += 2 * width
    value["outputs"]["hidden_people"][3]["median"] *= 1.5
    value["provenance"]["seed"] += 1
    del value["parameters"]["release_share"]
    (copy / "fit.json").write_text(json.dumps(value))
    return copy


def test_the_largest_shift_comes_first_in_standard_deviations(posterior, other):
    compared = diff(posterior.path, other)
    assert compared.provenance == {"seed": (7, 8)}
    gone, first, *rest = compared.parameters
    assert (gone.name, gone.second, gone.shift) == ("release_share", None, None)
    assert first.name == "recognition" and first.shift == pytest.approx(2.0)
    assert all(one.shift == 0.0 for one in rest)
    assert compared.outputs[0].name == "hidden_people"
    assert compared.outputs[0].time == "2004" and compared.outputs[0].shift > 0
    back = diff(other, posterior.path)
    assert back.parameters[1].shift == pytest.approx(-2.0)


def changed(posterior, *, model=None, observations=None, settings=None):
    """The posterior as if it were of another model, other figures or other settings."""
    study = posterior.study
    study = dataclasses.replace(
        study, model=model or study.model, observations=observations or study.observations
    )
    settings = settings or posterior.settings
    return dataclasses.replace(posterior, study=study, settings=settings)


def test_a_prior_changed_in_python_is_another_model_and_is_named(posterior):
    model = posterior.study.model
    declared = model.parameters["departures"]
    prior = declared.prior.model_copy(update={"high": 700.0})
    parameters = {**model.parameters, "departures": declared.model_copy(update={"prior": prior})}
    other = changed(posterior, model=model.model_copy(update={"parameters": parameters}))
    assert other.provenance.model_hash != posterior.provenance.model_hash
    assert other.provenance.model_hash == other.study.identity
    compared = diff(posterior, other)
    assert set(compared.provenance) == {"model_hash"}
    (one,) = compared.priors
    assert (one.name, one.first.high, one.second.high) == ("departures", 600.0, 700.0)
    assert (one.first.kind, one.first.low) == (one.second.kind, one.second.low)
    assert compared.evidence_rows == compared.settings == ()
    assert diff(posterior.path, other).priors == compared.priors, "it was stored with the run"


def test_a_figure_changed_in_python_names_its_evidence_row(posterior):
    observations = dict(posterior.study.observations)
    first, *rest = observations["arrivals_counted"]
    figure = dataclasses.replace(first, value=first.value + 1)
    observations["arrivals_counted"] = (figure, *rest)
    compared = diff(posterior, changed(posterior, observations=observations))
    assert [one.name for one in compared.evidence_rows] == list(first.evidence)
    assert compared.priors == ()


def test_settings_that_differ_are_named(posterior):
    settings = posterior.settings
    first, *rest = settings.stages
    stages = (dataclasses.replace(first, length=2.5), *rest)
    other = dataclasses.replace(settings, step_size_factor=0.8, stages=stages)
    compared = diff(posterior, changed(posterior, settings=other))
    assert {one.name: (one.first, one.second) for one in compared.settings} == {
        "step_size_factor": (settings.step_size_factor, 0.8),
        "stages.0.length": (first.length, 2.5),
    }  # fmt: skip


def test_of_a_run_without_its_inputs_it_is_not_reported_what_differs(posterior, other):
    (other / "fitted.json").unlink()
    compared = diff(posterior.path, other)
    assert compared.priors is compared.evidence_rows is compared.settings is None
    value = compared.to_dict()
    assert value["priors"] is value["rows"] is value["settings"] is None


@pytest.mark.parametrize("content", [None, "{", "[]", '{"fit": {}}'])
def test_what_is_no_finished_run_is_refused(posterior, tmp_path, content):
    if content is not None:
        (tmp_path / "fit.json").write_text(content)
    with pytest.raises(InputError, match="give the folder of a run or its key"):
        diff(posterior.path, tmp_path)


def test_a_run_is_found_by_its_key(posterior, tmp_path, monkeypatch):
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(posterior.path.parent))
    assert diff(posterior.path.name, posterior.path).provenance == {}
