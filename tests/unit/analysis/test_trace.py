"""A trace leads from any figure to evidence rows with their sources."""

from __future__ import annotations

import json

import pytest

from safepassage.analysis.trace import trace
from safepassage.errors import InputError
from safepassage.reports.text.trace import trace_text

TRACED = {
    "over_the_border": "way",
    "once_arrested": "way",
    "departures": "parameter",
    "recognition": "parameter",
    "arrivals_counted": "channel",
    "women_among_arrivals": "channel",
    "hidden_people": "output",
    "arrivals_pooled": "output",
}


@pytest.mark.parametrize("name, kind", TRACED.items())
def test_a_trace_reaches_evidence_with_sources(posterior, name, kind):
    traced = trace(posterior, name)
    assert (traced.name, traced.kind) == (name, kind)
    assert traced.figures and traced.parameters and traced.evidence
    for row in traced.evidence:
        assert row.id in posterior.study.evidence.rows
        assert row.source_title == "A made-up yearbook"
        assert row.source_url.startswith("https://")
        assert row.grade in "ABCD"
    for parameter in traced.parameters:
        assert parameter.evidence or parameter.assumed
    json.dumps(traced.to_dict())


def test_a_parameter_is_traced_to_its_own_rows(posterior):
    traced = trace(posterior, "recognition")
    assert [row.id for row in traced.evidence] == ["T02", "T03"]
    assert [p.name for p in traced.parameters] == ["recognition"]
    assert traced.figures == (traced.parameters[0].posterior,)


def test_an_assumed_parameter_says_so_and_rests_on_no_row(posterior):
    traced = trace(posterior, "release_share")
    assert traced.evidence == () and traced.informed_by == "A wide guess."
    assert "assumptions alone" in trace_text(traced)


def test_a_channel_shows_its_rows_and_their_evidence(posterior):
    traced = trace(posterior, "women_among_arrivals")
    assert [row.observed for row in traced.figures] == [0.55, 0.5]
    assert {"T13", "T14", "T15"} <= {row.id for row in traced.evidence}


def test_an_output_names_the_figures_that_observe_it(posterior):
    assert {"T10", "T11"} <= {row.id for row in trace(posterior, "arrivals_pooled").evidence}


def test_parameters_come_by_how_much_uncertainty_they_carry(posterior):
    shares = [p.share for p in trace(posterior, "hidden_people").parameters]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] >= 0.01 and shares[0] <= 1.0


def test_what_a_danger_depends_on_is_among_the_first(posterior):
    names = [p.name for p in trace(posterior, "over_the_border").parameters]
    assert {"loss_at_border", "closure_ratio"} & set(names[:3])
    assert "arrivals_spread" not in names[:3]


@pytest.mark.parametrize(
    "name, near",
    [
        ("over_the_bordr", "over_the_border"),
        ("departure", "departures"),
        ("hidden_poeple", "hidden_people"),
        ("zzzz", "over_the_border"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(posterior, name, near):
    with pytest.raises(InputError, match=near):
        trace(posterior, name)


@pytest.mark.parametrize("name", TRACED)
def test_the_text_fits_a_terminal_and_warns_of_a_fit_that_has_not_converged(posterior, name):
    lines = trace_text(trace(posterior, name)).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("WARNING") == (not posterior.verdict.converged)
    assert any("made-up yearbook" in line for line in lines)
