"""Where people enter the system, and where they are when it starts."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.groups import group_names
from safepassage.model.validation.instants import through_branches


def entry_targets_exist(draft: Draft) -> Iterator[Fault]:
    """An entry leads to a state or a branch."""
    for name, entry in draft.model.entries.items():
        if not draft.knows(entry.to, "states", "branches"):
            what = "a state or branch"
            yield draft.unknown(f"entries.{name}.to", entry.to, what, "states", "branches")


def counted_at_reached(draft: Draft) -> Iterator[Fault]:
    """Each group that enters reaches `counted_at`, a state or branch, through branches alone."""
    model = draft.model
    places = {**model.states, **model.branches}
    for name, entry in model.entries.items():
        counted, field = entry.counted_at, f"entries.{name}.counted_at"
        if counted is None or entry.to in draft.mentioned or counted in draft.mentioned:
            continue
        if not draft.knows(counted, "states", "branches"):
            what = "a state or branch"
            yield draft.unknown(field, counted, what, "states", "branches")
        elif entry.to in model.states or counted == entry.to:
            message = f"does not fit: the entry leads to '{entry.to}' itself; remove it"
            yield draft.fault(field, message)
        elif entry.to in model.branches and counted in places:
            entering = group_names(draft, entry.groups) & group_names(
                draft, places[entry.to].groups
            )
            for branch, outcome in _with_feedback(draft, entry.to, counted):
                message = f"cannot be counted past '{branch}.{outcome}', whose odds hold a feedback"
                yield draft.fault(field, f"{message}; count before it, or take the feedback out")
            for group in sorted(entering):
                if counted not in through_branches(draft, entry.to, group):
                    message = (
                        f"group '{group}' does not reach '{counted}' from '{entry.to}' through"
                    )
                    yield draft.fault(field, f"{message} branches; name a place that it reaches")
                    break


def _with_feedback(draft: Draft, start: str, counted: str) -> Iterator[tuple[str, str]]:
    """Outcomes with a feedback in the branches between an entry and where it is counted."""
    branches, feedbacks = draft.model.branches, draft.declared.get("feedbacks", ())
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == counted or name not in branches:
            continue
        for label, outcome in branches[name].outcomes.items():
            if any(item in feedbacks for item in outcome.odds if isinstance(item, str)):
                yield name, label
            if outcome.to not in seen:
                seen.add(outcome.to)
                waiting.append(outcome.to)


def initial_states_exist(draft: Draft) -> Iterator[Fault]:
    """People start in states."""
    for name, initial in draft.model.initial.items():
        if not draft.knows(initial.state, "states"):
            yield draft.unknown(f"initial.{name}.state", initial.state, "a state", "states")
