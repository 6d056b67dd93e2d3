"""Where people enter the system, and where they are when it starts."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.model.draft import Draft
from safepassage.model.faults import Fault
from safepassage.model.rules.instants import through_branches


def entry_targets_exist(draft: Draft) -> Iterator[Fault]:
    """An entry leads to a state or a branch."""
    for name, entry in draft.model.entries.items():
        if not draft.knows(entry.to, "states", "branches"):
            what = "a state or branch"
            yield draft.unknown(f"entries.{name}.to", entry.to, what, "states", "branches")


def counted_at_reached(draft: Draft) -> Iterator[Fault]:
    """`counted_at` is a state that the entry reaches through branches alone."""
    for name, entry in draft.model.entries.items():
        counted, field = entry.counted_at, f"entries.{name}.counted_at"
        if counted is None:
            continue
        if not draft.knows(counted, "states"):
            yield draft.unknown(field, counted, "a state", "states")
        elif counted in draft.model.states and entry.to in draft.model.branches:
            reached = through_branches(draft, entry.to)
            if counted not in reached and reached <= draft.names("states", "branches"):
                message = f"is not reached from '{entry.to}' through branches; name a state that is"
                yield draft.fault(field, message)
        elif entry.to in draft.model.states and counted != entry.to:
            message = f"does not fit: the entry leads to the state '{entry.to}' itself; remove it"
            yield draft.fault(field, message)


def initial_states_exist(draft: Draft) -> Iterator[Fault]:
    """People start in states."""
    for name, initial in draft.model.initial.items():
        if not draft.knows(initial.state, "states"):
            yield draft.unknown(f"initial.{name}.state", initial.state, "a state", "states")
