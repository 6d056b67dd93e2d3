"""What a sceptic asks of a fit: tension, contradicting sources, what the answers rest on."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from safepassage.inference.channels import compile_likelihood
from safepassage.inference.summary import weighted
from safepassage.questions.checks import (
    _densities,
    checks,
    contradictions,
    sensitivity,
    tension,
    without_channels,
)


def test_every_check_is_plain_json(fitted):
    told = json.loads(json.dumps(checks(fitted)))
    assert set(told) == {"tension", "contradictions", "answers"}


def test_tension_lists_what_lies_outside_worst_first(fitted):
    rows = tension(fitted)
    assert [row["tension"] for row in rows] == sorted(
        (row["tension"] for row in rows), reverse=True
    )
    outside = sum(
        not row["inside"] for channel in fitted.channels().values() for row in channel["rows"]
    )
    assert sum(not row["inside"] for row in rows) == outside
    strange = with_figure(fitted, 0, 10.0)
    worst = tension(strange)[0]
    assert not worst["inside"]
    assert worst["tension"] > 3


def with_figure(fitted, row, times, *, twin=None):
    """The fit with one figure so many times as large, or with a second source that says so."""
    observations = dict(fitted.loaded.observations)
    datum = fitted.likelihood.data[row]
    seen = observations[datum.channel]
    i = next(
        i for i, o in enumerate(seen)
        if (o.quantity, o.start, o.evidence) == (datum.quantity, datum.start, datum.evidence)
    )  # fmt: skip
    changed = dataclasses.replace(seen[i], value=seen[i].value * times)
    if twin:
        changed = dataclasses.replace(changed, evidence=(twin,))
    rows = (*seen, changed) if twin else (*seen[:i], changed, *seen[i + 1 :])
    loaded = dataclasses.replace(fitted.loaded, observations={**observations, datum.channel: rows})
    likelihood = compile_likelihood(loaded, fitted.compiled)
    return dataclasses.replace(fitted, loaded=loaded, likelihood=likelihood)


def test_two_sources_that_differ_by_more_than_both_allow_contradict_each_other(fitted):
    count = next(
        d for d, datum in enumerate(fitted.likelihood.data) if datum.quantity == "arrivals"
    )
    assert contradictions(with_figure(fitted, count, 1.02, twin="T16")) == contradictions(fitted)
    (pair,) = contradictions(with_figure(fitted, count, 9.0, twin="T16"))
    assert pair["quantity"] == "arrivals"
    assert pair["distance"] > 1.64
    first, second = pair["figures"]
    assert second["value"] == pytest.approx(9 * first["value"])
    assert second["evidence"] == ["T16"]


def test_an_answer_moves_most_with_what_informs_it(fitted):
    answers = sensitivity(fitted)
    wanted = {f"{way}.safe" for way in fitted.loaded.model.ways}
    assert wanted <= set(answers)
    for answer in answers.values():
        assert answer["low"] <= answer["median"] <= answer["high"]
        assert 0 <= answer["contraction"] <= 1
        for part in ("without_channel", "with_wider_prior"):
            told = answer[part]
            assert len(told["most"]) <= 5
            assert all(row["k_hat"] <= 0.7 for row in told["most"])
            assert not {row["name"] for row in told["most"]} & set(told["untold"])
            sizes = [abs(r["shift"]) + abs(np.log(r["width_ratio"])) for r in told["most"]]
            assert sizes == sorted(sizes, reverse=True)
    known = answers["over_the_border.limbo"]["with_wider_prior"]["most"]
    assert {"departures", "recognition"} & {row["name"] for row in known[:3]}


def test_weights_stand_for_a_fit_without_the_channel(fitted):
    """A figure that says nothing may be dropped without moving anything."""
    dull = dataclasses.replace(
        fitted, likelihood=dataclasses.replace(fitted.likelihood, spread=np.full_like(
            fitted.likelihood.spread, 50.0), spread_slot=0 * fitted.likelihood.spread_slot,
            trials=0 * fitted.likelihood.trials),
    )  # fmt: skip
    for answer in sensitivity(dull).values():
        assert answer["without_channel"]["untold"] == []
        for row in answer["without_channel"]["most"]:
            assert abs(row["shift"]) < 0.05


def test_without_a_channel_its_figures_fit_worse(fitted):
    each = _densities(fitted)
    told = without_channels(fitted)
    assert set(told) == {datum.channel for datum in fitted.likelihood.data}
    for name, (weights, _) in told.items():
        rows = [d for d, datum in enumerate(fitted.likelihood.data) if datum.channel == name]
        own = each[rows].sum(axis=0)
        assert weights.sum() == pytest.approx(1)
        assert (weights * own).sum() < own.mean() - 0.05


def test_weights_move_a_median_where_they_lie():
    draws = np.arange(1000.0)
    even = weighted(draws, np.full(1000, 1e-3))
    assert even["median"] == pytest.approx(499.5, abs=1)
    assert (even["low"], even["high"]) == (pytest.approx(49.5, abs=1), pytest.approx(949.5, abs=1))
    late = weighted(draws, draws / draws.sum())
    assert late["median"] == pytest.approx(1000 / np.sqrt(2), abs=2)
    assert np.isnan(weighted(np.full(3, np.nan), np.ones(3))["median"])
