"""`safepassage check MODEL`."""

from __future__ import annotations

import textwrap
from typing import Any

from safepassage import api
from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.check_fit import NOTHING, Knowing
from safepassage.cli.check_sbc import NONE, Calibrating
from safepassage.cli.options import ON_MODEL, Model, WithEvidence

COUNTED = (
    "states",
    "branches",
    "transitions",
    "parameters",
    "channels",
    "ways",
    "outputs",
    "mechanisms",
)


def check(
    model: Model,
    /,
    *,
    calibrating: Calibrating = NONE,
    knowing: Knowing = NOTHING,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Check a model folder and its evidence; all faults are reported at once."""
    requested = calibrating.checked()
    study = api.check(model, evidence=options.evidence)
    declared = study.model
    counts = {name: len(getattr(declared, name)) for name in COUNTED}
    counts["evidence_rows"] = len(study.evidence.rows)
    value: dict[str, Any] = {
        "ok": True,
        "model": declared.model.id,
        "title": declared.model.title,
        "counts": counts,
    }

    value_of_fit, text_of_fit = knowing.run(study, options)
    value |= value_of_fit
    calibrated = requested.run(study, options)
    if calibrated is not None:
        value["calibration"] = calibrated.to_dict()

    def text() -> str:
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
        listed = textwrap.fill(f"{listed}.", WIDTH)
        parts = [f"{declared.model.title}: no faults.\n{listed}", text_of_fit]
        if calibrated is not None:
            from safepassage.reports.text.sbc import sbc_text

            parts.append(sbc_text(calibrated))
        return "\n\n".join(part for part in parts if part)

    return Answer("check", value, text, options)
