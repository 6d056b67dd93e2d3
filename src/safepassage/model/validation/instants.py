"""Branches take no time: they may not run in circles, stand unreached, or strand a group."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.groups import group_names

_MOST_CYCLES = 20


def no_instant_cycle(draft: Draft) -> Iterator[Fault]:
    """No branch leads back to itself without time passing."""
    branches = draft.model.branches
    graph = {
        name: {o.to for o in branch.outcomes.values() if o.to in branches}
        for name, branch in branches.items()
    }
    for _ in range(_MOST_CYCLES):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            # The sorter's edges point at predecessors, so its cycle reads backwards.
            cycle: list[str] = list(reversed(error.args[1]))
            message = (
                f"is a cycle of zero-time branches ({' -> '.join(cycle)}); "
                "put a state, where time passes, between them"
            )
            yield draft.fault(f"branches.{min(cycle)}", message)
            graph = {n: to - set(cycle) for n, to in graph.items() if n not in cycle}
        else:
            return


def branches_reached(draft: Draft) -> Iterator[Fault]:
    """Something leads to every branch."""
    model = draft.model
    reached = {t.to for t in model.transitions.values()}
    reached |= {e.to for e in model.entries.values()}
    reached |= {
        o.to for name, b in model.branches.items() for o in b.outcomes.values() if o.to != name
    }
    for name in model.branches:
        if name not in reached and name not in draft.mentioned:
            message = "is never reached; lead a transition, an entry or an outcome to it, or remove"
            yield draft.fault(f"branches.{name}", f"{message} it")


def branches_open_to_groups(draft: Draft) -> Iterator[Fault]:
    """Every group that may be in a branch has an outcome whose target admits it."""
    model = draft.model
    places = {**model.states, **model.branches}
    for name, branch in model.branches.items():
        inside = group_names(draft, branch.groups)
        admitted: set[str] = set()
        for outcome in branch.outcomes.values():
            target = places.get(outcome.to)
            admitted |= inside if target is None else group_names(draft, target.groups)
        stranded = sorted(inside - admitted)
        if stranded:
            message = f"has no outcome open to group '{stranded[0]}'; add one or narrow `groups`"
            yield draft.fault(f"branches.{name}.outcomes", message)


def through_branches(draft: Draft, start: str, group: str) -> frozenset[str]:
    """Every state and branch that a branch leads a group to without time passing."""
    model = draft.model
    places = {**model.states, **model.branches}
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        branch = model.branches.get(waiting.pop())
        for outcome in branch.outcomes.values() if branch else ():
            target = places.get(outcome.to)
            admitted = target is None or group in group_names(draft, target.groups)
            if outcome.to not in reached and admitted:
                reached.add(outcome.to)
                waiting.append(outcome.to)
    return frozenset(reached)
