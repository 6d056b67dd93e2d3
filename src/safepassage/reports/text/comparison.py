"""Scenarios against the baseline as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from safepassage.reports.words import MEASURE_TITLES

if TYPE_CHECKING:
    from safepassage.results.checks.extrapolation import DistanceFromFit
    from safepassage.results.comparison import Comparison, ScenarioComparison
    from safepassage.results.parts import Estimate

WIDTH = 80
FEW = 3
"""Up to so many scenarios are described at length, more of them as one table."""

COLUMNS = {
    "safe": "safe", "returned": "returned", "dead": "dead", "limbo": "in between",
    "relatives_punished": "relatives",
}  # fmt: skip
HARM = "A comparison of harm, not a plan."


def comparison_text(comparison: Comparison, width: int = WIDTH) -> str:
    """A comparison as text: at length for a few scenarios, as a table for many.

    Args:
        comparison: The comparison.
        width: Columns of the terminal.
    """
    scenarios = comparison.scenarios
    lines: list[str] = []
    if len(scenarios) > FEW:
        lines += _table(scenarios, width)
    else:
        for scenario in scenarios:
            lines += [*_at_length(scenario, width), ""]
    for note in comparison.notes:
        lines += textwrap.wrap(note, width)
    drawn = "mean flows" if comparison.engine == "expected" else "whole people"
    lines += textwrap.wrap(f"{comparison.draws:,} posterior draws, {drawn}.", width)
    return "\n".join(lines)


_UNITS = ((1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"))


def short(value: float | None) -> str:
    """A number of people or of money in at most five characters."""
    if value is None:
        return "n/k"
    for scale, unit in _UNITS:
        scaled = value / scale
        if abs(scaled) < 999.5:
            text = f"{scaled:.{1 if unit and abs(scaled) < 9.95 else 0}f}"
            return (text if float(text) else "0") + unit
    return f"{value:.0e}".replace("+", "")


def _between(estimate: Estimate) -> str:
    return f"{short(estimate.low)} to {short(estimate.high)}"


def _at_length(scenario: ScenarioComparison, width: int) -> list[str]:
    years = f"{scenario.start} to {scenario.end}"
    lines = textwrap.wrap(f"{scenario.id}: {scenario.title}, {years}", width)
    lines += textwrap.wrap(scenario.reason, width)
    if scenario.comparison_of_harm:
        lines.append(HARM)
    size = max(map(len, MEASURE_TITLES.values()))
    lines += ["", f"{'scenario less baseline':<{size}} {'median':>7}  {'90 % interval':^17} "
              f"{'based on':<13} {'pairing':>7}"]  # fmt: skip
    for measure, one in scenario.differences.items():
        gain = "" if one.variance_ratio is None else f"{short(one.variance_ratio)}x"
        lines.append(
            f"{MEASURE_TITLES[measure]:<{size}} {short(one.median):>7}  {_between(one):^17} "
            f"{one.label:<13} {gain:>7}".rstrip()
        )
    return [*lines, "", *_sentences(scenario, width)]


def _sentences(scenario: ScenarioComparison, width: int) -> list[str]:
    lines: list[str] = []
    for sentence in (_distance(scenario.distance), _peaks(scenario), _diversion(scenario)):
        if sentence:
            lines += textwrap.wrap(sentence, width)
    return lines


def _distance(distance: DistanceFromFit) -> str:
    if distance.verdict == "inside":
        return "Every changed value lies within what was fitted."
    parts: list[str] = []
    for one in distance.changes:
        if one.says:
            parts.append(f"{one.name} {one.says}")
        elif one.times_outside is not None and one.times_outside > 1:
            parts.append(f"{one.name} {one.times_outside:.1f} times outside")
    if distance.years_past_the_fit:
        parts.append(f"{distance.years_past_the_fit} years past the fit")
    more = f" and {len(parts) - 4} more" if len(parts) > 4 else ""
    return f"BEYOND WHAT WAS FITTED: {', '.join(parts[:4])}{more}."


HIGHER = 1.2
"""A measure whose highest year is so many times the highest of the fit is named."""


def _peaks(scenario: ScenarioComparison) -> str:
    """Which measures rise above what was ever fitted."""
    parts = [
        f"{MEASURE_TITLES[measure]} {one.times_fitted_peak:.1f} times"
        for measure, one in scenario.differences.items()
        if one.times_fitted_peak is not None and one.times_fitted_peak > HIGHER
    ]
    return f"Above the highest fitted year: {', '.join(parts)}." if parts else ""


def _diversion(scenario: ScenarioComparison) -> str:
    diverted, ways = scenario.diversion, scenario.ways
    if diverted is None:
        return ""
    fewer = ", ".join(f"{ways[w].title} ({short(one.median)})" for w, one in diverted.fewer.items())
    more = ", ".join(f"{ways[w].title} {_percent(one)}" for w, one in diverted.share_by_way.items())
    choice = diverted.choice
    return (
        f"Fewer set out: {fewer}. Of these take instead, or as well: {more}. The rule of choice "
        f"has {choice.estimated + choice.assumed_or_prior} parameters: {choice.estimated} "
        f"estimated, {choice.assumed_or_prior} assumed or prior-driven."
    )


def _percent(share: Estimate) -> str:
    if share.median is None or share.low is None or share.high is None:
        return "n/k"
    return f"{100 * share.median:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})"


def _table(scenarios: Sequence[ScenarioComparison], width: int) -> list[str]:
    """Four lines a scenario: its name and title, medians, intervals, labels."""
    cell = (width - 1) // len(COLUMNS) - 1

    def row(texts: Sequence[str]) -> str:
        return " " + "".join(f" {text:>{cell}}" for text in texts)

    lines = [row(list(COLUMNS.values())), "-" * width]
    for scenario in scenarios:
        columns = [one for name, one in scenario.differences.items() if name in COLUMNS]
        marks = " *" if scenario.distance.verdict == "beyond" else ""
        marks += " !" if scenario.comparison_of_harm else ""
        name = f"{scenario.id}{marks} {scenario.start} to {scenario.end}: {scenario.title}"
        lines += [
            textwrap.shorten(name, width, placeholder="…"),
            row([short(one.median) for one in columns]),
            row([_between(one) for one in columns]),
            row([one.label for one in columns]),
        ]
    legend = (
        "Scenario less baseline: median, 90 % interval, and what it is based on. * beyond what was "
        "fitted. ! a comparison of harm, not a plan. In between: hidden, held or on the way at "
        "the end."
    )
    return [*lines, "", *textwrap.wrap(legend, width)]
