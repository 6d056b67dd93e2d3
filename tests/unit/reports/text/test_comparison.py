"""Scenarios as text: within 80 columns whatever the numbers, harm named, distance reported."""

from __future__ import annotations

import pytest

from safepassage.reports.text.comparison import FEW, HARM, comparison_text, short
from safepassage.reports.words import MEASURE_TITLES
from safepassage.results.checks.extrapolation import ChangeDistance, DistanceFromFit, FittedRange
from safepassage.results.comparison import (
    ChoiceRule,
    Comparison,
    Difference,
    Differences,
    Diversion,
    ScenarioComparison,
    WithheldWay,
)
from safepassage.results.parts import Convergence, Estimate, Provenance

FIT = Convergence(
    converged=True, max_rhat=1.0, min_bulk_ess=900.0, min_tail_ess=800.0, divergences=0,
    seconds=1.0, chains=4, draws=250,
)  # fmt: skip
PROVENANCE = Provenance(
    model_hash="m", evidence_hash="e", source_hash="s", version="0", seed=1, run="r"
)
BLANK = Estimate(median=None, low=None, high=None)


def estimate(middle, spread):
    return Estimate(median=middle, low=middle - spread, high=middle + spread)


def differences(size, label="prior-driven", ratio=1.4e6, peak=2.5):
    figures = estimate(size, 2 * abs(size)) if size is not None else BLANK
    one = Difference(
        **dict(figures), baseline=figures, scenario=figures, share=figures, label=label,
        contraction=0.0, times_fitted_peak=peak, variance_ratio=ratio, interval_ratio=ratio,
        by_year=(),
    )  # fmt: skip
    return Differences(**dict.fromkeys(MEASURE_TITLES, one))


def change(name, says, times):
    fitted = FittedRange(low=0.0, high=1.0)
    return ChangeDistance(
        kind="hazard", name=name, value=1.0, fitted=fitted, times_outside=times, says=says
    )


def scenario(name="a-way-out", size=1234.5, **changed):
    labels = {f"p{i}": "assumed" for i in range(7)}
    fields = {
        "id": name,
        "title": "A way out " * 12,
        "reason": "Because of something long. " * 9,
        "first_change": "2005-01",
        "start": 2005,
        "end": 2025,
        "comparison_of_harm": False,
        "differences": differences(size),
        "ways": {
            way: WithheldWay(title=f"The {way} way", withheld="pooled over 30 years")
            for way in ("first", "second")
        },
        "diversion": Diversion(
            fewer={"first": estimate(400.0, 3.0)},
            more={"second": estimate(390.0, 3.0)},
            share_diverted=estimate(0.97, 0.01),
            share_by_way={"second": estimate(0.97, 0.01)},
            choice=ChoiceRule(
                parameters=labels, estimated=2, assumed_or_prior=5, variance_share_of_estimated=None
            ),
        ),
        "distance": DistanceFromFit(
            verdict="beyond",
            years_past_the_fit=5,
            changes=(
                change("arrests_in_hiding", "switched off", None),
                change("detention", None, 3.26),
                change("untouched", None, 1.0),
            ),
        ),
    }
    return ScenarioComparison(**fields | changed)


def text(*scenarios):
    return comparison_text(
        Comparison(
            engine="counts", draws=1000, scenarios=scenarios, notes=("A long note. " * 20,),
            fit=FIT, provenance=PROVENANCE,
        )
    )  # fmt: skip


@pytest.mark.parametrize("size", [0.0, 0.04, -7.0, 999.6, -98_765.4, 9.4e8, -8.8e12, 1e17])
@pytest.mark.parametrize("count", [1, FEW + 1])
def test_it_fits_a_terminal(size, count):
    lines = text(*[scenario(f"{'very-' * 15}{i}", size) for i in range(count)]).splitlines()
    assert max(map(len, lines)) <= 80


def test_a_few_are_described_at_length():
    words = " ".join(text(scenario()).split())
    assert "people who reach safety 1.2k -1.2k to 3.7k prior-driven 1.4Mx" in words
    assert "BEYOND WHAT WAS FITTED: arrests_in_hiding switched off, detention 3.3 times" in words
    assert "5 years past the fit" in words and "untouched" not in words
    assert "Above the highest fitted year: people who reach safety 2.5 times, " in words
    assert "Fewer set out: The first way (400). Of these take instead" in words
    assert "The second way 97 % (96 to 98)" in words
    assert "7 parameters: 2 estimated, 5 assumed or prior-driven" in words
    assert "1,000 posterior draws, whole people" in words
    assert HARM not in words


def test_harm_is_named_and_the_order_stays():
    harmful = scenario("z-harm", comparison_of_harm=True)
    assert HARM in text(harmful)
    names = ["z-harm", "a", "c", "b"]
    table = text(harmful, *[scenario(name) for name in names[1:]])
    firsts = [line.split() for line in table.splitlines()]
    assert [words[0] for words in firsts if words and words[0] in names] == names
    assert "z-harm * !" in table and "a * 2005" in table


def test_a_table_has_titles_beside_the_ids():
    table = text(*[scenario(name, title=f"The title of {name}") for name in "abcd"])
    for name in "abcd":
        assert f"\n{name} * 2005 to 2025: The title of {name}\n" in table


def test_what_does_not_exist_is_said():
    blank = scenario(
        differences=differences(None, "no difference", None, None),
        diversion=None,
        distance=DistanceFromFit(verdict="inside", years_past_the_fit=0, changes=()),
    )
    words = text(blank)
    assert "Above" not in words
    assert "n/k" in words and "Every changed value lies within what was fitted." in words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (-0.3, "0"), (999.4, "999"), (999.6, "1.0k"), (12_345, "12k"), (-1.25e6, "-1.2M")],
)
def test_numbers_are_short(value, words):
    assert short(value) == words
