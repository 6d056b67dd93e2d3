"""`safepassage plan MODEL [LEVER...] --budget USD --horizon YEAR`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load
from safepassage.cli.rank import weights_of

if TYPE_CHECKING:
    from safepassage.results.plan import BudgetPlan
    from safepassage.study.loader import Study


def plan(
    model: Model,
    /,
    *levers: Annotated[str, Parameter(help="Names of levers; by default all of the model's.")],
    budget: Annotated[float, Parameter(help="Amount to spend, in USD.")],
    horizon: Annotated[int, Parameter(help="Last year, at most ten after the fitted data.")],
    draws: Annotated[
        int, Parameter(help="Number of posterior draws over which the budget is optimized.")
    ] = 128,
    weight: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="HARM=NUMBER, repeatable; harms not named keep their own weight.",
        ),
    ] = (),
    lever_file: Annotated[
        Path | None, Parameter(help="YAML file with your own levers.", show_default=False)
    ] = None,
    learn: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also show what would be most worth measuring, and which parameters make each "
            "answer uncertain (needs the extra `sensitivity`).",
        ),
    ] = False,
    figure: Annotated[
        Path | None, Parameter(help="SVG file to write the gain by budget to.", show_default=False)
    ] = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Find the best use of a budget; fits first if needed."""
    from safepassage import api
    from safepassage.analysis.budget.request import PlanRequest, validate_plan
    from safepassage.analysis.budget.variance_shares import salib

    study = api.load(model, evidence=options.evidence)
    weights = weights_of(weight, study) or {}
    question = PlanRequest(budget, horizon, draws, weights)
    validate_plan(study, levers, question, lever_file)  # faults before minutes of fitting
    if learn:
        salib("analyze.rbd_fast")
    result = api.plan(
        fit_or_load(study, options), budget, horizon, levers=levers, draws=draws, weights=weights,
        file=lever_file, learn=learn,
    )  # fmt: skip
    if figure is not None:
        from safepassage.reports.figures.frontier import frontier_figure
        from safepassage.store.atomic import atomic_write_text

        atomic_write_text(figure, frontier_figure(result))
    return Answer(
        "plan", result.to_dict(), lambda: _text(result, _weights(study, weights)), options
    )


def _weights(study: Study, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights used, by title of the harm: those requested, and a plan's own for the others."""
    from safepassage.analysis.budget.request import UNLESS_GIVEN, WEIGHED

    return {
        harm.title: weights.get(name, UNLESS_GIVEN[WEIGHED[harm.measure]])
        for name, harm in study.model.harms.items()
        if harm.measure in WEIGHED
    }


def _text(result: BudgetPlan, weights: Mapping[str, float]) -> str:
    """Whether the fit can be relied on, then the plan."""
    from safepassage.reports.text.plan import plan_text

    lines = textwrap.wrap(convergence_line(result.fit.to_dict()), WIDTH)
    return "\n".join([*lines, "", plan_text(result, WIDTH, weights)])
