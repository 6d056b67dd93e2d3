"""Things that may stand once, and stand twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def repeats(pairs: Iterable[tuple[K, str]]) -> Iterator[tuple[K, str, str]]:
    """Each thing that stood before: it, its owner, and the owner that had it first."""
    first: dict[K, str] = {}
    for thing, owner in pairs:
        if thing in first:
            yield thing, owner, first[thing]
        first.setdefault(thing, owner)
