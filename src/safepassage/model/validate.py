"""All cross-reference rules of a model, run over whatever could be read of it."""

from __future__ import annotations

from itertools import islice

from safepassage.model.draft import Draft
from safepassage.model.faults import Fault
from safepassage.model.rules import RULES

MOST_FAULTS = 500
"""Enough to mend a file by; a hostile file could have a million."""


def cross_reference_faults(draft: Draft) -> list[Fault]:
    """Every fault that the rules find, in the order of the rules."""
    return list(islice((fault for rule in RULES for fault in rule(draft)), MOST_FAULTS))
