"""What is stored of earlier runs, beside the bundled models as they are today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safepassage.errors import InputError
from safepassage.results.runs import StoredRun, StoredRuns
from safepassage.store.catalogue import Catalogue, CatalogueEntry
from safepassage.store.keys import run_root, source_hash
from safepassage.study.bundled import bundled_models
from safepassage.study.loader import load_study

if TYPE_CHECKING:
    from safepassage.study.loader import Study

ENSEMBLE = "ensemble.zarr"
"""What a simulation stores."""
PARTS = (("model", "model_hash"), ("evidence", "evidence_hash"))
"""What may differ from a bundled model, by the hash that shows it."""


def list_runs(folder: Path | None = None) -> StoredRuns:
    """Every stored run.

    Args:
        folder: The folder of runs; where runs are always stored unless given.
    """
    root = folder or run_root()
    runs = tuple(_described(entry) for entry in Catalogue(root).entries())
    return StoredRuns(folder=str(root), runs=runs)


def _described(entry: CatalogueEntry) -> StoredRun:
    mark = entry.mark or {}
    about = mark.get("provenance")
    provenance: Mapping[str, Any] = about if isinstance(about, Mapping) else {}
    model, seed = mark.get("model_id"), provenance.get("seed")
    version = provenance.get("version")
    simulated = (entry.path / ENSEMBLE).is_dir()
    return StoredRun(
        run=entry.key,
        name=entry.name,
        kind="fit" if mark else "simulation" if simulated else "unfinished fit",
        model=model if isinstance(model, str) else None,
        finished_at=_date(mark.get("finished_at")),
        version=version if isinstance(version, str) else None,
        seed=seed if isinstance(seed, int) else None,
        changes=_changes(model, provenance) if isinstance(model, str) and provenance else None,
        size_bytes=entry.size,
    )


def _date(seconds: object) -> str | None:
    if not isinstance(seconds, (int, float)):
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _changes(model: str, provenance: Mapping[str, Any]) -> tuple[str, ...] | None:
    study = _bundled(model)
    if study is None:
        return None
    changes = [word for word, field in PARTS if provenance.get(field) != getattr(study, field)]
    if provenance.get("source_hash") != source_hash():
        changes.append("program")
    return tuple(changes)


@cache
def _bundled(model: str) -> Study | None:
    """The bundled model of an id, if there is one and it can be read."""
    if model.replace("_", "-") not in bundled_models():
        return None
    try:
        return load_study(model.replace("_", "-"))
    except InputError:
        return None
