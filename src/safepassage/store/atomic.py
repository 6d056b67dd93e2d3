"""Files that are either the old one or the new one, never half of one.

The new content goes to a file beside the old one, is forced to the disk and then takes the old
name in one step. A full disk, a kill or a power cut leaves the old file as it was.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import IO, Any

PART_SUFFIX = ".part"
"""Ends the names of files still being written; a kill may leave one, `clear_parts` removes it."""


def atomic_write_bytes(path: Path | str, content: bytes) -> Path:
    """Write `content` under `path` in one step, making its folder if need be.

    Raises:
        OSError: The disk is full or the folder cannot be written; the old file is untouched and
            no other file stays behind.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix=PART_SUFFIX, dir=path.parent
    )
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            _write(handle, content)
            handle.flush()
            os.fsync(handle.fileno())
        part.chmod(_usual_mode())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return path


def atomic_write_text(path: Path | str, text: str) -> Path:
    """As `atomic_write_bytes`, in UTF-8."""
    return atomic_write_bytes(path, text.encode("utf-8"))


def atomic_write_json(path: Path | str, value: Any) -> Path:
    """As `atomic_write_bytes`: indented JSON with sorted keys; NaN is refused (ValueError)."""
    text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False)
    return atomic_write_text(path, text + "\n")


def clear_parts(folder: Path) -> None:
    """Remove what a killed writer left; call it only while no other writer can be at work."""
    for part in folder.glob(f".*{PART_SUFFIX}"):
        part.unlink(missing_ok=True)


def _write(handle: IO[bytes], content: bytes) -> None:
    handle.write(content)


def _usual_mode() -> int:
    """The mode that an ordinary new file would have (temporary files are private)."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut, where the system allows it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
