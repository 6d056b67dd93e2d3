"""The checks of a fit in words, on a terminal."""

from __future__ import annotations

import pytest

from safepassage.reports.text.checks import checks_text
from safepassage.reports.text.sensitivity import answers_of
from safepassage.results.fit import FitChecks, HeadlineSensitivity, Parameter

TITLES = {
    "boats": "By boat over a sea whose name is so long that no terminal holds it on one line",
    "people": "People in hiding", "counts": "Counts of arrivals", "survey": "A survey",
    "hazard": "Hazard of arrest", "stock": "People in hiding",
}  # fmt: skip


def shift_of(name, shift, ratio=1.0, **more):
    return {
        "name": name, "k_hat": 0.4, "refitted": False, "shift": shift, "width_ratio": ratio,
        "median": 0.3, "low": 0.2, "high": 0.41, **more,
    }  # fmt: skip


def entry(most=(), untold=(), contraction=0.4, **figures):
    return {
        "median": 0.25, "low": 0.1, "high": 0.5, "contraction": contraction, "label": "mixed",
        "without_channel": {"most": list(most), "untold": list(untold)},
        "with_wider_prior": {"most": [shift_of("hazard", 0.3)], "untold": []}, **figures,
    }  # fmt: skip


CHECKS = FitChecks.from_dict({
    "tension": [
        {
            "channel": "counts", "quantity": "stock", "from": "2003-01", "to": "2003-12",
            "evidence": ["T16"], "observed": 1234.0, "low": None, "high": None, "inside": False,
            "predicted": {"median": 700.0, "low": 500.0, "high": 900.0}, "tension": 3.21,
        }
    ],
    "contradictions": [
        {
            "quantity": "stock", "distance": 2.4,
            "figures": [
                {"channel": "survey", "from": "2002-01", "to": "2002-12", "value": v,
                 "low": low, "high": high, "evidence": [e]}
                for v, low, high, e in (
                    (24494.9, 20000.0, 30000.0, "T17"), (65000.0, None, None, "T18"),
                )
            ],
        }
    ],
    "answers": {
        "boats.dead": entry([shift_of("survey", -0.4)], contraction=0.05),
        "people": entry(
            [shift_of("counts", 2.1, 1.8, median=16000.0, low=5000.0, high=90000.0, refitted=True)],
            ["survey"], median=8000.0, low=4000.0, high=15000.0,
        ),
    },
})  # fmt: skip


def parameter(title, contraction, label):
    estimate = {"median": 0.3, "low": 0.2, "high": 0.41}
    return Parameter(
        title=title, unit="1", prior=estimate, posterior=estimate, contraction=contraction,
        label=label, evidence=(), assumed=None, rhat=1.0, bulk_ess=900.0, tail_ess=900.0,
    )  # fmt: skip


PARAMETERS = {
    "hazard": parameter("Hazard of arrest " + "again and " * 9, 0.97, "data-driven"),
    "other": parameter("Other", -0.02, "prior-driven"),
}
UNITS = {"people": "persons"}


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_longer_than_the_terminal(width):
    text = checks_text(CHECKS, PARAMETERS, TITLES, UNITS, width)
    assert max(map(len, text.splitlines())) <= width


def test_a_terminal_shows_everything_once():
    text = " ".join(checks_text(CHECKS, PARAMETERS, TITLES, UNITS).split())
    assert "Counts of arrivals, 2003: 1,234 published, 500 to 900 expected; tension 3.2 (T16)" in (
        text
    )
    assert "in hiding, 2002: 24,500 (20,000 to 30,000) (T17) and 65,000 (T18); 2.4" in text
    assert "8,000 (4,000 to 15,000) 0.40 mixed" in text
    assert "########## 0.97 data" in text
    assert "and 1 that the data hardly moved" in text
    assert "without 'Counts of arrivals': 16,000 (5,000 to 90,000), interval 1.8 times" in text
    assert "(sampled again)" in text
    assert "`check MODEL --sensitivity` samples again" in text


def test_nothing_to_say_is_said():
    answers = {"boats.dead": entry()}
    quiet = FitChecks.from_dict({"tension": [], "contradictions": [], "answers": answers})
    text = checks_text(quiet, PARAMETERS, TITLES, UNITS)
    assert "Every published figure lies where the model expects it." in text
    assert "No two published figures contradict each other." in text
    assert "--sensitivity" not in text


def test_answers_that_move_most_come_first_and_shares_are_per_cent():
    first, second = answers_of(CHECKS.answers, TITLES, UNITS)
    assert (first.name, second.name) == ("people", "boats.dead")
    assert first.untold == 1
    assert second.title.endswith("one line: dead")
    size, sentence = second.moves[0]
    assert size == pytest.approx(0.4)
    assert sentence == "without \u201cA survey\u201d: 30\u00a0% (20 to 41\u00a0%)"


def test_a_share_of_hardly_anybody_does_not_move():
    tiny = {"median": 0.0001, "low": 0.0, "high": 0.0003}
    figures = HeadlineSensitivity.from_dict(entry([shift_of("survey", 3.0, **tiny)], **tiny))
    (answer,) = answers_of({"boats.limbo": figures}, TITLES, UNITS)
    assert [round(size, 1) for size, _ in answer.moves] == [0.3]  # to 41 per cent, by the prior
