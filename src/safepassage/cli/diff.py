"""`safepassage diff RUN RUN`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safepassage.cli.answer import Answer
from safepassage.cli.options import PLAIN, Common
from safepassage.errors import Fault, InputError

Run = Annotated[str, Parameter(help="A run's folder, or its key in the folder of runs.")]


def diff(first: Run, second: Run, /, *, options: Common = PLAIN) -> Answer:
    """Compare two fits: what was changed, and which figures moved."""
    from safepassage import api

    value = api.diff(*_run_folders([first, second], options)).to_dict()
    return Answer("diff", value, lambda: json.dumps(value, indent=2, ensure_ascii=False), options)


def _run_folders(runs: list[str], options: Common) -> list[Path]:
    """The folders of runs; each is a path, or a key under the folder of runs."""
    from safepassage.store.keys import run_root

    root = run_root(options.out)
    paths = [Path(run) if Path(run).exists() else root / run for run in runs]
    faults = [
        Fault(run, 0, "", f"no such run here or in {root}; give the folder of a finished fit")
        for run, path in zip(runs, paths, strict=True)
        if not path.exists()
    ]
    if faults:
        raise InputError(faults)
    return paths
