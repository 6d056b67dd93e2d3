"""`safepassage figures MODEL --out DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.export import DEFAULT, Options
from safepassage.cli.options import Model, Output, WithEvidence
from safepassage.cli.posterior import artifacts_of, fit_or_load

if TYPE_CHECKING:
    from safepassage.results.comparison import Comparison

ALL = "all"


def figures(
    model: Model,
    /,
    *,
    out: Annotated[
        Path, Parameter(help="Folder to write to; new, empty, or written by an earlier call.")
    ],
    tables: Annotated[
        Literal["csv", "parquet", "both"] | None,
        Parameter(show_default=False, help="Also write the tables, to the folder tables/."),
    ] = None,
    what_if: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Also draw the difference that a scenario makes; repeatable, `all` for all.",
        ),
    ] = (),
    options: Options = DEFAULT,
) -> Answer:
    """Write every figure as SVG with its data as CSV; fits first if needed."""
    from safepassage.reports.figures.folder import INDEX
    from safepassage.store.atomic_folder import check_whole_folder

    check_whole_folder(out, INDEX, "--out")  # before the minutes that a fit may take
    of_fit = WithEvidence(seed=options.seed, evidence=options.evidence)
    study = api.load(model, evidence=options.evidence)
    requested = () if ALL in what_if else what_if
    comparison: Comparison | None = None
    if what_if:
        from safepassage.analysis.compare.request import CompareRequest, validate

        validate(study, requested, CompareRequest(), None)
        comparison = api.compare(fit_or_load(study, of_fit), requested)
    artifacts = artifacts_of(study, of_fit)
    value = api.figures(artifacts, out, tables=tables, comparison=comparison)

    def text() -> str:
        count = f"{len(value['figures'])} figures with their data"
        more = f", {len(value['tables'])} table files" if value["tables"] else ""
        return f"{out}: {count}{more}. {value['index']} describes each."

    return Answer("figures", value, text, Output(json=options.json))
