"""`safepassage check MODEL`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded
    from safepassage.questions.calibration import Calibration

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
    calibration: Annotated[
        int | None,
        Parameter(
            show_default=False,
            help="Also fit the model to so many sets of figures that it made itself (slow; goes on "
            "where it was interrupted).",
        ),
    ] = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Read a model folder and its evidence, and report every fault at once."""
    loaded = verbs.check(model, evidence=options.evidence)
    declared = loaded.model
    counts = {name: len(getattr(declared, name)) for name in COUNTED}
    counts["evidence_rows"] = len(loaded.evidence.rows)
    value: dict[str, Any] = {
        "ok": True,
        "model": declared.model.id,
        "title": declared.model.title,
        "counts": counts,
    }

    calibrated = _calibrated(loaded, calibration, options) if calibration is not None else None
    if calibrated is not None:
        value["calibration"] = calibrated.to_json()

    def text() -> str:
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
        told = "" if calibrated is None else f"\n\n{calibrated.to_text()}"
        return f"{declared.model.title}: no faults.\n{listed}.{told}"

    return Answer("check", value, text, options)


def _calibrated(loaded: Loaded, fits: int, options: WithEvidence) -> Calibration:
    from safepassage.questions.calibration import calibrate

    with Progress() as progress:
        return calibrate(loaded, fits, seed=options.seed, out=options.out, progress=progress)
