"""`safepassage trace MODEL NAME`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load


def trace(
    model: Model,
    name: Annotated[str, Parameter(help="A route, a parameter, a data series or an output.")],
    /,
    *,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Trace a figure to its parameters, evidence and sources; fits first if needed."""
    from safepassage import api
    from safepassage.reports.text.trace import trace_text

    traced = api.trace(fit_or_load(model, options), name)
    return Answer("trace", traced.to_dict(), lambda: trace_text(traced), options)
