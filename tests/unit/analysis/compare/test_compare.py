"""Scenarios against the baseline: paired, labelled, within bounds, and never a plan of harm."""

from __future__ import annotations

import json

import numpy as np
import pytest

from safepassage.analysis.compare.cohort_outcomes import outcome_differences
from safepassage.analysis.compare.compare import compare
from safepassage.analysis.compare.differences import NO_DIFFERENCE, Window, way_differences
from safepassage.analysis.compare.diversion import choice_parameters, diversion
from safepassage.analysis.compare.extrapolation import Distance, distances, verdict
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.safeguards import raised_captures
from safepassage.analysis.compare.totals import MEASURES, ScenarioModel
from safepassage.errors import InputError, Refused
from safepassage.inference.summary import LABELS
from safepassage.model.scenario_schema import Change, Scenario, Support
from safepassage.results.comparison import WayDifference
from safepassage.results.parts import Estimate
from safepassage.study.scenarios import NamedScenario, catalogue

DRAWS = 200


@pytest.fixture(scope="module")
def by_name(posterior):
    requested = list(catalogue(posterior.study).scenarios)
    return {s.id: s for s in compare(posterior, requested, draws=DRAWS).scenarios}


def own(tmp_path, *changes, **more):
    """A user's file with one scenario, `mine`."""
    scenario = {"title": "Mine", "reason": "To see", "changes": list(changes), **more}
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps({"scenarios": {"mine": scenario}}))
    return file


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_what_equals_the_baseline_differs_by_exactly_nothing(posterior, engine):
    (same,) = compare(posterior, ["as_it_was"], draws=64, engine=engine).scenarios
    for measure, found in same.differences.items():
        assert (found.low, found.median, found.high) == (0, 0, 0), measure
        assert found.label == NO_DIFFERENCE
        assert found.baseline == found.scenario
        assert found.variance_ratio is None
    for way in same.ways.values():
        assert way.set_out == Estimate(median=0, low=0, high=0)
        for _, found in way.outcomes:
            assert found.median in (0, None) and found.low == found.high
    assert same.diversion is None


def test_the_answer_is_plain_json_in_the_order_requested(posterior):
    names = ["short-winter", "a-corridor", "cheaper"]
    answer = compare(posterior, names, draws=32).to_dict()
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert [s["id"] for s in answer["scenarios"]] == names


def test_each_scenario_does_what_it_says(by_name):
    def change(name, measure):
        return getattr(by_name[name].differences, measure)

    assert change("a-corridor", "safe").low > 0
    assert change("a-corridor", "dead").high < 0
    assert change("border-of-2002", "dead").median < 0
    assert change("fewer-arrests", "returned").high < 0
    assert change("more-arrests", "returned").low > 0
    assert change("short-winter", "safe").high < 0
    punished = change("nobody-punished", "relatives_punished")
    assert punished.high < 0 and punished.scenario.high < punished.baseline.high
    for measure in ("safe", "dead", "limbo", "money_usd"):
        assert change("nobody-punished", measure).label == NO_DIFFERENCE
    assert change("fewer-arrests", "relatives_punished").label != NO_DIFFERENCE


def test_years_add_up_to_the_difference(posterior):
    runs = Runs(posterior, CompareRequest(draws=16))
    requested = catalogue(posterior.study).scenarios["fewer-arrests"]
    base, changed = runs.pair(requested, runs.scenario(requested))
    first = np.abs(changed.measures - base.measures)[:, :3]
    assert (first == 0).all()  # nothing changes before the scenario does
    answer = compare(posterior, ["fewer-arrests"], draws=2).scenarios[0]
    assert [row.time for row in answer.differences.dead.by_year] == [
        "2004",
        "2005",
        "2006",
        "2007",
        "2008",
    ]
    total = (changed.measures - base.measures)[MEASURES.index("dead"), 3:].sum(axis=0)
    again = compare(posterior, ["fewer-arrests"], draws=16).scenarios[0]
    assert again.differences.dead.median == pytest.approx(float(np.median(total)))


def test_a_measure_says_how_far_it_rises_above_the_fit(posterior, tmp_path):
    """Twice the people set out in all years: twice the highest year of everything linear."""
    change = {"entry": "departure", "from": "2001-01", "multiply": 2}
    answer = compare(posterior, ["mine"], draws=16, file=own(tmp_path, change)).scenarios[0]
    assert answer.differences.dead.times_fitted_peak == pytest.approx(2, abs=0.35)
    before = compare(posterior, ["as-it-was"], draws=16).scenarios[0].differences
    assert 0.5 < before.dead.times_fitted_peak <= 1


