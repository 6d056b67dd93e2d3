"""The grade that a set of rows lends to what is based on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from safepassage.model.schema import Grade

if TYPE_CHECKING:
    from safepassage.evidence.table import EvidenceTable


def best_grade(table: EvidenceTable, ids: Sequence[str]) -> Grade | None:
    """Grade of the best row among ids (A before D), or None where there is none."""
    rows = [table.resolve(i) for i in ids]
    grades = {row.grade for row in rows if row is not None}
    return next((grade for grade in get_args(Grade) if grade in grades), None)
