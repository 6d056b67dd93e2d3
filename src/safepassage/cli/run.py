"""`safepassage run MODEL`."""

from __future__ import annotations

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.fitting import fitted, report_path
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.rank import table


def run(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Check, fit (or take the kept fit), rank and report: the whole job."""
    from safepassage import questions

    loaded = verbs.check(model, evidence=options.evidence)
    result = fitted(loaded, options)
    ranking = questions.rank(result).to_json()
    path = verbs.report(result, report_path(loaded, options))
    value = {"ranking": ranking, "report": path}
    return Answer("run", value, lambda: f"{table(ranking)}\n\nReport: {path}", options)
