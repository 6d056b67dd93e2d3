"""`safepassage forecast MODEL`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.fitting import fitted
from safepassage.cli.options import ON_MODEL, Model, WithEvidence

WIDTH = 80


def forecast(
    model: Model,
    /,
    *,
    to: Annotated[int, Parameter(help="Last year of the forecast.")],
    policies: Annotated[
        Literal["may change", "stay"],
        Parameter(help="Whether policies change as often as they have, or stay."),
    ] = "may change",
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Say what may come, year by year, with 50 and 90 % intervals; fits first where need be."""
    from safepassage.questions import forecast as run_on

    value = run_on(fitted(model, options), to, policies=policies).to_json()
    return Answer("forecast", value, lambda: _text(value), options)


def _text(value: Mapping[str, Any]) -> str:
    """The series by year, then what is taken for granted."""
    lines = [*textwrap.wrap(convergence_line(value["fit"]), WIDTH), ""]
    for name, rows in value["outputs"].items():
        lines.append(f"{name.replace('_', ' ')} (median, 50 %, 90 %)")
        for row in rows:
            if row["median"] is None:
                continue
            inner = f"{_number(row['low_50'])} to {_number(row['high_50'])}"
            outer = f"{_number(row['low'])} to {_number(row['high'])}"
            mark = "" if row["forecast"] else "  fitted"
            lines.append(
                f"  {row['time']} {_number(row['median']):>8} {inner:>20} {outer:>22}{mark}"
            )
    lines.append("")
    for sentence in value["assumptions"]:
        lines += textwrap.wrap(sentence, WIDTH)
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"
