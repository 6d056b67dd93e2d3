"""`safepassage export MODEL --out FILE`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Path as PathValidator

from safepassage import api
from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import AsJson, Common, Evidence, Model, Seed, WithEvidence
from safepassage.cli.posterior import posterior
from safepassage.cli.progress import Progress


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """As of other commands, but that `--out` names a file and the fit's folder is apart."""

    json: AsJson = False
    seed: Seed = 1
    evidence: Evidence = ()
    fitted_in: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            validator=PathValidator(file_okay=False),
            help="What a `fit` had as its --out, where it had one.",
        ),
    ] = None


DEFAULT = Options()


def export(
    model: Model,
    /,
    *,
    out: Annotated[
        Path, Parameter(help="A name that ends in .nc (one netCDF file) or .zarr (a folder).")
    ],
    force: Annotated[
        bool, Parameter(negative="", show_default=False, help="Replace what stands there.")
    ] = False,
    options: Options = DEFAULT,
) -> Answer:
    """Write the posterior, its predictions and the figures in the layout that ArviZ opens."""
    from safepassage.store.posterior import check_target

    check_target(out, force=force)  # before the minutes that a fit may take
    given = WithEvidence(
        json=options.json, seed=options.seed, out=options.fitted_in, evidence=options.evidence
    )
    fit = posterior(model, given)
    with Progress() as progress:
        written = api.export(fit, out, force=force, progress=progress)

    def text() -> str:
        how = (
            f'arviz.from_netcdf("{out}")'
            if out.suffix == ".nc"
            else f'arviz.InferenceData.from_datatree(xarray.open_datatree("{out}", engine="zarr"))'
        )
        listed = ", ".join(f"{name} ({len(names)})" for name, names in written.groups.items())
        fitted = convergence_line(written.fit.to_dict())
        return "\n".join([f"{out}: {listed}.", f"Open it with {how}.", fitted])

    return Answer("export", written.to_dict(), text, Common(json=options.json, seed=options.seed))
