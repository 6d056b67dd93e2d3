"""`safepassage fit MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.fitting import fitted
from safepassage.cli.options import ON_MODEL, Model, WithEvidence


def fit(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Learn all parameters from the evidence, or take the kept fit; can be interrupted."""
    value = fitted(model, options).to_json()
    return Answer("fit", value, lambda: _text(value), options)


def _text(value: Mapping[str, Any]) -> str:
    """Convergence, then what the fit holds and what it was made of."""
    made_of = value["provenance"]
    return "\n".join(
        [
            convergence_line(value["fit"]),
            f"{len(value['parameters'])} parameters, {len(value['channels'])} channels, "
            f"{len(value['outputs'])} outputs; {value['fit']['seconds']:.0f} s.",
            f"model {made_of['model_hash'][:12]}, evidence {made_of['evidence_hash'][:12]}, "
            f"version {made_of['version']}, seed {made_of['seed']}.",
        ]
    )
