"""What a sceptic asks of a fit: tension, contradicting sources, what the answers rest on."""

from __future__ import annotations

import dataclasses
import json

import pytest

from safepassage.analysis.checks.tension import checks, contradictions, tension
from safepassage.inference.compile_likelihood import compile_likelihood


def test_every_check_is_plain_json(posterior):
    value = json.loads(json.dumps(checks(posterior).to_dict()))
    assert set(value) == {"tension", "contradictions", "answers"}


def test_tension_lists_what_lies_outside_worst_first(posterior):
    rows = tension(posterior)
    assert [row.tension for row in rows] == sorted((row.tension for row in rows), reverse=True)
    outside = sum(not row.inside for channel in posterior.channels.values() for row in channel.rows)
    assert sum(not row.inside for row in rows) == outside
    strange = with_figure(posterior, 0, 10.0)
    worst = tension(strange)[0]
    assert not worst.inside
    assert worst.tension > 3


def with_figure(posterior, row, times, *, twin=None):
    """The fit with one figure so many times as large, or with a second source that says so."""
    observations = dict(posterior.study.observations)
    datum = posterior.likelihood.data[row]
    own = observations[datum.channel]
    i = next(
        i for i, o in enumerate(own)
        if (o.quantity, o.start, o.evidence) == (datum.quantity, datum.start, datum.evidence)
    )  # fmt: skip
    changed = dataclasses.replace(own[i], value=own[i].value * times)
    if twin:
        changed = dataclasses.replace(changed, evidence=(twin,))
    rows = (*own, changed) if twin else (*own[:i], changed, *own[i + 1 :])
    study = dataclasses.replace(posterior.study, observations={**observations, datum.channel: rows})
    likelihood = compile_likelihood(study, posterior.compiled)
    return dataclasses.replace(posterior, study=study, likelihood=likelihood)


def test_two_sources_that_differ_by_more_than_both_allow_contradict_each_other(posterior):
    count = next(
        d for d, datum in enumerate(posterior.likelihood.data) if datum.quantity == "arrivals"
    )
    assert contradictions(with_figure(posterior, count, 1.02, twin="T16")) == contradictions(
        posterior
    )
    (pair,) = contradictions(with_figure(posterior, count, 9.0, twin="T16"))
    assert pair.quantity == "arrivals"
    assert pair.distance > 1.64
    first, second = pair.figures
    assert second.value == pytest.approx(9 * first.value)
    assert second.evidence == ("T16",)
