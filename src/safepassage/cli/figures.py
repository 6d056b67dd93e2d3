"""`safepassage figures MODEL --out DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from safepassage import api
from safepassage.cli.answer import Answer
from safepassage.cli.export import DEFAULT, Options
from safepassage.cli.options import Common, Model, WithEvidence
from safepassage.cli.posterior import artifacts_of, posterior
from safepassage.cli.progress import Progress

ALL = "all"


def figures(
    model: Model,
    /,
    *,
    out: Annotated[
        Path, Parameter(help="Folder for the files; new, empty, or of an earlier call.")
    ],
    tables: Annotated[
        Literal["csv", "parquet", "both"] | None,
        Parameter(show_default=False, help="Also the run's tables, in the folder tables/."),
    ] = None,
    what_if: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Also the difference that a scenario makes; repeatable, `all` for all.",
        ),
    ] = (),
    options: Options = DEFAULT,
) -> Answer:
    """Write every figure as SVG with its data as CSV; fits first where need be."""
    from safepassage.reports.figures.folder import INDEX
    from safepassage.store.atomic_folder import check_whole_folder

    check_whole_folder(out, INDEX, "--out")  # before the minutes that a fit may take
    given = WithEvidence(
        json=options.json, seed=options.seed, out=options.fitted_in, evidence=options.evidence
    )
    study = api.load(model, evidence=options.evidence)
    requested = () if ALL in what_if else what_if
    comparison: dict[str, Any] | None = None
    if what_if:
        from safepassage.analysis.compare.request import CompareRequest, validate

        validate(study, requested, CompareRequest(), None)
        comparison = api.compare(posterior(study, given), requested).to_dict()
    with Progress() as progress:
        shown = artifacts_of(study, given, progress)
    value = api.figures(shown, out, tables=tables, comparison=comparison)

    def text() -> str:
        count = f"{len(value['figures'])} figures with their data"
        more = f", {len(value['tables'])} files of tables" if value["tables"] else ""
        return f"{out}: {count}{more}. What each is stands in {value['index']}."

    return Answer("figures", value, text, Common(json=options.json, seed=options.seed))
