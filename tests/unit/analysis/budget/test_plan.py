"""A plan: within its budget, labelled, robust, and never one that has people caught."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from pydantic import ValidationError

import safepassage as sp
from safepassage.analysis.budget.horizon import MEASURES
from safepassage.analysis.budget.plan import plan
from safepassage.errors import InputError, Refused
from safepassage.inference.summary import LABELS
from safepassage.results.base import Record
from safepassage.results.plan import BudgetPlan, PlanOutcomes

BUDGET = 400_000.0


@pytest.fixture(scope="module")
def answer(posterior):
    return plan(posterior, BUDGET, 2011, draws=32, learn=True)


def own(tmp_path, act, **more):
    """A user's file with one lever, `mine`."""
    lever = {"title": "Mine", "reason": "To see", "unit": "one", "cost": 1000, "most": 50}
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps({"levers": {"mine": {**lever, "acts": [act], **more}}}))
    return file


def records(declared):
    """A class of records and those of its fields, each once."""
    every, waiting = [], [declared]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Record) and one not in every:
            every.append(one)
            waiting += [field.annotation for field in one.model_fields.values()]
        else:
            waiting += get_args(one)
    return every


def test_the_json_is_plain_and_can_be_read_back(answer):
    values = answer.to_dict()
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert values == json.loads(answer.model_dump_json())
    assert BudgetPlan.from_dict(values) == answer
    assert values["from"] == "2009-01" and "start" not in values
    assert sp.BudgetPlan is BudgetPlan


def test_what_was_not_requested_is_absent_from_the_json(answer):
    assert "learn" not in answer.model_copy(update={"learn": None}).to_dict()
    variance = answer.learn.variance.model_copy(update={"prior_sobol": None})
    assert "prior_sobol" not in variance.to_dict()


def test_every_field_is_described_and_no_value_is_untyped():
    every = records(BudgetPlan)
    assert len(every) > 20
    for one in every:
        for name, field in one.model_fields.items():
            assert field.description, f"{one.__name__}.{name}"
            assert "Any" not in str(field.annotation), f"{one.__name__}.{name}"


def test_a_plan_is_frozen(answer):
    with pytest.raises(ValidationError, match="frozen"):
        answer.budget_usd = 1.0
    with pytest.raises(ValidationError, match="frozen"):
        answer.levers[0].money_usd = 1.0


def test_a_plan_shows_itself_on_one_screen(answer):
    screen = repr(answer)
    assert screen.startswith("400,000 USD to 2011 gain")
    assert len(screen) < 2000 and max(map(len, screen.splitlines())) <= 80
    assert "lawyers" in screen
    page = answer._repr_html_()
    assert "<table" in page and "rescue-boats" in page


def test_a_plan_is_a_table_and_a_data_set(answer):
    table = answer.to_frame()
    assert table["lever"].to_list() == [lever.id for lever in answer.levers]
    assert table["money_usd"].sum() == pytest.approx(answer.spent_usd)
    assert list(answer.to_pandas().columns) == table.columns
    data = answer.to_xarray()
    assert dict(data.sizes) == {"lever": 3}
    assert data["money_usd"].attrs["units"] == "USD"
    assert set(answer.units) <= set(table.columns)


def test_money_and_shares_add_up(answer):
    money = [row.money_usd for row in answer.levers]
    assert sum(money) == pytest.approx(answer.spent_usd)
    assert answer.spent_usd <= BUDGET * (1 + 1e-9)
    assert sum(row.share for row in answer.levers) == pytest.approx(1)
    for row in answer.levers:
        assert row.money_usd <= row.most_usd * (1 + 1e-9)
        middle = row.units.median * row.cost_usd.median
        assert middle == pytest.approx(row.money_usd, rel=0.05, abs=1)


