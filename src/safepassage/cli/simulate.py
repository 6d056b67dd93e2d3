"""`safepassage simulate MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from safepassage import verbs
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence


def simulate(
    model: Model,
    /,
    *,
    engine: Annotated[
        Literal["expected"], Parameter(help="Reading of the network: mean flows.")
    ] = "expected",
    step: Annotated[Literal["month", "week", "day"], Parameter(help="Length of a step.")] = "month",
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Move people through a model at the middle of its priors; nothing is fitted."""
    value = verbs.simulate(
        model, evidence=options.evidence, engine=engine, seed=options.seed, step=step
    )
    return Answer("simulate", value, lambda: _text(value), options)


def _text(value: Mapping[str, Any]) -> str:
    """The last entry of every output."""
    lines = ["Last entry of each output, at the middle of the priors (--json has all):"]
    for name, series in value["outputs"].items():
        if series:
            last = series[-1]
            lines.append(f"  {name}: {last['median']:,.4g} ({last['time']})")
    return "\n".join(lines)
