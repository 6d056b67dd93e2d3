"""How numbers and dates read: sensible digits, `low to high`, never `-0` or `nan`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, TypeGuard

from safepassage.results.parts import Estimate

UNKNOWN = "not known"
NO_BREAK = "\u00a0"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_number(value: object) -> TypeGuard[float]:
    """Whether `value` is a finite number that can be shown or drawn."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def figure(value: float | None) -> str:
    """An estimated number: three significant digits from 100 on, two below."""
    if value is None or not is_number(value):
        return UNKNOWN
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-4 or size >= 1e15:
        mantissa, exponent = f"{value:.1e}".split("e")
        power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa} × 10{power}"
    digits = 3 if size >= 99.5 else 2
    decimals = digits - 1 - math.floor(math.log10(size))
    rounded = round(value, decimals)
    return _tidy(f"{rounded:,.{max(decimals, 0)}f}")


def exact(value: float | None) -> str:
    """A published number as it stands, with thousands separators."""
    if value is None or not is_number(value):
        return UNKNOWN
    if float(value).is_integer():
        return _tidy(f"{value:,.0f}")
    return _tidy(f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}")


def published_words(value: float | None, low: float | None, high: float | None) -> str:
    """A published figure with its own range; its middle, where only the range was published."""
    if not (is_number(low) and is_number(high)) or low == high:
        return exact(value)
    return f"{figure(value)} ({exact(low)} to {exact(high)})"


def percent(share: float | None, *, unit: bool = True) -> str:
    """A share as a percentage: whole, with one decimal at either end."""
    if share is None or not is_number(share):
        return UNKNOWN
    value = 100 * share
    if not is_number(value):
        return UNKNOWN
    if -0.05 < value <= 0 or value == 100:
        text = f"{abs(value):.0f}"
    elif 0 < value < 0.05:
        text = "<0.1"
    elif 99.95 <= value < 100:
        text = ">99.9"
    elif abs(value) < 0.95 or 99 < value < 100:
        text = f"{value:.1f}"
    else:
        text = f"{value:.0f}"
    return _tidy(text) + (f"{NO_BREAK}%" if unit else "")


def decimal(value: float | None) -> str:
    """A rank, a correlation or a ratio, with one decimal below 10 in size."""
    if value is None or not is_number(value):
        return UNKNOWN
    return _tidy(f"{value:,.1f}")


def correlation(value: float | None) -> str:
    """A number between -1 and 1 with two decimals and a true minus sign."""
    if value is None or not is_number(value):
        return UNKNOWN
    return _tidy(f"{value:.2f}").replace("-", "\u2212")


Format = Callable[[float | None], str]


def interval(estimate: Estimate | None, form: Format = figure) -> str:
    """`low to high`, with a percent sign said once."""
    ends = finite(estimate)
    if ends is None:
        return UNKNOWN
    low, high = form(ends.low), form(ends.high)
    if UNKNOWN in (low, high):
        return UNKNOWN
    sign = f"{NO_BREAK}%"
    return f"{low.removesuffix(sign)} to {high}"


def estimate_text(estimate: Estimate | None, form: Format = figure) -> str:
    """`median (low to high)`."""
    ends = finite(estimate)
    if ends is None:
        return UNKNOWN
    return f"{form(ends.median)} ({interval(estimate, form)})"


class Ends(NamedTuple):
    """An estimate that can be drawn."""

    low: float
    median: float
    high: float


def finite(estimate: Estimate | None) -> Ends | None:
    """An estimate's numbers, if a median and both ends are there and finite."""
    if estimate is None:
        return None
    low, median, high = estimate.low, estimate.median, estimate.high
    if is_number(low) and is_number(median) and is_number(high):
        return Ends(low, median, high)
    return None


def decimal_year(time: object, *, end: bool = False) -> float | None:
    """A date (`2019`, `2019-05`, `2019-05-31`, `2019-Q2`) as a year with a fraction.

    With `end`, the last moment of the given year, quarter or month.
    """
    if is_number(time):
        return float(time) + (1.0 if end and float(time).is_integer() else 0.0)
    parts = str(time).strip().split("-")
    try:
        year = float(int(parts[0]))
        if len(parts) == 1:
            return year + (1.0 if end else 0.0)
        if parts[1].upper().startswith("Q"):
            return year + (int(parts[1][1:]) - (0 if end else 1)) / 4
        month = int(parts[1]) - 1
    except ValueError:
        return None
    if len(parts) == 2:
        return year + (month + (1 if end else 0)) / 12
    return year + month / 12


def date_words(time: object) -> str:
    """A date as people write it: `December 2019`."""
    parts = str(time).strip().split("-")
    if len(parts) >= 2 and parts[1].isdigit() and 1 <= int(parts[1]) <= 12:
        return f"{MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return str(time)


def span_words(start: object, end: object) -> str:
    """A span of dates: one word when both ends name the same year or month."""
    if end in (None, "") or str(start) == str(end):
        return date_words(start)
    first, last = str(start).split("-"), str(end).split("-")
    whole_year = first[1:] == ["01"] and last[1:] == ["12"]
    if whole_year:
        return first[0] if first[0] == last[0] else f"{first[0]} to {last[0]}"
    return f"{date_words(start)} to {date_words(end)}"


def number_word(count: int) -> str:
    """A small count in words."""
    return WORDS[count] if 0 <= count < len(WORDS) else f"{count:,}"


def _tidy(text: str) -> str:
    if text.startswith("-") and not text.strip("-0.,"):
        return text[1:]
    return text
