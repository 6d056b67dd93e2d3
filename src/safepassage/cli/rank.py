"""`safepassage rank MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load
from safepassage.errors import Fault, InputError

if TYPE_CHECKING:
    from safepassage.study.loader import Study


def rank(
    model: Model,
    /,
    *,
    as_of: Annotated[
        str | None, Parameter(help="Month (YYYY-MM) to rank for; by default the model's own.")
    ] = None,
    sex: Annotated[str | None, Parameter(help="Only people of this sex.")] = None,
    weight: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="HARM=NUMBER, repeatable; harms not named weigh 0. Without any, the ranks are "
            "averaged over all possible weights.",
        ),
    ] = (),
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Rank the routes by danger; fits first if needed."""
    from safepassage import api

    study = api.load(model, evidence=options.evidence)
    weights = weights_of(weight, study)  # faults before minutes of fitting
    value = api.rank(fit_or_load(study, options), as_of=as_of, sex=sex, weights=weights).to_dict()
    return Answer("rank", value, lambda: table(value, weights), options)


def table(ranking: Mapping[str, Any], weights: Mapping[str, float] | None = None) -> str:
    """The ranking as text of 80 columns, with the weights used."""
    from safepassage.reports.text.ranking import ranking_table

    return ranking_table(ranking, WIDTH, weights)


def weights_of(items: tuple[str, ...], study: Study) -> dict[str, float] | None:
    """`("death=2",)` as `{"death": 2.0}`; None where there are none.

    Raises:
        InputError: one of them is no weight, or of no harm of the model.
    """
    harms = study.model.harms
    weights: dict[str, float] = {}
    faults: list[Fault] = []
    for item in items:
        name, _, number = item.partition("=")
        name = name.strip()
        try:
            weight = float(number)
        except ValueError:
            message = f"{item!r} is not HARM=NUMBER, as death=2"
            faults.append(Fault("command line", 0, "--weight", message))
            continue
        if name not in harms:
            listed = ", ".join(f"{name} ({harm.title})" for name, harm in harms.items())
            message = f"this model has no harm {name!r}; give one of {listed}"
            faults.append(Fault("command line", 0, "--weight", message))
        elif name in weights:
            faults.append(Fault("command line", 0, "--weight", f"{name} is given twice; drop one"))
        weights[name] = weight
    if faults:
        raise InputError(faults)
    return weights or None
