"""The do-no-harm rules, put to every place and every text of a model folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from pydantic import BaseModel

from safepassage.errors import Fault
from safepassage.evidence.csv_file import CsvFile
from safepassage.evidence.do_no_harm import check_evidence, check_places, check_text
from safepassage.evidence.table import EvidenceTable
from safepassage.model.validation.draft import Draft

_FREE_TEXT = frozenset({
    "title", "note", "summary", "assumed", "informed_by", "unit", "denominator", "mode",
    "limits", "protection", "data_licences",
})  # fmt: skip
"""Fields that people read, and that no name or date confines."""


def no_harm_faults(
    draft: Draft, table: EvidenceTable | None, files: Iterable[CsvFile]
) -> Iterator[Fault]:
    """Places finer than half a degree, and texts that hold an address or the like.

    Args:
        draft: the model as far as it was read.
        table: the evidence, where it could be read.
        files: the folder's data files, for their notes.
    """
    file = draft.lines.file
    for fault in check_places(draft.model.places, file):
        yield replace(fault, line=draft.lines.of(fault.field))
    for field, text in model_texts(draft):
        yield from check_text(text, file, draft.lines.of(field), field)
    for data in files:
        for row in data.rows:
            yield from check_text(row.cells.get("note", ""), data.name, row.line, "note")
    if table is not None:
        yield from check_evidence(table)


def model_texts(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every free text of a model, with its dotted field."""
    if draft.header is not None:
        yield from _texts(draft.header, "model", "")
    for section in type(draft.model).model_fields:
        if section not in ("model", "groups"):
            yield from _texts(getattr(draft.model, section), section, "")


def _texts(value: Any, path: str, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if name in _FREE_TEXT:
            yield path, value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _texts(getattr(value, field), f"{path}.{field}", field)
    elif isinstance(value, dict):
        for key, item in cast(dict[Any, Any], value).items():
            yield from _texts(item, f"{path}.{key}", "")
    elif isinstance(value, tuple):
        for index, item in enumerate(cast(tuple[Any, ...], value)):
            yield from _texts(item, f"{path}.{index}", name)
