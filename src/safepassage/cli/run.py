"""`safepassage run MODEL`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load, report_path
from safepassage.cli.progress import Progress
from safepassage.cli.rank import table

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior


def run(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Do the whole job: check, fit (or load the stored fit), rank and report."""
    study = api.check(model, evidence=options.evidence)
    result = fit_or_load(study, options)
    ranking = api.rank(result).to_dict()
    place, path = _report(result, report_path(study, options))
    value = {"ranking": ranking, "report": path}
    return Answer("run", value, lambda: f"{table(ranking)}\n\nReport: {place}", options)


def _report(result: Posterior, path: Path) -> tuple[str, Path | None]:
    """Where the report is; where its page is not built, how to build it: the ranking stays."""
    from safepassage.reports.html import PageNotBuilt

    try:
        with Progress() as progress:
            made = api.report(result, path, progress=progress)
    except PageNotBuilt as error:
        return f"none; {error.faults[0].message}", None
    return str(made), made
