"""The model beside published estimates: marks of the figure."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from safepassage.reports.figures.published import NARROW, WIDE, _apart, beside_panel
from safepassage.reports.svg.scales import Scale
from safepassage.results.fit import PublishedFigure
from safepassage.results.parts import Estimate, TimedEstimate

SERIES = [
    TimedEstimate(time=f"{year}-12", median=4e4 / (year - 1999), low=2e4 / (year - 1999),
                  high=7e4 / (year - 1999))
    for year in range(2000, 2010)
]  # fmt: skip


def estimate(name, year, value=None, low=None, high=None, used=None):
    return PublishedFigure(
        evidence=name, start=f"{year}-01", end=f"{year}-12", value=value, low=low, high=high,
        grade="C", group="north-east", note="", used_by=used, source_title="A source",
        source_publisher="An office", source_year=2010, source_url="https://example.org/a",
        model=Estimate(median=2e4, low=9e3, high=3.1e4), verdict="agrees",
    )  # fmt: skip


PUBLISHED = [
    estimate("E1", 2001, 65000.0, used="channel survey"),
    estimate("E2", 2002, None, 20000.0, 30000.0),
    estimate("E3", 2002, None, None, 10000.0),
    estimate("E4", 2002, 300000.0),
]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_figure_has_its_mark_inside_the_picture(width):
    html = beside_panel("Hidden", "persons", SERIES, PUBLISHED, width)
    assert len(re.findall(r'<circle[^>]*class="observed"', html)) == 1
    assert len(re.findall(r'<circle[^>]*class="observed unseen"', html)) == 3  # ends of a range
    assert html.count('class="observed-range unseen"') == 1
    assert len(re.findall(r'<path[^>]*class="observed unseen"', html)) == 1  # a bound
    heights = [float(y) for y in re.findall(r'c[y]="([\d.]+)"', html)]
    assert all(30 < y < 275 for y in heights)
    assert len({round(y) for y in heights}) == len(heights)
    assert "4 published estimates" in html


def test_figures_of_one_year_stand_side_by_side():
    across = Scale(2000.0, 2010.0, 50.0, 340.0)
    x = _apart(PUBLISHED, across)
    same = sorted(x[1:])
    assert all(b - a > 6 for a, b in pairwise(same))
    assert sum(same) / 3 == pytest.approx(across(2002.5))


def test_nothing_known_is_said():
    assert "No values to draw." in beside_panel("Hidden", "persons", [], PUBLISHED, WIDE)
