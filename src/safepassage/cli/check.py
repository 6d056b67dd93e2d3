"""`safepassage check MODEL`."""

from __future__ import annotations

import textwrap

from safepassage import api
from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.check_fit import NOTHING, Knowing
from safepassage.cli.check_sbc import NONE, Calibrating
from safepassage.cli.options import ON_MODEL, Model, WithEvidence


def check(
    model: Model,
    /,
    *,
    calibrating: Calibrating = NONE,
    knowing: Knowing = NOTHING,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Check a model folder and its evidence; all faults are reported at once."""
    from safepassage.results.check import CheckReport

    requested = calibrating.checked()
    study = api.check(model, evidence=options.evidence)
    summary = study.summary()
    report = CheckReport(model=summary.id, title=summary.title, counts=summary.counts)
    report, text_of_fit = knowing.run(study, report, options)
    value = report.to_dict()
    calibrated = requested.run(study, options)
    if calibrated is not None:
        value["calibration"] = calibrated.to_dict()

    def text() -> str:
        listed = ", ".join(f"{row['count']} {row['part']}" for row in report.rows())
        parts = [f"{report.headline()}\n{textwrap.fill(f'{listed}.', WIDTH)}", text_of_fit]
        if calibrated is not None:
            from safepassage.reports.text.sbc import sbc_text

            parts.append(sbc_text(calibrated))
        return "\n\n".join(part for part in parts if part)

    return Answer("check", value, text, options)
