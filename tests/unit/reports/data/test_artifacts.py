"""What is kept for the page: whole, of this version, made anew where files beside it changed."""

import shutil

import numpy as np
import pytest

from safepassage.analysis.ranking import cohorts_at, danger
from safepassage.errors import InputError
from safepassage.reports.data.artifacts import (
    FOLDER,
    PART,
    embedded,
    read_artifacts,
    store_artifacts,
    store_grid,
)
from safepassage.reports.data.explorer_data import explorer_data, flows, read_texts
from safepassage.store.folder import REFITS
from safepassage.study.loader import load_study
from safepassage.study.scenarios import catalogue


def test_what_was_kept_is_what_was_made(posterior, shown):
    again = read_artifacts(posterior.path, posterior.study)
    assert {n: p.text for n, p in again.pieces.items()} == {
        n: p.text for n, p in shown.pieces.items()
    }
    for name, scores in shown.scores.items():
        np.testing.assert_array_equal(again.scores[name], scores)


def test_scores_are_the_scaled_harms(posterior, shown):
    as_of = posterior.study.model.model.as_of
    expected = danger(posterior, cohorts_at(posterior, as_of).answers())
    np.testing.assert_array_equal(shown.scores[f"{as_of} all"], expected)


def test_an_answer_sampled_again_makes_it_anew(posterior, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(posterior.path, run)
    assert read_artifacts(run, posterior.study) is not None
    (run / REFITS).mkdir(exist_ok=True)
    (run / REFITS / "another.npz").write_bytes(b"")
    assert read_artifacts(run, posterior.study) is None


def test_what_ifs_made_ahead_are_kept(posterior, monkeypatch):
    made = store_grid(posterior)

    def again(*args):
        raise AssertionError("made twice")

    monkeypatch.setattr("safepassage.reports.data.what_if_grid.what_if_grid", again)
    assert store_grid(posterior) == made


def test_a_report_has_fewer_draws_of_the_harms_and_all_pieces(shown, monkeypatch):
    monkeypatch.setattr("safepassage.reports.data.artifacts.SCORED", 50)
    pieces = embedded(shown, {"draws": 2})
    for name, scores in shown.scores.items():
        thinned = np.array(pieces["scores"][name])
        step = -(-scores.shape[2] // 50)
        assert thinned.shape[2] <= 50
        np.testing.assert_allclose(thinned, scores[:, :, ::step], rtol=1e-3)
    assert {*pieces} == {*shown.pieces, "scores", "grid"}
    assert pieces["grid"] == {"draws": 2}


def test_damage_is_noticed_and_the_fit_stays(posterior, tmp_path, recwarn):
    run = tmp_path / "run"
    shutil.copytree(posterior.path, run)
    part = run / FOLDER / f"{PART}.npz"
    part.write_bytes(part.read_bytes()[:-100])
    assert read_artifacts(run, posterior.study) is None
    assert (run / "finished.json").is_file()


def test_another_version_is_made_anew(posterior, shown, tmp_path, monkeypatch):
    monkeypatch.setattr("safepassage.reports.data.artifacts.SCHEMA", 99)
    assert read_artifacts(posterior.path, posterior.study) is None


def test_a_changed_file_of_scenarios_is_seen(posterior, shown, tmp_path):
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


def shown_texts(study):
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
    assert [t for t in shown_texts(north_korea) if t and t not in texts] == []


def test_every_korean_text_is_of_something_that_is_shown(north_korea):
    declared = north_korea.model.model_dump_json().replace('\\"', '"')
    shown = set(shown_texts(north_korea))
    texts = read_texts(north_korea.path)["ko"]
    assert [e for e in texts if e not in shown and e not in declared] == []


def test_a_channel_s_trace_is_called_as_the_channel(posterior, shown):
    for name, channel in posterior.study.model.channels.items():
        if shown.trace(name)["kind"] == "channel":
            assert shown.trace(name)["title"] == channel.title


def test_rare_ways_are_told_only_in_sums(posterior):
    model = posterior.study.model
    for way, rows in flows(posterior).items():
        years = model.ways[way].pooled_years
        spans = [[int(part) for part in row["time"].split("-")] for row in rows]
        assert all(len(s) == (1 if years == 1 else 2) for s in spans)
        assert all(s[-1] - s[0] + 1 == years for s in spans)
        assert spans[-1][-1] == int(model.model.end[:4])


def test_the_report_s_common_part_is_taken_as_it_is(posterior, shown):
    from safepassage.reports.data.report_data import report_data

    pieces, _ = explorer_data(posterior, common=report_data(posterior))
    assert pieces["rankings"] == shown.pieces["rankings"].value
    assert store_artifacts(posterior).pieces["model"].value == shown.model
