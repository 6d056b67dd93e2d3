"""`safepassage check MODEL`."""

from __future__ import annotations

import textwrap
from typing import Annotated

from cyclopts import Parameter

from safepassage import api
from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.check_fit import NOTHING, FitChecksOptions
from safepassage.cli.check_sbc import NONE, CalibrationOptions
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.progress import Progress


def check(
    model: Model,
    /,
    *,
    mechanisms: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also switch off each declared mechanism and show what changes (no fitting).",
        ),
    ] = False,
    calibration: CalibrationOptions = NONE,
    fit_checks: FitChecksOptions = NOTHING,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Check a model folder and its evidence; all faults are reported at once."""
    from safepassage.results.checks.check import CheckReport

    requested = calibration.checked()
    study = api.check(model, evidence=options.evidence)
    summary = study.summary()
    report = CheckReport(model=summary.id, title=summary.title, counts=summary.counts)
    listed = ", ".join(f"{row['count']} {row['part']}" for row in report.rows())
    texts = [f"{report.headline()}\n{textwrap.fill(f'{listed}.', WIDTH)}"]
    if mechanisms:
        from safepassage.analysis.checks.mechanisms import switch_off_mechanisms
        from safepassage.reports.text.mechanisms import mechanisms_text

        with Progress() as progress:
            effects = switch_off_mechanisms(study, progress)
        report = report.model_copy(update={"mechanisms": effects.mechanisms})
        texts.append(mechanisms_text(effects))
    report, text_of_fit = fit_checks.run(study, report, options)
    texts.append(text_of_fit)
    ranks = requested.run(study, options)
    if ranks is not None:
        from safepassage.reports.text.sbc import sbc_text

        report = report.model_copy(update={"calibration": ranks})
        texts.append(sbc_text(ranks))
    answer = "\n\n".join(text for text in texts if text)
    return Answer("check", report.to_dict(), lambda: answer, options)
