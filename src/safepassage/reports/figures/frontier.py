"""A plan's frontier as one SVG file that stands alone: gain by budget, and where the money goes."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.reports.numbers import figure
from safepassage.reports.svg.marks import circle, line, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup, element
from safepassage.reports.svg.scales import Scale, nice_ticks
from safepassage.reports.svg.text_width import wrap
from safepassage.results.plan import BudgetPlan, FrontierPoint, PlannedLever

WIDTH, EDGE, LEFT = 640.0, 16.0, 64.0
GAIN_HIGH, SHARES_HIGH, BAR = 210.0, 130.0, 46.0
TITLE_SIZE, SIZE = 15.0, 11.5
COLOURS = (
    "#3b6e8f", "#d0602f", "#6a8f3b", "#8a5a9e", "#c2a02c", "#4a9c94", "#9e4a5c", "#7b8794",
)  # fmt: skip

STYLE = """
text { font-family: "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  fill: #1f2933; font-size: 11.5px }
.title { font-size: 15px; font-weight: 600 }
.note { fill: #3e4c59 }
.paper { fill: #ffffff }
.band { fill: #dbe7f0 }
.mean { stroke: #1f2933; stroke-width: 2; fill: none }
.median { stroke: #5b7c99; stroke-width: 1.5; stroke-dasharray: 4 3; fill: none }
.dot { fill: #1f2933 }
.grid { stroke: #e4e9ee; stroke-width: 1 }
.axis { stroke: #7b8794; stroke-width: 1 }
.budget { stroke: #d0602f; stroke-width: 1; stroke-dasharray: 3 3 }
""" + "\n".join(f".lever{i} {{ fill: {colour} }}" for i, colour in enumerate(COLOURS))


def frontier_figure(plan: BudgetPlan) -> str:
    """The whole picture.

    Args:
        plan: The plan.
    """
    rows, levers = plan.frontier, plan.levers
    title = f"What a budget buys from {plan.start} to the end of {plan.horizon}"
    room = WIDTH - 2 * EDGE
    marks = [text(EDGE, EDGE + 12, title, "title")]
    assumed = sum(row.label == "assumed" for row in levers)
    words = wrap(
        "Best allocation of each budget. Gain in people safe, net of harm: mean (line), median "
        "(dashed), 90 % interval (band); the upright line is the budget requested. What "
        f"{assumed} of {len(levers)} levers do is assumed, not measured.",
        room, SIZE,
    )  # fmt: skip
    marks += [text(EDGE, EDGE + 32 + 16 * i, part, "note") for i, part in enumerate(words)]
    top = EDGE + 32 + 16 * len(words) + 8
    amounts = [row.budget_usd for row in rows]
    across = Scale(
        min(amounts), max(amounts), LEFT + BAR / 2 + 4, WIDTH - EDGE - BAR / 2,
        logarithmic=len(amounts) > 1,
    )  # fmt: skip
    marks += _gains(rows, across, top, plan.budget_usd)
    bottom = top + GAIN_HIGH + 34
    marks += _shares(rows, levers, across, bottom)
    legend = _legend(levers, bottom + SHARES_HIGH + 22)
    height = bottom + SHARES_HIGH + 34 + 18 * len(levers)
    drawn = element(
        "svg",
        element("title", title),
        element("style", Markup(STYLE)),
        rect(0, 0, WIDTH, height, "paper"),
        *marks,
        *legend,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=WIDTH,
        height=float(height),
        role="img",
    )
    return f"{drawn}\n"


def _gains(
    rows: Sequence[FrontierPoint], across: Scale, top: float, requested: float
) -> list[Markup]:
    gains = [row.gain for row in rows]
    low = min(0.0, *(g.low or 0.0 for g in gains))
    high = max(max(g.high or 0.0 for g in gains), low + 1e-9)
    ticks = nice_ticks(low, high, 5)
    up = Scale(min(low, ticks[0]), max(high, ticks[-1]), top + GAIN_HIGH, top)
    right = WIDTH - EDGE
    marks: list[Markup] = []
    for tick in ticks:
        marks.append(line(LEFT, up(tick), right, up(tick), "axis" if tick == 0 else "grid"))
        marks.append(text(LEFT - 6, up(tick) + 4, figure(tick), anchor="end"))
    points = [[(across(r.budget_usd), up(getattr(r.gain, k))) for r in rows]
              for k in ("low", "high", "median", "mean")]  # fmt: skip
    marks.append(path(polyline(points[1] + points[0][::-1], closed=True), "band"))
    marks.append(line(across(requested), top, across(requested), top + GAIN_HIGH, "budget"))
    marks += [path(polyline(points[2]), "median"), path(polyline(points[3]), "mean")]
    return [*marks, *(circle(x, y, 3.0, "dot") for x, y in points[3])]


def _shares(
    rows: Sequence[FrontierPoint],
    levers: Sequence[PlannedLever],
    across: Scale,
    top: float,
) -> list[Markup]:
    """A stacked bar for each budget, one part for each lever, and the budgets below."""
    marks = [text(EDGE, top - 8, "Where the money goes", "note")]
    for row in rows:
        x, left = across(row.budget_usd), top
        spent = sum(row.money_usd.values()) or 1.0
        for i, lever in enumerate(levers):
            high = SHARES_HIGH * row.money_usd.get(lever.id, 0.0) / spent
            if high > 0:
                marks.append(rect(x - BAR / 2, left, BAR, high, f"lever{i % len(COLOURS)}"))
            left += high
        label = _amount(row.budget_usd)
        marks.append(text(x, top + SHARES_HIGH + 14, label, anchor="middle"))
    return marks


def _legend(levers: Sequence[PlannedLever], top: float) -> list[Markup]:
    marks: list[Markup] = []
    for i, lever in enumerate(levers):
        y = top + 18 * i
        marks.append(rect(EDGE, y, 12, 12, f"lever{i % len(COLOURS)}"))
        marks.append(text(EDGE + 20, y + 10, f"{lever.title} ({lever.label})"))
    return marks


def _amount(usd: float) -> str:
    """`250k`, `1M`: short enough for a bar's foot."""
    for scale, unit in ((1e6, "M"), (1e3, "k")):
        if usd >= scale:
            return f"{usd / scale:.3g}{unit}"
    return f"{usd:.0f}"
