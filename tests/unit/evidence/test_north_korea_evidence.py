"""The reference model's evidence: whole, traceable, merged rightly, harmless."""

import csv
import hashlib
import json
import math
from importlib.resources import files
from pathlib import Path

import pytest

from safepassage.evidence.do_no_harm import check_evidence, check_text
from safepassage.evidence.table import EvidenceTable, read_evidence

MODEL = Path(str(files("safepassage"))) / "models/north_korea"
ASSEMBLED_FIGURES = 931
ASSEMBLED_SHA256 = "37e43f453db862c5ca1e54ff25b23f24530f1c11e342724a8024f1c991edd842"
"""Of id, figures, unit and years of the figures as they were assembled, sorted by id."""
DIFFER_BY_MORE_THAN_ROUNDING = {"B266", "B089"}
"""Merged copies with another value; EVIDENCE.md says why each is the same datum."""
ORIGINALS = ("original_value", "original_low", "original_high", "original_unit")


@pytest.fixture(scope="module")
def table() -> EvidenceTable:
    return read_evidence([MODEL / "evidence.csv"])


@pytest.fixture(scope="module")
def members() -> list[dict[str, str]]:
    with (MODEL / "evidence_merged.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_assembled_figure_is_still_there_as_it_was(
    table: EvidenceTable, members: list[dict[str, str]]
) -> None:
    columns = ("id", *ORIGINALS, "year_from", "year_to")
    figures = [[row[column] for column in columns] for row in members]
    for row in table.rows.values():
        if len(row.ids) == 1:
            cells = [getattr(row, column) for column in columns]
            figures.append(["" if cell is None else str(cell) for cell in cells])
    digest = hashlib.sha256()
    for figure in sorted(figures):
        digest.update(json.dumps(figure, ensure_ascii=False).encode() + b"\n")
    assert len(figures) == ASSEMBLED_FIGURES
    assert digest.hexdigest() == ASSEMBLED_SHA256


def test_every_assembled_id_leads_to_a_row(
    table: EvidenceTable, members: list[dict[str, str]]
) -> None:
    assert len(table.aliases) == ASSEMBLED_FIGURES
    for member in members:
        row = table.resolve(member["id"])
        assert row is not None
        assert row.id == member["into"]


def test_merged_values_agree_within_rounding(
    table: EvidenceTable, members: list[dict[str, str]]
) -> None:
    differ = set[str]()
    for member in members:
        kept = table.rows[member["into"]].value
        if member["value"] and kept is not None:
            rounding = 0.05 * abs(kept) if kept < 1 else 0.5
            if not math.isclose(float(member["value"]), kept, rel_tol=0, abs_tol=rounding):
                differ.add(member["id"])
    assert differ == DIFFER_BY_MORE_THAN_ROUNDING
    page = (MODEL / "EVIDENCE.md").read_text(encoding="utf-8")
    assert all(f"* {name}: " in page for name in differ)


def test_the_ministrys_table_adds_up_and_stands_once(table: EvidenceTable) -> None:
    totals = [row for row in table.rows.values() if row.quantity == "arrivals_total"]
    assert sum(row.value or 0 for row in totals) == 34537
    copies = {f"B{number}" for number in range(264, 276)}
    assert copies == {
        name for row in totals for name in row.ids if name != row.id and name in copies
    }


def test_overlaps_are_symmetric_and_never_of_a_row_with_itself(table: EvidenceTable) -> None:
    for name in table.rows:
        others = table.overlapping(name)
        assert name not in others
        assert all(name in table.overlapping(other) for other in others)
        assert others <= table.rows.keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A0007", "A0008"),
        ("A0004", "A0079"),
        ("A0060", "A0107"),
        ("A0082", "A0076"),
        ("A0092", "A0090"),
        ("A0274", "A0105"),
        ("A0232", "A0228"),
        ("B009", "B003"),
        ("B119", "A0057"),
        ("B126", "C200"),
        ("C276", "B169"),
        ("C074", "C076"),
        ("A0248", "B082"),
        ("A0286", "B219"),
    ],
)
def test_the_same_people_in_another_cut_overlap(table: EvidenceTable, one: str, other: str) -> None:
    kept = table.resolve(other)
    assert kept is not None
    assert kept.id in table.overlapping(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A0008", "A0009"),
        ("A0105", "A0106"),
        ("A0007", "A0010"),
        ("B126", "C201"),
        ("B119", "A0054"),
        ("A0028", "A0085"),
        ("B003", "B011"),
        ("A0181", "A0191"),
        ("A0217", "A0218"),
        ("B219", "B220"),
        ("A0286", "B250"),
        ("C132", "C131"),
    ],
)
def test_different_people_or_different_authors_do_not(
    table: EvidenceTable, one: str, other: str
) -> None:
    assert other not in table.overlapping(one)


def test_units_are_of_one_spelling(table: EvidenceTable) -> None:
    units = {row.unit for row in table.rows.values()}
    assert not {unit for unit in units if "/" in unit or "KRW" in unit or "percent" in unit}
    shares = [row for row in table.rows.values() if row.unit == "share"]
    assert len(shares) > 100
    assert all(0 <= bound <= 1 for row in shares for bound in _figures(row))


def test_won_became_dollars_at_the_years_rate(table: EvidenceTable) -> None:
    assert table.rows["A0321"].interval == (8620.0, 10300.0)
    assert table.rows["A0310"].value == 3500.0
    assert "KRW per USD (2016 average)" in table.rows["A0321"].note


def test_no_text_does_harm(table: EvidenceTable, members: list[dict[str, str]]) -> None:
    assert check_evidence(table) == []
    for member in members:
        for column, text in member.items():
            if column != "source_url":
                assert check_text(text, "evidence_merged.csv", 0, column) == []


def _figures(row: object) -> list[float]:
    figures = (getattr(row, column) for column in ("value", "low", "high"))
    return [figure for figure in figures if figure is not None]
