"""`safepassage compare MODEL SCENARIO...`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import ON_MODEL, Cluster, Model, WithEvidence
from safepassage.cli.posterior import fit_or_load

if TYPE_CHECKING:
    from safepassage.results.comparison import Comparison


def compare(
    model: Model,
    /,
    *scenarios: Annotated[
        str, Parameter(help="Names of scenarios; by default all of the model's.")
    ],
    scenario_file: Annotated[
        Path | None, Parameter(help="YAML file with your own scenarios.", show_default=False)
    ] = None,
    engine: Annotated[
        str, Parameter(help="expected (mean flows) or counts (whole people).")
    ] = "expected",
    draws: Annotated[int, Parameter(help="Number of posterior draws.")] = 1000,
    first_year: Annotated[
        int | None,
        Parameter(name="--from", help="First year; by default that of the first change."),
    ] = None,
    last_year: Annotated[
        int | None,
        Parameter(
            name="--to", help="Last year, at most ten after the fitted data; by default their last."
        ),
    ] = None,
    keep: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Store every draw (Zarr); stored draws are not computed again.",
        ),
    ] = False,
    cluster: Cluster = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Compare what-if scenarios with the baseline, draw by draw; fits first if needed."""
    from safepassage import api, parallel
    from safepassage.analysis.compare.request import CompareRequest, validate

    study = api.load(model, evidence=options.evidence)
    request = CompareRequest(engine, draws, first_year, last_year)
    validate(study, scenarios, request, scenario_file)  # faults before minutes of fitting
    with parallel.cluster(cluster) as executor:
        comparison = api.compare(
            fit_or_load(study, options), scenarios, engine=engine, draws=draws,
            first_year=first_year, last_year=last_year, file=scenario_file, keep=keep,
            executor=executor,
        )  # fmt: skip
    return Answer("compare", comparison.to_dict(), lambda: _text(comparison), options)


def _text(comparison: Comparison) -> str:
    """Whether the fit can be relied on, then the differences."""
    from safepassage.reports.text.comparison import comparison_text

    lines = textwrap.wrap(convergence_line(comparison.fit.to_dict()), WIDTH)
    lines += ["", comparison_text(comparison, WIDTH)]
    if comparison.stores:
        lines += ["", "Every draw is stored in:"]
        lines += [f"  {path}" for path in comparison.stores.values()]
    return "\n".join(lines)
