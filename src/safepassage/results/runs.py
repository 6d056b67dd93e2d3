"""What is stored of earlier fits and simulations."""

from __future__ import annotations

from typing import ClassVar

from safepassage.results.base import Record, Result, Row


class StoredRun(Record):
    """One run's folder."""

    run: str
    """Its key: the name of its folder."""
    name: str | None
    """The name that a user gave it."""
    kind: str
    """`fit`, `unfinished fit` or `simulation`."""
    model: str | None
    """Id of its model; None where the run is not finished."""
    finished_at: str | None
    """When it finished, `YYYY-MM-DD HH:MM` in universal time; None where it has not."""
    version: str | None
    """Version of the package that made it."""
    seed: int | None
    """Seed of every random choice."""
    changes: tuple[str, ...] | None
    """What differs from the bundled model as it is today: `model`, `evidence`, `program`; None
    where no bundled model has this id or the run does not say."""
    size_bytes: int
    """Size of all its files, bytes."""


class StoredRuns(Result):
    """All runs below one folder, the latest first."""

    folder: str
    """The folder of runs."""
    runs: tuple[StoredRun, ...]
    """The one that finished last first."""

    index: ClassVar = ("run",)
    units: ClassVar = {"size_bytes": "bytes"}

    def headline(self) -> str:
        """How many there are, and how large."""
        count = len(self.runs)
        size = sum(one.size_bytes for one in self.runs) / 1e6
        return f"{count} {'run' if count == 1 else 'runs'} in {self.folder}, {size:,.1f} MB."

    def rows(self) -> list[Row]:
        """One row for each run."""
        return [
            {
                "run": one.run,
                "name": one.name,
                "kind": one.kind,
                "model": one.model,
                "finished_at": one.finished_at,
                "version": one.version,
                "changes": difference_words(one),
                "size_bytes": one.size_bytes,
                "seed": one.seed,
            }
            for one in self.runs
        ]


def difference_words(one: StoredRun) -> str:
    """How a run differs from the bundled model, in words."""
    if one.kind != "fit":
        return one.kind
    if one.changes is None:
        return "own model"
    return ", ".join(one.changes) or "none"
