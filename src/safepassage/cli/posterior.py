"""The step that most commands begin with: a model, and its stored fit or a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import api
from safepassage.cli.options import WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.reports.data.artifacts import ReportArtifacts
    from safepassage.store.folder import RunFolder
    from safepassage.study.loader import Study

DEFAULT_OUT = Path("safepassage-out")
FITTING = (
    "No stored fit for this model, evidence and settings: fitting now, which takes minutes; "
    "it can be interrupted and resumed."
)


def fit_or_load(model: str | Study, options: WithEvidence) -> Posterior:
    """The stored fit of a model under the command's options, or a new one; its progress shown."""
    study = api.load(model, evidence=options.evidence)
    with Progress() as progress:
        if stored_fit(study, options).finished is None:
            print(FITTING, file=sys.stderr, flush=True)
        return api.fit(study, seed=options.seed, progress=progress)


def stored_fit(study: Study, options: WithEvidence) -> RunFolder:
    """The folder in which the fit is stored, or would be; loads nothing heavy."""
    from safepassage.inference.sampler.settings import Settings, fit_key
    from safepassage.store.folder import RunFolder
    from safepassage.store.keys import run_root

    return RunFolder(run_root(), fit_key(study, Settings(), options.seed))


def stored_artifacts(study: Study, options: WithEvidence) -> tuple[bool, ReportArtifacts | None]:
    """Whether the run is finished, and what is stored of it to be shown; loads nothing heavy."""
    from safepassage.reports.data.artifacts import read_artifacts

    folder = stored_fit(study, options)
    finished = folder.finished is not None
    return finished, read_artifacts(folder.path, study) if finished else None


def artifacts_of(study: Study, options: WithEvidence) -> ReportArtifacts:
    """What is stored of a run to be shown; made first where it was not, fitted where need be."""
    from safepassage.reports.data.artifacts import store_artifacts

    _, artifacts = stored_artifacts(study, options)
    if artifacts is not None:
        return artifacts
    fit = fit_or_load(study, options)
    with Progress() as progress:
        return store_artifacts(fit, progress)


def report_path(study: Study, options: WithEvidence) -> Path:
    """Where the report goes: `safepassage-out/MODEL/report.html` unless `--out` says otherwise."""
    folder = options.out or DEFAULT_OUT / study.model.model.id
    return Path(folder) / "report.html"
