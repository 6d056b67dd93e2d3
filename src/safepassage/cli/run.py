"""`safepassage run MODEL`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior, report_path
from safepassage.cli.progress import Progress
from safepassage.cli.rank import table

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior


def run(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Check, fit (or take the kept fit), rank and report: the whole job."""
    study = api.check(model, evidence=options.evidence)
    result = posterior(study, options)
    ranking = api.rank(result).to_dict()
    told, path = _report(result, report_path(study, options))
    value = {"ranking": ranking, "report": path}
    return Answer("run", value, lambda: f"{table(ranking)}\n\nReport: {told}", options)


def _report(result: Posterior, path: Path) -> tuple[str, Path | None]:
    """Where the report lies; how to build the page where it is not built: the ranking stays."""
    from safepassage.reports.html import PageNotBuilt

    try:
        with Progress() as progress:
            made = api.report(result, path, progress=progress)
    except PageNotBuilt as error:
        return f"none; {error.faults[0].message}", None
    return str(made), made