def test_both_engines_agree_where_people_are_many(posterior):
    means, people = (
        compare(posterior, ["a-corridor"], draws=DRAWS, engine=engine).scenarios[0].differences
        for engine in ("expected", "counts")
    )
    for measure in ("safe", "limbo", "dead"):
        ours, theirs = (getattr(one, measure) for one in (means, people))
        assert ours.median == pytest.approx(theirs.median, rel=0.1, abs=2)
    assert people.dead.high - people.dead.low > 0


def test_people_are_neither_made_nor_lost(posterior):
    """Where the same people set out, those who end somewhere less end somewhere else."""
    runs = Runs(posterior, CompareRequest(draws=16))
    requested = catalogue(posterior.study).scenarios["a-corridor"]
    scenario_model = runs.scenario(requested)
    tables = [m.compiled.program.tables(runs.z) for m in (runs.baseline, scenario_model)]
    np.testing.assert_array_equal(tables[0].entries, tables[1].entries)
    from safepassage.engines.expected.solve import solve

    ends = [
        solve(m.network, t).counts[-1].sum(axis=0)
        for m, t in zip((runs.baseline, scenario_model), tables, strict=True)
    ]
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)


def test_pairing_narrows_whole_people_too(posterior):
    """The same random numbers as well as the same past: others make the difference wider."""
    runs = Runs(posterior, CompareRequest(engine="counts", draws=DRAWS))
    requested = catalogue(posterior.study).scenarios["fewer-arrests"]
    base, changed = runs.pair(requested, runs.scenario(requested))
    made = runs.scenario(requested).compiled
    other = ScenarioModel(made, "counts", posterior.seed + 1)
    fresh = other.totals(runs.z[:, :128], 0, runs.baseline.prices(runs.z[:, :128]))
    row = MEASURES.index("safe")
    paired = (changed.measures - base.measures)[row, 3:, :128].sum(axis=0)
    unpaired = (fresh.measures - base.measures[..., :128])[row, 3:].sum(axis=0)
    assert paired.var() < 0.7 * unpaired.var()
    assert paired.mean() == pytest.approx(unpaired.mean(), abs=4 * unpaired.std() / np.sqrt(128))


def test_variance_ratios_say_what_pairing_is_worth(by_name):
    for name, scenario in by_name.items():
        for measure, found in scenario.differences.items():
            if found.label != NO_DIFFERENCE:
                assert found.variance_ratio > 0 and found.interval_ratio > 0, (name, measure)
    assert by_name["fewer-arrests"].differences.dead.variance_ratio > 20


def test_labels_are_no_better_than_what_a_scenario_depends_on(posterior, by_name):
    least = posterior.labels["arrest_hazard"]
    for _, found in by_name["fewer-arrests"].differences.items():
        assert LABELS.index(found.label) >= LABELS.index(least)
    for _, found in by_name["a-corridor"].differences.items():
        if found.label != NO_DIFFERENCE:
            assert found.label == "assumed"  # nobody ever saw that exit


def test_years_past_the_fit_may_be_summed(posterior):
    answer = compare(
        posterior, ["border-of-2002"], draws=32, first_year=2009, last_year=2011
    ).scenarios[0]
    assert [row.time for row in answer.differences.dead.by_year] == ["2009", "2010", "2011"]
    assert answer.differences.dead.median < 0
    assert answer.distance.years_past_the_fit == 3
    assert answer.distance.verdict == "beyond"
    whole = compare(posterior, ["border-of-2002"], draws=32, last_year=2011)
    fitted_years = compare(posterior, ["border-of-2002"], draws=32)
    rows = [one.scenarios[0].differences.safe.by_year for one in (whole, fitted_years)]
    for ours, theirs in zip(rows[0], rows[1], strict=False):
        assert ours.median == pytest.approx(theirs.median, rel=1e-9)


