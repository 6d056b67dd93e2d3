"""`safepassage diff RUN RUN`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.options import OUTPUT, Output, Runs
from safepassage.errors import InputError

Run = Annotated[
    str, Parameter(help="A stored fit: its folder, its name, its key or the key's first digits.")
]


def diff(first: Run, second: Run, /, *, runs: Runs = None, options: Output = OUTPUT) -> Answer:
    """Compare two stored fits: what differs, and which figures moved."""
    from safepassage import api
    from safepassage.reports.text.diff import diff_text
    from safepassage.store.catalogue import Catalogue
    from safepassage.store.keys import run_root

    catalogue, paths, faults = Catalogue(run_root()), [], []
    for run in (first, second):
        try:
            paths.append(catalogue.find(run, ""))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    value = api.diff(*paths).to_dict()
    return Answer("diff", value, lambda: diff_text(value, WIDTH), options)
