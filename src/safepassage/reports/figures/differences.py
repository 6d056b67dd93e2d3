"""What-ifs against the baseline: people more or fewer in each outcome, scenario by scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence

from safepassage.reports.figures.base import Drawn, Figure, estimate_values
from safepassage.reports.numbers import estimate_text, finite
from safepassage.reports.svg.marks import circle, line, text, whisker
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.scales import Scale
from safepassage.reports.svg.text_width import shorten, wrap
from safepassage.reports.words import MEASURE_TITLES
from safepassage.results.comparison import Comparison, Difference, ScenarioComparison

PANELS = {
    "safe": "safe", "returned": "returned", "dead": "dead", "relatives_punished": "accent",
}  # fmt: skip
"""Outcomes that are drawn, and the colours of their marks."""
WIDTH, PANEL, GAP = 848.0, 200.0, 16.0
UNIT = {"money_usd": "USD"}


def what_if_figure(comparison: Comparison) -> Figure:
    """One panel for each of four outcomes, a row for each scenario.

    Args:
        comparison: what `compare` gave.
    """
    scenarios = comparison.scenarios
    marks: list[Markup] = []
    tops, top = [], 44.0
    for number, scenario in enumerate(scenarios, start=1):
        years = f"{scenario.start} to {scenario.end}"
        title = f"{number}  {scenario.title}, {years}{_flags(scenario)}"
        lines = wrap(title, WIDTH, 12, bold=True)
        marks += [text(0, top + 13 + 15 * i, t, "row-title") for i, t in enumerate(lines)]
        tops.append(top + 15 * len(lines) + 4)
        top = tops[-1] + 38
    for place, measure in enumerate(PANELS):
        marks += _panel(measure, scenarios, tops, place * (PANEL + GAP))
    return Figure(
        name="what_if",
        title="What if: scenarios less the baseline",
        caption=(
            "People more (right of the mark) or fewer (left), paired draw by draw; medians and "
            "90 % intervals. Scales are tenfold from 1 on. * beyond what was fitted. "
            "! a comparison of harm, not a plan."
        ),
        alternative=" ".join(f"{s.title}: {_words(s)}." for s in scenarios),
        drawn=Drawn(tuple(marks), WIDTH, top + 8),
        columns=("scenario", "title", "from", "to", "measure", "median", "low", "high", "unit",
                 "rests_on", "beyond_the_fit", "comparison_of_harm"),
        rows=tuple(
            (s.id, s.title, s.start, s.end, m, *estimate_values(getattr(s.differences, m)),
             UNIT.get(m, "people"), getattr(s.differences, m).label,
             s.distance.verdict == "beyond", bool(s.comparison_of_harm))
            for s in scenarios for m in PANELS
        ),
    )  # fmt: skip


def _flags(scenario: ScenarioComparison) -> str:
    beyond = " *" if scenario.distance.verdict == "beyond" else ""
    return beyond + (" !" if scenario.comparison_of_harm else "")


def _words(scenario: ScenarioComparison) -> str:
    by_measure = scenario.differences
    return ", ".join(f"{MEASURE_TITLES[m]} {estimate_text(getattr(by_measure, m))}" for m in PANELS)


def _panel(
    measure: str,
    scenarios: Sequence[ScenarioComparison],
    tops: Sequence[float],
    x: float,
) -> list[Markup]:
    """One outcome: a mark at 0, an interval for each scenario and its numbers above it."""
    estimates: list[Difference] = [getattr(s.differences, measure) for s in scenarios]
    every = [finite(one) for one in estimates]
    most = max([abs(end) for e in every if e is not None for end in (e.low, e.high)] + [1.0])
    most = 10.0 ** math.ceil(math.log10(most))
    across = Scale(-_squeezed(most), _squeezed(most), x + 4, x + PANEL - 4)
    zero = across(0.0)
    marks = [text(x, 12, shorten(MEASURE_TITLES[measure], PANEL, 12.5, bold=True), "panel-title")]
    for value, words in ((-most, f"−{_power(most)}"), (0.0, "0"), (most, f"+{_power(most)}")):
        at = across(_squeezed(value))
        anchor = "start" if value < 0 else "end" if value > 0 else "middle"
        marks.append(text(at, 32, words, "tick", anchor))
    for estimate, numbers, top in zip(estimates, every, tops, strict=True):
        if numbers is None:
            marks.append(text(x, top + 10, "not known", "small"))
            continue
        marks.append(line(zero, top + 16, zero, top + 28, "axis"))
        ends = [across(_squeezed(value)) for value in numbers]
        colour = PANELS[measure]
        marks += whisker(ends[0], ends[1], ends[2], top + 22, f"stroke-{colour} fill-{colour}")
        marks.append(circle(ends[1], top + 22, 4.0, f"fill-{colour}"))
        marks.append(text(x + 4, top + 12, estimate_text(estimate).replace("-", "−"), "small"))
    return marks


def _squeezed(value: float) -> float:
    """Linear below 1, tenfold steps from there on, for either sign."""
    return math.asinh(value * 2)


def _power(value: float) -> str:
    return f"{value:,.0f}"
