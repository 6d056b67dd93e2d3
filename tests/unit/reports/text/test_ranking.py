"""The ranking on a terminal: within its width whatever the numbers, and nothing is left out."""

import pytest

from safepassage.reports.text.ranking import ranking_table
from safepassage.results.parts import Estimate, Outcomes
from safepassage.results.ranking import PeoplePerPeriod

OUTCOMES = ("dead", "returned", "limbo", "safe")
NOBODY = Estimate(median=0.0, low=0.0, high=0.0)
SOME = Estimate(median=2.0, low=0.0, high=7.0)
MANY = Estimate(median=2000.0, low=900.0, high=4000.0)


def of_way(ranking, place, **fields):
    """The ranking with other fields of the way in that place."""
    ways = [*ranking.ways]
    ways[place] = ways[place].model_copy(update=fields)
    return ranking.model_copy(update={"ways": tuple(ways)})


@pytest.fixture
def ranking(data):
    """Ten ways, each with many people."""
    first = data.rankings[0]
    people = PeoplePerPeriod(years=1, set_out=MANY, **dict.fromkeys(OUTCOMES, MANY))
    ways = [way.model_copy(update={"people": people}) for way in (first.ways * 3)[:10]]
    fit = first.fit.model_copy(update={"converged": True, "max_rhat": 1.002})
    tau = Estimate(median=-0.2, low=-0.51, high=0.16)
    changed = {"ways": tuple(ways), "fit": fit, "as_of": "2025-12", "kendall_tau": tau}
    return first.model_copy(update=changed)


@pytest.mark.parametrize("width", [68, 80, 120])
def test_every_line_fits_the_width(ranking, width):
    assert max(len(line) for line in ranking_table(ranking, width).splitlines()) <= width


def test_extreme_intervals_and_long_titles_still_fit_80_columns(ranking):
    share = Estimate(median=0.005, low=0.001, high=1.0)
    for place in range(len(ranking.ways)):
        ranking = of_way(
            ranking,
            place,
            title="A very long title of a way that no terminal could ever show on one line",
            label="prior-driven",
            expected_rank=Estimate(median=10.0, low=1.0, high=10.0),
            outcomes=Outcomes(**dict.fromkeys(OUTCOMES, share)),
        )
    assert max(len(line) for line in ranking_table(ranking).splitlines()) <= 80


def test_ways_stand_in_the_given_order_with_their_numbers(ranking):
    text = ranking_table(ranking)
    rows = [line for line in text.splitlines() if line[:2].strip().isdigit()]
    assert len(rows) == 10
    first = ranking.ways[0]
    assert rows[0].split()[0] == "1" and rows[0].endswith(first.label)
    assert f"{100 * first.outcomes.safe.median:.0f}" in rows[0].split()
    assert f"{first.expected_rank.median:.1f}" in rows[0].split()


def test_the_legend_names_interval_date_sex_and_agreement(ranking):
    text = " ".join(ranking_table(ranking).split())
    assert "90 % interval" in text and "December 2025, women and men" in text
    assert "Rank correlation with the article's order: −0.20" in text


def test_plain_text_without_colour_codes(ranking):
    assert "\x1b" not in ranking_table(ranking)


def test_a_fit_that_has_not_converged_is_said_in_the_first_line(ranking):
    assert "WARNING" not in ranking_table(ranking)
    fit = ranking.fit.model_copy(update={"converged": False, "max_rhat": 1.34})
    text = ranking_table(ranking.model_copy(update={"fit": fit}))
    first, *_ = text.splitlines()
    assert first.startswith("WARNING: the fit has not converged")
    assert "1.340" in text


def test_unknown_outcomes_are_said_to_be_unknown(ranking):
    assert "n/k" not in ranking_table(ranking)
    blank = Estimate(median=None, low=None, high=None)
    outcomes = ranking.ways[0].outcomes.model_copy(update={"dead": blank})
    assert "n/k" in ranking_table(of_way(ranking, 0, outcomes=outcomes))


def test_few_people_are_reported_whole_with_their_chance(ranking):
    assert "Small numbers" not in ranking_table(ranking)
    few = PeoplePerPeriod(
        years=5, set_out=SOME, dead=NOBODY, returned=SOME, limbo=NOBODY, safe=SOME
    )
    lines = ranking_table(of_way(ranking, 1, people=few)).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("few people"))
    heads = ["few people", "years", "set out", "dead", "returned", "limbo", "safe"]
    assert lines[at].split() == " ".join(heads).split()
    assert lines[at + 1].split()[-6:] == ["5", "0-7", "0", "0-7", "0", "0-7"]
    assert lines[at + 2].startswith("Small numbers: people per period")
    assert max(map(len, lines)) <= 80
