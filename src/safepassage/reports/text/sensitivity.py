"""What moves a headline answer, in plain words for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safepassage.reports.numbers import Format, decimal, figure, interval, percent

LITTLE, FAR = 0.25, 1.0
"""Standard deviations that an answer moves: below the first it hardly does, from the second far."""
NOBODY = 0.005
"""A share whose interval ends below it, before and after, is of hardly anybody: let it move."""


@dataclass(frozen=True)
class Answer:
    """One headline answer as its reader sees it."""

    name: str
    title: str
    form: Format
    figures: Mapping[str, Any]
    """Its entry in `checks.answers`."""

    @property
    def moves(self) -> list[tuple[float, str]]:
        """How far each change moves it, and that in one sentence; most first."""
        return sorted(
            (
                (_size(row), self._sentence(row, kind))
                for kind in ("without_channel", "with_wider_prior")
                for row in (self.figures.get(kind) or {}).get("most") or ()
                if self.form is not percent or max(row["high"], self.figures["high"]) > NOBODY
            ),
            key=lambda pair: -pair[0],
        )

    @property
    def untold(self) -> int:
        """Of how many changes nobody knows what they would do."""
        kinds = ("without_channel", "with_wider_prior")
        return sum(len((self.figures.get(k) or {}).get("untold") or ()) for k in kinds)

    def _sentence(self, row: Mapping[str, Any], kind: str) -> str:
        what = f"without {row['title']}" if kind == "without_channel" else f"wider {row['title']}"
        sizes = [f"{self.form(row['median'])} ({interval(row, self.form)})"]
        ratio = float(row["width_ratio"])
        if ratio >= 1.15 or ratio <= 0.87:
            sizes.append(f"interval {decimal(ratio)} times as wide")
        told = " (sampled again)" if row.get("refitted") else ""
        return f"{what}: {', '.join(sizes)}{told}"


def _size(row: Mapping[str, Any]) -> float:
    """How far it moves, in standard deviations; a wider interval counts as half as wide again."""
    return max(abs(float(row["shift"])), abs(float(row["width_ratio"]) - 1))


def answers_of(
    checks: Mapping[str, Any], titles: Mapping[str, str], units: Mapping[str, str]
) -> Sequence[Answer]:
    """The headline answers, those that some change moves most first.

    Args:
        checks: `checks` of `fit --json`.
        titles: of ways, outputs, channels and parameters.
        units: of outputs.
    """
    found: list[Answer] = []
    for name, entry in (checks.get("answers") or {}).items():
        head, _, outcome = name.partition(".")
        share = bool(outcome) or units.get(name) == "share"
        title = titles.get(head, head.replace("_", " "))
        figures = {
            **entry,
            **{
                kind: _titled(entry.get(kind), titles)
                for kind in ("without_channel", "with_wider_prior")
            },
        }
        full = f"{title}: {outcome}" if outcome else title
        found.append(Answer(name, full, percent if share else figure, figures))
    return sorted(found, key=lambda a: -(a.moves[0][0] if a.moves else 0.0))


def _titled(part: Mapping[str, Any] | None, titles: Mapping[str, str]) -> dict[str, Any]:
    part = part or {}
    rows = [
        {**row, "title": f"\u201c{titles.get(row['name'], row['name'])}\u201d"}
        for row in part.get("most") or ()
    ]
    return {**part, "most": rows}
