"""The verbs that join several rooms; `import safepassage` and the command line share them.

Each imports its rooms when it is called, since some of them take seconds.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from safepassage.errors import Fault, InputError
from safepassage.parallel import cluster as cluster

if TYPE_CHECKING:
    from safepassage.analysis.budget.plan import BudgetPlan
    from safepassage.analysis.compare.compare import Comparison
    from safepassage.analysis.forecast.forecast import Forecast
    from safepassage.inference.posterior import Posterior
    from safepassage.parallel import Executor
    from safepassage.reports.data.artifacts import ReportArtifacts
    from safepassage.results.diff import Diff
    from safepassage.results.export import Export
    from safepassage.results.figures import FiguresFolder
    from safepassage.results.ranking import Ranking
    from safepassage.results.runs import StoredRuns
    from safepassage.results.simulation import Simulation
    from safepassage.results.trace import Trace
    from safepassage.study.loader import Study

P = ParamSpec("P")
R = TypeVar("R")


def _renamed(**names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Accept keywords of 0.1 for one more release.

    Args:
        names: By the old keyword, the new one.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for old in names.keys() & kwargs.keys():
                message = f"{function.__name__}({old}=) is deprecated: write {names[old]}="
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                kwargs[names[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate


def load(model: str | Path | Study, *, evidence: Sequence[str | Path] = ()) -> Study:
    """Read and check a model folder with its evidence.

    Args:
        model: A folder, a bundled name, or what an earlier call gave.
        evidence: Files with further evidence rows.

    Raises:
        InputError: Carries every fault found, each with its file, line, field and remedy.
    """
    from safepassage.study import loader

    if isinstance(model, loader.Study):
        return model
    paths = [Path(path) for path in evidence]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        message = "no such file; give a CSV file of evidence rows"
        raise InputError([Fault(str(path), 0, "evidence", message) for path in missing])
    return loader.load_study(model, extra_evidence=paths)


def check(model: str | Path | Study, *, evidence: Sequence[str | Path] = ()) -> Study:
    """Read and check a model folder with its evidence, its scenarios and its levers.

    Raises:
        InputError: Carries every fault found.
    """
    from safepassage.study.levers import levers_of
    from safepassage.study.scenarios import catalogue

    study = load(model, evidence=evidence)
    catalogue(study)
    levers_of(study)
    return study


@_renamed(hands="executor")
def simulate(
    model: str | Path | Study,
    *,
    evidence: Sequence[str | Path] = (),
    engine: str = "expected",
    seed: int = 1,
    step: str = "month",
    replicates: int = 1,
    people_scale: float = 1.0,
    families: bool = False,
    histories: bool = False,
    out: str | Path | None = None,
    progress: Callable[..., None] | None = None,
    executor: Executor | None = None,
) -> Simulation:
    """Move people through the model at its prior medians; series by output and people by month.

    Args:
        model: A folder, a bundled name, or what `load` gave.
        evidence: Files with further evidence rows.
        engine: `expected` for mean flows; `counts` or `individuals` for whole people.
        seed: Seed of every random choice.
        step: `month`, `week` or `day`.
        replicates: How many times whole people are drawn.
        people_scale: How many times the model's people there are.
        families: With `individuals`: parties, sponsors, money and debts as the model declares.
        histories: With `individuals`: write every move of every person, as Parquet.
        out: Folder for the replicates; the user's cache folder unless given.
        progress: Called as replicates are drawn.
        executor: Who draws the replicates: what `cluster` gave; this process unless given.

    Raises:
        InputError: The model is wrong, or it cannot be simulated so.
    """
    from safepassage.analysis.simulation.simulate import SimulationSettings, simulate_model
    from safepassage.parallel import LOCAL

    settings = SimulationSettings(engine, seed, step, replicates, people_scale, families, histories)
    return simulate_model(
        load(model, evidence=evidence), settings, out=Path(out) if out is not None else None,
        progress=progress, executor=executor or LOCAL,
    )  # fmt: skip


def fit(
    model: str | Path | Study,
    *,
    evidence: Sequence[str | Path] = (),
    seed: int = 1,
    out: str | Path | None = None,
    settings: Any = None,
    progress: Callable[..., None] | None = None,
) -> Posterior:
    """Learn the joint posterior, or read the stored one of the same model, evidence and sources.

    Args:
        model: A folder, a bundled name, or what `load` gave.
        evidence: Files with further evidence rows.
        seed: Seed of every random choice.
        out: Folder whose subfolder `runs` stores the fit; the user's cache folder unless given.
        settings: Sampler settings; the declared ones unless given.
        progress: Called as the fit goes on.
    """
    from safepassage.inference.fit import fit as run_fit

    study = load(model, evidence=evidence)
    folder = Path(out) if out is not None else None
    return run_fit(study, seed=seed, out=folder, settings=settings, progress=progress)


def rank(
    posterior: Posterior,
    *,
    as_of: str | None = None,
    sex: str | None = None,
    weights: Mapping[str, float] | None = None,
) -> Ranking:
    """Rank the ways by danger; see `analysis.ranking.rank`."""
    from safepassage.analysis import ranking

    return ranking.rank(posterior, as_of=as_of, sex=sex, weights=weights)


def forecast(
    posterior: Posterior, to: int, *, policies: str = "may change", planner: bool = False
) -> Forecast:
    """Run the fitted system to the end of a year; see `analysis.forecast.forecast.forecast`."""
    from safepassage.analysis.forecast import forecast

    return forecast.forecast(posterior, to, policies=policies, planner=planner)


@_renamed(hands="executor")
def compare(
    posterior: Posterior,
    scenarios: Sequence[str] = (),
    *,
    engine: str = "expected",
    draws: int = 1000,
    first_year: int | None = None,
    last_year: int | None = None,
    file: str | Path | None = None,
    keep: bool = False,
    out: str | Path | None = None,
    executor: Executor | None = None,
) -> Comparison:
    """Compare scenarios with the baseline; see `analysis.compare.compare.compare`."""
    from safepassage.analysis.compare import compare
    from safepassage.parallel import LOCAL

    return compare.compare(
        posterior, scenarios, engine=engine, draws=draws, first_year=first_year,
        last_year=last_year, file=Path(file) if file is not None else None, keep=keep,
        out=Path(out) if out is not None else None, executor=executor or LOCAL,
    )  # fmt: skip


def plan(
    posterior: Posterior,
    budget: float,
    horizon: int,
    *,
    levers: Sequence[str] = (),
    draws: int = 128,
    weights: Mapping[str, float] | None = None,
    file: str | Path | None = None,
    learn: bool = False,
) -> BudgetPlan:
    """Find the best use of a budget; see `analysis.budget.plan.plan`."""
    from safepassage.analysis.budget import plan

    return plan.plan(
        posterior, budget, horizon, levers=levers, draws=draws, weights=weights,
        file=Path(file) if file is not None else None, learn=learn,
    )  # fmt: skip


def trace(posterior: Posterior, name: str) -> Trace:
    """Trace an answer to its parameters, evidence and sources; see `analysis.trace.trace`."""
    from safepassage.analysis import trace

    return trace.trace(posterior, name)


def runs(folder: str | Path | None = None) -> StoredRuns:
    """List what is stored of earlier runs.

    Args:
        folder: The folder of runs; `$SAFEPASSAGE_CACHE`, or the user's cache folder, by default.
    """
    from safepassage.analysis.runs import list_runs

    return list_runs(Path(folder) if folder is not None else None)


def diff(first: Posterior | str | Path, second: Posterior | str | Path) -> Diff:
    """Compare two fits: posteriors, or stored runs by folder, name or key.

    See `analysis.diff.diff`.
    """
    from safepassage.analysis import diff

    return diff.diff(first, second)


def report(
    posterior: Posterior,
    path: str | Path,
    *,
    progress: Callable[[str, float, float], None] | None = None,
) -> Path:
    """Write the report of a fit as one HTML file that needs nothing else.

    What it shows is stored in the run's folder: a second report takes what the first made, and
    `explore` opens at once.

    Args:
        posterior: The posterior.
        path: Where to.
        progress: Called as parts are made.

    Raises:
        PageNotBuilt: An `InputError` that says how to build the page.
    """
    from safepassage.reports.data.artifacts import (
        read_artifacts,
        report_payloads,
        store_artifacts,
        store_grid,
    )
    from safepassage.reports.html import read_page, write_report

    read_page()  # before anything is computed
    notify = progress or (lambda stage, done, total: None)
    stored = read_artifacts(posterior.path, posterior.study)
    artifacts = stored or store_artifacts(posterior, notify)
    write_report(report_payloads(artifacts, store_grid(posterior, notify)), Path(path))
    return Path(path)


def report_pdf(
    run: Posterior | ReportArtifacts,
    path: str | Path,
    *,
    comparison: Comparison | None = None,
) -> Path:
    """Write the report as a PDF without dates; needs the extra `pdf`.

    Args:
        run: The posterior, or what its run stores for the report.
        path: Where to; an older file is replaced in one step.
        comparison: What `compare` gave, to be included.

    Raises:
        InputError: typst is not installed.
    """
    import warnings

    from safepassage.reports import pdf
    from safepassage.reports.data.artifacts import ReportArtifacts, artifacts_of
    from safepassage.store.atomic import atomic_write_bytes

    artifacts = run if isinstance(run, ReportArtifacts) else artifacts_of(run)
    content, note = pdf.report_pdf(artifacts.data, comparison)
    if note:
        warnings.warn(note, stacklevel=2)
    return atomic_write_bytes(path, content)


def check_pdf() -> None:
    """See whether a PDF can be made.

    Raises:
        InputError: typst is not installed.
    """
    from safepassage.reports.pdf import check_typst

    check_typst()


def figures(
    run: Posterior | ReportArtifacts,
    out: str | Path,
    *,
    tables: str | None = None,
    comparison: Comparison | None = None,
) -> FiguresFolder:
    """Write every figure of a fit as SVG with its data as CSV, and an index of them.

    Args:
        run: The posterior, or what its run stores for the report.
        out: Folder; new, empty, or of an earlier call, which is replaced.
        tables: `csv`, `parquet` or `both`: the run's tables as well.
        comparison: What `compare` gave, to be drawn too.

    Raises:
        InputError: Something else stands in the folder, or it cannot be written.
    """
    from safepassage.reports.data.artifacts import ReportArtifacts, artifacts_of
    from safepassage.reports.figures import INDEX, figures_of, folder_files
    from safepassage.reports.figures.folder import FORMATS
    from safepassage.results.figures import FiguresFolder
    from safepassage.store.atomic_folder import write_whole_folder

    if tables is not None and tables not in FORMATS:
        message = f"no such format as {tables!r}; give {', '.join(FORMATS)}, or nothing"
        raise InputError([Fault("call", 0, "tables", message)])
    artifacts = run if isinstance(run, ReportArtifacts) else artifacts_of(run)
    drawn = figures_of(artifacts.data, comparison)
    files = folder_files(artifacts.data, drawn, tables)
    folder = write_whole_folder(Path(out), files, INDEX, "out")
    return FiguresFolder(
        folder=str(folder),
        index_file=str(folder / INDEX),
        figures=tuple(figure.name for figure in drawn),
        tables=tuple(sorted(name for name in files if name.startswith("tables/"))),
        files=len(files),
    )


def export(
    posterior: Posterior,
    path: str | Path,
    *,
    force: bool = False,
    progress: Callable[[str, float, float], None] | None = None,
) -> Export:
    """Write a fit as one netCDF file (`.nc`) or Zarr folder (`.zarr`) that ArviZ opens.

    Args:
        posterior: The posterior.
        path: Where to; the ending says which of the two.
        force: Replace what is there.
        progress: Called as predictions are made.

    Raises:
        InputError: The path cannot be written, or is taken and `force` is not given.
    """
    from safepassage.analysis.export import export as write

    report = progress or (lambda stage, done, total: None)
    return write(posterior, Path(path), force=force, progress=report)
