"""Parties and sponsors: who comes together, and who pays for whom."""

from __future__ import annotations

import math
from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft, repeats
from safepassage.model.validation.parameters import ground_faults


def parties_sound(draft: Draft) -> Iterator[Fault]:
    """Shares of sizes add up to 1; an entry's people come in one kind of party."""
    parties = draft.model.parties
    for name, party in parties.items():
        total = math.fsum(party.sizes.values())
        if abs(total - 1.0) > 1e-6:
            message = f"add up to {total:g}, not 1; correct the shares of parties by size"
            yield draft.fault(f"parties.{name}.sizes", message)
        yield from ground_faults(draft.lines, f"parties.{name}", party)
    for entry, name, first in repeats((e, name) for name, p in parties.items() for e in p.entries):
        message = f"'{entry}' already comes in parties '{first}'; keep it in one"
        yield draft.fault(f"parties.{name}.entered_by", message)


def ties_give_sponsors(draft: Draft) -> Iterator[Fault]:
    """A tie's feedback is proportional, drives an entry, and belongs to no other tie."""
    model = draft.model
    driving = {item for entry in model.entries.values() for item in entry.persons_per_year}
    first: dict[str, str] = {}
    for name, tie in model.ties.items():
        field, feedback = f"ties.{name}.feedback", model.feedbacks.get(tie.feedback)
        if feedback is not None and feedback.kind != "proportional":
            message = f"'{tie.feedback}' is saturating; name a proportional one: its people sponsor"
            yield draft.fault(field, message)
        elif draft.knows(tie.feedback, "feedbacks") and tie.feedback not in {
            *driving, *draft.mentioned,
        }:  # fmt: skip
            message = f"'{tie.feedback}' drives no entry; let an entry's people follow from it"
            yield draft.fault(field, message)
        elif tie.feedback in first:
            message = f"'{tie.feedback}' already gives sponsors in tie '{first[tie.feedback]}'"
            yield draft.fault(field, f"{message}; merge the two")
        first.setdefault(tie.feedback, name)
