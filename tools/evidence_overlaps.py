"""Which evidence rows hold the same datum in another cut; helper of clean_evidence.py."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ALL_STRATA = frozenset({"*"})
PARTS_OF_YEAR = {
    "Q1": (1, 3),
    "Q2": (4, 6),
    "Q3": (7, 9),
    "Q4": (10, 12),
    "H1": (1, 6),
    "Jan": (1, 1),
    "Feb": (2, 2),
    "Mar": (3, 3),
    "Jan-Aug": (1, 8),
    "Q2-Q4": (4, 12),
}


@dataclass(frozen=True)
class Cut:
    """What a row counts: months (year * 12 + month, both included) and strata."""

    start: int
    end: int
    strata: frozenset[str]

    def meets(self, other: Cut) -> bool:
        """True when some person may be counted in both."""
        strata = ALL_STRATA & (self.strata | other.strata) or self.strata & other.strata
        return self.start <= other.end and other.start <= self.end and bool(strata)


def expand(names: list[str]) -> Iterator[str]:
    """`C001..C003` stands for the ids from C001 to C003."""
    for name in names:
        first, dots, last = name.partition("..")
        if not dots:
            yield name
            continue
        width = len(first) - 1
        for number in range(int(first[1:]), int(last[1:]) + 1):
            yield f"{first[0]}{number:0{width}d}"


def pairs(rules: Mapping[str, Any], rows: Mapping[str, dict[str, str]]) -> dict[str, set[str]]:
    """All overlaps, both ways, between the ids as assembled (merged ids not yet joined)."""
    found: dict[str, set[str]] = defaultdict(set)

    def join(one: str, other: str) -> None:
        for name in (one, other):
            if name not in rows:
                raise KeyError(f"the rules name {name}, which is no row")
        if one != other:
            found[one].add(other)
            found[other].add(one)

    for members in _series(rules, rows).values():
        ids = sorted(members)
        for place, one in enumerate(ids):
            for other in ids[place + 1 :]:
                if members[one].meets(members[other]):
                    join(one, other)
    for whole, parts in rules["wholes"].items():
        for part in expand(parts):
            join(whole, part)
    before = {name: set(others) for name, others in found.items()}
    for ratio, parts in rules["derived"].items():
        for part in expand(parts):
            for other in {part} | before.get(part, set()):
                join(ratio, other)
    return found


def _series(
    rules: Mapping[str, Any], rows: Mapping[str, dict[str, str]]
) -> dict[str, dict[str, Cut]]:
    series: dict[str, dict[str, Cut]] = defaultdict(dict)
    for block in rules["series"]:
        members = series[block["name"]]
        for name in expand(block["rows"]):
            if name in rows:
                members[name] = _cut(rows[name], "", block.get("shift", 0))
        for name, text in block.get("dated", {}).items():
            members[name] = _cut(rows[name], text, 0)
    return series


def _cut(row: Mapping[str, str], text: str, shift: int) -> Cut:
    months, _, strata = (part.strip() for part in text.partition("|"))
    quantity = row["quantity"]
    if months:
        start, end = (
            int(year) * 12 + int(month)
            for year, month in (part.split("-") for part in months.split(".."))
        )
    else:
        part = re.fullmatch(r"arrivals_(\S+)", quantity)
        first, last = PARTS_OF_YEAR.get(part[1] if part else "", (1, 12))
        start = int(row["year_from"] or 1900) * 12 + first + shift
        end = int(row["year_to"]) * 12 + last + shift
    if quantity in ("arrivals_male", "arrivals_female"):
        strata = quantity.removeprefix("arrivals_")
    return Cut(start, end, frozenset(strata.split()) or ALL_STRATA)
