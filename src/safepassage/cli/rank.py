"""`safepassage rank MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import posterior
from safepassage.errors import Fault, InputError


def rank(
    model: Model,
    /,
    *,
    as_of: Annotated[
        str | None, Parameter(help="Month (YYYY-MM) of the answer; the model's own unless given.")
    ] = None,
    sex: Annotated[str | None, Parameter(help="Only this value of the group sex.")] = None,
    weight: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="HARM=NUMBER, repeatable; without any, all weightings count.",
        ),
    ] = (),
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Rank the ways by danger, over the posterior and over the weights of the harms."""
    from safepassage import api

    weights = weights_of(weight)
    value = api.rank(posterior(model, options), as_of=as_of, sex=sex, weights=weights).to_dict()
    return Answer("rank", value, lambda: table(value), options)


def table(ranking: Mapping[str, Any]) -> str:
    """The ranking as text of 80 columns."""
    from safepassage.reports.text.ranking import ranking_table

    return ranking_table(ranking, WIDTH)


def weights_of(given: tuple[str, ...]) -> dict[str, float] | None:
    """`("death=2",)` as `{"death": 2.0}`; None where nothing is given."""
    weights: dict[str, float] = {}
    faults: list[Fault] = []
    for item in given:
        harm, _, number = item.partition("=")
        try:
            weights[harm.strip()] = float(number)
        except ValueError:
            faults.append(
                Fault("command line", 0, "--weight", f"{item!r} is not HARM=NUMBER, as death=2")
            )
    if faults:
        raise InputError(faults)
    return weights or None
