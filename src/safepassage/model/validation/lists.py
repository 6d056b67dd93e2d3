"""Lists that must hold something."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft

_NEEDED = {
    ("feedbacks", "states", "states"): "name at least one state",
    ("ways", "entered_by", "entered_by"): "name what counts as setting out",
    ("payments", "when", "when"): "name what makes the payment fall due",
    ("parties", "entries", "entered_by"): "name the entries whose people come so",
}
"""Section, field and its name in a file; what to do where it is empty."""


def lists_complete(draft: Draft) -> Iterator[Fault]:
    """What must name something names something."""
    for (section, part, written), remedy in _NEEDED.items():
        for name, declared in getattr(draft.model, section).items():
            if not getattr(declared, part):
                yield draft.fault(f"{section}.{name}.{written}", f"is empty; {remedy}")
