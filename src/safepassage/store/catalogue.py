"""The folder of runs as a catalogue: what is stored, under which name, and how to find it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.store.atomic import PART_SUFFIX, atomic_write_json
from safepassage.store.folder import FINISHED, LOCK

NAMES = "names.json"
"""File of the folder of runs: names that a user gave, to keys."""
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
KEY = re.compile(r"[0-9a-f]{16}")
SHORTEST_KEY = 4
"""Digits of a key, at least, by which a run may be found."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One run's folder."""

    key: str
    path: Path
    name: str | None
    mark: dict[str, Any] | None
    """What the run's mark says; None where the run is not finished."""
    size: int
    """Bytes of all its files."""


class Catalogue:
    """The runs below one folder.

    Args:
        root: The folder of runs (`run_root`); it need not exist.
    """

    def __init__(self, root: Path):
        self.root = Path(root)

    def entries(self) -> list[CatalogueEntry]:
        """Every run, the one that finished last first; unfinished ones at the end."""
        names = {key: name for name, key in self.names().items()}
        entries = [
            CatalogueEntry(
                path.name, path, names.get(path.name), _mark(path / FINISHED), _size(path)
            )
            for path in _run_folders(self.root)
        ]
        return sorted(entries, key=lambda one: (-_finished_at(one), one.key))

    def names(self) -> dict[str, str]:
        """Key by name; a damaged file of names counts as none."""
        try:
            read = json.loads((self.root / NAMES).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        pairs = read.items() if isinstance(read, dict) else ()
        return {str(n): str(k) for n, k in pairs if NAME.fullmatch(str(n))}

    def find(self, run: str, argument: str) -> Path:
        """The folder of a run, by its path, its name, its key, or the key's first digits.

        Args:
            run: What the user wrote.
            argument: The argument that it was given by, for the message.

        Raises:
            InputError: There is no such run, or there are several.
        """
        if Path(run).is_dir():
            return Path(run)
        key = self.names().get(run, run)
        keys = [path.name for path in _run_folders(self.root)]
        if key in keys:
            return self.root / key
        digits = re.fullmatch(rf"[0-9a-f]{{{SHORTEST_KEY},16}}", run)
        begins = [one for one in keys if digits and one.startswith(run)]
        if len(begins) == 1:
            return self.root / begins[0]
        if begins:
            message = f"{len(begins)} runs begin so: {', '.join(begins[:5])}; give more digits"
        else:
            message = (
                f"no run has this name or key in {self.root}, and it is no folder; "
                "`safepassage runs` lists what is stored"
            )
        raise InputError([Fault(run, 0, argument, message)])

    def rename(self, run: str, name: str) -> Path:
        """Give a run a name; a name that another run has passes to this one.

        Raises:
            InputError: There is no such run, or the name is not one.
        """
        path = self._stored(run)
        if not NAME.fullmatch(name) or KEY.fullmatch(name):
            message = (
                f"{name[:60]!r} is no name for a run; give up to 40 small letters, digits and "
                "hyphens, a letter first"
            )
            raise InputError([Fault("call", 0, "name", message)])
        with self._lock():
            names = {n: k for n, k in self.names().items() if k != path.name}
            atomic_write_json(self.root / NAMES, {**names, name: path.name})
        return path

    def delete(self, run: str) -> Path:
        """Delete a run, and its name.

        Raises:
            InputError: There is no such run here, or another process works on it.
        """
        path = self._stored(run)
        with (path / LOCK).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                message = "another process works on this run; wait until it has ended"
                raise InputError([Fault(run, 0, "run", message)]) from busy
            # Out of sight in one step: what is left of an interrupted deletion is no run.
            gone = Path(tempfile.mkdtemp(prefix=".deleted-", suffix=PART_SUFFIX, dir=self.root))
            path.rename(gone / path.name)
        shutil.rmtree(gone, ignore_errors=True)
        with self._lock():
            names = {n: k for n, k in self.names().items() if k != path.name}
            atomic_write_json(self.root / NAMES, names)
        return path

    def export(self, run: str, target: Path) -> Path:
        """Write a run as one ZIP file, whole or not at all.

        Raises:
            InputError: There is no such run, it is not finished, or the file cannot be written.
        """
        path = self.find(run, "run")
        if _mark(path / FINISHED) is None:
            message = "the run is not finished; `safepassage fit` resumes it"
            raise InputError([Fault(run, 0, "run", message)])
        target = Path(target)
        if target.suffix != ".zip" or target.is_dir():
            message = "is no name of a ZIP file; give one that ends in .zip"
            raise InputError([Fault(str(target), 0, "file", message)])
        partial = target.with_name(f".{target.name}.{os.getpid()}{PART_SUFFIX}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(path.rglob("*")):
                    if file.is_file() and file.name != LOCK:
                        archive.write(file, f"{path.name}/{file.relative_to(path).as_posix()}")
            partial.replace(target)
        except OSError as error:
            message = f"cannot be written ({error.strerror}); give another file"
            raise InputError([Fault(str(target), 0, "file", message)]) from error
        finally:
            partial.unlink(missing_ok=True)
        return target

    def _stored(self, run: str) -> Path:
        """A run of this folder: names and deletions are of runs that lie here."""
        path = self.find(run, "run")
        if path.resolve().parent != self.root.resolve() or not KEY.fullmatch(path.name):
            message = f"does not lie in the folder of runs, {self.root}; give a name or a key"
            raise InputError([Fault(run, 0, "run", message)])
        return self.root / path.name

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f".{NAMES}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _run_folders(root: Path) -> list[Path]:
    try:
        return sorted(p for p in root.iterdir() if KEY.fullmatch(p.name) and p.is_dir())
    except OSError:
        return []


def _mark(path: Path) -> dict[str, Any] | None:
    """A run's mark, of whatever version; None where there is none that can be read."""
    try:
        mark = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return mark if isinstance(mark, dict) else None


def _finished_at(entry: CatalogueEntry) -> float:
    at = (entry.mark or {}).get("finished_at")
    return float(at) if isinstance(at, (int, float)) else 0.0


def _size(path: Path) -> int:
    total = 0
    for file in path.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:  # deleted meanwhile
            continue
    return total
