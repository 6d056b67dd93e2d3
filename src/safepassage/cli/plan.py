"""`safepassage plan MODEL [LEVER...] --budget USD --horizon YEAR`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior
from safepassage.cli.rank import weights_of

if TYPE_CHECKING:
    from safepassage.results.plan import BudgetPlan


def plan(
    model: Model,
    /,
    *levers: Annotated[str, Parameter(help="Names of levers; all of the model's unless given.")],
    budget: Annotated[float, Parameter(help="USD that may be spent.")],
    horizon: Annotated[int, Parameter(help="Last year, up to ten past the fit.")],
    draws: Annotated[
        int, Parameter(help="Posterior draws over which the allocation is sought.")
    ] = 128,
    weight: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="HARM=NUMBER, repeatable; harms not named keep weight 1.",
        ),
    ] = (),
    lever_file: Annotated[
        Path | None, Parameter(help="YAML file with levers of your own.", show_default=False)
    ] = None,
    learn: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also say what would be worth measuring first, and what carries each answer's "
            "variance (needs the extra `sensitivity`).",
        ),
    ] = False,
    figure: Annotated[
        Path | None, Parameter(help="Write the frontier here as SVG.", show_default=False)
    ] = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Spend a budget on levers that protect so that most people are safe, net of harm."""
    from safepassage import api
    from safepassage.analysis.budget.request import PlanRequest, validate_plan
    from safepassage.analysis.budget.variance_shares import salib

    study = api.load(model, evidence=options.evidence)
    weights = weights_of(weight) or {}
    request = PlanRequest(budget, horizon, draws, weights)
    validate_plan(study, levers, request, lever_file)  # faults before minutes of fitting
    if learn:
        salib("analyze.rbd_fast")
    result = api.plan(
        posterior(study, options), budget, horizon, levers=levers, draws=draws, weights=weights,
        file=lever_file, learn=learn,
    )  # fmt: skip
    if figure is not None:
        from safepassage.reports.figures.frontier import frontier_figure
        from safepassage.store.atomic import atomic_write_text

        atomic_write_text(figure, frontier_figure(result))
    return Answer("plan", result.to_dict(), lambda: _text(result), options)


def _text(result: BudgetPlan) -> str:
    """Whether the fit may be relied on, then the plan."""
    from safepassage.reports.text.plan import plan_text

    lines = textwrap.wrap(convergence_line(result.fit.to_dict()), WIDTH)
    return "\n".join([*lines, "", plan_text(result, WIDTH)])
