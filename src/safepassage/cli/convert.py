"""`safepassage convert FORMAT DIR OUT`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from safepassage.cli.answer import Answer
from safepassage.cli.options import PLAIN, Common


def convert(
    kind: Annotated[Literal["flee"], Parameter(help="What the folder holds.")],
    folder: Annotated[Path, Parameter(help="The folder to read.")],
    into: Annotated[Path, Parameter(help="The model folder to write; empty or new.")],
    /,
    *,
    settings: Annotated[
        Path | None, Parameter(show_default=False, help="Flee's settings file (YAML).")
    ] = None,
    data: Annotated[
        Path | None,
        Parameter(show_default=False, help="Folder of the reported counts (source_data)."),
    ] = None,
    options: Common = PLAIN,
) -> Answer:
    """Write another program's scenario as a model folder that `check` passes."""
    from safepassage.flee import read_scenario
    from safepassage.flee.convert import conversion_text, convert_scenario

    scenario = read_scenario(folder, settings=settings, data=data)
    written = convert_scenario(scenario, into)
    return Answer("convert", written.to_dict(), lambda: conversion_text(written), options)
