"""`safepassage runs`: what is stored; `runs name`, `runs export`, `runs delete`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from safepassage.cli.answer import WIDTH, Answer
from safepassage.cli.options import Output, Runs

if TYPE_CHECKING:
    from safepassage.results.runs import StoredRuns
    from safepassage.store.catalogue import Catalogue


@Parameter(name="*")
@dataclass(frozen=True)
class Stored(Output):
    """Where runs are stored, and where the answer goes."""

    runs: Runs = None


STORED = Stored()
Run = Annotated[str, Parameter(help="A run's name, its key or the key's first digits.")]
NOBODY = "Nothing is stored in {folder}; `safepassage fit MODEL` makes a run."

runs = App(
    name="runs",
    help="List stored runs, the latest first; name, export or delete one.",
    help_format="plaintext",
    sort_key=14,
)


@runs.default
def listed(*, options: Stored = STORED) -> Answer:
    """List stored runs, the latest first: model, date, what differs from today's, size."""
    from safepassage import api

    stored = api.runs(options.runs)
    return Answer("runs", stored.to_dict(), lambda: runs_text(stored), options)


@runs.command
def name(run: Run, name: str, /, *, options: Stored = STORED) -> Answer:
    """Give a run a name, by which `diff` and the other commands here find it.

    Args:
        run: The run.
        name: Small letters, digits and hyphens; a name that another run has passes to this one.
        options: What every command takes.
    """
    path = _catalogue(options).rename(run, name)
    value = {"run": path.name, "name": name}
    return Answer("runs", value, lambda: f"{path.name} is called {name}.", options)


@runs.command
def export(
    run: Run,
    file: Annotated[Path, Parameter(help="Where to, a file that ends in .zip.")],
    /,
    *,
    options: Stored = STORED,
) -> Answer:
    """Write a run's folder as one ZIP file."""
    written = _catalogue(options).export(run, file)
    size = written.stat().st_size
    value = {"file": str(written), "size_bytes": size}
    return Answer("runs", value, lambda: f"{written}: {size / 1e6:,.1f} MB.", options)


@runs.command
def delete(run: Run, /, *, options: Stored = STORED) -> Answer:
    """Delete a run; the next command that needs it fits again."""
    path = _catalogue(options).delete(run)
    return Answer("runs", {"deleted": path.name}, lambda: f"{path.name} is deleted.", options)


def _catalogue(options: Stored) -> Catalogue:
    from safepassage.store.catalogue import Catalogue
    from safepassage.store.keys import run_root

    return Catalogue(options.runs or run_root())


def runs_text(stored: StoredRuns) -> str:
    """One line of 80 columns for each run."""
    from safepassage.results.runs import difference_words

    if not stored.runs:
        return NOBODY.format(folder=stored.folder)
    lines = [stored.headline(), ""]
    lines.append(f"{'run':16}  {'finished (UTC)':16}  {'MB':>6}  model, version, changes")
    for one in stored.runs:
        about = f"{one.model or 'unknown'} {one.version or ''}".strip()
        named = f" ({one.name})" if one.name else ""
        date, size = one.finished_at or "-", one.size_bytes / 1e6
        lines.append(f"{one.run:16}  {date:16}  {size:6.1f}  {about}{named}"[:WIDTH])
        words = difference_words(one)
        lines.append(f"{'':44}{words if one.kind != 'fit' else f'changes: {words}'}"[:WIDTH])
    return "\n".join(lines)