def test_rare_ways_are_reported_only_pooled(posterior):
    runs = Runs(posterior, CompareRequest(draws=8))
    requested = catalogue(posterior.study).scenarios["cheaper"]
    scenario_model = runs.scenario(requested)
    pair = runs.pair(requested, scenario_model)
    outcomes = outcome_differences(
        runs.cohorts(None, runs.baseline, "2008-12"),
        runs.cohorts(requested, scenario_model, "2008-12"),
    )
    model = runs.model
    ways = {
        n: w.model_copy(update={"pooled_years": 3 if n == "over_the_border" else 1})
        for n, w in model.ways.items()
    }
    rare = model.model_copy(update={"ways": ways})
    found = way_differences(rare, pair, Window(2001, 2001, 2008), "2008-12", outcomes)
    times = [row.time for row in found["over_the_border"].by_year]
    assert times == ["2001-2003", "2004-2008"]
    short = way_differences(rare, pair, Window(2001, 2007, 2008), "2008-12", outcomes)
    assert short["over_the_border"].to_dict() == {
        "title": ways["over_the_border"].title, "withheld": "pooled over 3 years",
    }  # fmt: skip
    assert isinstance(short["once_arrested"], WayDifference)


# --- bounds


def test_what_raises_captures_must_say_that_it_compares_harm(posterior, tmp_path):
    change = {"hazard": "arrest", "from": "2004-01", "multiply": 1.2}
    with pytest.raises(Refused, match=r"questions of protection.*comparison_of_harm"):
        compare(posterior, ["mine"], draws=8, file=own(tmp_path, change))
    said = own(tmp_path, change, comparison_of_harm=True)
    answer = compare(posterior, ["mine"], draws=8, file=said)
    assert answer.scenarios[0].comparison_of_harm
    assert any("no plan" in note for note in answer.notes)


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": "crowding", "from": "2004-01", "multiply": 2},
        {"policy": "border_policy", "from": "2004-01", "multiply": 2},
        {"odds": "crossing.lost", "from": "2004-01", "set": 0.9},
        {"hazard": "arrest", "from": "2004-01", "set": ["arrest_hazard", 3]},
    ],
)
def test_captures_may_not_be_raised_in_a_roundabout_way(posterior, tmp_path, change):
    with pytest.raises(Refused, match="protection"):
        compare(posterior, ["mine"], draws=8, file=own(tmp_path, change))


def test_an_exit_that_leads_where_captures_lead_is_one(posterior, tmp_path):
    opens = {
        "raids": {
            "title": "Raids", "from": "hidden", "to": "detained", "hazard": 0.2,
            "since": "2004-01",
        }
    }  # fmt: skip
    with pytest.raises(Refused, match="raids"):
        compare(posterior, ["mine"], draws=8, file=own(tmp_path, opens=opens))


def test_more_interception_is_never_set_against_less(posterior, tmp_path):
    file = own(
        tmp_path,
        {"hazard": "arrest", "from": "2004-01", "multiply": 3},
        comparison_of_harm=True,
    )
    with pytest.raises(Refused, match="different amounts"):
        compare(posterior, ["more-arrests", "mine"], draws=8, file=file)


def test_protection_raises_no_capture(posterior):
    listed = catalogue(posterior.study)
    runs = Runs(posterior, CompareRequest(draws=8))
    for name, requested in listed.scenarios.items():
        scenario_model = runs.scenario(requested)
        raised = raised_captures(
            scenario_model.compiled, requested.scenario, runs.z, listed.captures
        )
        assert bool(raised) == (name == "more-arrests"), (name, raised)


def test_far_outside_what_was_fitted_is_refused_and_outside_is_flagged(posterior, tmp_path):
    change = {"hazard": "recognised", "from": "2004-01", "multiply": 4}
    answer = compare(posterior, ["mine"], draws=16, file=own(tmp_path, change))
    distance = answer.scenarios[0].distance
    assert distance.verdict == "beyond" and distance.changes[0].times_outside > 1.5
    far = {**change, "multiply": 1e15}
    with pytest.raises(Refused, match=r"the fit covers .* times outside"):
        compare(posterior, ["mine"], draws=16, file=own(tmp_path, far))
    near = {**change, "multiply": 1.05}
    answer = compare(posterior, ["mine"], draws=16, file=own(tmp_path, near))
    assert answer.scenarios[0].distance.verdict == "inside"


def test_what_is_switched_off_is_flagged_and_not_refused(posterior, tmp_path):
    change = {"hazard": "arrest", "from": "2004-01", "multiply": 0}
    answer = compare(posterior, ["mine"], draws=16, file=own(tmp_path, change))
    distance = answer.scenarios[0].distance
    (one,) = distance.changes
    assert (one.says, one.times_outside) == ("switched off", None)
    assert distance.verdict == "beyond"


