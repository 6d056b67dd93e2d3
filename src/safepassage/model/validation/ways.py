"""Ways start somewhere, are entered by something, and end; harms are measured once."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Way
from safepassage.model.validation.draft import Draft


def ways_refer(draft: Draft) -> Iterator[Fault]:
    """Entries, exposure and places of a way exist; no two share an article position."""
    positions: dict[int, str] = {}
    for name, way in draft.model.ways.items():
        field = f"ways.{name}"
        if not way.entered_by:
            yield draft.fault(f"{field}.entered_by", "is empty; name what counts as setting out")
        for move in way.entered_by:
            if not draft.knows_flow(move):
                what = "a transition, an entry or a `branch.outcome`"
                yield draft.unknown_among(f"{field}.entered_by", move, what, draft.flows())
        if way.exposure is not None and not draft.knows(way.exposure, "covariates"):
            yield draft.unknown(f"{field}.exposure", way.exposure, "a covariate", "covariates")
        for parameter in way.rests_on:
            if not draft.knows(parameter, "parameters"):
                what = "a parameter"
                yield draft.unknown(f"{field}.rests_on", parameter, what, "parameters")
        for place in way.path:
            if not draft.knows(place, "places"):
                yield draft.unknown(f"{field}.path", place, "a place", "places")
        if way.article_position in positions:
            message = f"is {way.article_position}, as in way '{positions[way.article_position]}'"
            yield draft.fault(f"{field}.article_position", f"{message}; give each its own")
        positions.setdefault(way.article_position, name)


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
    seen = set(starts)
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if not leads.get(here):
            return
        fresh = leads[here] - seen
        seen |= fresh
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


def payments_refer(draft: Draft) -> Iterator[Fault]:
    """A payment falls due when something happens that the model knows."""
    for name, payment in draft.model.payments.items():
        field = f"payments.{name}.when"
        if not payment.when:
            yield draft.fault(field, "is empty; name what makes the payment fall due")
        for move in payment.when:
            if not draft.knows_flow(move):
                what = "a transition, an entry or a `branch.outcome`"
                yield draft.unknown_among(field, move, what, draft.flows())


def harms_measured_once(draft: Draft) -> Iterator[Fault]:
    """No two harms weigh the same measure."""
    first: dict[str, str] = {}
    for name, harm in draft.model.harms.items():
        if harm.measure in first:
            message = f"'{harm.measure}' is already weighed by harm '{first[harm.measure]}'"
            yield draft.fault(f"harms.{name}.measure", f"{message}; keep one")
        first.setdefault(harm.measure, name)
