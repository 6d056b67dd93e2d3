"""Each declared mechanism is switched off, and shows where the model says that it does."""

from __future__ import annotations

import dataclasses

import pytest

from safepassage.analysis.checks.mechanisms import switch_off_mechanisms
from safepassage.errors import InputError
from safepassage.reports.text.mechanisms import mechanisms_text
from safepassage.results.checks.mechanisms import MechanismReport


@pytest.fixture(scope="module")
def report(three_states):
    return switch_off_mechanisms(three_states)


def with_mechanism(study, **changes):
    """The study with its first mechanism changed."""
    name, first = next(iter(study.model.mechanisms.items()))
    mechanisms = {**study.model.mechanisms, name: first.model_copy(update=changes)}
    model = study.model.model_copy(update={"mechanisms": mechanisms})
    return dataclasses.replace(study, model=model)


def test_every_mechanism_shows_where_the_model_says(report, three_states):
    assert [one.id for one in report.mechanisms] == list(three_states.model.mechanisms)
    for one in report.mechanisms:
        assert one.shows and one.shows_in.change > 0.01
        assert one.shows_in.with_it != one.shows_in.without_it
        assert one.moves_most[0].change >= one.shows_in.change


def test_a_claim_that_shows_nowhere_is_noticed(three_states):
    """Ice on the border changes who is hidden, not what a journey costs."""
    changed = with_mechanism(
        three_states, remove=(), neutral=("closure_ratio",), shows_in="hidden_people"
    )
    whole = switch_off_mechanisms(changed).mechanisms[0]
    assert whole.shows
    none = with_mechanism(three_states, remove=(), neutral=(), shows_in="hidden_people")
    (first, *_) = switch_off_mechanisms(none).mechanisms
    assert not first.shows and first.shows_in.change == 0.0 and first.moves_most == ()
    assert "DOES NOT SHOW" in mechanisms_text(switch_off_mechanisms(none))


def test_a_mechanism_that_names_nothing_is_a_fault_with_its_line(three_states):
    with pytest.raises(InputError) as raised:
        switch_off_mechanisms(with_mechanism(three_states, remove=("nowhere",)))
    (fault,) = raised.value.faults
    assert fault.field.startswith("mechanisms.") and "nowhere" in fault.message


def test_progress_and_text(three_states, report):
    steps = []
    switch_off_mechanisms(three_states, lambda *step: steps.append(step))
    assert steps[-1] == ("mechanisms", 2, 2)
    text = mechanisms_text(report)
    assert max(map(len, text.splitlines())) <= 80
    for one in report.mechanisms:
        assert one.title in text


def test_the_json_is_the_record(report):
    assert MechanismReport.from_dict(report.to_dict()) == report
    assert list(report.to_xarray().dims) == ["mechanism"]
    assert len(repr(report)) < 2000
