"""`safepassage forecast MODEL`."""

from __future__ import annotations

import textwrap
from typing import Annotated, Literal

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior


def forecast(
    model: Model,
    /,
    *,
    to: Annotated[int, Parameter(help="Last year of the forecast.")],
    policies: Annotated[
        Literal["may change", "stay"],
        Parameter(help="Whether policies change together as they have, or stay."),
    ] = "may change",
    planner: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also arrivals and people who wait by month, and the places they need.",
        ),
    ] = False,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Say what may come, year by year, with 50 and 90 % intervals; fits first where need be."""
    from safepassage import api
    from safepassage.reports.text.forecast import forecast_text

    ahead = api.forecast(posterior(model, options), to, policies=policies, planner=planner)
    converged = textwrap.fill(convergence_line(ahead.fit.to_dict()), WIDTH)
    text = f"{converged}\n\n{forecast_text(ahead)}"
    return Answer("forecast", ahead.to_dict(), lambda: text, options)
