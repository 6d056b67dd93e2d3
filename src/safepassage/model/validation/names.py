"""One name means one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safepassage.errors import Fault
from safepassage.model.schema.marks import FACTORS
from safepassage.model.validation.draft import Draft, repeats

_SPACES: tuple[Sequence[str], ...] = (
    (*FACTORS, "states", "branches"),
    ("transitions", "entries", "initial"),
)
"""Sections that share one space of names, since a reference does not say which it means."""


def names_unique(draft: Draft) -> Iterator[Fault]:
    """No name stands in two sections that are referred to alike."""
    for space in _SPACES:
        pairs = ((name, section) for section in space for name in sorted(draft.names(section)))
        for name, section, first in repeats(pairs):
            message = f"the name is taken by {first}.{name}; rename one of them"
            yield draft.fault(f"{section}.{name}", message)


def words_reserved(draft: Draft) -> Iterator[Fault]:
    """No way is named as an output: `shows_in` and `trace` go by the name alone."""
    for name in sorted(draft.names("ways") & draft.names("outputs")):
        message = "the name is taken by an output; rename one, since `trace` goes by the name"
        yield draft.fault(f"ways.{name}", message)
