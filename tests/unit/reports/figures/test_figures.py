"""Bars, heat and panels: marks are as long and as many as the numbers say."""

import re

from safepassage.reports.figures.bars import outcome_bars, rank_shares
from safepassage.reports.figures.series import band_panel, fit_panel
from safepassage.results.fit import ChannelRow
from safepassage.results.parts import Estimate, Outcomes, TimedEstimate

NOT_KNOWN = Estimate(median=None, low=None, high=None)


def estimate(median, low, high):
    return Estimate(median=median, low=low, high=high)


def figure_of(year, *, inside):
    return ChannelRow(
        quantity="q", start=f"{year}-01", end=f"{year}-12", evidence=("E1",), observed=50.0,
        low=None, high=None, predicted=estimate(10, 5, 20), inside=inside, tension=2.0,
    )  # fmt: skip


def widths(svg, class_):
    return [float(w) for w in re.findall(rf'width="([\d.]+)" height="12" class="{class_}"', svg)]


def test_stacked_bars_are_as_long_as_their_medians():
    outcomes = Outcomes(
        dead=estimate(0.1, 0.05, 0.2),
        returned=estimate(0.2, 0.1, 0.3),
        limbo=estimate(0.3, 0.2, 0.5),
        safe=estimate(0.4, 0.2, 0.6),
    )
    svg = outcome_bars(outcomes, 208)
    dead, safe = widths(svg, "fill-dead")[0], widths(svg, "fill-safe")[0]
    assert dead == 20 - 1 and safe == 80
    assert svg.count("whisker") == 4


def test_an_outcome_that_is_not_known_gets_no_whisker():
    others = dict.fromkeys(("dead", "returned", "limbo"), NOT_KNOWN)
    svg = outcome_bars(Outcomes(**others, safe=estimate(1, 1, 1)))
    assert svg.count("whisker") == 1


def test_heat_grows_with_the_share(data):
    way = data.rankings[0].ways[0].model_copy(update={"rank_acceptability": (0.1, 0.2, 0.7)})
    svg = rank_shares([way], 350)
    opacities = [float(o) for o in re.findall(r'fill-opacity="([\d.]+)"', svg)]
    assert opacities == sorted(opacities) and opacities[-1] == 0.55


def test_a_figure_outside_its_interval_is_a_ring():
    assert "observed outside" in fit_panel("T", "u", [figure_of(2019, inside=False)])
    assert "observed outside" not in fit_panel("T", "u", [figure_of(2019, inside=True)])


def test_pooled_series_are_drawn_as_boxes_and_others_as_a_band():
    years = ("2000", "2005", "2010")
    points = [TimedEstimate(time=year, median=5, low=2, high=9) for year in years]
    assert band_panel("T", "u", points, pooled=True).count('class="band"') == 3
    assert band_panel("T", "u", points).count('class="band"') == 1


def test_panels_survive_gaps_and_emptiness():
    blank = TimedEstimate(time="2000", median=None, low=None, high=None)
    assert "No values" in band_panel("T", "u", [blank])
    assert "No values" in fit_panel("T", "u", [])
    undated = figure_of(2019, inside=True).model_copy(update={"start": "soon"})
    assert "No values" in fit_panel("T", "u", [undated])
