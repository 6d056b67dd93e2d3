"""A plan as text and as a figure: within 80 columns, honest, and sound XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from safepassage.reports.figures.frontier import frontier_figure
from safepassage.reports.text.plan import OUTCOMES, in_words, plan_text


def estimate(size):
    return {"median": size, "low": -2 * abs(size), "high": 3 * abs(size), "mean": 1.2 * size}


def lever(name, money, budget, label="assumed"):
    part = {"name": "p", "title": "P", "evidence": ["E1", "E2"], "label": label, "assumed": None}
    return {
        "id": name, "title": f"{name} and a very long title of it", "reason": "R", "unit": "a unit",
        "money_usd": money, "share": money / budget, "units": estimate(money / 1234.5),
        "most_usd": 10 * budget, "cost_usd": estimate(1234.5), "cost_rests_on": [part],
        "effect_rests_on": [part], "next_10000_usd": estimate(0.0123), "label": label,
        "years": 3.0,
    }  # fmt: skip


def made(size=12.3, budget=1e6, **changed):
    levers = [
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
    return {
        "budget_usd": budget, "from": "2026-01", "horizon": 2028, "spent_usd": budget,
        "outweighs": {"dead": 4.0, "returned": 2.0, "relatives_punished": 0.5, "limbo": 0.0},
        "levers": levers, "outcomes": {m: outcome for m in OUTCOMES},
        "options": [option, {**option, "title": "Another " * 12}], "frontier": frontier,
        "distance": {"verdict": "beyond", "years_past_the_fit": 3, "changes": [
            {"name": "arrests", "says": None, "times_outside": 2.4},
            {"name": "inside", "says": None, "times_outside": 1.0},
        ]},
        "notes": ["A note that is long. " * 12], **changed,
    }  # fmt: skip


@pytest.mark.parametrize("size", [0.0, 0.0042, -7.0, 999.6, 98_765.4, 9.4e8])
@pytest.mark.parametrize("budget", [900.0, 1e6, 4.2e8])
def test_it_fits_a_terminal(size, budget):
    row = {"title": "What is known " * 9, "value": size, "error": size, "noise": 0.1,
           "worth_usd": budget, "above_noise": True}  # fmt: skip
    carried = {"noise": 0.01, "parameters": [{"id": "a_long_name" * 5, "share": 0.123}] * 5}
    variance = {"plan": carried, "answers": {"some.way": carried, "hidden": carried}}
    learn = {"all": row, "parameters": [row], "channels": [{**row, "above_noise": False}],
             "variance": variance}  # fmt: skip
    for told in (made(size, budget), made(size, budget, learn=learn)):
        assert max(map(len, plan_text(told).splitlines())) <= 80


def test_in_words_it_says_who_is_helped_and_what_is_assumed():
    told = in_words(made()).replace("\xa0", " ")
    assert "70 % to boats" in told and "nothing to beacons" in told
    assert "15 more people to safety" in told  # the mean, not the median
    assert "Counting a death as 4.0, a return as 2.0, a relative punished as 0.50" in told
    assert "nine of ten draws" in told and "97 %" in told
    assert "Assumed, not measured, is what these do: boats" in told
    assert "BEYOND WHAT WAS FITTED: arrests 2.4 times outside, 3 years past the fit" in told
    assert "inside" not in told


def test_when_all_is_assumed_it_says_so():
    told = made()
    told["levers"] = told["levers"][:1]
    assert "every one of these levers does is assumed" in in_words(told)


def test_a_plan_of_nothing_is_told_as_such():
    told = made(spent_usd=0.0)
    for row in told["levers"]:
        row["money_usd"] = row["share"] = 0.0
    assert in_words(told).startswith("No lever is expected to do more good than harm")


def test_money_that_stays_is_told():
    assert "400,000 USD remain unspent" in in_words(made(spent_usd=600_000.0))


def test_costs_name_their_rows():
    assert "rests on E1, E2" in " ".join(plan_text(made()).split())


@pytest.mark.parametrize("size", [0.0, -3.0, 12.3])
def test_the_figure_is_sound_and_names_every_lever(size):
    told = made(size)
    told["levers"][0]["title"] = "Boats & <others>"
    root = ET.fromstring(frontier_figure(told))
    space = "{http://www.w3.org/2000/svg}"
    words = [t.text for t in root.iter(f"{space}text")]
    assert "Boats & <others> (assumed)" in words
    assert {"100k", "500k", "1M", "4M"} <= set(words)
    bars = [r for r in root.iter(f"{space}rect") if r.get("class") == "lever0"]
    assert len(bars) == 5  # four budgets and the legend
    for rect in root.iter(f"{space}rect"):
        assert float(rect.get("height")) >= 0 and float(rect.get("width")) >= 0
    width, height = (float(root.get(k)) for k in ("width", "height"))
    for circle in root.iter(f"{space}circle"):
        assert 0 <= float(circle.get("cx")) <= width and 0 <= float(circle.get("cy")) <= height


def test_one_budget_alone_can_be_drawn():
    told = made()
    told["frontier"] = told["frontier"][2:3]
    ET.fromstring(frontier_figure(told))
