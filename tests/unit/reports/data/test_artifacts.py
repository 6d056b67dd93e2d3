"""What is stored for the page: whole, of this version, anew where files beside it changed."""

import json
import math
import shutil

import numpy as np
import pytest

from safepassage.analysis.ranking import cohorts_at, danger
from safepassage.errors import InputError
from safepassage.reports.data.artifacts import (
    FOLDER,
    PART,
    read_artifacts,
    report_payloads,
    store_grid,
)
from safepassage.reports.data.explorer_data import explorer_data, flows
from safepassage.reports.data.model_text import read_texts
from safepassage.results.comparison import WhatIfGrid
from safepassage.results.explorer import ExplorerData
from safepassage.store.folder import REFITS
from safepassage.study.loader import load_study
from safepassage.study.scenarios import catalogue


def test_what_is_stored_is_what_was_computed(posterior, artifacts):
    again = read_artifacts(posterior.path, posterior.study)
    assert {n: p.text for n, p in again.payloads.items()} == {
        n: p.text for n, p in artifacts.payloads.items()
    }
    for name, scores in artifacts.scores.items():
        np.testing.assert_array_equal(again.scores[name], scores)


def test_scores_are_the_scaled_harms(posterior, artifacts):
    as_of = posterior.study.model.model.as_of
    expected = danger(posterior, cohorts_at(posterior, as_of).answers())
    np.testing.assert_array_equal(artifacts.scores[f"{as_of} all"], expected)


