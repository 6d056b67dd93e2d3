"""Factors: each kind says something complete and refers to what exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from safepassage.errors import Fault
from safepassage.model.schema import Era
from safepassage.model.validation.draft import Draft


def contrasts_fit_groups(draft: Draft) -> Iterator[Fault]:
    """A contrast's attribute and values are ones that groups have."""
    known = draft.attribute_values
    if not known:
        return
    for name, contrast in draft.model.contrasts.items():
        field = f"contrasts.{name}"
        if contrast.by not in known:
            what = "an attribute of a group"
            yield draft.unknown_among(f"{field}.by", contrast.by, what, known.keys())
            continue
        for value in contrast.values:
            if value not in known[contrast.by]:
                what = f"a value of '{contrast.by}'"
                place = f"{field}.values.{value}"
                yield draft.unknown_among(place, value, what, known[contrast.by])


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
        seen: dict[int, str] = {}
        for window, content in (season.windows or {}).items():
            place = f"{field}.windows.{window}.months"
            if not content.months:
                yield draft.fault(place, "is empty; name months from 1 to 12")
            for month in content.months:
                if month in seen:
                    message = f"month {month} is already in window '{seen[month]}'; keep it in one"
                    yield draft.fault(place, message)
                seen.setdefault(month, window)


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


def responses_refer(draft: Draft) -> Iterator[Fault]:
    """A response is driven by a trend or covariate; its elasticity is a parameter."""
    for name, response in draft.model.responses.items():
        field = f"responses.{name}"
        if not draft.knows(response.driver, "trends", "covariates"):
            what = "a trend or covariate"
            yield draft.unknown(f"{field}.driver", response.driver, what, "trends", "covariates")
        parameter = draft.model.parameters.get(response.elasticity)
        if not draft.knows(response.elasticity, "parameters"):
            place = f"{field}.elasticity"
            yield draft.unknown(place, response.elasticity, "a parameter", "parameters")
        elif parameter is not None and parameter.prior.kind == "probability":
            message = f"'{response.elasticity}' is a probability; use a normal or lognormal prior"
            yield draft.fault(f"{field}.elasticity", message)


def feedback_references(draft: Draft) -> Iterator[Fault]:
    """The people who load a feedback are in states; attributes to match are groups' own."""
    for name, feedback in draft.model.feedbacks.items():
        field = f"feedbacks.{name}"
        if not feedback.states:
            yield draft.fault(f"{field}.states", "is empty; name at least one state")
        for state in feedback.states:
            if not draft.knows(state, "states"):
                yield draft.unknown(f"{field}.states", state, "a state", "states")
        for state, times in Counter(feedback.states).items():
            if times > 1:
                yield draft.fault(f"{field}.states", f"'{state}' stands twice; keep one")
        for attribute in feedback.same:
            yield from _all_have(draft, f"{field}.same", attribute)


def _all_have(draft: Draft, field: str, attribute: str) -> Iterator[Fault]:
    known = draft.attribute_values
    if not known:
        return
    if attribute not in known:
        what = "an attribute of a group"
        yield draft.unknown_among(field, attribute, what, known.keys())
        return
    for group, attributes in draft.model.groups.items():
        if attribute not in attributes:
            message = f"group '{group}' has no '{attribute}'; give every group a value of it"
            yield draft.fault(field, message)
            return
