"""`safepassage check MODEL`."""

from __future__ import annotations

from safepassage import verbs
from safepassage.cli.answer import Answer
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


def check(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Read a model folder and its evidence, and report every fault at once."""
    loaded = verbs.check(model, evidence=options.evidence)
    declared = loaded.model
    counts = {name: len(getattr(declared, name)) for name in COUNTED}
    counts["evidence_rows"] = len(loaded.evidence.rows)
    value = {
        "ok": True,
        "model": declared.model.id,
        "title": declared.model.title,
        "counts": counts,
    }

    def text() -> str:
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
        return f"{declared.model.title}: no faults.\n{listed}."

    return Answer("check", value, text, options)
