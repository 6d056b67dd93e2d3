"""What a report answers in advance: positions, answers, and ranks that the page computes."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from safepassage.analysis.compare.interactive import LiveWhatIf, own_scenario
from safepassage.analysis.ranking import acceptability, weightings
from safepassage.reports.data.what_if_grid import positions, what_if_grid
from safepassage.results.comparison import WhatIfGrid
from safepassage.study.scenarios import catalogue

CASE = Path(__file__).parents[4] / "web" / "tests" / "acceptability.json"


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (1, 3, [1, 1.5, 2, 2.5, 3]),
        (0.5, 3, [0.5, 0.75, 1, 2, 3]),
        (1, 1, [1]),
    ],
)
def test_a_slider_is_answered_at_its_ends_and_at_rest(least, most, expected):
    assert positions(SimpleNamespace(least=least, most=most)) == expected


@pytest.fixture(scope="module")
def grid(posterior):
    return what_if_grid(posterior)


def test_every_slider_and_scenario_is_answered(posterior, grid):
    listed = catalogue(posterior.study)
    assert [*grid.sliders] == [*listed.sliders]
    assert [*grid.scenarios] == [*listed.scenarios]
    for name, places in grid.sliders.items():
        assert [one.value for one in places] == positions(listed.sliders[name])
        assert [one.value for one in places if one.answer is None] == [1]


def test_it_is_plain_json_without_what_the_page_has(grid):
    values = json.loads(json.dumps(grid.to_dict(), allow_nan=False))
    assert WhatIfGrid.from_dict(values) == grid
    for answer in values["scenarios"].values():
        assert {*answer} == {
            "id", "comparison_of_harm", "first_change", "from", "to", "differences", "ways",
            "distance", "draws", "engine",
        }  # fmt: skip


def test_an_answer_is_near_that_of_the_explorer(posterior, grid):
    """The same question over more draws; both are paired with their own baseline."""
    listed = catalogue(posterior.study)
    name, places = next(iter(grid.sliders.items()))
    requested = own_scenario({name: places[0].value}, listed.sliders)
    full = LiveWhatIf(posterior).with_intervals(requested).differences
    for measure, ours in places[0].answer.differences.items():
        theirs = getattr(full, measure)
        assert abs(ours.median - theirs.median) <= 0.3 * (theirs.high - theirs.low) + 1e-9


def test_a_refusal_stands_in_its_place(posterior, monkeypatch):
    from safepassage.errors import Refused

    def refuse(*args, **kwargs):
        raise Refused("asks for more captures")

    monkeypatch.setattr("safepassage.reports.data.what_if_grid.answers_to", refuse)
    found = what_if_grid(posterior)
    assert {one.refused for one in found.scenarios.values()} == {"asks for more captures"}


def test_the_page_s_own_ranks_are_checked_against_these():
    """`web/tests/report.test.ts` computes the same case in TypeScript."""
    case = json.loads(CASE.read_text(encoding="utf-8"))
    harms = [str(k) for k in range(len(case["weights"]))]
    weights = weightings(harms, dict(zip(harms, case["weights"], strict=True)), seed=1)
    found = acceptability(np.array(case["scores"]), weights, case["positions"])
    for way, expected in zip(found.ways, case["found"]["ways"], strict=True):
        assert way.expected_rank.to_dict() == pytest.approx(expected["expected_rank"])
        assert [*way.rank_acceptability] == expected["rank_acceptability"]
    assert found.kendall_tau.to_dict() == pytest.approx(case["found"]["kendall_tau"])
