"""Fits to figures of the model's own making: what is made, kept, resumed and told."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.teaching import small_settings

from safepassage.inference import fitting
from safepassage.model.faults import InputError
from safepassage.questions.calibration import Calibration, calibrate, made_up


def test_figures_are_made_anew_each_time_and_nothing_else_changes(three_states):
    first, z = made_up(three_states, 1, 0)
    again, same = made_up(three_states, 1, 0)
    other, different = made_up(three_states, 1, 1)
    assert first.observations == again.observations
    assert first.identity == again.identity != other.identity != three_states.identity
    np.testing.assert_array_equal(z, same)
    assert (z != different).any()
    bounds = {
        n for n, c in three_states.model.channels.items() if c.reporting.kind == "lower_bound"
    }
    assert set(first.observations) == set(three_states.observations) - bounds
    for name, rows in first.observations.items():
        published = three_states.observations[name]
        assert [(r.quantity, r.start, r.end) for r in rows] == [
            (r.quantity, r.start, r.end) for r in published
        ]
        assert [r.value for r in rows] != [r.value for r in published]
        assert all(r.value >= 0 for r in rows)


def test_a_call_goes_on_from_the_fits_that_are_there(three_states, tmp_path, monkeypatch):
    settings = small_settings(draws=20)
    told: list[float] = []
    calibrate(
        three_states, 2, out=tmp_path, settings=settings,
        progress=lambda stage, done, total: told.append(done),
    )  # fmt: skip
    assert told == [0, 1, 2]
    made: list[int] = []
    real = fitting.sample
    monkeypatch.setattr(fitting, "sample", lambda *a, **k: made.append(1) or real(*a, **k))
    three = calibrate(three_states, 3, out=tmp_path, settings=settings)
    assert len(made) == 1
    assert three.below.shape == (3, len(three_states.model.parameters))
    fresh = calibrate(three_states, 3, out=tmp_path / "other", settings=settings)
    np.testing.assert_array_equal(three.below, fresh.below)
    assert ((three.below >= 0) & (three.below <= 1)).all()


def test_what_is_told_tells_even_ranks_from_uneven():
    rng = np.random.default_rng(1)
    even = rng.random((400, 2))
    narrow = np.stack([even[:, 0], np.where(even[:, 1] < 0.5, 0.01, 0.99)], axis=1)
    ones = np.ones(400, bool)
    good = Calibration(("a", "b"), even, ones, even)
    bad = Calibration(("a", "b"), narrow, ones, even)
    told = json.loads(json.dumps(good.to_json()))
    assert told["inside_90"] == pytest.approx(0.9, abs=0.03)
    assert min(row["p_uniform"] for row in told["parameters"]) > 0.01
    worst = bad.to_json()["parameters"][0]
    assert worst["name"] == "b"
    assert worst["p_uniform"] < 1e-6
    assert worst["inside_90"] == 0.0
    assert sum(worst["histogram"]) == 400
    assert max(map(len, bad.to_text().splitlines())) <= 80
    assert "▁" in good.to_text() or "█" in good.to_text()


def test_too_few_fits_are_refused(three_states):
    with pytest.raises(InputError, match="at least 2"):
        calibrate(three_states, 1)
