"""The do-no-harm rules, applied to every place and every text of a model folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from safepassage.errors import Fault
from safepassage.evidence.csv_file import CsvFile
from safepassage.evidence.do_no_harm import check_evidence, check_places, check_text
from safepassage.evidence.table import EvidenceTable
from safepassage.model.fields import iter_marked
from safepassage.model.schema import Declaration
from safepassage.model.schema.marks import FreeText
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.lines import Lines


def no_harm_faults(
    draft: Draft, table: EvidenceTable | None, files: Iterable[CsvFile]
) -> Iterator[Fault]:
    """Places finer than half a degree, and texts that hold an address or the like.

    Args:
        draft: the model as far as it was read.
        table: the evidence, where it could be read.
        files: the folder's data files, for their notes.
    """
    for fault in check_places(draft.model.places, draft.lines.file):
        yield replace(fault, line=draft.lines.of(fault.field))
    yield from text_faults(draft.model, draft.lines)
    for data in files:
        for row in data.rows:
            yield from check_text(row.cells.get("note", ""), data.name, row.line, "note")
    if table is not None:
        yield from check_evidence(table)


def text_faults(declared: Declaration, lines: Lines) -> Iterator[Fault]:
    """Free texts of declarations that hold an address or the like."""
    for field, _, value in iter_marked(declared, FreeText):
        yield from check_text(value, lines.file, lines.of(field), field)
