"""`safepassage forecast MODEL`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

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

    posterior = fit_or_load(model, options)
    value = api.forecast(posterior, to, policies=policies, planner=planner).to_dict()
    titles = {name: output.title for name, output in posterior.study.model.outputs.items()}
    return Answer("forecast", value, lambda: _text(value, titles), options)


def _text(value: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """The series by year, what a planner requested, then the assumptions."""
    lines = [*textwrap.wrap(convergence_line(value["fit"]), WIDTH), ""]
    for name, rows in value["outputs"].items():
        lines += textwrap.wrap(f"{titles[name]} (median, 50 %, 90 %)", WIDTH)
        for row in rows:
            if row["median"] is not None:
                mark = "" if row["forecast"] else "  fitted"
                lines.append(_line(row) + mark)
    lines.append("")
    if "planner" in value:
        lines += [*_planner(value["planner"]), ""]
    for sentence in value["assumptions"]:
        lines += textwrap.wrap(sentence, WIDTH)
    return "\n".join(lines)


def _line(row: Mapping[str, Any]) -> str:
    """A time, its median, and its two intervals."""
    inner = f"{_number(row['low_50'])} to {_number(row['high_50'])}"
    outer = f"{_number(row['low'])} to {_number(row['high'])}"
    return f"  {row['time']} {_number(row['median']):>8} {inner:>20} {outer:>22}"


def _planner(view: Mapping[str, Any]) -> Iterator[str]:
    """Flows and stocks by month, and the places that would be enough."""
    if not view["flows"] and not view["stocks"]:
        yield from textwrap.wrap(
            "For planning: the model declares no output of people by month or by quarter, so "
            "there is nothing to show by month.",
            WIDTH,
        )
        return
    yield f"For planning, by month from {view['from']} (median, 50 %, 90 %)"
    for kind, note in (("flows", "in the month"), ("stocks", "at a time, in the month")):
        for one in view[kind].values():
            yield ""
            if not any(row["high"] for row in one["rows"]):
                yield from textwrap.wrap(f"{one['title']}: none expected", WIDTH)
                continue
            yield from textwrap.wrap(f"{one['title']}: {one['unit']} {note}", WIDTH)
            for row in one["rows"]:
                if row["median"] is not None:
                    yield _line(row)
    if view["places"]:
        yield ""
        yield "In the worst month of a year    enough places in 50 %   in 90 % of cases"
    for name, rows in view["places"].items():
        yield from textwrap.wrap(view["stocks"][name]["title"], WIDTH)
        for row in rows:
            yield f"  {row['time']} {row['enough_50']:>47,.0f} {row['enough_90']:>9,.0f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"
