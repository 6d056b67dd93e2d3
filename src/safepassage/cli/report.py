"""`safepassage report MODEL`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Path as PathValidator

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import artifacts_of, fit_or_load, report_path
from safepassage.cli.progress import Progress


def report(
    model: Model,
    /,
    *,
    pdf: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Write a PDF instead; needs the extra `pdf` (typst).",
        ),
    ] = False,
    pdf_path: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            validator=PathValidator(dir_okay=False),
            help="The same, to this file; by default `report.pdf` in the folder of the HTML file.",
        ),
    ] = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Write the report, as one HTML file that works offline or as a PDF; fits first if needed."""
    study = api.load(model, evidence=options.evidence)
    path = report_path(study, options)
    if pdf or pdf_path is not None:
        api.check_pdf()  # before the minutes that a fit may take
        artifacts = artifacts_of(study, options)
        path = api.report_pdf(artifacts, pdf_path or path.with_suffix(".pdf"))
    else:
        result = fit_or_load(study, options)
        with Progress() as progress:
            path = api.report(result, path, progress=progress)
    return Answer("report", {"report": path}, lambda: f"Report: {path}", options)
