"""The arguments that commands share, with their help texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from cyclopts.validators import Path as PathValidator

Model = Annotated[str, Parameter(help="A model's folder, or the name of a bundled model.")]
AsJson = Annotated[
    bool,
    Parameter(negative="", show_default=False, help="Print one JSON object and nothing else."),
]
Seed = Annotated[
    int, Parameter(validator=Number(gte=0, lt=2**63), help="Seed of every random choice.")
]
Evidence = Annotated[
    tuple[Path, ...],
    Parameter(
        negative="", show_default=False, help="CSV file of your own evidence rows; repeatable."
    ),
]

Cluster = Annotated[
    str | None,
    Parameter(
        show_default=False,
        help="Who does the work: local (a worker on each core), local:N, or the tcp://HOST:PORT "
        "of a Dask scheduler; this process unless given. The results are the same.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """What every command takes."""

    json: AsJson = False
    seed: Seed = 1
    out: Annotated[
        Path | None,
        Parameter(
            validator=PathValidator(file_okay=False),
            help="Folder for the run and the answer's files.",
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True)
class WithEvidence(Common):
    """What every command on a model takes."""

    evidence: Evidence = ()


PLAIN = Common()
ON_MODEL = WithEvidence()
