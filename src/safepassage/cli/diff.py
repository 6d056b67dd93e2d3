"""`safepassage diff RUN RUN`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.options import OUTPUT, Output, Runs
from safepassage.errors import Fault, InputError

Run = Annotated[str, Parameter(help="Folder of a stored fit, or its key in the folder of runs.")]


def diff(first: Run, second: Run, /, *, runs: Runs = None, options: Output = OUTPUT) -> Answer:
    """Compare two stored fits: what differs, and which figures moved."""
    from safepassage import api
    from safepassage.reports.text.diff import diff_text

    value = api.diff(*_run_folders([first, second])).to_dict()
    return Answer("diff", value, lambda: diff_text(value, WIDTH), options)


def _run_folders(runs: list[str]) -> list[Path]:
    """The folders of runs; each is a path, or a key under the folder of runs."""
    from safepassage.store.keys import run_root

    root = run_root()
    paths = [Path(run) if Path(run).exists() else root / run for run in runs]
    faults = [
        Fault(run, 0, "", f"no such run here or in {root}; give a finished fit's folder or key")
        for run, path in zip(runs, paths, strict=True)
        if not path.exists()
    ]
    if faults:
        raise InputError(faults)
    return paths
