"""A folder of files that is there as a whole or not at all, and never takes another's place."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from safepassage.errors import Fault, InputError
from safepassage.store.atomic import PART_SUFFIX

FILES = "files"
"""Key of an index under which it lists every file of its folder, itself too."""


def write_whole_folder(folder: Path, files: Mapping[str, bytes], index: str, option: str) -> Path:
    """Write files beside the folder and move them into its place in one step.

    A folder of an earlier call is replaced: one whose index lists all that is in it.

    Args:
        folder: where to.
        files: contents by name; names may have folders of their own.
        index: which of them is the index, a JSON object with the names under `files`.
        option: what the user gave the folder by, for the message.

    Raises:
        InputError: something else stands there, or it cannot be written; nothing is changed then.
    """
    folder = Path(folder)
    check_whole_folder(folder, index, option)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(
            tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=PART_SUFFIX, dir=folder.parent)
        )
    except OSError as error:
        message = f"cannot be written ({error.strerror}); give another folder"
        raise InputError([Fault(str(folder), 0, option, message)]) from error
    try:
        new, old = scratch / "new", scratch / "old"
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    except OSError as error:
        message = f"cannot be written ({error.strerror}); make room, or give another folder"
        raise InputError([Fault(str(folder), 0, option, message)]) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def check_whole_folder(folder: Path, index: str, option: str) -> None:
    """Refuse a place where anything but an earlier folder of the same kind stands.

    Raises:
        InputError: it does.
    """
    try:
        if not os.path.lexists(folder):
            return
        strange = _strange(Path(folder), index) if Path(folder).is_dir() else str(folder)
    except OSError as error:
        message = f"cannot be read ({error.strerror}); give another folder"
        raise InputError([Fault(str(folder), 0, option, message)]) from error
    if strange is not None:
        message = f"holds {strange}, which is not of an earlier call; give a new or empty folder"
        if not Path(folder).is_dir():
            message = "is a file; give a folder"
        raise InputError([Fault(str(folder), 0, option, message)])


def _strange(folder: Path, index: str) -> str | None:
    """A file in the folder that its index does not list; None where there is none."""
    present = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())
    try:
        listed = json.loads((folder / index).read_text(encoding="utf-8"))[FILES]
        expected = {str(PurePosixPath(name)) for name in listed}
    except (OSError, ValueError, KeyError, TypeError):
        expected = set()
    return next((name for name in present if name not in expected), None)
