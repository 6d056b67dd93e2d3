"""Scenarios against the baseline as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.reports.words import MEASURE_TITLES

WIDTH = 80
FEW = 3
"""Up to so many scenarios are told at length, more of them as one table."""

COLUMNS = {
    "safe": "safe", "returned": "returned", "dead": "dead", "limbo": "in between",
    "relatives_punished": "relatives",
}  # fmt: skip
HARM = "A comparison of harm, not a plan."


def comparison_text(comparison: Mapping[str, Any], width: int = WIDTH) -> str:
    """A comparison as text: at length for a few scenarios, as a table for many.

    Args:
        comparison: An object as `compare --json` prints it.
        width: Columns of the terminal.
    """
    scenarios = comparison["scenarios"]
    lines: list[str] = []
    if len(scenarios) > FEW:
        lines += _table(scenarios, width)
    else:
        for scenario in scenarios:
            lines += [*_at_length(scenario, width), ""]
    for note in comparison["notes"]:
        lines += textwrap.wrap(note, width)
    drawn = "mean flows" if comparison["engine"] == "expected" else "whole people"
    lines += textwrap.wrap(f"{comparison['draws']:,} posterior draws, {drawn}.", width)
    return "\n".join(lines)


_UNITS = ((1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"))


def short(value: float | None) -> str:
    """A number of people or of money in at most five characters."""
    if value is None:
        return "n/k"
    for scale, unit in _UNITS:
        shown = value / scale
        if abs(shown) < 999.5:
            text = f"{shown:.{1 if unit and abs(shown) < 9.95 else 0}f}"
            return (text if float(text) else "0") + unit
    return f"{value:.0e}".replace("+", "")


def _at_length(scenario: Mapping[str, Any], width: int) -> list[str]:
    years = f"{scenario['from']} to {scenario['to']}"
    lines = textwrap.wrap(f"{scenario['id']}: {scenario['title']}, {years}", width)
    lines += textwrap.wrap(scenario["reason"], width)
    if scenario["comparison_of_harm"]:
        lines.append(HARM)
    size = max(map(len, MEASURE_TITLES.values()))
    lines += ["", f"{'scenario less baseline':<{size}} {'median':>7}  {'90 % interval':^17} "
              f"{'rests on':<13} {'pairing':>7}"]  # fmt: skip
    for measure, words in MEASURE_TITLES.items():
        found = scenario["differences"][measure]
        between = f"{short(found['low'])} to {short(found['high'])}"
        ratio = found["variance_ratio"]
        worth = "" if ratio is None else f"{short(ratio)}x"
        lines.append(
            f"{words:<{size}} {short(found['median']):>7}  {between:^17} {found['label']:<13} "
            f"{worth:>7}".rstrip()
        )
    return [*lines, "", *_sentences(scenario, width)]


def _sentences(scenario: Mapping[str, Any], width: int) -> list[str]:
    lines: list[str] = []
    for sentence in (_distance(scenario["distance"]), _peaks(scenario), _diversion(scenario)):
        if sentence:
            lines += textwrap.wrap(sentence, width)
    return lines


def _distance(distance: Mapping[str, Any]) -> str:
    if distance["verdict"] == "inside":
        return "Every changed value lies within what was fitted."
    told: list[str] = []
    for one in distance["changes"]:
        if one["says"]:
            told.append(f"{one['name']} {one['says']}")
        elif one["times_outside"] > 1:
            told.append(f"{one['name']} {one['times_outside']:.1f} times outside")
    if distance["years_past_the_fit"]:
        told.append(f"{distance['years_past_the_fit']} years past the fit")
    more = f" and {len(told) - 4} more" if len(told) > 4 else ""
    return f"BEYOND WHAT WAS FITTED: {', '.join(told[:4])}{more}."


HIGHER = 1.2
"""A measure whose highest year is so many times the highest of the fit is named."""


def _peaks(scenario: Mapping[str, Any]) -> str:
    """Which measures rise above what was ever fitted."""
    times = {m: scenario["differences"][m]["times_fitted_peak"] for m in MEASURE_TITLES}
    told = [
        f"{MEASURE_TITLES[m]} {t:.1f} times"
        for m, t in times.items()
        if t is not None and t > HIGHER
    ]
    return f"Above the highest fitted year: {', '.join(told)}." if told else ""


def _diversion(scenario: Mapping[str, Any]) -> str:
    moved = scenario["diversion"]
    if not moved:
        return ""
    titles = {way: told["title"] for way, told in scenario["ways"].items()}
    fewer = ", ".join(
        f"{titles[way]} ({short(found['median'])})" for way, found in moved["fewer"].items()
    )
    more = ", ".join(
        f"{titles[way]} {_percent(found)}" for way, found in moved["share_by_way"].items()
    )
    choice = moved["choice"]
    count = choice["estimated"] + choice["assumed_or_prior"]
    return (
        f"Fewer set out: {fewer}. Of these take instead, or as well: {more}. The rule of choice "
        f"has {count} parameters: {choice['estimated']} estimated, "
        f"{choice['assumed_or_prior']} assumed or prior-driven."
    )


def _percent(found: Mapping[str, Any]) -> str:
    if found["median"] is None:
        return "n/k"
    low, middle, high = (f"{100 * found[key]:.0f}" for key in ("low", "median", "high"))
    return f"{middle} % ({low} to {high})"


def _table(scenarios: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """Four lines a scenario: its name, medians, intervals, what they rest on."""
    cell = (width - 1) // len(COLUMNS) - 1

    def row(texts: Sequence[str]) -> str:
        return " " + "".join(f" {text:>{cell}}" for text in texts)

    lines = [row(list(COLUMNS.values())), "-" * width]
    for scenario in scenarios:
        found = [scenario["differences"][m] for m in COLUMNS]
        marks = " *" if scenario["distance"]["verdict"] == "beyond" else ""
        marks += " !" if scenario["comparison_of_harm"] else ""
        name = f"{scenario['id']}{marks} {scenario['from']} to {scenario['to']}"
        lines += [
            textwrap.shorten(name, width, placeholder="…"),
            row([short(f["median"]) for f in found]),
            row([f"{short(f['low'])} to {short(f['high'])}" for f in found]),
            row([f["label"] for f in found]),
        ]
    legend = (
        "Scenario less baseline: median, 90 % interval, and what it rests on. * beyond what was "
        "fitted. ! a comparison of harm, not a plan. In between: hidden, held or on the way at "
        "the end."
    )
    return [*lines, "", *textwrap.wrap(legend, width)]
