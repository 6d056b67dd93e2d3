"""Transitions lead from states to states or branches, and leave as their state allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Transition
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.groups import group_names


def transitions_lead_elsewhere(draft: Draft) -> Iterator[Fault]:
    """A transition leaves the state that it is from."""
    for name, transition in draft.model.transitions.items():
        if transition.source == transition.to:
            message = "is its own `from`; lead elsewhere or remove it"
            yield draft.fault(f"transitions.{name}.to", message)


def hazards_fit_states(draft: Draft) -> Iterator[Fault]:
    """Hazards leave ordinary states; odds leave states with a fixed delay."""
    leaving = exits(draft)
    for name, transition in draft.model.transitions.items():
        state = draft.model.states.get(transition.source)
        if state is None:
            continue
        field = f"transitions.{name}"
        due, other = ("odds", "hazard") if state.delay_months else ("hazard", "odds")
        why = "has a fixed delay" if state.delay_months else "has no fixed delay"
        if getattr(transition, other) is not None:
            message = f"does not fit: state '{transition.source}' {why}; give '{due}:' instead"
            yield draft.fault(f"{field}.{other}", message)
        elif getattr(transition, due) is None:
            message = f"is missing: state '{transition.source}' {why}; add '{due}:'"
            yield draft.fault(f"{field}.{due}", message)
    for name, state in draft.model.states.items():
        if state.delay_months and state.phases > 1:
            message = "cannot stand beside `delay_months`; keep one of the two"
            yield draft.fault(f"states.{name}.phases", message)
        if state.delay_months and name not in leaving and name not in draft.mentioned:
            message = "is set, but no transition leaves the state; add one or drop the delay"
            yield draft.fault(f"states.{name}.delay_months", message)


def phases_completed(draft: Draft) -> Iterator[Fault]:
    """In a state with phases each group has exactly one transition that completes them."""
    leaving = exits(draft)
    for name, transition in draft.model.transitions.items():
        state = draft.model.states.get(transition.source)
        if transition.completes and state is not None and state.phases == 1:
            message = (
                f"does not fit: state '{transition.source}' has no phases; drop `completes` or add"
            )
            yield draft.fault(f"transitions.{name}.completes", f"{message} `phases` there")
    if not leaving.keys() <= draft.model.states.keys():
        return  # a misspelt `from` is reported elsewhere, and may be the one that completes
    for name, state in draft.model.states.items():
        if state.phases == 1 or state.delay_months or name in draft.mentioned:
            continue
        completing = {n: t for n, t in leaving.get(name, {}).items() if t.completes}
        for group in sorted(group_names(draft, state.groups)):
            of_group = [n for n, t in completing.items() if group in group_names(draft, t.groups)]
            if len(of_group) != 1:
                names = " and ".join(of_group) or "none"
                message = (
                    f"needs exactly one transition with `completes: true` for group '{group}', "
                    f"but finds {names}; mark one"
                )
                yield draft.fault(f"states.{name}.phases", message)
                break


def exits(draft: Draft) -> dict[str, dict[str, Transition]]:
    """Transitions by the state that they leave."""
    leaving: dict[str, dict[str, Transition]] = defaultdict(dict)
    for name, transition in draft.model.transitions.items():
        leaving[transition.source][name] = transition
    return dict(leaving)
