"""Parties and sponsors: who comes together, and who pays for whom."""

from __future__ import annotations

import math
from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Party
from safepassage.model.validation.draft import Draft


def parties_refer(draft: Draft) -> Iterator[Fault]:
    """Entries and states of a party exist; an entry's people come in one kind of party."""
    taken: dict[str, str] = {}
    for name, party in draft.model.parties.items():
        field = f"parties.{name}"
        if not party.entries:
            yield draft.fault(f"{field}.entered_by", "is empty; name the entries that come so")
        for entry in party.entries:
            if not draft.knows(entry, "entries"):
                yield draft.unknown(f"{field}.entered_by", entry, "an entry", "entries")
            elif entry in taken:
                message = f"'{entry}' already comes in parties '{taken[entry]}'; keep it in one"
                yield draft.fault(f"{field}.entered_by", message)
            taken.setdefault(entry, name)
        for state in party.apart:
            if not draft.knows(state, "states"):
                yield draft.unknown(f"{field}.apart", state, "a state", "states")


def parties_sound(draft: Draft) -> Iterator[Fault]:
    """Shares of sizes add up to 1 and rest on evidence or a reason, exactly one."""
    for name, party in draft.model.parties.items():
        field = f"parties.{name}"
        total = math.fsum(party.sizes.values())
        if abs(total - 1.0) > 1e-6:
            message = f"add up to {total:g}, not 1; correct the shares of parties by size"
            yield draft.fault(f"{field}.sizes", message)
        yield from _grounds(draft, field, party)


def _grounds(draft: Draft, field: str, party: Party) -> Iterator[Fault]:
    if party.evidence and party.assumed:
        message = "stands beside `evidence`; keep `assumed` only where no row supports the sizes"
        yield draft.fault(f"{field}.assumed", message)
    if not party.evidence and not party.assumed:
        message = "rests on nothing; name `evidence` rows, or say why under `assumed`"
        yield draft.fault(field, message)


def ties_refer(draft: Draft) -> Iterator[Fault]:
    """A tie names a proportional feedback that drives an entry, and payments that exist."""
    model = draft.model
    taken: dict[str, str] = {}
    driving = {
        item
        for entry in model.entries.values()
        for item in entry.persons_per_year
        if isinstance(item, str)
    }
    for name, tie in model.ties.items():
        field = f"ties.{name}"
        feedback = model.feedbacks.get(tie.feedback)
        if not draft.knows(tie.feedback, "feedbacks"):
            yield draft.unknown(f"{field}.feedback", tie.feedback, "a feedback", "feedbacks")
        elif feedback is not None and feedback.kind != "proportional":
            message = f"'{tie.feedback}' is saturating; name a proportional one: its people sponsor"
            yield draft.fault(f"{field}.feedback", message)
        elif tie.feedback not in driving | draft.mentioned:
            message = f"'{tie.feedback}' drives no entry; let an entry's people follow from it"
            yield draft.fault(f"{field}.feedback", message)
        elif tie.feedback in taken:
            message = f"'{tie.feedback}' already gives sponsors in tie '{taken[tie.feedback]}'"
            yield draft.fault(f"{field}.feedback", f"{message}; merge the two")
        taken.setdefault(tie.feedback, name)
        for payment in tie.pays:
            if not draft.knows(payment, "payments"):
                yield draft.unknown(f"{field}.pays", payment, "a payment", "payments")
