"""What-ifs while somebody waits: the same answer as `compare`, and sliders that only protect."""

import json

import numpy as np
import pytest

from safepassage.analysis.compare.compare import compare
from safepassage.analysis.compare.interactive import LiveWhatIf, own_scenario
from safepassage.analysis.compare.safeguards import raised_captures
from safepassage.analysis.compare.totals import MEASURES
from safepassage.errors import InputError
from safepassage.network.interventions.scenario_program import changed
from safepassage.results.comparison import MedianAnswer
from safepassage.study.scenarios import catalogue


@pytest.fixture(scope="module")
def live(posterior):
    return LiveWhatIf(posterior)


def test_the_whole_answer_is_that_of_compare(live, posterior):
    requested = live.listed.scenarios["fewer-arrests"]
    ours = live.with_intervals(requested)
    (theirs,) = compare(posterior, ["fewer-arrests"], draws=ours.draws).scenarios
    assert ours.to_dict() == theirs.to_dict() | {"draws": ours.draws, "engine": "expected"}


def test_a_baseline_that_was_run_answers_again_alike(live):
    requested = live.listed.scenarios["cheaper"]
    assert live.with_intervals(requested) == live.with_intervals(requested)


def test_the_middle_is_near_the_median(live):
    requested = live.listed.scenarios["fewer-arrests"]
    middle, whole = live.middle(requested), live.with_intervals(requested)
    assert (middle.start, middle.end) == (whole.start, whole.end)
    for measure in ("safe", "returned", "dead"):
        ours, theirs = (getattr(one.differences, measure) for one in (middle, whole))
        assert theirs.low <= ours.median <= theirs.high
        assert ours.median == pytest.approx(sum(row.median for row in ours.by_year))
    assert middle.differences.limbo.median == middle.differences.limbo.by_year[-1].median


def test_the_middle_is_plain_json_by_measure(live):
    answer = live.middle(live.listed.scenarios["fewer-arrests"])
    values = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert [*values] == ["from", "to", "differences"]
    assert [*values["differences"]] == [*MEASURES]
    assert {tuple(one) for one in values["differences"].values()} == {("median", "by_year")}
    assert MedianAnswer.from_dict(values) == answer


def test_progress_can_stop_it(live):
    class Gone(Exception):
        pass

    def leave(stage, done, total):
        raise Gone

    with pytest.raises(Gone):
        live.with_intervals(live.listed.scenarios["cheaper"], leave)


@pytest.mark.parametrize(
    "values", [{"nobody": 0.5}, {"arrests": 1.01}, {"arrests": -1}, {"arrests": 1.0}, {}]
)
def test_sliders_that_say_nothing_sound_are_refused(live, values):
    with pytest.raises(InputError):
        own_scenario(values, live.listed.sliders)


def harmless(study, compiled):
    """Names of sliders by whose ends more people would be caught."""
    listed = catalogue(study)
    z = np.random.default_rng(1).standard_normal((len(compiled.parameters), 8))
    return [
        (name, value, raised)
        for name, slider in listed.sliders.items()
        for value in (slider.least, slider.most)
        if value != 1
        for requested in [own_scenario({name: value}, listed.sliders)]
        for made in [changed(compiled, requested.scenario, study.covariates)]
        if (raised := raised_captures(made, requested.scenario, z, listed.captures))
    ]


def test_no_end_of_a_bundled_slider_has_more_people_caught(north_korea, north_korea_compiled):
    assert catalogue(north_korea).sliders
    assert harmless(north_korea, north_korea_compiled) == []


def test_no_end_of_a_slider_of_the_teaching_model_has(three_states, three_states_compiled):
    assert harmless(three_states, three_states_compiled) == []
