"""A trace as plain text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safepassage.analysis.trace import Trace

WIDTH = 80


def trace_text(trace: Trace) -> str:
    """Figure, parameters, evidence and sources in at most 80 columns."""
    lines = [] if trace.fit["converged"] else ["WARNING: the fit has not converged."]
    lines += _wrap(f"{trace.title}  [{trace.kind} {trace.name}]")
    if trace.informed_by:
        lines += _wrap(trace.informed_by, "  ")
    lines += ["", "Figures (median, 90 % interval)"]
    lines += _figures(trace)
    lines += ["", "Parameters that carry it (prior -> posterior, contraction, label)"]
    for p in trace.parameters:
        share = f"  {p['share']:.0%} of its doubt" if "share" in p else ""
        lines += _wrap(f"{p['name']}: {p['title']} ({p['unit']}){share}", "  ")
        lines += _wrap(
            f"{_estimate(p['prior'])} -> {_estimate(p['posterior'])}, "
            f"{p['contraction']:.2f}, {p['label']}", "      ",
        )  # fmt: skip
        rests = ", ".join(p["evidence"]) or f"assumed: {p['assumed']}"
        lines += _wrap(f"rests on {rests}", "      ")
    lines += ["", "Evidence and sources"]
    for row in trace.evidence:
        years = "-".join(dict.fromkeys(str(y) for y in (row["year_from"], row["year_to"]) if y))
        value = _row_value(row)
        lines += _wrap(f"{row['id']} [{row['grade']}] {row['quantity']}: {value} {years}", "  ")
        source = ", ".join(
            str(row[k]) for k in ("source_title", "source_publisher", "source_year") if row[k]
        )
        lines += _wrap(source, "      ")
        if row["source_url"]:
            lines.append(f"      {row['source_url']}")
    if not trace.evidence:
        lines.append("  none: this rests on assumptions alone")
    return "\n".join(lines)


def _figures(trace: Trace) -> list[str]:
    if trace.kind == "way":
        way = trace.figures[0]
        shown = {**way["outcomes"], "expected rank": way["expected_rank"]}
        shown |= {k: way[k] for k in ("ever_returned", "months_to_safety", "cost_usd")}
        return [f"  {name.replace('_', ' ')}: {_estimate(e)}" for name, e in shown.items()]
    if trace.kind == "channel":
        return [
            f"  {r['from']} to {r['to']}  observed {_number(r['observed'])}, "
            f"predicted {_estimate(r['predicted'])}" + ("" if r["inside"] else "  outside")
            for r in trace.figures
        ]
    if trace.kind == "output":
        rows = trace.figures
        chosen = rows if len(rows) <= 30 else rows[:: max(1, len(rows) // 28)]
        return [f"  {r['time']}: {_estimate(r)}" for r in chosen]
    return [f"  {_estimate(trace.figures[0])}"]


def _estimate(e: dict[str, Any]) -> str:
    return f"{_number(e['median'])} ({_number(e['low'])} to {_number(e['high'])})"


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _row_value(row: dict[str, Any]) -> str:
    if row["value"] is not None:
        text = _number(row["value"])
    elif row["low"] is not None or row["high"] is not None:
        text = f"{_number(row['low'])} to {_number(row['high'])}"
    else:
        text = "(a statement)"
    return f"{text} {row['unit'] or ''}".rstrip() + ","


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