def test_an_answer_sampled_again_makes_it_anew(posterior, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(posterior.path, run)
    assert read_artifacts(run, posterior.study) is not None
    (run / REFITS).mkdir(exist_ok=True)
    (run / REFITS / "another.npz").write_bytes(b"")
    assert read_artifacts(run, posterior.study) is None


def test_what_ifs_answered_ahead_are_stored(posterior, monkeypatch):
    first = store_grid(posterior)

    def again(*args):
        raise AssertionError("computed twice")

    monkeypatch.setattr("safepassage.reports.data.what_if_grid.what_if_grid", again)
    assert store_grid(posterior) == first


def test_a_report_has_fewer_draws_of_the_harms_and_all_parts(artifacts, monkeypatch):
    monkeypatch.setattr("safepassage.reports.data.artifacts.SCORED", 50)
    texts = report_payloads(artifacts, WhatIfGrid(draws=2, sliders={}, scenarios={}))
    stored = json.loads(texts["scores"])
    for name, scores in artifacts.scores.items():
        thinned = np.array(stored[name])
        step = -(-scores.shape[2] // 50)
        assert thinned.shape[2] <= 50
        np.testing.assert_allclose(thinned, scores[:, :, ::step], rtol=1e-3)
    assert {*texts} == {*artifacts.payloads, "scores", "grid"}
    assert json.loads(texts["grid"]) == {"draws": 2, "sliders": {}, "scenarios": {}}


def test_damage_is_noticed_and_the_fit_stays(posterior, tmp_path, recwarn):
    run = tmp_path / "run"
    shutil.copytree(posterior.path, run)
    part = run / FOLDER / f"{PART}.npz"
    part.write_bytes(part.read_bytes()[:-100])
    assert read_artifacts(run, posterior.study) is None
    assert (run / "finished.json").is_file()


def test_another_version_is_made_anew(posterior, artifacts, monkeypatch):
    monkeypatch.setattr("safepassage.reports.data.artifacts.SCHEMA", 99)
    assert read_artifacts(posterior.path, posterior.study) is None


def test_a_changed_file_of_scenarios_is_seen(posterior, artifacts, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(posterior.study.path, folder)
    assert read_artifacts(posterior.path, load_study(folder)) is not None
    path = folder / "scenarios.yaml"
    path.write_text(path.read_text().replace("before arrests ease", "until arrests ease"))
    assert read_artifacts(posterior.path, load_study(folder)) is None


def test_texts_in_another_language_are_plain_and_harmless(north_korea, tmp_path):
    assert read_texts(north_korea.path)["ko"]["China"] == "중국"
    folder = tmp_path / "texts"
    folder.mkdir()
    for wrong in ("- a list", "China: [1, 2]", "China: {a: b}", "China: write to a@b.example"):
        (folder / "xx.yaml").write_text(wrong, encoding="utf-8")
        with pytest.raises(InputError):
            read_texts(tmp_path)


def texts_of(study):
    """Every text of a model that the page shows in the reader's language."""
    from safepassage.analysis.forecast.forecast import _assumptions
    from safepassage.analysis.forecast.policy_breaks import past_of
    from safepassage.inference.summary import LABELS

    model, listed = study.model, catalogue(study)
    yield from (model.model.title, model.model.summary)
    for way in model.ways.values():
        yield from (way.title, way.denominator, way.caveat)
    for kind in (model.places, model.harms, model.channels, model.parameters):
        yield from (one.title for one in kind.values())
    for output in model.outputs.values():
        yield from (output.title, output.informed_by)
    yield from (*model.report.limits, *model.report.protection, *model.report.data_licences)
    for one in (*(a.scenario for a in listed.scenarios.values()), *listed.sliders.values()):
        yield from (one.title, one.reason)
    yield from _assumptions(model, past_of(model))
    yield from (f"label of its danger: {label}" for label in LABELS)


def test_every_text_that_the_page_shows_has_its_korean(north_korea):
    texts = read_texts(north_korea.path)["ko"]
    assert [t for t in texts_of(north_korea) if t and t not in texts] == []


def test_every_korean_text_is_of_something_that_is_shown(north_korea):
    declared = north_korea.model.model_dump_json().replace('\\"', '"')
    current = set(texts_of(north_korea))
    texts = read_texts(north_korea.path)["ko"]
    assert [e for e in texts if e not in current and e not in declared] == []


def test_a_channel_s_trace_is_called_as_the_channel(posterior, artifacts):
    for name, channel in posterior.study.model.channels.items():
        if artifacts.trace(name).kind == "channel":
            assert artifacts.trace(name).title == channel.title


def test_rare_ways_are_reported_only_in_sums(posterior):
    model = posterior.study.model
    for way, rows in flows(posterior).items():
        years = model.ways[way].pooled_years
        spans = [[int(part) for part in row.time.split("-")] for row in rows]
        assert all(len(s) == (1 if years == 1 else 2) for s in spans)
        assert all(s[-1] - s[0] + 1 == years for s in spans)
        assert spans[-1][-1] == int(model.model.end[:4])


def numbers_apart(ours, stored, where=""):
    """Places where two JSON values differ by more than rounding does."""
    if isinstance(ours, dict) and isinstance(stored, dict) and [*ours] == [*stored]:
        return [p for k in ours for p in numbers_apart(ours[k], stored[k], f"{where}.{k}")]
    if isinstance(ours, list) and isinstance(stored, list) and len(ours) == len(stored):
        pairs = zip(ours, stored, strict=True)
        return [p for i, (a, b) in enumerate(pairs) for p in numbers_apart(a, b, f"{where}.{i}")]
    if isinstance(ours, float) and isinstance(stored, float):
        return [] if math.isclose(ours, stored, rel_tol=1e-4) else [where]
    return [] if ours == stored else [where]


def test_what_is_stored_are_the_answers_with_fewer_digits(posterior, data):
    computed = explorer_data(posterior)
    assert numbers_apart(computed.to_dict(), data.to_dict()) == []
    assert data.rankings != computed.rankings, "figures are rounded"


def test_every_part_is_stored_under_its_name(artifacts, data):
    assert [*artifacts.payloads] == [*ExplorerData.model_fields]
    assert artifacts.model == data.model
    for name, payload in artifacts.payloads.items():
        assert json.loads(payload.text) == data.to_dict()[name]


def test_a_trace_holds_its_parameters_and_rows_in_full(artifacts, data):
    for name, summary in data.traces.items():
        traced = artifacts.trace(name)
        assert [(p.name, p.share) for p in traced.parameters] == [
            (p.name, p.share) for p in summary.parameters
        ]
        assert all(p.posterior == data.parameters[p.name].posterior for p in traced.parameters)
        assert [row.id for row in traced.evidence] == [*summary.evidence]
        assert all(row in data.evidence for row in traced.evidence)
        # The page reads `share` of every parameter, null of a parameter's own trace.
        assert all("share" in p for p in traced.to_dict()["parameters"])
    assert artifacts.trace("nothing") is None


def test_every_row_that_something_is_based_on_is_there_once(posterior, data):
    assert len(data.rankings) == 2 * 3, "two dates, everybody and two sexes"
    ids = [i for row in data.evidence for i in row.ids]
    assert {"T01", "T02", "T04", "T05", "T10", "T14", "T20"} <= {*ids}
    assert "T17" not in ids, "nothing is based on it"
    assert len(ids) == len({*ids})
    assert posterior.study.model_hash[:12] in data.model.citation.text
