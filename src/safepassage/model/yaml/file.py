"""A text file of a model folder, with its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from safepassage.errors import Fault

LARGEST_BYTES = 2_000_000


class TextFile(NamedTuple):
    """What a file holds."""

    text: str
    content: bytes


def read_text(path: Path, largest: int = LARGEST_BYTES) -> TextFile | Fault:
    """A file of at most so many bytes, or why it cannot be read."""
    name = str(path)
    try:
        if not path.is_file():
            return Fault(name, 0, "", "is missing or is not a file; add it or correct the path")
        if path.stat().st_size > largest:
            return Fault(name, 0, "", f"is larger than {largest:,} bytes; shorten it")
        content = path.read_bytes()
    except OSError as error:
        return Fault(name, 0, "", f"cannot be read ({error.strerror}); check its permissions")
    except ValueError:  # a NUL in the file's name
        return Fault(name[:60], 0, "", "is not the name of a file; correct it")
    try:
        return TextFile(content.decode("utf-8-sig"), content)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Fault(name, line, "", "is not UTF-8 text there; save the file as UTF-8")
