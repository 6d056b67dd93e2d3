"""`safepassage fit MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load

SHOWN = 5
"""Tensions and contradictions listed in words; `--json` has all."""


def fit(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Fit all parameters to the evidence, or load the stored fit; can be interrupted."""
    from safepassage.analysis.checks.published_estimates import compared, compared_csv
    from safepassage.analysis.checks.tension import checks

    fit = fit_or_load(model, options)
    value = {**fit.to_dict(), "checks": checks(fit).to_dict(), "compared": compared(fit)}
    if options.out is not None:
        from safepassage.store.atomic import atomic_write_bytes

        table = compared_csv(value["compared"]).encode()
        atomic_write_bytes(options.out / "compared.csv", table)
    return Answer("fit", value, lambda: _text(value), options)


def _text(value: Mapping[str, Any]) -> str:
    """Convergence, then what the fit holds and what it was made from."""
    made_of = value["provenance"]
    return "\n".join(
        [
            convergence_line(value["fit"]),
            f"{len(value['parameters'])} parameters, {len(value['channels'])} data series, "
            f"{len(value['outputs'])} outputs; {value['fit']['seconds']:.0f} s.",
            *_checked(value["checks"]),
            f"model {made_of['model_hash'][:12]}, evidence {made_of['evidence_hash'][:12]}, "
            f"version {made_of['version']}, seed {made_of['seed']}.",
        ]
    )


def _checked(checks: Mapping[str, Any]) -> list[str]:
    """What the model cannot reconcile, in a few lines."""
    from safepassage.reports.numbers import exact, figure

    lines = [
        f"Misfit: {row['channel']} {row['from'][:4]}: {exact(row['observed'])} published, "
        f"{figure(row['predicted']['low'])} to {figure(row['predicted']['high'])} expected."
        for row in checks["tension"][:SHOWN]
    ]
    for pair in checks["contradictions"][:SHOWN]:
        first, second = pair["figures"]
        lines.append(
            f"Contradiction: {pair['quantity']} {first['from'][:4]}: {exact(first['value'])} and "
            f"{exact(second['value'])} ({', '.join(first['evidence'] + second['evidence'])})."
        )
    return lines
