"""Groups are named sets of attributes; filters choose among them and must leave some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safepassage.errors import Fault
from safepassage.model.fields import iter_marked
from safepassage.model.groups import admits
from safepassage.model.schema import Declaration
from safepassage.model.schema.marks import GroupChoice
from safepassage.model.validation.draft import Draft

Filter = Mapping[str, tuple[str, ...]]


def group_names(draft: Draft, choice: Filter) -> frozenset[str]:
    """Groups that pass a filter; a faulty filter hides nothing, so that it is reported once."""
    groups, values = draft.model.groups, draft.attribute_values
    if any(not set(allowed) & values.get(name, set()) for name, allowed in choice.items()):
        return frozenset(groups)
    return frozenset(name for name, attributes in groups.items() if admits(choice, attributes))


def filters_fit_groups(draft: Draft, root: Declaration | None = None) -> Iterator[Fault]:
    """A filter names attributes and values that groups have, and leaves at least one group."""
    if "groups" in draft.unreadable or not draft.model.groups:
        return
    for field, _, choice in iter_marked(root or draft.model, GroupChoice):
        faults = list(_filter_faults(draft, field, choice))
        if not faults and not group_names(draft, choice):
            faults = [draft.fault(field, "leaves no group; widen the filter")]
        yield from faults


def _filter_faults(draft: Draft, field: str, choice: Filter) -> Iterator[Fault]:
    attributes = draft.attribute_values.keys()
    for attribute, allowed in choice.items():
        place = f"{field}.{attribute}"
        if attribute not in attributes:
            yield draft.unknown(place, attribute, "an attribute of a group", attributes)
        elif not allowed:
            yield draft.fault(place, "is empty; name at least one value")
        for value in allowed:
            yield from value_faults(draft, place, attribute, value)


def value_faults(draft: Draft, field: str, attribute: str, value: str) -> Iterator[Fault]:
    """A value is one that an attribute has in some group; an unknown attribute has any."""
    values = draft.attribute_values.get(attribute, {value})
    if value not in values:
        yield draft.unknown(field, value, f"a value of '{attribute}'", values)


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
    for field, choice, ends in moves:
        able = group_names(draft, choice)
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
