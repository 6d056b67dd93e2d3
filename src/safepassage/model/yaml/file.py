"""A text file of a model folder, with its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from safepassage.errors import Fault

LARGEST_BYTES = 2_000_000


def read_text(path: Path) -> tuple[str, str] | Fault:
    """Text and hash of a file, or why it cannot be read."""
    name = str(path)
    try:
        if not path.is_file():
            return Fault(name, 0, "", "is not a file; check the path")
        if path.stat().st_size > LARGEST_BYTES:
            return Fault(name, 0, "", f"is larger than {LARGEST_BYTES:,} bytes; shorten it")
        data = path.read_bytes()
    except OSError as error:
        return Fault(name, 0, "", f"cannot be read ({error.strerror}); check its permissions")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(name, line, "", "is not UTF-8 text there; save the file as UTF-8")
    return text, hashlib.sha256(data).hexdigest()
