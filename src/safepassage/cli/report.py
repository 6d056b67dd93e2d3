"""`safepassage report MODEL`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Path as PathValidator

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import artifacts_of, posterior, report_path
from safepassage.cli.progress import Progress


def report(
    model: Model,
    /,
    *,
    pdf: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="A PDF instead; needs the extra `pdf` (typst)."
        ),
    ] = False,
    pdf_path: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            validator=PathValidator(dir_okay=False),
            help="The same, and where to; `report.pdf` where the HTML file would lie unless given.",
        ),
    ] = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Write the report: one HTML file that opens offline, or a PDF."""
    study = api.load(model, evidence=options.evidence)
    path = report_path(study, options)
    if pdf or pdf_path is not None:
        api.check_pdf()  # before the minutes that a fit may take
        with Progress() as progress:
            shown = artifacts_of(study, options, progress)
        path = api.report_pdf(shown, pdf_path or path.with_suffix(".pdf"))
    else:
        result = posterior(study, options)
        with Progress() as progress:
            path = api.report(result, path, progress=progress)
    return Answer("report", {"report": path}, lambda: f"Report: {path}", options)
