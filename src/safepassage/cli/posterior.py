"""The step that most commands begin with: a model, and its fit or the kept one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import api
from safepassage.cli.options import WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.inference.posterior import Fitted
    from safepassage.reports.data.artifacts import Shown
    from safepassage.study.loader import Loaded

DEFAULT_OUT = Path("safepassage-out")


def fitted(model: str | Loaded, options: WithEvidence) -> Fitted:
    """The fit of a model under the command's options, with its progress shown."""
    loaded = api.load(model, evidence=options.evidence)
    with Progress() as progress:
        return api.fit(loaded, seed=options.seed, out=options.out, progress=progress)


def kept_shown(loaded: Loaded, options: WithEvidence) -> tuple[bool, Shown | None]:
    """Whether the run is finished, and what was kept of it to be shown; loads nothing heavy."""
    from safepassage.inference.sampler.settings import Settings, fit_key
    from safepassage.reports.data.artifacts import read_shown
    from safepassage.store.folder import RunFolder
    from safepassage.store.keys import run_root

    folder = RunFolder(run_root(options.out), fit_key(loaded, Settings(), options.seed))
    finished = folder.finished is not None
    return finished, read_shown(folder.path, loaded) if finished else None


def shown_of(loaded: Loaded, options: WithEvidence, progress: Progress) -> Shown:
    """What was kept of a run to be shown; made first where it was not, fitted where need be."""
    from safepassage.reports.data.artifacts import keep_shown

    _, shown = kept_shown(loaded, options)
    if shown is not None:
        return shown
    fit = api.fit(loaded, seed=options.seed, out=options.out, progress=progress)
    return keep_shown(fit, progress)


def report_path(loaded: Loaded, options: WithEvidence) -> Path:
    """Where the report goes: `safepassage-out/MODEL/report.html` unless `--out` says otherwise."""
    folder = options.out or DEFAULT_OUT / loaded.model.model.id
    return Path(folder) / "report.html"
