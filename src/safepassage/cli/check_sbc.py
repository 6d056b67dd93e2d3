"""The part of `check` that tests calibration: how many fits, how short, where plots go."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from safepassage import parallel
from safepassage.cli.options import Cluster, WithEvidence
from safepassage.cli.progress import Progress
from safepassage.errors import Fault, InputError

if TYPE_CHECKING:
    from safepassage.results.checks.calibration import Calibration
    from safepassage.study.loader import Study


@Parameter(name="*")
@dataclass(frozen=True)
class CalibrationOptions:
    """Options that only go together with `--calibration`."""

    calibration: Annotated[
        int | None,
        Parameter(
            show_default=False,
            help="Also test the fitting: fit this many data sets simulated from the model (slow; "
            "resumes where it was interrupted).",
        ),
    ] = None
    plots: Annotated[
        Path | None,
        Parameter(show_default=False, help="With --calibration: SVG file for the rank plots."),
    ] = None
    draws: Annotated[
        int | None,
        Parameter(
            show_default=False,
            validator=Number(gte=20, lte=100_000),
            help="With --calibration: draws per chain. With fewer, the plots are coarser but not "
            "biased, as long as the chains agree.",
        ),
    ] = None
    chains: Annotated[
        int | None,
        Parameter(
            show_default=False,
            validator=Number(gte=2, lte=256),
            help="With --calibration: chains per fit. They run together, so halving them saves "
            "less than half the time.",
        ),
    ] = None
    cluster: Cluster = None

    def checked(self) -> CalibrationOptions:
        """These options, if they go together.

        Raises:
            InputError: an option without `--calibration`, or a plot that cannot be written.
        """
        faults: list[Fault] = []
        if self.calibration is None:
            faults += [
                Fault(f"--{name}", 0, "", "goes with --calibration N; give that too, or drop it")
                for name in ("plots", "draws", "chains", "cluster")
                if getattr(self, name) is not None
            ]
        elif self.plots is not None:
            near = next(p for p in (*self.plots.absolute().parents,) if p.exists())
            if self.plots.suffix != ".svg" or self.plots.is_dir() or not near.is_dir():
                message = "cannot be written as an SVG file; give a file name that ends in .svg"
                faults.append(Fault(str(self.plots), 0, "--plots", message))
        if faults:
            raise InputError(faults)
        return self

    def run(self, study: Study, options: WithEvidence) -> Calibration | None:
        """Fit as often as requested, and plot the ranks; None where nothing is requested."""
        if self.calibration is None:
            return None
        from safepassage.analysis.checks.sbc import calibrate
        from safepassage.inference.sampler.settings import Settings
        from safepassage.reports.figures.sbc import rank_plots
        from safepassage.store.atomic import atomic_write_text

        own = {"draws": self.draws, "chains": self.chains}
        changed = {name: value for name, value in own.items() if value is not None}
        settings = dataclasses.replace(Settings(), **changed)
        with parallel.cluster(self.cluster) as executor, Progress() as progress:
            ranks = calibrate(
                study, self.calibration, seed=options.seed, settings=settings, progress=progress,
                executor=executor,
            )  # fmt: skip
        if self.plots is not None:
            svg = rank_plots(ranks.picture().to_dict(), study.model.model.title)
            atomic_write_text(self.plots, svg)
        return ranks.summary()


NONE = CalibrationOptions()