def test_distance_knows_every_kind_of_change(posterior):
    runs = Runs(posterior, CompareRequest(draws=32))
    found = {}
    for name, requested in catalogue(posterior.study).scenarios.items():
        scenario_model = runs.scenario(requested)
        found[name] = distances(scenario_model.compiled, requested, runs.z, 96)
    for one in found["as-it-was"]:
        assert one.times == 1 and one.high > 0, one
    assert len(found["as-it-was"]) == 10
    assert found["border-of-2002"][0].times == 1
    assert found["a-corridor"][0].times == float("inf")
    (let_go,) = found["everybody-let-go"]
    assert let_go.value == pytest.approx(9) and let_go.times > 1


def test_a_distance_below_is_as_far_as_one_above():
    assert Distance("hazard", "x", 1.0, 2.0, 6.0).times == 3
    assert Distance("hazard", "x", 1.0, 2.0, 0.25).times == 4
    requested = NamedScenario("x", Scenario(title="x", reason="y", changes=()), "file", 1)
    with pytest.raises(Refused):
        verdict(requested, [Distance("hazard", "x", 1.0, 2.0, 0.01)], Support(), 0)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"draws": 1}, "at least 2"),
        ({"draws": 10**6}, "a number from 2 to"),
        ({"engine": "individuals"}, "give one of expected, counts"),
        ({"first_year": 1990}, "call: first_year"),
        ({"last_year": 2030}, "call: last_year"),
        ({"first_year": 2007, "last_year": 2005}, "before the first year"),
        ({"last_year": 2003}, "changes nothing before"),
        ({"first_year": 2009}, "give a last year"),
    ],
)
def test_wrong_numbers_are_faults(posterior, how, says):
    with pytest.raises(InputError, match=says):
        compare(posterior, ["fewer-arrests"], **{"draws": 8, **how})


def test_unknown_scenarios_are_named_all_at_once(posterior):
    with pytest.raises(InputError) as caught:
        compare(posterior, ["fewer-arests", "cheaper", "cheaper", "nothing-like-it"])
    texts = "\n".join(map(str, caught.value.faults))
    assert "did you mean 'fewer-arrests'?" in texts and "stands twice" in texts
    assert len(caught.value.faults) == 3


def test_a_name_of_the_model_is_taken(posterior, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "scenarios: {cheaper: {title: T, reason: R, changes: [{entry: departure, from: 2002-01, "
        "multiply: 1}]}}\n"
    )
    with pytest.raises(InputError, match="taken by a scenario of the model"):
        catalogue(posterior.study, file)


def test_texts_of_scenarios_hold_no_address(posterior, tmp_path):
    file = own(tmp_path, {"entry": "departure", "from": "2002-01", "multiply": 1})
    file.write_text(file.read_text().replace("To see", "write to me@example.org"))
    with pytest.raises(InputError, match="e-mail"):
        catalogue(posterior.study, file)


def test_a_scenario_that_nobody_can_pass_is_a_fault(posterior, tmp_path):
    shut = {"odds": ["crossing.across", "crossing.lost"], "from": "2004-01", "multiply": 0}
    with pytest.raises(InputError, match="leave one of the exits open"):
        compare(posterior, ["mine"], draws=8, file=own(tmp_path, shut))


# --- diversion


def test_diversion_is_of_people_and_says_how_the_choice_is_estimated(posterior):
    ways = list(posterior.study.model.ways)
    draws = posterior.z.shape[1]
    change = np.zeros((len(ways), draws))
    change[0], change[1] = -100.0, np.linspace(20, 60, draws)
    found = diversion(posterior, posterior.z, change, frozenset())
    assert found is not None
    assert found.share_diverted.median == pytest.approx(0.4)
    assert list(found.fewer) == ways[:1] and list(found.more) == [ways[1]]
    choice = found.choice
    assert choice.estimated + choice.assumed_or_prior == len(choice.parameters)
    change[1] = 400.0  # more people set out: that is no diversion
    assert diversion(posterior, posterior.z, change, frozenset()) is None
    assert diversion(posterior, posterior.z, 0 * change, frozenset()) is None


def test_the_rule_of_choice_is_that_of_branches_between_ways(north_korea):
    captures = catalogue(north_korea).captures
    names = choice_parameters(north_korea.model, captures)
    assert {"aid_odds", "aid_places", "south_odds", "price_elasticity"} <= set(names)
    assert not {"border_caught_odds", "china_capture", "trafficking_odds"} & set(names)


def test_a_change_has_one_kind(posterior):
    change = Change.model_validate({"hazard": ["a", "b"], "from": "2004-01", "multiply": 1})
    assert change.targets == [("hazard", "a"), ("hazard", "b")]
