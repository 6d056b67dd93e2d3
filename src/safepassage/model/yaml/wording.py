"""Words for faults: the nearest known name, a list that stays short, a value shown in full."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Any

_SHOWN = 8
_LONGEST = 60
_MOST_COMPARED = 2000


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that a misspelt one most resembles, if any does."""
    candidates = [k for k in known if len(k) <= _LONGEST][:_MOST_COMPARED]
    found = difflib.get_close_matches(name[:_LONGEST], candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def listed(names: Iterable[str]) -> str:
    """Names in a row, cut after a few."""
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more


def shown(value: Any) -> str:
    """A value as a fault quotes it."""
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def suggestion(name: str, known: Collection[str]) -> str:
    """What to do about an unknown name."""
    near = nearest(name, known)
    if near:
        return f"did you mean '{near}'?"
    return f"known here: {listed(known)}" if known else "none is declared"
