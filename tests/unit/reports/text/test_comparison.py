"""Scenarios as text: within 80 columns whatever the numbers, harm named, distance told."""

from __future__ import annotations

import pytest

from safepassage.reports.text.comparison import FEW, HARM, comparison_text, short
from safepassage.reports.words import MEASURE_TITLES


def estimate(middle, spread):
    return {"median": middle, "low": middle - spread, "high": middle + spread}


def scenario(name="a-way-out", size=1234.5, **changed):
    difference = {**estimate(size, 2 * abs(size)), "label": "prior-driven", "variance_ratio": 1.4e6}
    difference["times_fitted_peak"] = 2.5
    moved = {
        "fewer": {"first": estimate(400.0, 3.0)},
        "more": {"second": estimate(390.0, 3.0)},
        "share_by_way": {"second": estimate(0.97, 0.01)},
        "choice": {"estimated": 2, "assumed_or_prior": 5},
    }
    return {
        "id": name,
        "title": "A way out " * 12,
        "reason": "Because of something long. " * 9,
        "from": 2005,
        "to": 2025,
        "comparison_of_harm": False,
        "differences": {measure: difference for measure in MEASURE_TITLES},
        "ways": {"first": {"title": "The first way"}, "second": {"title": "The second way"}},
        "diversion": moved,
        "distance": {
            "verdict": "beyond",
            "years_past_the_fit": 5,
            "changes": [
                {"name": "arrests_in_hiding", "says": "switched off", "times_outside": None},
                {"name": "detention", "says": None, "times_outside": 3.26},
                {"name": "untouched", "says": None, "times_outside": 1.0},
            ],
        },
        **changed,
    }


def text(*scenarios):
    return comparison_text(
        {"scenarios": scenarios, "notes": ["A long note. " * 20], "engine": "counts", "draws": 1000}
    )


@pytest.mark.parametrize("size", [0.0, 0.04, -7.0, 999.6, -98_765.4, 9.4e8, -8.8e12, 1e17])
@pytest.mark.parametrize("count", [1, FEW + 1])
def test_it_fits_a_terminal(size, count):
    told = text(*[scenario(f"{'very-' * 15}{i}", size) for i in range(count)])
    assert max(map(len, told.splitlines())) <= 80


def test_a_few_are_told_at_length():
    told = " ".join(text(scenario()).split())
    assert "people who reach safety 1.2k -1.2k to 3.7k prior-driven 1.4Mx" in told
    assert "BEYOND WHAT WAS FITTED: arrests_in_hiding switched off, detention 3.3 times" in told
    assert "5 years past the fit" in told and "untouched" not in told
    assert "Above the highest fitted year: people who reach safety 2.5 times, " in told
    assert "Fewer set out: The first way (400). Of these take instead" in told
    assert "The second way 97 % (96 to 98)" in told
    assert "7 parameters: 2 estimated, 5 assumed or prior-driven" in told
    assert "1,000 posterior draws, whole people" in told
    assert HARM not in told


def test_harm_is_named_and_the_order_stays():
    harmful = scenario("z-harm", comparison_of_harm=True)
    assert HARM in text(harmful)
    names = ["z-harm", "a", "c", "b"]
    told = text(harmful, *[scenario(name) for name in names[1:]])
    firsts = [line.split() for line in told.splitlines()]
    assert [words[0] for words in firsts if words and words[0] in names] == names
    assert "z-harm * !" in told and "a * 2005" in told


def test_what_is_not_known_is_said():
    unknown = scenario()
    blank = {"median": None, "low": None, "high": None, "label": "no difference"}
    unknown["differences"] = {
        m: {**blank, "variance_ratio": None, "times_fitted_peak": None} for m in MEASURE_TITLES
    }
    unknown["diversion"] = None
    unknown["distance"] = {"verdict": "inside", "years_past_the_fit": 0, "changes": []}
    told = text(unknown)
    assert "Above" not in told
    assert "n/k" in told and "Every changed value lies within what was fitted." in told


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (-0.3, "0"), (999.4, "999"), (999.6, "1.0k"), (12_345, "12k"), (-1.25e6, "-1.2M")],
)
def test_numbers_are_short(value, words):
    assert short(value) == words
