"""The step that most commands begin with: a model, and its fit or the kept one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import api
from safepassage.cli.options import WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.reports.data.artifacts import ReportArtifacts
    from safepassage.study.loader import Study

DEFAULT_OUT = Path("safepassage-out")


def posterior(model: str | Study, options: WithEvidence) -> Posterior:
    """The fit of a model under the command's options, with its progress shown."""
    study = api.load(model, evidence=options.evidence)
    with Progress() as progress:
        return api.fit(study, seed=options.seed, out=options.out, progress=progress)


def stored_artifacts(study: Study, options: WithEvidence) -> tuple[bool, ReportArtifacts | None]:
    """Whether the run is finished, and what was kept of it to be shown; loads nothing heavy."""
    from safepassage.inference.sampler.settings import Settings, fit_key
    from safepassage.reports.data.artifacts import read_artifacts
    from safepassage.store.folder import RunFolder
    from safepassage.store.keys import run_root

    folder = RunFolder(run_root(options.out), fit_key(study, Settings(), options.seed))
    finished = folder.finished is not None
    return finished, read_artifacts(folder.path, study) if finished else None


def artifacts_of(study: Study, options: WithEvidence, progress: Progress) -> ReportArtifacts:
    """What was kept of a run to be shown; made first where it was not, fitted where need be."""
    from safepassage.reports.data.artifacts import store_artifacts

    _, shown = stored_artifacts(study, options)
    if shown is not None:
        return shown
    fit = api.fit(study, seed=options.seed, out=options.out, progress=progress)
    return store_artifacts(fit, progress)


def report_path(study: Study, options: WithEvidence) -> Path:
    """Where the report goes: `safepassage-out/MODEL/report.html` unless `--out` says otherwise."""
    folder = options.out or DEFAULT_OUT / study.model.model.id
    return Path(folder) / "report.html"
