"""Months, and the steps that divide them."""

from __future__ import annotations

import datetime

import numpy as np

from safepassage.network.arrays import Ints

STEP_YEARS = {"month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25}


def month_number(month: str) -> int:
    """Months since year 0 of `YYYY-MM`."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_name(number: int) -> str:
    """The inverse of `month_number`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_between(start: str, end: str) -> int:
    """Number of months from start to end, both included."""
    return month_number(end) - month_number(start) + 1


def month_of_step(start: str, end: str, step: str) -> Ints:
    """The month (0 = start) in which each step begins.

    Raises:
        ValueError: for a step other than month, week or day.
    """
    if step not in STEP_YEARS:
        raise ValueError(f"step {step!r} is not one of {', '.join(STEP_YEARS)}")
    months = months_between(start, end)
    if step == "month":
        return np.arange(months, dtype=np.int32)
    first = datetime.date(int(start[:4]), int(start[5:7]), 1)
    last = month_name(month_number(end) + 1)
    days = (datetime.date(int(last[:4]), int(last[5:7]), 1) - first).days
    dates = [first + datetime.timedelta(days=d) for d in range(0, days, 7 if step == "week" else 1)]
    return np.array(
        [(d.year - first.year) * 12 + d.month - first.month for d in dates], dtype=np.int32
    )
