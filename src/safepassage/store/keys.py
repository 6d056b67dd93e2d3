"""Where runs are stored, and the key of a run: the hash of all that its result depends on."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]


def run_root(out: Path | str | None = None) -> Path:
    """The folder that holds all runs.

    `out / "runs"` where the user named a folder; else `$SAFEPASSAGE_CACHE`; else the user's
    cache folder (`$XDG_CACHE_HOME` or the platform's own).
    """
    if out is not None:
        return Path(out) / "runs"
    own = os.environ.get("SAFEPASSAGE_CACHE")
    if own:
        return Path(own).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if shared and Path(shared).is_absolute():
        return Path(shared) / "safepassage"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "safepassage"
    return Path.home() / ".cache" / "safepassage"


def source_hash(package: Path = PACKAGE) -> str:
    """SHA-256 (hex) of the names and contents of the package's own `.py` files."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        name = path.relative_to(package).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def run_key(
    model_hash: str,
    evidence_hash: str,
    source_hash: str,
    settings: Mapping[str, Any],
    seed: int,
) -> str:
    """Key of a run: 16 hexadecimal digits of SHA-256; any changed part gives another key.

    Raises:
        TypeError: A setting is not plain JSON (text, number, list, mapping, true, false, null).
    """
    parts = {
        "model": model_hash,
        "evidence": evidence_hash,
        "source": source_hash,
        "settings": dict(settings),
        "seed": seed,
    }
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
