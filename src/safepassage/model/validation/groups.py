"""Groups are named sets of attributes; filters choose among them and must leave some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safepassage.errors import Fault
from safepassage.model.validation.draft import Draft

Filter = Mapping[str, tuple[str, ...]]

_FILTERED = ("states", "branches", "transitions", "entries", "initial", "feedbacks", "quantities")


def group_names(draft: Draft, wanted: Filter) -> frozenset[str]:
    """Groups that pass a filter; a faulty filter hides nothing, so that it is told once."""
    groups = draft.model.groups
    if not wanted:
        return frozenset(groups)
    values = draft.attribute_values
    if any(not set(allowed) & values.get(name, set()) for name, allowed in wanted.items()):
        return frozenset(groups)
    return frozenset(
        group
        for group, attributes in groups.items()
        if all(attributes.get(name) in allowed for name, allowed in wanted.items())
    )


def filters_fit_groups(draft: Draft) -> Iterator[Fault]:
    """A filter names attributes and values that groups have, and leaves at least one group."""
    if "groups" in draft.unreadable or not draft.model.groups:
        return
    for section in _FILTERED:
        for name, declaration in getattr(draft.model, section).items():
            yield from _filter_faults(draft, f"{section}.{name}.groups", declaration.groups)


def _filter_faults(draft: Draft, field: str, wanted: Filter) -> Iterator[Fault]:
    known = draft.attribute_values
    sound = True
    for attribute, allowed in wanted.items():
        if attribute not in known:
            what = "an attribute of a group"
            yield draft.unknown_among(f"{field}.{attribute}", attribute, what, known.keys())
            sound = False
            continue
        if not allowed:
            yield draft.fault(f"{field}.{attribute}", "is empty; name at least one value")
            sound = False
        for value in allowed:
            if value not in known[attribute]:
                what = f"a value of '{attribute}'"
                yield draft.unknown_among(f"{field}.{attribute}", value, what, known[attribute])
                sound = False
    if sound and not group_names(draft, wanted):
        yield draft.fault(field, "leaves no group; widen the filter")


def groups_meet(draft: Draft) -> Iterator[Fault]:
    """Some group can make each transition, outcome, entry and start, at both of its ends."""
    model = draft.model
    places = {**model.states, **model.branches}
    moves: list[tuple[str, Filter, tuple[str, ...]]] = []
    moves += [
        (f"transitions.{n}", t.groups, (t.source, t.to)) for n, t in model.transitions.items()
    ]
    moves += [(f"entries.{n}", e.groups, (e.to,)) for n, e in model.entries.items()]
    moves += [(f"initial.{n}", i.groups, (i.state,)) for n, i in model.initial.items()]
    moves += [
        (f"branches.{n}.outcomes.{o}", b.groups, (outcome.to,))
        for n, b in model.branches.items()
        for o, outcome in b.outcomes.items()
    ]
    if not model.groups:
        return
    for field, wanted, ends in moves:
        able = group_names(draft, wanted)
        if not able:
            continue
        for end in ends:
            if end not in places:
                continue
            able &= group_names(draft, places[end].groups)
            if not able:
                message = f"no group of it can be in '{end}'; correct its groups or those of"
                yield draft.fault(f"{field}.groups", f"{message} '{end}'")
                break
