"""Ways are distinct and end; harms are measured once."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Way
from safepassage.model.validation.draft import Draft, repeats


def ways_apart(draft: Draft) -> Iterator[Fault]:
    """No two ways share an article position, and no two harms weigh the same measure."""
    ways, harms = draft.model.ways.items(), draft.model.harms.items()
    for position, name, first in repeats((way.article_position, name) for name, way in ways):
        message = f"is {position}, as in way '{first}'; give each its own"
        yield draft.fault(f"ways.{name}.article_position", message)
    for measure, name, first in repeats((harm.measure, name) for name, harm in harms):
        message = f"'{measure}' is already weighed by harm '{first}'; keep one"
        yield draft.fault(f"harms.{name}.measure", message)


def some_way_ends(draft: Draft) -> Iterator[Fault]:
    """At least one way leads to a state that nobody leaves."""
    model = draft.model
    starts = [start for way in model.ways.values() for start in _starts(draft, way)]
    if not starts or draft.mentioned or not draft.unreadable.isdisjoint({"states", "transitions"}):
        return
    leads: dict[str, set[str]] = {n: set() for n in (*model.states, *model.branches)}
    for transition in model.transitions.values():
        leads.setdefault(transition.source, set()).add(transition.to)
    for name, branch in model.branches.items():
        leads[name] |= {outcome.to for outcome in branch.outcomes.values()}
    reached = set(starts)
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if not leads.get(here):
            return
        fresh = leads[here] - reached
        reached |= fresh
        waiting += fresh
    message = "no way leads to a state without an exit; let at least one end, in safety or in death"
    yield draft.fault("ways", message)


def _starts(draft: Draft, way: Way) -> Iterator[str]:
    """Where the people of a way are at time zero."""
    leads = {**draft.model.transitions, **draft.model.entries}
    for move in way.entered_by:
        branch, _, outcome = move.partition(".")
        if move in leads:
            yield leads[move].to
        elif branch in draft.model.branches and outcome in draft.model.branches[branch].outcomes:
            yield draft.model.branches[branch].outcomes[outcome].to
