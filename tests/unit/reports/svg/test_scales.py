from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safepassage.reports.svg.scales import Scale, nice_ticks, year_ticks
from safepassage.reports.svg.text_width import shorten, text_width, wrap


def test_a_linear_scale_maps_ends_and_middle_and_stays_inside():
    scale = Scale(0, 10, 100, 200)
    assert [scale(v) for v in (0, 5, 10, -3, 99)] == [100, 150, 200, 100, 200]


def test_a_logarithmic_scale_gives_each_tenfold_the_same_room():
    scale = Scale(1, 100, 0, 100, logarithmic=True)
    assert [scale(v) for v in (1, 10, 100)] == pytest.approx([0, 50, 100])


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_cover_the_range_in_equal_steps(low, span):
    ticks = nice_ticks(low, low + span)
    assert 2 <= len(ticks) <= 9
    tolerance = 1e-6 * max(span, abs(low) * 1e-3)
    assert ticks[0] <= low + tolerance and ticks[-1] >= low + span - tolerance


@given(st.integers(1950, 2020), st.integers(1, 90), st.floats(60, 400))
def test_year_labels_never_touch(first, span, room):
    years = year_ticks(first, first + span, room, 30)
    gaps = [(b - a) * room / span for a, b in pairwise(years)]
    assert all(gap > 30 for gap in gaps)


def test_wrapping_and_shortening_keep_to_the_width():
    words = "Women held in forced marriage or work in China"
    assert all(text_width(line, 12) <= 120 for line in wrap(words, 120, 12))
    assert " ".join(wrap(words, 120, 12)) == words
    short = shorten(words, 120, 12)
    assert short.endswith("…") and text_width(short, 12) <= 120
