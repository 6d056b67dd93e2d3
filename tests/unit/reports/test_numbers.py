import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safepassage.reports.numbers import (
    UNKNOWN,
    correlation,
    date_words,
    decimal,
    decimal_year,
    estimate_text,
    exact,
    figure,
    finite,
    interval,
    percent,
    span_words,
)
from safepassage.results.parts import Estimate

ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True) | st.none()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (-0.0, "0"),
        (2914, "2,910"),
        (99.7, "99.7"),
        (12.34, "12"),
        (0.0123, "0.012"),
        (1234567, "1,230,000"),
        (3.14e-6, "3.1 × 10⁻⁶"),
        (float("nan"), UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_figures_have_sensible_digits(value, words):
    assert figure(value) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0"),
        (0.0001, "<0.1"),
        (0.004, "0.4"),
        (0.0099, "1"),
        (0.124, "12"),
        (0.995, "99.5"),
        (0.99999, ">99.9"),
        (1, "100"),
        (-1e-9, "0"),
    ],
)
def test_percentages_are_whole_but_at_the_ends(share, words):
    assert percent(share, unit=False) == words


@given(ANY_FLOAT)
def test_no_format_ever_says_minus_zero_or_nan(value):
    for form in (figure, exact, percent, decimal, correlation):
        words = form(value)
        assert "nan" not in words and "inf" not in words
        assert words.strip("\u00a0%") not in {"-0", "-0.0", "-0.00", "\u22120.00"}


@given(st.floats(min_value=1e-3, max_value=1e9))
def test_a_figure_is_within_five_per_cent_of_its_value(value):
    assert math.isclose(float(figure(value).replace(",", "")), value, rel_tol=0.051)


def test_intervals_say_the_unit_once():
    estimate = Estimate(median=0.12, low=0.05, high=0.22)
    assert interval(estimate, percent) == "5 to 22\u00a0%"
    assert estimate_text(estimate, percent) == "12\u00a0% (5 to 22\u00a0%)"


def test_incomplete_estimates_are_not_known():
    assert finite(Estimate(median=1, low=0.5, high=2)) == (0.5, 1, 2)
    assert finite(Estimate(median=1, low=None, high=2)) is None
    assert estimate_text(Estimate(median=1, low=float("nan"), high=2)) == UNKNOWN
    assert interval(None) == UNKNOWN


def test_dates_as_years_and_as_words():
    assert decimal_year("2019") == 2019
    assert decimal_year("2019-07") == 2019.5
    assert decimal_year("2019-06", end=True) == 2019.5
    assert decimal_year("2019-Q2") == 2019.25
    assert decimal_year(2019, end=True) == 2020
    assert decimal_year("soon") is None
    assert date_words("2019-12") == "December 2019"
    assert span_words("2019-01", "2019-12") == "2019"
    assert span_words("2019-01", "2020-12") == "2019 to 2020"
    assert span_words(1948, 1998) == "1948 to 1998"
