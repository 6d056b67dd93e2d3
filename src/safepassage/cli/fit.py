"""`safepassage fit MODEL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior

if TYPE_CHECKING:
    from safepassage.results.fit import FitChecks, FitSummary

SHOWN = 5
"""Tensions and contradictions listed in words; `--json` has all."""


def fit(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Learn all parameters from the evidence, or load the stored fit; can be interrupted."""
    from safepassage.analysis.checks.published_estimates import compare_published, compared_csv
    from safepassage.analysis.checks.tension import checks

    fit = posterior(model, options)
    checked, compared = checks(fit), compare_published(fit)
    summary = fit.summary(checks=checked, compared=compared)
    if options.out is not None:
        from safepassage.store.atomic import atomic_write_bytes

        atomic_write_bytes(options.out / "compared.csv", compared_csv(compared).encode())
    return Answer("fit", summary.to_dict(), lambda: _text(summary, checked), options)


def _text(summary: FitSummary, checks: FitChecks) -> str:
    """Convergence, then how much the fit holds and what it was made from."""
    made_from = summary.provenance
    return "\n".join(
        [
            convergence_line(summary.fit.to_dict()),
            f"{len(summary.parameters)} parameters, {len(summary.channels)} channels, "
            f"{len(summary.outputs)} outputs; {summary.fit.seconds:.0f} s.",
            *_checked(checks),
            f"model {made_from.model_hash[:12]}, evidence {made_from.evidence_hash[:12]}, "
            f"version {made_from.version}, seed {made_from.seed}.",
        ]
    )


def _checked(checks: FitChecks) -> list[str]:
    """What the model cannot reconcile, in a few lines."""
    lines = [
        f"Tension: {row.channel} {row.start[:4]}: {row.observed:,.4g} published, "
        f"{row.predicted.low:,.4g} to {row.predicted.high:,.4g} expected."
        for row in checks.tension[:SHOWN]
    ]
    for pair in checks.contradictions[:SHOWN]:
        first, second = pair.figures
        lines.append(
            f"Contradiction: {pair.quantity} {first.start[:4]}: {first.value:,.4g} and "
            f"{second.value:,.4g} ({', '.join(first.evidence + second.evidence)})."
        )
    return lines