def test_the_plan_gains_most_on_average_and_the_cautious_one_in_the_worst(answer):
    options = {row.id: row for row in answer.options}
    means = {name: row.gain.mean for name, row in options.items()}
    assert max(means, key=means.__getitem__) == "plan"
    assert {"cautious", "equal", "only-lawyers", "only-rescue-boats"} <= set(options)
    assert options["cautious"].worst_tenth >= options["plan"].worst_tenth - 0.1
    assert sum(row.probability_best for row in options.values()) == pytest.approx(1)
    assert answer.grid.plan_over_grid >= 1 - 1e-6


def test_levers_with_money_have_one_price_of_the_next_money(answer):
    """Where the plan stands, no money moved between two levers would gain."""
    inside = [
        row for row in answer.levers
        if 0.01 * BUDGET < row.money_usd < 0.99 * row.most_usd
    ]  # fmt: skip
    prices = [row.next_10000_usd.mean for row in inside]
    assert len(inside) >= 2
    assert max(prices) == pytest.approx(min(prices), rel=0.05)
    for row in answer.levers:
        if row.money_usd == 0:
            assert row.next_10000_usd.mean <= max(prices) * 1.01


def test_outcomes_are_the_differences_of_the_same_draws(answer):
    assert list(PlanOutcomes.model_fields) == list(MEASURES)
    for found in (one for _, one in answer.outcomes):
        assert found.mean == pytest.approx(found.plan.mean - found.baseline.mean, abs=1e-6)
    gain = answer.options[0].gain
    assert answer.outcomes.net.mean == pytest.approx(gain.mean)
    assert answer.outcomes.dead.mean < 0 < answer.outcomes.safe.mean


def test_no_label_is_better_than_the_effects(answer):
    for row in answer.levers:
        assert row.label == "assumed"
        worst = max((p.label for p in row.effect_rests_on), key=LABELS.index, default=None)
        assert worst in (None, row.label)
    for found in (one for _, one in answer.outcomes):
        assert found.label in ("assumed", "no difference")


def test_more_money_gains_more_and_ever_less_for_each_dollar(answer):
    rows = answer.frontier
    assert [row.budget_usd for row in rows][:3] == [0.1 * BUDGET, 0.25 * BUDGET, 0.5 * BUDGET]
    gains = [row.gain.mean for row in rows]
    assert gains == sorted(gains)
    prices = [row.next_10000_usd for row in rows]
    assert prices[0] > prices[-1]
    assert BUDGET in [row.budget_usd for row in rows]


def test_distance_says_that_it_is_a_projection(answer):
    assert answer.distance.verdict == "beyond"
    assert answer.distance.years_past_the_fit == 3
    assert any("No study" in note for note in answer.notes)


def test_knowing_is_worth_something_and_never_more_than_everything(answer):
    learn = answer.learn
    everything = learn.all.value
    assert everything > 0
    for row in (*learn.parameters, *learn.channels):
        assert 0 <= row.value <= everything + 3 * row.error
    first = learn.parameters[0]
    assert first.value > 0 and first.worth_usd > 0
    names = {row.id for row in learn.parameters}
    assert {"arrest_hazard", "lawyer_cost", "boat_removes"} <= names
    assert not any("[" in name for name in names)  # a coming year's chance cannot be measured
    assert {c for row in learn.channels for c in row.ids} == {
        "arrivals_counted", "women_among_arrivals",
    }  # fmt: skip


def test_what_carries_each_answer_is_listed(answer, posterior):
    variance = answer.learn.variance
    assert "over_the_border.dead" in variance.answers and "hidden_people" in variance.answers
    assert {row.id for row in variance.plan.parameters}
    assert set(variance.slopes) <= set(posterior.study.model.outputs)
    assert set(variance.prior_sobol) == set(variance.slopes)


def test_levers_may_be_left_out(posterior):
    one = plan(posterior, 100_000.0, 2010, levers=["clerks"], draws=16)
    assert [row.id for row in one.levers] == ["clerks"]
    assert one.spent_usd == pytest.approx(100_000)


