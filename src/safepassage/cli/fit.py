"""`safepassage fit MODEL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load

if TYPE_CHECKING:
    from safepassage.results.fit import FitChecks, FitSummary

SHOWN = 5
"""Tensions and contradictions listed in words; `--json` has all."""


def fit(model: Model, /, *, options: WithEvidence = ON_MODEL) -> Answer:
    """Fit all parameters to the evidence, or load the stored fit; can be interrupted."""
    from safepassage.analysis.checks.published_estimates import compare_published, compared_csv
    from safepassage.analysis.checks.tension import checks

    fit = fit_or_load(model, options)
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
            f"{len(summary.parameters)} parameters, {len(summary.channels)} data series, "
            f"{len(summary.outputs)} outputs; {summary.fit.seconds:.0f} s.",
            *_checked(checks),
            f"model {made_from.model_hash[:12]}, evidence {made_from.evidence_hash[:12]}, "
            f"version {made_from.version}, seed {made_from.seed}.",
        ]
    )


def _checked(checks: FitChecks) -> list[str]:
    """What the model cannot reconcile, in a few lines."""
    from safepassage.reports.numbers import exact, figure

    lines = [
        f"Misfit: {row.channel} {row.start[:4]}: {exact(row.observed)} published, "
        f"{figure(row.predicted.low)} to {figure(row.predicted.high)} expected."
        for row in checks.tension[:SHOWN]
    ]
    for pair in checks.contradictions[:SHOWN]:
        first, second = pair.figures
        lines.append(
            f"Contradiction: {pair.quantity} {first.start[:4]}: {exact(first.value)} and "
            f"{exact(second.value)} ({', '.join(first.evidence + second.evidence)})."
        )
    return lines
