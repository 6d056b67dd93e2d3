"""Factors: each kind is complete and fits the groups and the calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from safepassage.errors import Fault
from safepassage.model.schema import Era
from safepassage.model.validation.draft import Draft, repeats
from safepassage.model.validation.groups import value_faults


def contrasts_fit_groups(draft: Draft) -> Iterator[Fault]:
    """A contrast's values are ones that groups have."""
    for name, contrast in draft.model.contrasts.items():
        for value in contrast.values:
            yield from value_faults(draft, f"contrasts.{name}.values.{value}", contrast.by, value)


def seasons_cover_months(draft: Draft) -> Iterator[Fault]:
    """A season has twelve numbers, or windows that do not share a month."""
    for name, season in draft.model.seasons.items():
        field = f"seasons.{name}"
        if (season.months is None) == (season.windows is None):
            message = "needs either `months` (twelve numbers) or `windows`; give one of them"
            yield draft.fault(field, message)
        if season.months is not None and len(season.months) != 12:
            message = f"has {len(season.months)} numbers; give twelve, January to December"
            yield draft.fault(f"{field}.months", message)
        windows = (season.windows or {}).items()
        for window, content in windows:
            if not content.months:
                message = "is empty; name months from 1 to 12"
                yield draft.fault(f"{field}.windows.{window}.months", message)
        for month, window, first in repeats((m, w) for w, one in windows for m in one.months):
            message = f"month {month} is already in window '{first}'; keep it in one"
            yield draft.fault(f"{field}.windows.{window}.months", message)


def policies_in_order(draft: Draft) -> Iterator[Fault]:
    """Eras run forwards, follow each other and do not overlap."""
    for name, policy in draft.model.policies.items():
        for era, content in policy.eras.items():
            if content.end is not None and content.end < content.start:
                message = f"is {content.end}, before its `from` {content.start}; swap or correct"
                yield draft.fault(f"policies.{name}.eras.{era}.to", f"{message} them")
        for (first, before), (second, after) in pairwise(policy.eras.items()):
            message = _era_fault(first, before, after)
            if message:
                yield draft.fault(f"policies.{name}.eras.{second}.from", message)


def _era_fault(first: str, before: Era, after: Era) -> str | None:
    if after.start < before.start:
        return f"is {after.start}, before era '{first}' ({before.start}); order eras by date"
    if after.start == before.start:
        return f"is {after.start}, as in era '{first}': eras overlap; move one of them"
    if before.end is not None and after.start <= before.end:
        message = f"is {after.start}, but era '{first}' lasts until {before.end}: eras overlap"
        return f"{message}; move one of them"
    return None


def trend_knots_increase(draft: Draft) -> Iterator[Fault]:
    """Knots stand in the order of their years."""
    for name, trend in draft.model.trends.items():
        for before, after in pairwise(trend.knots):
            if after <= before:
                message = f"stands after {before}; order the knots by year"
                yield draft.fault(f"trends.{name}.knots.{after}", message)


def innovations_fit(draft: Draft) -> Iterator[Fault]:
    """Years run forwards within the calendar; every group has the attribute of `by`."""
    for name, innovation in draft.model.innovations.items():
        field = f"innovations.{name}"
        if innovation.start > innovation.end:
            message = f"is {innovation.start}, after `to` {innovation.end}; swap or correct them"
            yield draft.fault(f"{field}.from", message)
        elif draft.calendar is not None:
            first, last = (int(month[:4]) for month in draft.calendar)
            for end, year in (("from", innovation.start), ("to", innovation.end)):
                if not first <= year <= last:
                    message = f"is {year}, outside the calendar {first} to {last}; move it in"
                    yield draft.fault(f"{field}.{end}", message)
        if innovation.by is not None:
            yield from _all_have(draft, f"{field}.by", innovation.by)


def elasticities_fit(draft: Draft) -> Iterator[Fault]:
    """A response's elasticity is no probability."""
    for name, response in draft.model.responses.items():
        parameter = draft.model.parameters.get(response.elasticity)
        if parameter is not None and parameter.prior.kind == "probability":
            message = f"'{response.elasticity}' is a probability; use a normal or lognormal prior"
            yield draft.fault(f"responses.{name}.elasticity", message)


def feedbacks_fit_groups(draft: Draft) -> Iterator[Fault]:
    """No state loads a feedback twice; every group has the attributes to match."""
    for name, feedback in draft.model.feedbacks.items():
        field = f"feedbacks.{name}"
        for state, times in Counter(feedback.states).items():
            if times > 1:
                yield draft.fault(f"{field}.states", f"'{state}' stands twice; keep one")
        for attribute in feedback.same:
            yield from _all_have(draft, f"{field}.same", attribute)


def _all_have(draft: Draft, field: str, attribute: str) -> Iterator[Fault]:
    lacking = (name for name, group in draft.model.groups.items() if attribute not in group)
    group = next(lacking, None)
    if attribute in draft.attribute_values and group is not None:
        message = f"group '{group}' has no '{attribute}'; give every group a value of it"
        yield draft.fault(field, message)
