"""`safepassage fit MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior

SHOWN = 5
"""Tensions and contradictions told in words; `--json` has all."""


def fit(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Learn all parameters from the evidence, or take the kept fit; can be interrupted."""
    from safepassage.analysis.checks.published_estimates import compared, compared_csv
    from safepassage.analysis.checks.tension import checks

    fit = posterior(model, options)
    value = {**fit.to_dict(), "checks": checks(fit).to_dict(), "compared": compared(fit)}
    if options.out is not None:
        from safepassage.store.atomic import atomic_write_bytes

        table = compared_csv(value["compared"]).encode()
        atomic_write_bytes(options.out / "compared.csv", table)
    return Answer("fit", value, lambda: _text(value), options)


def _text(value: Mapping[str, Any]) -> str:
    """Convergence, then what the fit holds and what it was made of."""
    made_of = value["provenance"]
    return "\n".join(
        [
            convergence_line(value["fit"]),
            f"{len(value['parameters'])} parameters, {len(value['channels'])} channels, "
            f"{len(value['outputs'])} outputs; {value['fit']['seconds']:.0f} s.",
            *_checked(value["checks"]),
            f"model {made_of['model_hash'][:12]}, evidence {made_of['evidence_hash'][:12]}, "
            f"version {made_of['version']}, seed {made_of['seed']}.",
        ]
    )


def _checked(checks: Mapping[str, Any]) -> list[str]:
    """What the model cannot reconcile, in a few lines."""
    lines = [
        f"Tension: {row['channel']} {row['from'][:4]}: {row['observed']:,.4g} published, "
        f"{row['predicted']['low']:,.4g} to {row['predicted']['high']:,.4g} expected."
        for row in checks["tension"][:SHOWN]
    ]
    for pair in checks["contradictions"][:SHOWN]:
        first, second = pair["figures"]
        lines.append(
            f"Contradiction: {pair['quantity']} {first['from'][:4]}: {first['value']:,.4g} and "
            f"{second['value']:,.4g} ({', '.join(first['evidence'] + second['evidence'])})."
        )
    return lines
