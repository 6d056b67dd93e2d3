"""`safepassage report MODEL`."""

from __future__ import annotations

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.fitting import fitted, report_path
from safepassage.cli.options import ON_MODEL, Model, WithEvidence


def report(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Write the report: one HTML file that opens offline."""
    path = verbs.report(fitted(model, options), report_path(model, options))
    return Answer("report", {"report": path}, lambda: f"Report: {path}", options)
