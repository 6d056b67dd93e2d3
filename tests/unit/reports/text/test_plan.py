"""A plan as text and as a figure: within 80 columns, honest, and sound XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from safepassage.reports.figures.frontier import frontier_figure
from safepassage.reports.text.plan import OUTCOMES, in_words, plan_text
from safepassage.results.plan import BudgetPlan


def estimate(size):
    return {"median": size, "low": -2 * abs(size), "high": 3 * abs(size), "mean": 1.2 * size}


def lever(name, money, budget, label="assumed"):
    part = {"name": "p", "title": "P", "unit": "USD", "median": 1.0, "low": 0.5, "high": 2.0,
            "evidence": ["E1", "E2"], "label": label, "assumed": None}  # fmt: skip
    return {
        "id": name, "title": f"{name} & a very <long> title of it", "reason": "R", "unit": "a unit",
        "money_usd": money, "share": money / budget, "units": estimate(money / 1234.5),
        "most_usd": 10 * budget, "cost_usd": estimate(1234.5), "cost_rests_on": [part],
        "effect_rests_on": [part], "next_10000_usd": estimate(0.0123), "label": label,
        "years": 3.0,
    }  # fmt: skip


def change(name, times):
    return {"changes": "hazard", "name": name, "value": 1.0, "fitted": {"low": 0.1, "high": 0.4},
            "times_outside": times, "says": None}  # fmt: skip


def budget_plan(size=12.3, budget=1e6, levers=None, **changes):
    levers = levers or [
        lever("boats", 0.7 * budget, budget),
        lever("lawyers", 0.3 * budget, budget, "prior-driven"),
        lever("beacons", 0.0, budget),
    ]
    outcome = {**estimate(size), "baseline": estimate(470), "plan": estimate(480), "label": "mixed"}
    option = {
        "id": "plan", "title": "Most on average", "money_usd": {}, "gain": estimate(size),
        "worst_tenth": -size, "probability_best": 0.1, "probability_of_gain": 0.97,
    }  # fmt: skip
    split = {row["id"]: row["money_usd"] for row in levers}
    frontier = [
        {"budget_usd": budget * k, "money_usd": split, "gain": estimate(size * k),
         "next_10000_usd": 0.1 / k}
        for k in (0.1, 0.5, 1, 4)
    ]  # fmt: skip
    values = {
        "budget_usd": budget, "from": "2026-01", "horizon": 2028, "spent_usd": budget,
        "outweighs": {"dead": 4.0, "returned": 2.0, "relatives_punished": 0.5, "limbo": 0.0},
        "levers": levers, "outcomes": {m: outcome for m in OUTCOMES},
        "options": [option, {**option, "title": "Another " * 12}], "frontier": frontier,
        "draws": {"sought": 16, "settled": 100},
        "grid": {"allocations": 3, "best_of_grid": 1.0, "plan": 1.0, "plan_over_grid": 1.0},
        "distance": {"verdict": "beyond", "years_past_the_fit": 3,
                     "changes": [change("arrests", 2.4), change("inside", 1.0)]},
        "notes": ["A note that is long. " * 12],
        "fit": {"converged": True, "max_rhat": 1.0, "min_bulk_ess": 900.0, "min_tail_ess": 900.0,
                "divergences": 0, "seconds": 1.0, "chains": 4, "draws": 100},
        "provenance": {"model_hash": "m", "evidence_hash": "e", "source_hash": "s",
                       "version": "0", "seed": 1, "run": "r"},
    }  # fmt: skip
    return BudgetPlan.from_dict({**values, **changes})


@pytest.mark.parametrize("size", [0.0, 0.0042, -7.0, 999.6, 98_765.4, 9.4e8])
@pytest.mark.parametrize("budget", [900.0, 1e6, 4.2e8])
def test_it_fits_a_terminal(size, budget):
    value = {"title": "What is known " * 9, "value": size, "error": size, "bias": 0.0,
             "noise": 0.1, "worth_usd": budget, "above_noise": True}  # fmt: skip
    shares = {"noise": 0.01, "parameters": [{"id": "a_long_name" * 5, "share": 0.123}] * 5}
    learn = {
        "options": 9, "draws": 100, "gain_per_10000_usd": 0.1,
        "all": {"value": size, "worth_usd": budget},
        "parameters": [{**value, "id": "p", "of": "model", "label": "mixed"}],
        "channels": [{**value, "ids": ["c"], "quantities": ["q"], "above_noise": False}],
        "variance": {"plan": shares, "answers": {"some.way": shares, "hidden": shares},
                     "slopes": {}},
    }  # fmt: skip
    for plan in (budget_plan(size, budget), budget_plan(size, budget, learn=learn)):
        assert max(map(len, plan_text(plan).splitlines())) <= 80


def test_in_words_it_says_who_is_helped_and_what_is_assumed():
    words = in_words(budget_plan()).replace("\xa0", " ")
    assert "70 % to boats" in words and "nothing to beacons" in words
    assert "15 more people to safety" in words  # the mean, not the median
    assert "Counting a death as 4.0, a return as 2.0, a relative punished as 0.50" in words
    assert "nine of ten draws" in words and "97 %" in words
    assert "Assumed, not measured, is what these do: boats" in words
    assert "BEYOND WHAT WAS FITTED: arrests 2.4 times outside, 3 years past the fit" in words
    assert "inside" not in words


def test_when_all_is_assumed_it_says_so():
    plan = budget_plan(levers=[lever("boats", 1e6, 1e6)])
    assert "every one of these levers does is assumed" in in_words(plan)


def test_a_plan_of_nothing_says_so():
    plan = budget_plan(spent_usd=0.0, levers=[lever("boats", 0.0, 1e6)])
    assert in_words(plan).startswith("No lever is expected to do more good than harm")


def test_money_that_is_not_spent_is_named():
    assert "400,000 USD remain unspent" in in_words(budget_plan(spent_usd=600_000.0))


def test_costs_name_their_rows():
    assert "evidence E1, E2" in " ".join(plan_text(budget_plan()).split())


@pytest.mark.parametrize("size", [0.0, -3.0, 12.3])
def test_the_figure_is_sound_and_names_every_lever(size):
    root = ET.fromstring(frontier_figure(budget_plan(size)))
    space = "{http://www.w3.org/2000/svg}"
    words = [t.text for t in root.iter(f"{space}text")]
    assert "boats & a very <long> title of it (assumed)" in words
    assert {"100k", "500k", "1M", "4M"} <= set(words)
    bars = [r for r in root.iter(f"{space}rect") if r.get("class") == "lever0"]
    assert len(bars) == 5  # four budgets and the legend
    for rect in root.iter(f"{space}rect"):
        assert float(rect.get("height")) >= 0 and float(rect.get("width")) >= 0
    width, height = (float(root.get(k)) for k in ("width", "height"))
    for circle in root.iter(f"{space}circle"):
        assert 0 <= float(circle.get("cx")) <= width and 0 <= float(circle.get("cy")) <= height


def test_one_budget_alone_can_be_drawn():
    plan = budget_plan()
    ET.fromstring(frontier_figure(plan.model_copy(update={"frontier": plan.frontier[2:3]})))