def test_weights_move_the_money(posterior):
    """Whoever counts nothing but deaths buys what prevents deaths."""
    nothing = {"return": 0.0, "relatives": 0.0}
    some = plan(posterior, BUDGET, 2011, draws=16, weights={"death": 1000.0, **nothing})
    none = plan(posterior, BUDGET, 2011, draws=16, weights={"death": 0.0, **nothing})
    boats = [one.levers[2].money_usd for one in (some, none)]
    assert boats[0] > boats[1]
    assert some.outweighs.dead == 2000 and none.outweighs.dead == 0


# --- bounds


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"budget": 0.0}, "0 USD buy nothing"),
        ({"budget": -5.0}, "above 0"),
        ({"budget": float("nan")}, "above 0"),
        ({"budget": float("inf")}, "above 0"),
        ({"budget": 1e15}, "more than all levers together could take by 2011, which is"),
        ({"horizon": 2008}, "a plan begins after 2008-12"),
        ({"horizon": 2019}, "not within 2009 to 2018"),
        ({"draws": 3}, "at least 16"),
        ({"draws": 10**7}, "the fit has"),
        ({"levers": ["lawyer"]}, "did you mean 'lawyers'"),
        ({"weights": {"deth": 1.0}}, "a plan weighs relatives, death, return"),
        ({"weights": {"money": 1.0}}, "a plan weighs relatives, death, return"),
        ({"weights": {"death": float("nan")}}, "finite number"),
        ({"horizon": 2009}, "begins in 2010-01, after 2009"),
    ],
)
def test_wrong_numbers_are_faults(posterior, how, says):
    requested = {"budget": BUDGET, "horizon": 2011, "draws": 16, **how}
    with pytest.raises(InputError, match=says):
        plan(posterior, requested.pop("budget"), requested.pop("horizon"), **requested)


def test_all_wrong_numbers_come_out_at_once(posterior):
    with pytest.raises(InputError) as caught:
        plan(posterior, 0.0, 1990, levers=["lawyer"], draws=1, weights={"x": 1.0})
    assert len(caught.value.faults) == 5
    fields = {fault.field for fault in caught.value.faults if fault.file == "call"}
    assert fields == {"budget", "horizon", "draws", "weights"}


@pytest.mark.parametrize(
    "act",
    [
        {"hazard": "arrest", "raises": 0.1, "reach": 2},
        {"odds": "crossing.lost", "raises": 0.1, "reach": 2},
        {"capacity": "crowding", "adds": 5},  # more room lets more arrests happen
    ],
)
def test_a_lever_that_raises_a_capture_is_refused(posterior, tmp_path, act):
    with pytest.raises(Refused, match=r"mine would have more people caught.*may only protect"):
        plan(posterior, 1000.0, 2011, levers=["mine"], draws=16, file=own(tmp_path, act))


def test_harm_is_never_a_gain(posterior):
    with pytest.raises(Refused, match="count harm as a gain"):
        plan(posterior, BUDGET, 2011, draws=16, weights={"return": -1.0})


def test_far_outside_the_fit_is_refused(posterior, tmp_path):
    act = {"hazard": "recognised", "raises": 500, "reach": 0.1}
    with pytest.raises(Refused, match="times outside"):
        plan(posterior, 20_000.0, 2011, levers=["mine"], draws=16, file=own(tmp_path, act))


def test_levers_that_harm_leave_the_money_unspent(posterior, tmp_path):
    """Slower recognition keeps people in hiding: the plan is to spend nothing."""
    act = {"hazard": "recognised", "removes": 0.5, "reach": 2}
    nothing = plan(posterior, 1000.0, 2011, levers=["mine"], draws=16, file=own(tmp_path, act))
    assert nothing.spent_usd == 0
    assert nothing.outcomes.net.label == "no difference"
    assert nothing.options[0].gain.mean == 0
