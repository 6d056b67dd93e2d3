"""A plan as plain text for a terminal of 80 columns: in words, then as tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from safepassage.reports.numbers import figure, percent
from safepassage.reports.text.comparison import short
from safepassage.results.checks.extrapolation import DistanceFromFit
from safepassage.results.checks.sensitivity import VarianceDecomposition
from safepassage.results.parts import Estimate
from safepassage.results.plan import (
    AllocationOption,
    BudgetPlan,
    FrontierPoint,
    MeanEstimate,
    PlannedLever,
    PlanOutcomes,
    ValueOfInformation,
)

WIDTH = 80
OUTCOMES = {
    "safe": "reach safety by then",
    "returned": "returned or turned back by then",
    "dead": "deaths by then",
    "relatives_punished": "relatives punished",
    "limbo": "in between at the end",
    "safe_later": "of these, safe in five more years",
    "returned_later": "of these, returned later",
    "dead_later": "of these, dead later",
    "net": "NET, in people safe",
}
LISTED, CARRIERS = 10, 3
SMALLEST = 5e-4
"""Numbers of people below this are shown as 0."""


def plan_text(
    plan: BudgetPlan, width: int = WIDTH, weights: Mapping[str, float] | None = None
) -> str:
    """A plan as text.

    Args:
        plan: The plan.
        width: Columns of the terminal.
        weights: Of the harms that it weighs, by title; not mentioned unless given.
    """
    title = f"{usd(plan.budget_usd)} from {plan.start} to the end of {plan.horizon}"
    parts = [
        [title, "", *textwrap.wrap(in_words(plan), width)],
        _levers(plan.levers, width),
        _outcomes(plan.outcomes, width),
        _options(plan.options, width),
        _frontier(plan.frontier, width),
        *([_learn(plan.learn, width)] if plan.learn else []),
        [line for note in plan.notes for line in textwrap.wrap(note, width)],
        *([textwrap.wrap(_weights(weights), width)] if weights else []),
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _weights(weights: Mapping[str, float]) -> str:
    """The weights of the harms, in one sentence."""
    listed = ", ".join(f"{title} {weight:g}" for title, weight in weights.items())
    return f"Weights used: {listed}."


def in_words(plan: BudgetPlan) -> str:
    """What a donor would ask and a statistician let stand."""
    horizon, outcomes = plan.horizon, plan.outcomes
    chosen = plan.options[0]
    weigh = ", ".join(
        f"{words} as {figure(price)}"
        for words, price in (
            ("a death", plan.outweighs.dead),
            ("a return", plan.outweighs.returned),
            ("a relative punished", plan.outweighs.relatives_punished),
        )
        if price > 0
    )
    gain = chosen.gain
    sentences = [
        _shares(plan),
        f"By the end of {horizon} this brings, on average, "
        f"{_more(outcomes.safe, 'person', 'people')} to safety, "
        f"{_more(outcomes.returned, 'person', 'people')} returned or turned back, and "
        f"{_more(outcomes.dead, 'death', 'deaths')}; without the money "
        f"{figure(outcomes.safe.baseline.mean)} people would reach safety.",
        f"Counting {weigh or 'no harm'}, and those still in between by what becomes of them, that "
        f"is as much as {figure(gain.mean)} people safe (median {figure(gain.median)}; in "
        f"nine of ten draws {figure(gain.low)} to {figure(gain.high)}).",
        f"In {percent(chosen.probability_of_gain)} of the draws the money does more good than "
        f"harm. In one draw or another a single lever is best; as nobody knows which, the plan "
        f"gains most on average, and is the best of the {len(plan.options)} allocations "
        f"compared in {percent(chosen.probability_best)} of the draws.",
        f"In the worst tenth of the draws the mean is {figure(chosen.worst_tenth)}.",
        f"Another 10,000 USD would bring {figure(_next(plan))} more.",
        _basis(plan),
    ]
    if plan.distance.verdict == "beyond":
        sentences.append("BEYOND WHAT WAS FITTED: " + _far(plan.distance) + ".")
    return " ".join(sentences)


def usd(amount: float) -> str:
    """Dollars without cents."""
    return f"{amount:,.0f} USD"


def _shares(plan: BudgetPlan) -> str:
    bought = sorted(
        (row for row in plan.levers if row.money_usd > 0), key=lambda row: row.money_usd
    )[::-1]
    if not bought:
        return "No lever is expected to do more good than harm: the best is to spend nothing."
    shares = [f"{percent(row.share)} to {_lower(row.title)}" for row in bought]
    listed = shares[0] if len(shares) == 1 else f"{', '.join(shares[:-1])} and {shares[-1]}"
    none = [_lower(row.title) for row in plan.levers if row.money_usd <= 0]
    rest = f", nothing to {' or '.join(none)}" if none else ""
    left = plan.budget_usd - plan.spent_usd
    unspent = f" {usd(left)} remain unspent." if left > 0.01 * plan.budget_usd else ""
    return f"Of {usd(plan.spent_usd)} go {listed}{rest}.{unspent}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _more(change: MeanEstimate, one: str, many: str) -> str:
    """`2.3 more people`, `4.3 fewer returns`."""
    size = figure(abs(change.mean))
    return f"{size} {'more' if change.mean >= 0 else 'fewer'} {one if size == '1' else many}"


def _next(plan: BudgetPlan) -> float:
    return max(row.next_10000_usd.mean for row in plan.levers)


def _basis(plan: BudgetPlan) -> str:
    bought = [row for row in plan.levers if row.money_usd > 0]
    assumed = [row for row in bought if row.label == "assumed"]
    if bought and len(assumed) == len(bought):
        return "What every one of these levers does is assumed, not measured."
    if assumed:
        names = ", ".join(_lower(row.title) for row in assumed)
        return f"Assumed, not measured, is what these do: {names}."
    return ""


def _far(distance: DistanceFromFit) -> str:
    changes = [
        f"{one.name} {one.says or f'{one.times_outside:.1f} times outside'}"
        for one in distance.changes
        if one.says or (one.times_outside or 0) > 1
    ]
    years = distance.years_past_the_fit
    return ", ".join([*changes[:4], *([f"{years} years past the fit"] if years else [])])


def brief(value: float | None) -> str:
    """A number in at most seven characters; what is too small to matter is 0."""
    if value is None:
        return "–"
    if abs(value) < SMALLEST:
        return "0"
    return figure(value) if abs(value) < 9.95 else short(value)


def _between(one: Estimate) -> str:
    return f"{brief(one.low)} to {brief(one.high)}"


def _levers(rows: Sequence[PlannedLever], width: int) -> list[str]:
    lines = [f"{'lever':<18}{'USD':>12} {'share':>6} {'units bought':>18} {'next10k':>7} effect"]
    for row in rows:
        name = textwrap.shorten(row.id.replace("-", " "), 18, placeholder="…")
        lines.append(
            f"{name:<18}{row.money_usd:>12,.0f} {percent(row.share):>6} "
            f"{_between(row.units):>18} {brief(row.next_10000_usd.mean):>7} "
            f"{row.label}"
        )
    lines.append("")
    for row in rows:
        cost = row.cost_usd
        ids = [i for part in row.cost_rests_on for i in part.evidence]
        source = f"evidence {', '.join(ids)}" if ids else "assumed"
        words = (
            f"{row.title}: a unit is {row.unit}, at {figure(cost.median)} USD "
            f"({figure(cost.low)} to {figure(cost.high)}; {source})."
        )
        lines += textwrap.wrap(words, width, subsequent_indent="  ")
    return lines


def _outcomes(outcomes: PlanOutcomes, width: int) -> list[str]:
    size = max(map(len, OUTCOMES.values()))
    lines = [f"{'with the plan less without':<{size}} {'mean':>7} {'median':>7}  "
             f"{'90 % interval':^17} {'without':>8}"]  # fmt: skip
    rows = {words: getattr(outcomes, measure) for measure, words in OUTCOMES.items()}
    for words, row in rows.items():
        lines.append(
            f"{words:<{size}} {brief(row.mean):>7} {brief(row.median):>7} "
            f"{_between(row):^18} {brief(row.baseline.median):>8}"
        )
    labels = sorted({row.label for row in rows.values()} - {"no difference"})
    return [*lines, *textwrap.wrap(f"Basis: {', '.join(labels) or 'nothing'}.", width)]


def _options(rows: Sequence[AllocationOption], width: int) -> list[str]:
    lines = [f"{'allocation':<33}{'mean':>7} {'median':>7} {'worst tenth':>12} {'best in':>8}"
             f" {'gains in':>9}"]  # fmt: skip
    for row in rows:
        name = textwrap.shorten(row.title, 32, placeholder="…")
        lines.append(
            f"{name:<33}{brief(row.gain.mean):>7} {brief(row.gain.median):>7} "
            f"{brief(row.worst_tenth):>12} {percent(row.probability_best):>8} "
            f"{percent(row.probability_of_gain):>9}"
        )
    return [
        *lines,
        *textwrap.wrap("Gains in people safe, net of harm, over the same draws.", width),
    ]


def _frontier(rows: Sequence[FrontierPoint], width: int) -> list[str]:
    lines = [f"{'budget, USD':>13} {'mean':>7}  {'90 % interval':^18} {'next 10,000':>12}"]
    for row in rows:
        lines.append(
            f"{row.budget_usd:>13,.0f} {brief(row.gain.mean):>7}  "
            f"{_between(row.gain):^18} {brief(row.next_10000_usd):>12}"
        )
    return lines


def _learn(learn: ValueOfInformation, width: int) -> list[str]:
    total = learn.all
    words = (
        "What to measure next: knowing everything before choosing would gain "
        f"{figure(total.value)} more people safe, as much as {usd(total.worth_usd)} more. "
        "Below, what each by itself would gain if it were known for certain; noise alone shows up "
        f"to {figure(learn.parameters[0].noise) if learn.parameters else '0'}."
    )
    lines = textwrap.wrap(words, width)
    for head, rows in (
        ("parameter", learn.parameters),
        ("next year's figure", learn.channels),
    ):
        listed = [row for row in rows if row.above_noise][:LISTED]
        lines += ["", f"{head:<48} {'gain':>7} {'error':>7} {'USD':>13}"]
        for row in listed:
            name = textwrap.shorten(row.title, 48, placeholder="…")
            lines.append(
                f"{name:<48} {brief(row.value):>7} {brief(row.error):>7} {row.worth_usd:>13,.0f}"
            )
        if not listed:
            lines.append("none above noise")
    return [*lines, "", *_variance(learn.variance, width)]


def _variance(variance: VarianceDecomposition, width: int) -> list[str]:
    """What carries the variance of the plan's gain and of the report's outputs."""
    lines = ["What carries the variance (share that knowing the parameter would remove):"]
    outputs = {name: one for name, one in variance.answers.items() if "." not in name}
    for name, shares in {"the plan's gain": variance.plan, **outputs}.items():
        carriers = [f"{row.id} {percent(row.share)}" for row in shares.parameters[:CARRIERS]]
        words = f"{name.replace('_', ' ')}: {', '.join(carriers) or 'none above noise'}"
        lines += textwrap.wrap(words, width, subsequent_indent="  ")
    return lines
