"""Entries that are counted where people arrive, after branches."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.groups import group_names
from safepassage.model.validation.instants import through_branches


def counted_at_reached(draft: Draft) -> Iterator[Fault]:
    """Each group that enters reaches `counted_at`, a state or branch, through branches alone."""
    model = draft.model
    places = {**model.states, **model.branches}
    for name, entry in model.entries.items():
        counted, field = entry.counted_at, f"entries.{name}.counted_at"
        if counted is None or entry.to in draft.mentioned or counted in draft.mentioned:
            continue
        if entry.to in model.states or counted == entry.to:
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
    reached, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == counted or name not in branches:
            continue
        for label, outcome in branches[name].outcomes.items():
            if any(item in feedbacks for item in outcome.odds if isinstance(item, str)):
                yield name, label
            if outcome.to not in reached:
                reached.add(outcome.to)
                waiting.append(outcome.to)
