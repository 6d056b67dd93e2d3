import re

from safepassage.reports.figures.bars import outcome_bars, prior_posterior, rank_shares
from safepassage.reports.figures.series import band_panel, fit_panel


def estimate(median, low, high):
    return {"median": median, "low": low, "high": high}


def widths(svg, class_):
    return [float(w) for w in re.findall(rf'width="([\d.]+)" height="12" class="{class_}"', svg)]


def test_stacked_bars_are_as_long_as_their_medians():
    outcomes = {
        "dead": estimate(0.1, 0.05, 0.2),
        "returned": estimate(0.2, 0.1, 0.3),
        "limbo": estimate(0.3, 0.2, 0.5),
        "safe": estimate(0.4, 0.2, 0.6),
    }
    svg = outcome_bars(outcomes, 208)
    dead, safe = widths(svg, "fill-dead")[0], widths(svg, "fill-safe")[0]
    assert dead == 20 - 1 and safe == 80
    assert svg.count("whisker") == 4


def test_an_outcome_that_is_not_known_gets_no_whisker():
    svg = outcome_bars({"dead": None, "safe": estimate(1, 1, 1)})
    assert svg.count("whisker") == 1


def test_heat_grows_with_the_share():
    svg = rank_shares([{"title": "A", "rank_acceptability": [0.1, 0.2, 0.7]}], 350)
    opacities = [float(o) for o in re.findall(r'fill-opacity="([\d.]+)"', svg)]
    assert opacities == sorted(opacities) and opacities[-1] == 0.55


def test_a_figure_outside_its_interval_is_a_ring():
    row = {"from": "2019-01", "to": "2019-12", "observed": 50, "inside": False,
           "predicted": estimate(10, 5, 20)}  # fmt: skip
    assert "observed outside" in fit_panel("T", "u", [row])
    assert "observed outside" not in fit_panel("T", "u", [{**row, "inside": True}])


def test_pooled_series_are_drawn_as_boxes_and_others_as_a_band():
    points = [{"time": str(y), **estimate(5, 2, 9)} for y in (2000, 2005, 2010)]
    assert band_panel("T", "u", points, pooled=True).count('class="band"') == 3
    assert band_panel("T", "u", points).count('class="band"') == 1


def test_panels_survive_gaps_and_emptiness():
    assert "No values" in band_panel("T", "u", [{"time": "2000", "median": None}])
    assert "No values" in fit_panel("T", "u", [{"from": "soon"}])
    assert "nan" not in prior_posterior(estimate(1, 1, 1), None)
