"""The part of `check` that examines a fit: what it cannot reconcile, and what it rests on."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, convergence_line
from safepassage.cli.options import WithEvidence
from safepassage.cli.posterior import fit_or_load
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.results.checks.check import CheckReport
    from safepassage.study.loader import Study


@Parameter(name="*")
@dataclass(frozen=True)
class FitChecksOptions:
    """What to examine in a fit, if anything."""

    fit: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also examine the fit: which data it cannot reconcile, how far the data moved "
            "each parameter and answer, and what the answers depend on.",
        ),
    ] = False
    sensitivity: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="The same, and fit again where reweighting cannot show what an answer would be "
            "without a data series or with a wider prior (takes minutes; resumes where it was "
            "interrupted).",
        ),
    ] = False

    def run(
        self, study: Study, report: CheckReport, options: WithEvidence
    ) -> tuple[CheckReport, str]:
        """The report with what was requested of the fit, and that as text."""
        if not (self.fit or self.sensitivity):
            return report, ""
        from safepassage.analysis.checks.sensitivity import refit_sensitivity
        from safepassage.analysis.checks.tension import checks
        from safepassage.reports.text.checks import checks_text

        fit = fit_or_load(study, options)
        refits = None
        if self.sensitivity:
            with Progress() as progress:
                refits = refit_sensitivity(fit, progress=progress)
        checked, parameters = checks(fit), dict(fit.parameters)
        added = {
            "fit": fit.verdict, "refits": refits, "checks": checked, "parameters": parameters,
            "provenance": fit.provenance,
        }  # fmt: skip
        text = checks_text(checked, parameters, *_titles(study))
        line = textwrap.fill(convergence_line(fit.verdict.to_dict()), WIDTH)
        return report.model_copy(update=added), f"{line}\n\n{text}"


def _titles(study: Study) -> tuple[dict[str, str], dict[str, str]]:
    """Titles of everything that checks name, and units of outputs."""
    model = study.model
    named = (model.quantities, model.parameters, model.channels, model.outputs, model.ways)
    titles = {name: entry.title for part in named for name, entry in part.items()}
    return titles, {name: output.unit for name, output in model.outputs.items()}


NOTHING = FitChecksOptions()
