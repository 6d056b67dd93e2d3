"""`safepassage report MODEL`."""

from __future__ import annotations

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.fitting import fitted, report_path
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.progress import Progress


def report(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Write the report: one HTML file that opens offline."""
    loaded = verbs.load(model, evidence=options.evidence)
    result = fitted(loaded, options)
    with Progress() as progress:
        path = verbs.report(result, report_path(loaded, options), progress=progress)
    return Answer("report", {"report": path}, lambda: f"Report: {path}", options)
