import json
from copy import deepcopy
from pathlib import Path

import pytest

from safepassage.reports.text.ranking import ranking_table

BUNDLE = json.loads(
    (Path(__file__).parents[3] / "data" / "report_bundle.json").read_text(encoding="utf-8")
)


@pytest.fixture
def ranking():
    return deepcopy(BUNDLE["rankings"][0])


@pytest.mark.parametrize("width", [68, 80, 120])
def test_every_line_fits_the_width(ranking, width):
    assert max(len(line) for line in ranking_table(ranking, width).splitlines()) <= width


def test_extreme_intervals_and_long_titles_still_fit_80_columns(ranking):
    for way in ranking["ways"]:
        way["title"] = "A very long title of a way that no terminal could ever show on one line"
        way["label"] = "prior-driven"
        way["expected_rank"] = {"median": 10.0, "low": 1.0, "high": 10.0}
        way["outcomes"] = {
            name: {"median": 0.005, "low": 0.001, "high": 1.0} for name in way["outcomes"]
        }
    assert max(len(line) for line in ranking_table(ranking).splitlines()) <= 80


def test_ways_stand_in_the_given_order_with_their_numbers(ranking):
    text = ranking_table(ranking)
    rows = [line for line in text.splitlines() if line[:2].strip().isdigit()]
    assert len(rows) == 10
    first = ranking["ways"][0]
    assert rows[0].split()[0] == "1" and rows[0].endswith(first["label"])
    assert f"{100 * first['outcomes']['safe']['median']:.0f}" in rows[0].split()
    assert f"{first['expected_rank']['median']:.1f}" in rows[0].split()


def test_the_legend_names_interval_date_sex_and_agreement(ranking):
    text = " ".join(ranking_table(ranking).split())
    assert "90 % interval" in text and "December 2025, women and men" in text
    assert "Rank correlation with the article's order: −0.20" in text


def test_plain_text_without_colour_codes(ranking):
    assert "\x1b" not in ranking_table(ranking)


def test_a_fit_that_has_not_converged_is_said_in_the_first_line(ranking):
    ranking["fit"] = {"converged": True, "max_rhat": 1.002}
    assert "WARNING" not in ranking_table(ranking)
    ranking["fit"] = {"converged": False, "max_rhat": 1.34}
    first, *_ = ranking_table(ranking).splitlines()
    assert first.startswith("WARNING: the fit has not converged")
    assert "1.340" in ranking_table(ranking)


def test_unknown_outcomes_are_said_to_be_unknown(ranking):
    ranking["ways"][0]["outcomes"]["dead"] = None
    assert "n/k" in ranking_table(ranking)


def test_few_people_are_told_whole_with_their_chance(ranking):
    assert "Small numbers" not in ranking_table(ranking)
    few, many = ranking["ways"][1], ranking["ways"][0]
    some = {"median": 2.0, "low": 0.0, "high": 7.0}
    none = {"median": 0.0, "low": 0.0, "high": 0.0}
    few["people"] = {
        "years": 5, "set_out": some, "dead": none, "returned": some, "limbo": none, "safe": some,
    }  # fmt: skip
    big = {"median": 2000.0, "low": 900.0, "high": 4000.0}
    many["people"] = dict.fromkeys(few["people"], big) | {"years": 1}
    lines = ranking_table(ranking).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("few people"))
    heads = ["few people", "years", "set out", "dead", "returned", "limbo", "safe"]
    assert lines[at].split() == " ".join(heads).split()
    assert lines[at + 1].split()[-6:] == ["5", "0-7", "0", "0-7", "0", "0-7"]
    assert lines[at + 2].startswith("Small numbers: people per period")
    assert max(map(len, lines)) <= 80
