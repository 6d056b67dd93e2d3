"""Words for faults: the nearest name that exists, a list that stays short, a value as quoted."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Any

_LISTED = 8
_LONGEST = 60
_MOST_COMPARED = 2000


def nearest(name: str, names: Collection[str]) -> str | None:
    """The name that exists and that a misspelt one most resembles, if any does."""
    candidates = [k for k in names if len(k) <= _LONGEST][:_MOST_COMPARED]
    near = difflib.get_close_matches(name[:_LONGEST], candidates, n=1, cutoff=0.6)
    return near[0] if near else None


def listed(names: Iterable[str]) -> str:
    """Names in a row, cut after a few."""
    ordered = sorted(names)
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return ", ".join(ordered[:_LISTED]) + more


def quoted(value: Any) -> str:
    """A value as a fault quotes it."""
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def suggestion(name: str, names: Collection[str]) -> str:
    """What to do about an unknown name, where these exist."""
    near = nearest(name, names)
    if near:
        return f"did you mean '{near}'?"
    return f"known here: {listed(names)}" if names else "none is declared"
