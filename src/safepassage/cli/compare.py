"""`safepassage compare MODEL SCENARIO...`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Cluster, Model, WithEvidence
from safepassage.cli.posterior import posterior

if TYPE_CHECKING:
    from safepassage.results.comparison import Comparison


def compare(
    model: Model,
    /,
    *scenarios: Annotated[
        str, Parameter(help="Names of scenarios; all of the model's unless given.")
    ],
    scenario_file: Annotated[
        Path | None, Parameter(help="YAML file with scenarios of your own.", show_default=False)
    ] = None,
    engine: Annotated[
        str, Parameter(help="expected (mean flows) or counts (people).")
    ] = "expected",
    draws: Annotated[int, Parameter(help="Posterior draws.")] = 1000,
    first_year: Annotated[
        int | None,
        Parameter(name="--from", help="First year; that of the first change unless given."),
    ] = None,
    last_year: Annotated[
        int | None,
        Parameter(name="--to", help="Last year, up to ten past the fit; its last unless given."),
    ] = None,
    keep: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Store every draw (Zarr); what is stored is not run again.",
        ),
    ] = False,
    cluster: Cluster = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Compare what-ifs with the baseline, draw by draw; fits first where need be."""
    from safepassage import api, parallel
    from safepassage.analysis.compare.request import CompareRequest, validate

    study = api.load(model, evidence=options.evidence)
    request = CompareRequest(engine, draws, first_year, last_year)
    validate(study, scenarios, request, scenario_file)  # faults before minutes of fitting
    with parallel.cluster(cluster) as executor:
        comparison = api.compare(
            posterior(study, options), scenarios, engine=engine, draws=draws, first_year=first_year,
            last_year=last_year, file=scenario_file, keep=keep, out=options.out, executor=executor,
        )  # fmt: skip
    return Answer("compare", comparison.to_dict(), lambda: _text(comparison), options)


def _text(comparison: Comparison) -> str:
    """Whether the fit may be relied on, then the differences."""
    from safepassage.reports.text.comparison import comparison_text

    lines = textwrap.wrap(convergence_line(comparison.fit.to_dict()), WIDTH)
    lines += ["", comparison_text(comparison, WIDTH)]
    if comparison.stores:
        lines += [
            "",
            "Every draw is stored:",
            *(f"  {path}" for path in comparison.stores.values()),
        ]
    return "\n".join(lines)
