"""`safepassage export MODEL --out FILE`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Path as PathValidator

from safepassage import api
from safepassage.cli.answer import Answer, convergence_line
from safepassage.cli.options import AsJson, Evidence, Model, Output, Runs, Seed, WithEvidence
from safepassage.cli.posterior import fit_or_load
from safepassage.cli.progress import Progress
from safepassage.errors import Fault, InputError


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """As of other commands, but without `--out`, which names the target."""

    json: AsJson = False
    seed: Seed = 1
    evidence: Evidence = ()
    runs: Runs = None
    fitted_in: Annotated[
        Path | None, Parameter(show=False, validator=PathValidator(file_okay=False))
    ] = None
    """Deprecated: `--fitted-in DIR` is `--runs DIR/runs`."""

    @property
    def run_root(self) -> Path | None:
        """The folder of stored runs, where one is named."""
        if self.fitted_in is None:
            return self.runs
        if self.runs is not None:
            message = "is the older form of --runs; give only one of them"
            raise InputError([Fault("--fitted-in", 0, "", message)])
        root = self.fitted_in / "runs"
        print(f"note: --fitted-in is deprecated; use --runs {root}", file=sys.stderr)
        return root


DEFAULT = Options()


def export(
    model: Model,
    /,
    *,
    out: Annotated[
        Path, Parameter(help="File to write, ending in .nc (netCDF), or folder ending in .zarr.")
    ],
    force: Annotated[
        bool, Parameter(negative="", show_default=False, help="Replace what is there.")
    ] = False,
    options: Options = DEFAULT,
) -> Answer:
    """Export the posterior, predictions and data for ArviZ; fits first if needed."""
    from safepassage.store.posterior import check_target

    check_target(out, force=force)  # before the minutes that a fit may take
    fit = fit_or_load(model, WithEvidence(seed=options.seed, evidence=options.evidence))
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

    return Answer("export", written.to_dict(), text, Output(json=options.json))
