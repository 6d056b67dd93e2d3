"""`safepassage convert FORMAT DIR OUT`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from safepassage.cli.answer import Answer
from safepassage.cli.options import OUTPUT, Output


def convert(
    kind: Annotated[Literal["flee"], Parameter(help="Format of the folder to read.")],
    folder: Annotated[Path, Parameter(help="Folder to read.")],
    into: Annotated[Path, Parameter(help="Model folder to write; new or empty.")],
    /,
    *,
    settings: Annotated[
        Path | None, Parameter(show_default=False, help="Flee's settings file (YAML).")
    ] = None,
    data: Annotated[
        Path | None,
        Parameter(show_default=False, help="Folder with the reported counts (source_data)."),
    ] = None,
    options: Output = OUTPUT,
) -> Answer:
    """Convert another program's scenario to a model folder."""
    from safepassage.flee import read_scenario
    from safepassage.flee.convert import conversion_text, convert_scenario

    scenario = read_scenario(folder, settings=settings, data=data)
    written = convert_scenario(scenario, into)
    return Answer("convert", written.to_dict(), lambda: conversion_text(written), options)
