"""Steps of a month, a week and a day cover the calendar."""

from __future__ import annotations

import calendar
import datetime

import numpy as np
import pytest

from safepassage.network.calendar import (
    STEP_YEARS,
    month_name,
    month_number,
    month_of_step,
    months_between,
)


def test_months_are_numbered_across_years():
    assert month_number("2000-02") - month_number("1999-12") == 2
    assert months_between("1999-12", "2000-02") == 3
    for name in ("1998-01", "2003-12", "2025-07"):
        assert month_name(month_number(name)) == name


def test_a_step_of_a_month_is_a_month():
    np.testing.assert_array_equal(month_of_step("1999-11", "2001-02", "month"), np.arange(16))


def test_steps_of_a_day_are_the_days_of_each_month():
    rows = month_of_step("1999-11", "2000-03", "day")
    days = [calendar.monthrange(y, m)[1]
            for y, m in ((1999, 11), (1999, 12), (2000, 1), (2000, 2), (2000, 3))]  # fmt: skip
    np.testing.assert_array_equal(np.bincount(rows), days)


def test_steps_of_a_week_begin_in_their_month_and_cover_the_calendar():
    rows = month_of_step("2001-01", "2004-12", "week")
    first = datetime.date(2001, 1, 1)
    begins = [first + datetime.timedelta(weeks=w) for w in range(len(rows))]
    expected = [(d.year - 2001) * 12 + d.month - 1 for d in begins]
    np.testing.assert_array_equal(rows, expected)
    assert begins[-1] <= datetime.date(2004, 12, 31) < begins[-1] + datetime.timedelta(weeks=1)


@pytest.mark.parametrize("step", STEP_YEARS)
def test_the_steps_add_up_to_the_years(step):
    rows = month_of_step("1998-01", "2025-12", step)
    assert len(rows) * STEP_YEARS[step] == pytest.approx(28, abs=STEP_YEARS[step] + 0.01)
    assert rows[0] == 0 and rows[-1] == 28 * 12 - 1
    assert set(np.diff(rows)) <= {0, 1}, "a month is left out or comes twice"


def test_an_unknown_step_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'hour'.*month, week, day"):
        month_of_step("2000-01", "2000-12", "hour")
