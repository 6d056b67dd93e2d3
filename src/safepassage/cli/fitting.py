"""The step that most commands begin with: a model, and its fit or the kept one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safepassage import verbs
from safepassage.cli.options import WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded
    from safepassage.inference import Fitted

DEFAULT_OUT = Path("safepassage-out")


def fitted(model: str | Loaded, options: WithEvidence) -> Fitted:
    """The fit of a model under the command's options, with its progress shown."""
    loaded = verbs.load(model, evidence=options.evidence)
    with Progress() as progress:
        return verbs.fit(loaded, seed=options.seed, out=options.out, progress=progress)


def report_path(loaded: Loaded, options: WithEvidence) -> Path:
    """Where the report goes: `safepassage-out/MODEL/report.html` unless `--out` says otherwise."""
    folder = options.out or DEFAULT_OUT / loaded.model.model.id
    return Path(folder) / "report.html"
