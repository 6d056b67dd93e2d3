"""A forecast as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from safepassage.results.forecast import Forecast, PlannerView, Quantiles

WIDTH = 80


def forecast_text(forecast: Forecast, titles: Mapping[str, str]) -> str:
    """The series by year, what a planner needs where requested, then the assumptions.

    Args:
        forecast: The forecast.
        titles: Of the outputs, by name.
    """
    lines: list[str] = []
    for name, series in forecast.outputs.items():
        lines += textwrap.wrap(f"{titles.get(name, name)} (median, 50 %, 90 %)", WIDTH)
        lines += [
            _line(at) + ("" if at.forecast else "  fitted")
            for at in series
            if at.median is not None
        ]
    lines.append("")
    if forecast.planner is not None:
        lines += [*_planner(forecast.planner), ""]
    for sentence in forecast.assumptions:
        lines += textwrap.wrap(sentence, WIDTH)
    return "\n".join(lines)


def _line(at: Quantiles) -> str:
    """A time, its median, and its two intervals."""
    inner = f"{_number(at.low_50)} to {_number(at.high_50)}"
    outer = f"{_number(at.low)} to {_number(at.high)}"
    return f"  {at.time} {_number(at.median):>8} {inner:>20} {outer:>22}"


def _planner(view: PlannerView) -> Iterator[str]:
    """Flows and stocks by month, and the places that would be enough."""
    if not view.flows and not view.stocks:
        yield from textwrap.wrap(
            "For planning: the model declares no output of people by month or by quarter, so "
            "there is nothing to list by month.",
            WIDTH,
        )
        return
    yield f"For planning, by month from {view.start} (median, 50 %, 90 %)"
    for group, note in ((view.flows, "in the month"), (view.stocks, "at a time, in the month")):
        for one in group.values():
            yield ""
            if not any(at.high for at in one.rows):
                yield from textwrap.wrap(f"{one.title}: none expected", WIDTH)
                continue
            yield from textwrap.wrap(f"{one.title}: {one.unit} {note}", WIDTH)
            yield from (_line(at) for at in one.rows if at.median is not None)
    if view.places:
        yield ""
        yield "In the worst month of a year    enough places in 50 %   in 90 % of cases"
    for name, years in view.places.items():
        yield from textwrap.wrap(view.stocks[name].title, WIDTH)
        for at in years:
            yield f"  {at.time} {at.enough_50:>47,.0f} {at.enough_90:>9,.0f}"


def _number(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"
