"""All cross-reference rules of a model, run over whatever could be read of it."""

from __future__ import annotations

from itertools import islice

from safepassage.errors import Fault
from safepassage.model.validation import RULES
from safepassage.model.validation.draft import Draft

MOST_FAULTS = 500
"""Enough to mend a file by; a hostile file could have a million."""


def cross_reference_faults(draft: Draft) -> list[Fault]:
    """Every fault that the rules find, in the order of the rules."""
    return list(islice((fault for rule in RULES for fault in rule(draft)), MOST_FAULTS))
