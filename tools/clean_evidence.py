"""Make the North Korea model's evidence table from the figures as they were assembled.

    python tools/clean_evidence.py FOLDER

FOLDER holds `evidence.csv` with the 931 assembled figures. Written, always the same: the
model's `evidence.csv` (one row per datum), `evidence_merged.csv` (every member of a merged
group as it stood) and `EVIDENCE.md`. Decisions about single rows are in `evidence_rules.toml`.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import evidence_overlaps
import evidence_page

COLUMNS = [
    *("id", "ids", "overlaps", "topic", "route", "quantity", "value", "low", "high", "unit"),
    *("year_from", "year_to", "group", "grade", "note"),
    *("source_title", "source_publisher", "source_year", "source_url"),
    *("original_value", "original_low", "original_high", "original_unit"),
]
NUMBERS = ("value", "low", "high")
MODEL = Path(__file__).parents[1] / "src/safepassage/models/north_korea"
WITHHELD = "The page's address is withheld: it names a place finer than a province."


def main(arguments: Sequence[str]) -> int:
    """Read, clean, merge, write."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    rules = tomllib.loads(Path(__file__).with_name("evidence_rules.toml").read_text("utf-8"))
    with (Path(arguments[0]) / "evidence.csv").open(encoding="utf-8", newline="") as file:
        assembled = {row["id"]: row for row in csv.DictReader(file)}
    cleaned = {name: clean(row, rules) for name, row in assembled.items()}
    survivor = {copy: first for first, copies in rules["merges"].items() for copy in copies}
    overlaps = evidence_overlaps.pairs(rules, assembled)
    table = merge(cleaned, rules["merges"], survivor, overlaps)
    members = [
        {"into": survivor.get(name, name), **row}
        for name, row in cleaned.items()
        if name in survivor or name in rules["merges"]
    ]
    write(MODEL / "evidence.csv", table, COLUMNS)
    merged_columns = ["id", "into", *(c for c in COLUMNS if c not in ("id", "ids", "overlaps"))]
    write(MODEL / "evidence_merged.csv", members, merged_columns)
    page = evidence_page.page(list(assembled.values()), cleaned, table, members, rules)
    (MODEL / "EVIDENCE.md").write_text(page, encoding="utf-8")
    print(f"{len(assembled)} figures, {len(survivor)} merged away, {len(table)} rows")
    return 0


def clean(row: Mapping[str, str], rules: Mapping[str, Any]) -> dict[str, str]:
    """One row with numbers in its number columns, one spelling per unit, coarser texts."""
    name = row["id"]
    new = {column: row.get(column, "").strip() for column in COLUMNS}
    new |= {f"original_{column}": row[column] for column in (*NUMBERS, "unit")}
    new |= rules["texts"].get(name, {})
    new["grade"] = row["quality"]
    if new["source_publisher"] == "-":
        new["source_publisher"] = ""
    notes = [new["note"]]
    notes.append(_numbers(new, rules))
    notes.append(_units(new, rules))
    for grade, names in rules["regrade"].items():
        if name in evidence_overlaps.expand(names):
            notes.append(f"Assembled as grade {new['grade']}; arithmetic on other rows is {grade}.")
            new["grade"] = grade
    if name in evidence_overlaps.expand(rules["withheld_urls"]["rows"]):
        new["source_url"] = ""
        notes.append(WITHHELD)
    new["note"] = " ".join(note for note in notes if note)
    return new


def _numbers(row: dict[str, str], rules: Mapping[str, Any]) -> str:
    """A text or a date leaves the value column; returns what the note must then say."""
    text = row["value"]
    if row["id"] in rules["numbers"]:
        row["value"] = str(rules["numbers"][row["id"]])
        return f"As published: {text}."
    if row["unit"] == "date" or (text and not _is_number(text)):
        row["value"] = ""
        return f"{'Date' if row['unit'] == 'date' else 'As published'}: {text}." if text else ""
    return ""


def _units(row: dict[str, str], rules: Mapping[str, Any]) -> str:
    """Spell the unit out, percent to share, won to dollars; returns a note on the rate used."""
    per_person = " per person" if row["topic"] in ("broker", "cost") else ""
    if row["unit"].startswith("KRW"):
        row["unit"] = "USD" + per_person
        return _to_dollars(row, rules)
    if row["unit"] == "USD":
        row["unit"] = "USD" + per_person
        return ""
    rule = rules["units"].get(row["unit"])
    if rule is None:
        return ""
    row["unit"] = rule["unit"]
    for column in NUMBERS:
        if row[column]:
            row[column] = f"{float(row[column]) * rule.get('times', 1):.10g}"
    return ""


def _to_dollars(row: dict[str, str], rules: Mapping[str, Any]) -> str:
    printed = rules["printed_usd"].get(row["id"])
    if printed:
        row |= {column: str(printed.get(column, "")) for column in NUMBERS}
        return "In the dollars printed by the source."
    years = range(int(row["year_from"]), int(row["year_to"]) + 1)
    rate = mean(rules["krw_per_usd"][str(year)] for year in years)
    for column in NUMBERS:
        if row[column]:
            row[column] = f"{float(f'{float(row[column]) / rate:.3g}'):.10g}"
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
    return f"Converted at {rate:.1f} KRW per USD ({span} average)."


def merge(
    rows: Mapping[str, dict[str, str]],
    merges: Mapping[str, list[str]],
    survivor: Mapping[str, str],
    overlaps: Mapping[str, set[str]],
) -> list[dict[str, str]]:
    """One row per datum: the surviving id, the content of the best-graded copy."""
    table: list[dict[str, str]] = []
    for name, row in rows.items():
        if name in survivor:
            continue
        ids = [name, *merges.get(name, [])]
        best = min((rows[copy] for copy in ids), key=lambda member: member["grade"])
        new = dict(best)
        if not (new["low"] or new["high"]):
            equals = (rows[copy] for copy in ids if rows[copy]["grade"] <= new["grade"])
            bounded = next((copy for copy in equals if copy["low"] and copy["high"]), None)
            if bounded and float(bounded["low"]) <= float(new["value"] or "nan"):
                new |= {"low": bounded["low"], "high": bounded["high"]}
        others = {survivor.get(o, o) for copy in ids for o in overlaps.get(copy, ())} - {name}
        new |= {"id": name, "ids": ";".join(ids), "overlaps": ";".join(sorted(others))}
        new |= {column: row[column] for column in ("topic", "route", "quantity")}
        table.append(new)
    return table


def write(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    """UTF-8, LF, only the named columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
