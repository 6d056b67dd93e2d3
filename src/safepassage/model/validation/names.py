"""One name means one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safepassage.errors import Fault
from safepassage.model.validation.draft import FACTORS, Draft

_SPACES: tuple[Sequence[str], ...] = (
    (*FACTORS, "states", "branches"),
    ("transitions", "entries", "initial"),
)
"""Sections that share one space of names, since a reference does not say which it means."""


def names_unique(draft: Draft) -> Iterator[Fault]:
    """No name stands in two sections that are referred to alike."""
    for space in _SPACES:
        first: dict[str, str] = {}
        for section in space:
            for name in sorted(draft.names(section)):
                if name in first:
                    message = f"the name is taken by {first[name]}.{name}; rename one of them"
                    yield draft.fault(f"{section}.{name}", message)
                first.setdefault(name, section)


def words_reserved(draft: Draft) -> Iterator[Fault]:
    """A mechanism's `shows_in` tells `way.measure` from an output: no way is named as one."""
    for name in sorted(draft.names("ways") & draft.names("outputs")):
        message = "the name is taken by an output; rename one, since `trace` is asked by name"
        yield draft.fault(f"ways.{name}", message)
