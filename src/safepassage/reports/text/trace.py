"""A trace as plain text."""

from __future__ import annotations

import textwrap

from safepassage.results.fit import ChannelRow
from safepassage.results.parts import Estimate, TimedEstimate
from safepassage.results.ranking import OUTCOMES, RankedWay
from safepassage.results.trace import EvidenceRow, Trace

WIDTH = 80
MOST_ROWS = 30


def trace_text(trace: Trace) -> str:
    """Figure, parameters, evidence and sources in at most 80 columns."""
    lines = [] if trace.fit.converged else ["WARNING: the fit has not converged."]
    lines += _wrap(f"{trace.title}  [{trace.kind} {trace.name}]")
    if trace.informed_by:
        lines += _wrap(trace.informed_by, "  ")
    lines += ["", "Figures (median, 90 % interval)"]
    lines += _figures(trace)
    lines += ["", "Parameters that make it uncertain (prior -> posterior, contraction, label)"]
    for p in trace.parameters:
        share = "" if p.share is None else f"  {100 * p.share:.0f} % of its variance"
        lines += _wrap(f"{p.name}: {p.title} ({p.unit}){share}", "  ")
        lines += _wrap(
            f"{_estimate(p.prior)} -> {_estimate(p.posterior)}, {p.contraction:.2f}, {p.label}",
            "      ",
        )
        cited = ", ".join(p.evidence)
        lines += _wrap(f"based on {cited}" if cited else f"assumed: {p.assumed}", "      ")
    lines += ["", "Evidence and sources"]
    for row in trace.evidence:
        years = "-".join(dict.fromkeys(str(y) for y in (row.year_from, row.year_to) if y))
        lines += _wrap(f"{row.id} [{row.grade}] {row.quantity}: {_value(row)} {years}", "  ")
        source = (row.source_title, row.source_publisher, row.source_year)
        lines += _wrap(", ".join(str(part) for part in source if part), "      ")
        if row.source_url:
            lines.append(f"      {row.source_url}")
    if not trace.evidence:
        lines.append("  none: this is based on assumptions alone")
    return "\n".join(lines)


def _figures(trace: Trace) -> list[str]:
    rows = trace.figures
    few = rows if len(rows) <= MOST_ROWS else rows[:: max(1, len(rows) // (MOST_ROWS - 2))]
    lines: list[str] = []
    for row in few:
        if isinstance(row, RankedWay):
            listed = {name: getattr(row.outcomes, name) for name in OUTCOMES}
            names = ("expected_rank", "ever_returned", "months_to_safety", "cost_usd")
            listed |= {name: getattr(row, name) for name in names}
            lines += [f"  {n.replace('_', ' ')}: {_estimate(e)}" for n, e in listed.items()]
        elif isinstance(row, ChannelRow):
            lines.append(
                f"  {row.start} to {row.end}  observed {_number(row.observed)}, "
                f"predicted {_estimate(row.predicted)}" + ("" if row.inside else "  outside")
            )
        elif isinstance(row, TimedEstimate):
            lines.append(f"  {row.time}: {_estimate(row)}")
        else:
            lines.append(f"  {_estimate(row)}")
    return lines


def _estimate(e: Estimate) -> str:
    return f"{_number(e.median)} ({_number(e.low)} to {_number(e.high)})"


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _value(row: EvidenceRow) -> str:
    if row.value is not None:
        text = _number(row.value)
    elif row.low is not None or row.high is not None:
        text = f"{_number(row.low)} to {_number(row.high)}"
    else:
        text = "(a statement)"
    return f"{text} {row.unit or ''}".rstrip() + ","


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
