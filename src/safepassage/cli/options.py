"""The arguments that commands share, with their help texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from cyclopts.validators import Path as PathValidator

Model = Annotated[str, Parameter(help="Folder of a model, or the name of a bundled model.")]
AsJson = Annotated[
    bool,
    Parameter(negative="", show_default=False, help="Print one JSON object and nothing else."),
]
Seed = Annotated[
    int, Parameter(validator=Number(gte=0, lt=2**63), help="Seed of all random numbers.")
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
        help="Where to run: local (one worker per core), local:N, or tcp://HOST:PORT of a Dask "
        "scheduler; in this process by default. The results are the same.",
    ),
]
Runs = Annotated[
    Path | None,
    Parameter(
        show_default=False,
        validator=PathValidator(file_okay=False),
        help="Folder in which fits and other runs are stored; $SAFEPASSAGE_CACHE, or else your "
        "cache folder, by default.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """Where the answer goes: options of every command that prints one."""

    json: AsJson = False
    out: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            validator=PathValidator(file_okay=False),
            help="Also write the answer to this folder: its JSON, and any further files.",
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True)
class Common(Output):
    """The same, of commands that draw random numbers."""

    seed: Seed = 1


@Parameter(name="*")
@dataclass(frozen=True)
class WithEvidence(Common):
    """What every command on a model takes."""

    evidence: Evidence = ()
    runs: Runs = None

    @property
    def run_root(self) -> Path | None:
        """The folder of stored runs, where one is named."""
        return self.runs


OUTPUT = Output()
PLAIN = Common()
ON_MODEL = WithEvidence()
