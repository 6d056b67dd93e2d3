"""All rules of a model, run over whatever could be read of it.

A rule takes a `Draft` and yields faults. It says nothing about a declaration that did not
parse, nor about a name that such a declaration may have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safepassage.errors import Fault
from safepassage.model.validation import (
    calendar,
    counted_at,
    factors,
    groups,
    instants,
    lists,
    mechanisms,
    names,
    parameters,
    parties,
    products,
    quantities,
    references,
    transitions,
    ways,
)
from safepassage.model.validation.draft import Draft

MOST_FAULTS = 500
"""Enough to mend a file by; a hostile file could have a million."""
RULES: tuple[Callable[[Draft], Iterator[Fault]], ...] = (
    calendar.calendar_in_order,
    names.names_unique,
    names.words_reserved,
    references.references_exist,
    references.products_complete,
    lists.lists_complete,
    transitions.transitions_lead_elsewhere,
    transitions.hazards_fit_states,
    transitions.phases_completed,
    counted_at.counted_at_reached,
    groups.filters_fit_groups,
    groups.groups_meet,
    instants.no_instant_cycle,
    instants.branches_reached,
    instants.branches_open_to_groups,
    products.products_fit_place,
    parameters.priors_sound,
    parameters.parameters_used,
    factors.contrasts_fit_groups,
    factors.seasons_cover_months,
    factors.policies_in_order,
    factors.trend_knots_increase,
    factors.innovations_fit,
    factors.elasticities_fit,
    factors.feedbacks_fit_groups,
    quantities.quantities_hold_one_content,
    quantities.memories_hold_one_content,
    quantities.channels_fit_their_kind,
    ways.ways_apart,
    ways.some_way_ends,
    parties.parties_sound,
    parties.ties_give_sponsors,
    mechanisms.mechanisms_testable,
)


def model_faults(draft: Draft) -> Iterator[Fault]:
    """Every fault that the rules find, in the order of the rules."""
    return (fault for rule in RULES for fault in rule(draft))
