"""The folder of one run: finished parts, a lock, and the mark that all parts are there."""

from __future__ import annotations

import fcntl
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from safepassage.store.arrays import Arrays, CorruptFile, OtherSchema, pack, unpack
from safepassage.store.atomic import atomic_write_bytes, atomic_write_json, clear_parts
from safepassage.store.posterior import write_posterior

SCHEMA_VERSION = 1
FINISHED = "finished.json"
LOCK = ".lock"


REFITS = "refits"
"""Folder in a run's folder with what was sampled again."""


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=3)


class RunFolder:
    """What is stored of one run, under `root / key`.

    Every part is written in one step, so an interruption loses at most the current part, and a
    later call resumes from the parts that are there. A damaged part is detected, set
    aside as `NAME.corrupt` and treated as absent.

    Args:
        root: Folder of all runs (`run_root`).
        key: Key of this run (`run_key`).
        notify: Called with one line when something worth knowing happens; a warning by default.
    """

    def __init__(self, root: Path | str, key: str, notify: Callable[[str], None] = _warn):
        self.path = Path(root) / key
        self.key = key
        self._notify = notify

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time works on this run; a second one says so and waits.

        Whoever waited should look at `finished` first: the other process may have done the
        work. The lock ends with its process, so a killed run leaves none behind.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / LOCK).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._notify("another process works on the same run; waiting for its result")
                fcntl.flock(handle, fcntl.LOCK_EX)
            clear_parts(self.path)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    def save_arrays(
        self, name: str, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any] | None = None
    ) -> Path:
        """Store named arrays and plain JSON `meta` as the part `name`."""
        return atomic_write_bytes(self._part(name), pack(arrays, meta or {}))

    def load_arrays(self, name: str) -> tuple[Arrays, dict[str, Any]] | None:
        """The part `name`, or None where it is absent, damaged or of another schema version."""
        path = self._part(name)
        try:
            return unpack(path.read_bytes())
        except FileNotFoundError:
            return None
        except OtherSchema as other:
            self._notify(f"{path}: {other}; it is made anew")
            self.unfinish()
        except CorruptFile as damage:
            aside = path.with_suffix(".corrupt")
            path.replace(aside)
            self._notify(f"{path} is damaged ({damage}); set aside as {aside.name} and made anew")
            self.unfinish()
        return None

    def save_json(self, name: str, value: Any) -> Path:
        """Store plain JSON as `name.json`, for people to read; nothing is resumed from it."""
        return atomic_write_json(self.path / f"{name}.json", value)

    def save_posterior(
        self,
        posterior: Mapping[str, NDArray[Any]],
        sample_stats: Mapping[str, NDArray[Any]],
        observed_data: Mapping[str, NDArray[Any]],
        *,
        dims: Mapping[str, tuple[str, ...]] | None = None,
        coords: Mapping[str, Any] | None = None,
        attrs: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write `posterior.zarr` in ArviZ's layout (see `write_posterior`)."""
        groups = {
            "posterior": posterior,
            "sample_stats": sample_stats,
            "observed_data": observed_data,
        }
        path = self.path / "posterior.zarr"
        return write_posterior(path, groups, dims=dims, coords=coords, attrs=attrs)

    def finish(self, model_id: str, about: Mapping[str, Any] | None = None) -> None:
        """Mark the run as finished; `about` is plain JSON stored in the mark."""
        mark = {
            **(about or {}),
            "schema": SCHEMA_VERSION,
            "key": self.key,
            "model_id": model_id,
            "finished_at": time.time(),
        }
        atomic_write_json(self.path / FINISHED, mark)

    def unfinish(self) -> None:
        """Take the mark away: a part has to be made anew."""
        (self.path / FINISHED).unlink(missing_ok=True)

    @property
    def finished(self) -> dict[str, Any] | None:
        """The mark of a finished run, or None."""
        return _read_mark(self.path / FINISHED)

    def _part(self, name: str) -> Path:
        return self.path / f"{name}.npz"


def latest_run(root: Path | str, model_id: str) -> Path | None:
    """Folder of the run of this model that finished last, or None."""
    marks = [(_read_mark(path), path) for path in Path(root).glob(f"*/{FINISHED}")]
    of_model = [
        (float(mark["finished_at"]), path)
        for mark, path in marks
        if mark and mark["model_id"] == model_id
    ]
    return max(of_model)[1].parent if of_model else None


def _read_mark(path: Path) -> dict[str, Any] | None:
    try:
        mark = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return mark if isinstance(mark, dict) and mark.get("schema") == SCHEMA_VERSION else None
