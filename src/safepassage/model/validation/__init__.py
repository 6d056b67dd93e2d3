"""The rules that a model's declarations keep among themselves, one family per file.

A rule takes a `Draft` and yields faults. It says nothing about a declaration that did not
parse, nor about a name that such a declaration may have given.
"""

from collections.abc import Callable, Iterator

from safepassage.errors import Fault
from safepassage.model.validation.calendar import calendar_in_order
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.entries import (
    counted_at_reached,
    entry_targets_exist,
    initial_states_exist,
)
from safepassage.model.validation.factors import (
    contrasts_fit_groups,
    feedback_references,
    innovations_fit,
    policies_in_order,
    responses_refer,
    seasons_cover_months,
    trend_knots_increase,
)
from safepassage.model.validation.groups import filters_fit_groups, groups_meet
from safepassage.model.validation.instants import (
    branches_open_to_groups,
    branches_reached,
    no_instant_cycle,
)
from safepassage.model.validation.names import names_unique, words_reserved
from safepassage.model.validation.priors import parameters_used, priors_sound
from safepassage.model.validation.products import product_names_known, products_fit_place
from safepassage.model.validation.quantities import (
    channels_refer,
    memories_refer,
    outputs_refer,
    quantities_hold_one_content,
)
from safepassage.model.validation.report import mechanisms_refer, report_refers
from safepassage.model.validation.ties import parties_refer, parties_sound, ties_refer
from safepassage.model.validation.transitions import (
    hazards_fit_states,
    phases_completed,
    state_places_exist,
    transition_ends_exist,
)
from safepassage.model.validation.ways import (
    harms_measured_once,
    payments_refer,
    some_way_ends,
    ways_refer,
)

Rule = Callable[[Draft], Iterator[Fault]]

RULES: tuple[Rule, ...] = (
    calendar_in_order,
    names_unique,
    words_reserved,
    state_places_exist,
    transition_ends_exist,
    hazards_fit_states,
    phases_completed,
    entry_targets_exist,
    counted_at_reached,
    initial_states_exist,
    filters_fit_groups,
    groups_meet,
    no_instant_cycle,
    branches_reached,
    branches_open_to_groups,
    product_names_known,
    products_fit_place,
    priors_sound,
    parameters_used,
    contrasts_fit_groups,
    seasons_cover_months,
    policies_in_order,
    trend_knots_increase,
    innovations_fit,
    responses_refer,
    feedback_references,
    quantities_hold_one_content,
    outputs_refer,
    memories_refer,
    channels_refer,
    ways_refer,
    some_way_ends,
    payments_refer,
    parties_refer,
    parties_sound,
    ties_refer,
    harms_measured_once,
    mechanisms_refer,
    report_refers,
)
