"""The grade that a set of rows lends to what rests on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safepassage.evidence.table import EvidenceTable


def best_grade(table: EvidenceTable, ids: Sequence[str]) -> str | None:
    """Grade of the best row among ids (A before D), or None if none is known."""
    rows = [table.resolve(i) for i in ids]
    return min((row.grade for row in rows if row is not None), default=None)
