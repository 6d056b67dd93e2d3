"""`safepassage forecast MODEL`."""

from __future__ import annotations

import textwrap
from typing import Annotated, Literal

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load


def forecast(
    model: Model,
    /,
    *,
    to: Annotated[int, Parameter(help="Last year of the forecast.")],
    policies: Annotated[
        Literal["may change", "stay"],
        Parameter(help="Whether policies may change, as they have in the past, or stay."),
    ] = "may change",
    planner: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also arrivals and people waiting by month, and the places needed for them.",
        ),
    ] = False,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Forecast by year, with 50 and 90 % intervals; fits first if needed."""
    from safepassage import api
    from safepassage.reports.text.forecast import forecast_text

    posterior = fit_or_load(model, options)
    ahead = api.forecast(posterior, to, policies=policies, planner=planner)
    titles = {name: output.title for name, output in posterior.study.model.outputs.items()}

    def text() -> str:
        converged = textwrap.fill(convergence_line(ahead.fit.to_dict()), WIDTH)
        return f"{converged}\n\n{forecast_text(ahead, titles)}"

    return Answer("forecast", ahead.to_dict(), text, options)
