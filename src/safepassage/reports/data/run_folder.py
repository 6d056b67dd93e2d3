"""A run's folder, wherever it lies, opened to be shown: nothing in it is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.reports.data.artifacts import (
    FOLDER,
    PART,
    SCHEMA,
    SERVED,
    ReportArtifacts,
    artifacts_from,
)
from safepassage.store.arrays import CorruptFile, OtherSchema, unpack
from safepassage.store.folder import FINISHED
from safepassage.store.folder import SCHEMA_VERSION as MARKED
from safepassage.study.bundled import MODEL_FILE, bundled_models


@dataclass(frozen=True)
class Opened:
    """What a run stores for the explorer, and what its mark says."""

    artifacts: ReportArtifacts
    mark: dict[str, Any]
    beside: str
    """Hash of the files of its model folder that are shown but are no part of the fit."""


def is_run_folder(path: Path) -> bool:
    """Whether a folder is, or was to be, a run's.

    Raises:
        InputError: it is a folder, but neither a model's nor a run's.
    """
    try:
        if str(path).replace("_", "-") in bundled_models() or not path.is_dir():
            return False
    except (OSError, ValueError):  # a name too long, or with a NUL, for the file system
        return False
    if (path / MODEL_FILE).exists():
        return False
    if (path / FINISHED).exists() or (path / FOLDER).is_dir() or list(path.glob("draws_*.npz")):
        return True
    message = (
        f"is neither a model's folder (no {MODEL_FILE}) nor a run's (no {FINISHED}); give one of "
        "them, or the name of a bundled model"
    )
    raise InputError([Fault(str(path), 0, "explore", message)])


def open_run(path: Path) -> Opened:
    """Read a run's mark and what it stores for the explorer.

    Raises:
        InputError: the run is not finished, is damaged, of another version, or stores nothing
            for the explorer.
    """
    mark = _mark(path)
    file = path / FOLDER / f"{PART}.npz"
    try:
        arrays, about = unpack(file.read_bytes())
    except FileNotFoundError:
        raise _wrong(
            file, "the run stores nothing for the explorer yet; `safepassage explore` with its "
            "model's folder or name makes it"
        ) from None  # fmt: skip
    except OSError as error:
        raise _wrong(file, f"cannot be read ({error.strerror})") from error
    except OtherSchema as error:
        raise _wrong(file, f"{error}; {_ANEW}") from error
    except CorruptFile as error:
        raise _wrong(file, f"is damaged ({error}); copy the run anew, or fit again") from error
    if about.get("schema") != SCHEMA:
        raise _wrong(file, f"is of another version (data {about.get('schema')}); {_ANEW}")
    artifacts = artifacts_from(arrays)
    missing = [name for name in SERVED if name not in artifacts.payloads]
    if missing:
        raise _wrong(file, f"lacks {', '.join(missing)}; {_ANEW}")
    return Opened(artifacts, mark, str(about.get("beside")))


_ANEW = "open it with the version that made it, or fit again with this one"


def _mark(path: Path) -> dict[str, Any]:
    file = path / FINISHED
    try:
        mark = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _wrong(path, "the run is not finished; `safepassage fit` resumes it") from None
    except (OSError, ValueError) as error:
        raise _wrong(file, "is damaged; copy the run anew, or fit again") from error
    if not isinstance(mark, dict) or not {"key", "model_id", "schema"} <= mark.keys():
        raise _wrong(file, "is damaged; copy the run anew, or fit again")
    if mark["schema"] != MARKED:
        raise _wrong(file, f"is of another version (schema {mark['schema']}); {_ANEW}")
    return mark


def _wrong(where: Path, message: str) -> InputError:
    return InputError([Fault(str(where), 0, "explore", message)])
