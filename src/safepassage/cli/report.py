"""`safepassage report MODEL`."""

from __future__ import annotations

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.fitting import fitted, report_path
from safepassage.cli.options import ON_MODEL, Model, WithEvidence


def report(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Write the report: one HTML file that opens offline."""
    loaded = verbs.load(model, evidence=options.evidence)
    path = verbs.report(fitted(loaded, options), report_path(loaded, options))
    return Answer("report", {"report": path}, lambda: f"Report: {path}", options)
