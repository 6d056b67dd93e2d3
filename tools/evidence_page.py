"""The page that says how the evidence was cleaned; helper of clean_evidence.py."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, str]

PAGE = """# How the evidence was cleaned

Written by `tools/clean_evidence.py` from the {assembled} figures as they were assembled, and from
the row-by-row decisions in `tools/evidence_rules.toml`. Do not edit by hand.

* `evidence.csv`: {rows} rows, one per datum. `id` is the original id; `ids` names every id of the
  datum, its own first; `original_*` are the figures as assembled (of the copy that the row
  was taken from).
* `evidence_merged.csv`: the {members} members of the {groups} merged groups as each stood, with
  their own sources, normalised and original figures. Rows that are in no group, and this file,
  together hold all {assembled} figures.

## Grades

A official statistic, B peer-reviewed or survey, C press or an organisation's own claim and
arithmetic on other rows, D weak or unverified; an empty D row is a gap that was looked for.

{grades}

The rows regraded from A to C are arithmetic on other rows, which is C by the rule of the
evidence itself:
{regraded}.

## Merged

{copies} figures stood a second or third time under another id. The surviving id is the first of
the A, then B, then C series; figure, grade and source are those of the best-graded copy. A copy's
interval is taken over only where the kept figure has none and the copy's grade is no worse.

{merges}

Where merged figures differ by more than rounding:

{exceptions}

## Overlaps

`overlaps` names the rows that hold the same datum in another cut, in both rows ({pairs} pairs).
A model may use one of two overlapping rows. Two rows overlap when

* they belong to one published series and share months and strata: a total and its sexes, a year
  and its quarters, a calendar year and a fiscal year, a cumulative figure and its years;
* one is a whole and the other a part of it, or an interval quotes the other row as a bound;
* one is arithmetic on the other; it then also overlaps whatever that part overlaps. A ratio of
  which only one part stands in the table (spending per person helped) does not overlap that part.

Judgement calls: two published series of one thing are two data (Thai arrests B001-B007 and
B010-B012; but the intervals of B002-B004 quote B010-B012, so use either the values of both series
or those intervals). Survey estimates of the hidden population by one team at one date overlap
(A0181 and A0184, A0182 and A0185); estimates of different authors do not. Yearly elite figures
overlap the cumulative series although their definitions are wider. A0085 and A0086 are about the
size of a revision, not about the arrivals of their year: they overlap nothing.

## Units

Percent became shares of 1. Won became United States dollars at the year's average rate (World
Bank, official exchange rate, period average), to three digits; where the source itself prints
dollars they were taken. No row is in yuan or yen. Fiscal years, months, weeks and half-years stay
what they are. Dollars as printed:
{printed}.

{rates}

{units}

## Not a number

The value column is empty, the note and `original_value` keep the text:
{texts}.

Neither value nor interval was ever given (gaps and rules of law):
{gaps}.

## Made coarser

So that no row names a crossing point, a path, a private person or the day of a single crossing,
texts of some rows were shortened; others were made clearer ("as above" became the title meant):
{coarser}.

Pages whose address names a place finer than a province are cited without it; addresses that the
assemblers left out stay out:
{withheld}.
"""


def page(
    assembled: Sequence[Row],
    cleaned: Mapping[str, Row],
    table: Sequence[Row],
    members: Sequence[Row],
    rules: Mapping[str, Any],
) -> str:
    """The whole page as Markdown."""
    texts = [n for n, row in cleaned.items() if row["original_value"] and not row["value"]]
    gaps = [row["id"] for row in assembled if not (row["value"] or row["low"] or row["high"])]
    regraded = [row["id"] for row in assembled if cleaned[row["id"]]["grade"] != row["quality"]]
    withheld = [
        row["id"] for row in assembled if row["source_url"] and not cleaned[row["id"]]["source_url"]
    ]
    return PAGE.format(
        assembled=len(assembled),
        rows=len(table),
        members=len(members),
        groups=len(rules["merges"]),
        copies=sum(map(len, rules["merges"].values())),
        grades=_grades(assembled, table),
        regraded=_names(regraded),
        merges=_merges(members),
        exceptions=_bullets(f"{n}: {text}" for n, text in rules["merge_exceptions"].items()),
        pairs=sum(len(row["overlaps"].split(";")) for row in table if row["overlaps"]) // 2,
        printed=_names(rules["printed_usd"]),
        rates=_lines(("year", "KRW per USD"), rules["krw_per_usd"].items()),
        units=_unit_table(assembled, cleaned),
        texts=_names(texts),
        gaps=_names(gaps),
        coarser=_names(rules["texts"]),
        withheld=_names(withheld),
    )


def _grades(assembled: Sequence[Row], table: Sequence[Row]) -> str:
    before, after = (
        Counter(row[column] for row in rows)
        for rows, column in ((assembled, "quality"), (table, "grade"))
    )
    lines = [(grade, before[grade], after[grade]) for grade in "ABCD"]
    total = ("all", before.total(), after.total())
    return _lines(("grade", "figures as assembled", "rows now"), [*lines, total])


def _merges(members: Sequence[Row]) -> str:
    kept = {row["id"]: row for row in members if row["id"] == row["into"]}
    lines = [
        (row["into"], row["id"], _figure(kept[row["into"]]), _figure(row), row["source_publisher"])
        for row in sorted(members, key=lambda row: (row["into"], row["id"]))
        if row["id"] != row["into"]
    ]
    return _lines(("id", "copy", "figure", "copy's figure", "copy read in"), lines)


def _figure(row: Row) -> str:
    bounds = f" ({row['low']}..{row['high']})" if row["low"] or row["high"] else ""
    return f"{row['value'] or '-'}{bounds}"


def _unit_table(assembled: Sequence[Row], cleaned: Mapping[str, Row]) -> str:
    changes = Counter((row["unit"], cleaned[row["id"]]["unit"]) for row in assembled)
    lines = [(old, new, n) for (old, new), n in sorted(changes.items()) if old != new]
    return _lines(("unit as assembled", "unit", "figures"), lines)


def _lines(header: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    head = [header, ["---"] * len(header)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [*head, *lines])


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"* {text}" for text in texts)


def _names(names: Iterable[str]) -> str:
    """Ids on lines of their own, so that the page stays readable as text."""
    return textwrap.fill(", ".join(names) or "none", 98)
