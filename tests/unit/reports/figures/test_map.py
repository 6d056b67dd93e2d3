import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safepassage.reports.figures.map import MapWay, is_unsure, stroke_width, way_map
from safepassage.reports.svg.label_placement import Box
from safepassage.reports.svg.projection import clip, fit_projection, simplify
from safepassage.results.explorer import Place
from safepassage.results.parts import Estimate

SQUARE = {
    "features": [
        {
            "properties": {"focus": True},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[100, 0], [140, 0], [140, 50], [100, 50], [100, 0]]],
            },
        }
    ]
}
PLACES = {
    "a": Place(title="Aland", kind="country", longitude=127, latitude=40),
    "b": Place(title="Beland", kind="country", longitude=102, latitude=15),
    "c": Place(title="C & <Sea>", kind="sea", longitude=123, latitude=36),
    "far": Place(title="Farland", kind="country", longitude=-100, latitude=40),
}


def estimate(median, low, high):
    return Estimate(median=median, low=low, high=high)


def test_projection_puts_all_positions_inside_the_margin_and_north_up():
    frame = Box(0, 0, 300, 200)
    projection = fit_projection([(100, 10), (140, 50)], frame, 20)
    south_west, north_east = projection(100, 10), projection(140, 50)
    for x, y in (south_west, north_east):
        assert 19.9 <= x <= 280.1 and 19.9 <= y <= 180.1
    assert north_east[1] < south_west[1] and north_east[0] > south_west[0]


@given(st.lists(st.tuples(st.floats(-50, 150), st.floats(-50, 150)), min_size=3, max_size=20))
def test_a_clipped_ring_lies_in_the_frame(points):
    frame = Box(0, 0, 100, 80)
    for x, y in clip(points, frame):
        assert -1e-6 <= x <= 100 + 1e-6 and -1e-6 <= y <= 80 + 1e-6


def test_simplifying_drops_only_what_cannot_be_seen():
    points = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (15.0, 8.0), (20.0, 0.0)]
    assert simplify(points, 0.5) == [(0.0, 0.0), (10.0, 0.0), (15.0, 8.0), (20.0, 0.0)]


@pytest.mark.parametrize("width", [350.0, 1120.0])
def test_the_map_names_every_place_and_way_once_and_escapes_titles(width):
    ways = [
        MapWay("1", "One", ("a", "c", "b"), estimate(100, 50, 200)),
        MapWay("2", "Two", ("a", "b", "far"), estimate(1, 0.01, 9)),
        MapWay("3", "Nowhere", (), None),
    ]
    svg = way_map(ways, PLACES, SQUARE, width)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert sorted(texts) == sorted(
        ["Aland", "Beland", "C &amp; &lt;Sea&gt;", "Farland →", "1", "2"]
    )
    assert svg.count('class="arc unsure"') == 2 and svg.count('class="arc"') == 2


def test_a_map_without_outlines_or_ways_is_still_a_picture():
    assert way_map([], PLACES, {}, 350.0).startswith("<svg")


def test_more_attempts_make_a_thicker_arc_and_wide_intervals_a_dashed_one():
    few, many = estimate(10, 5, 20), estimate(4000, 3000, 5000)
    assert stroke_width(None) <= stroke_width(few) < stroke_width(many) <= 7
    assert not is_unsure(many)
    assert is_unsure(estimate(10, 1, 30)) and is_unsure(None)
