"""Scenarios: each change names something that can change so, in time, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from safepassage.errors import Fault
from safepassage.model.scenario_schema import TARGETS, Change, Opening, ScenarioSet, Slider
from safepassage.model.schema import Model
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.groups import filters_fit_groups
from safepassage.model.validation.references import products_complete, references_exist
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import listed

MOST_YEARS_ON = 10
"""Years past the model's calendar that a question may reach."""
_LEVELS = ("multiply", "set", "as_in")
_ACTIONS = {
    "policy": _LEVELS, "trend": _LEVELS, "covariate": _LEVELS,
    "season": ("multiply", "months"), "entry": ("multiply",),
}  # fmt: skip
"""What may be done to each kind of thing; to all others `multiply` and `set`."""


def scenario_faults(declared: ScenarioSet, model: Model, lines: Lines) -> Iterator[Fault]:
    """Every fault of a file of scenarios, beyond what its parts say by themselves."""
    draft = Draft.of_model(model, lines)
    for rule in (references_exist, products_complete, filters_fit_groups):
        yield from rule(draft, declared)
    support = declared.support
    if support.refused <= support.flagged:
        yield draft.fault("support.refused", "is not above `flagged`; raise it")
    for name, scenario in declared.scenarios.items():
        field = f"scenarios.{name}"
        if not scenario.changes and not scenario.opens:
            yield draft.fault(field, "changes nothing; add `changes:` or `opens:`")
        for index, change in enumerate(scenario.changes):
            place = f"{field}.changes.{index}"
            yield from _says_one_thing(draft, place, change)
            yield from _repeated_targets(draft, place, change)
            yield from _dates_fit(draft, place, change, ("from", "to"))
            yield from _value_fits(draft, place, change)
            yield from _season_fits(draft, place, change)
        yield from _overlaps(draft, field, scenario.changes)
        for exit_name, opening in scenario.opens.items():
            yield from _opening_fits(draft, f"{field}.opens.{exit_name}", exit_name, opening)
    yield from _sliders_fit(draft, declared.sliders)


def _sliders_fit(draft: Draft, sliders: Mapping[str, Slider]) -> Iterator[Fault]:
    """Each slider is a change at both of its ends, with 1 between them, and no two meet."""
    for name, slider in sliders.items():
        field = f"sliders.{name}"
        fixed = [*_actions(slider), *(["window"] if slider.window is not None else [])]
        if fixed:
            yield draft.fault(f"{field}.{fixed[0]}", "is chosen by the reader; remove it")
            continue
        if not slider.least <= 1 <= slider.most or slider.least == slider.most:
            message = f"runs from {slider.least:g} to {slider.most:g}; 1, no change, is inside"
            yield draft.fault(field, f"{message} or at one end of `least` and `most`")
        for value in dict.fromkeys((slider.least, slider.most)):
            yield from _says_one_thing(draft, field, slider.at(value))
            yield from _value_fits(draft, field, slider.at(value))
        yield from _repeated_targets(draft, field, slider)
        yield from _dates_fit(draft, field, slider, ("from", "to"))
    for (one, first), (other, second) in combinations(sliders.items(), 2):
        for kind, name in _shared(first, second):
            message = f"moves {kind} '{name}', and so does '{one}'; leave it to one of them"
            yield draft.fault(f"sliders.{other}", message)


def _says_one_thing(draft: Draft, field: str, change: Change) -> Iterator[Fault]:
    """One kind of thing, and one thing done to it that the kind allows."""
    kinds, done = list(dict.fromkeys(kind for kind, _ in change.targets)), _actions(change)
    if len(kinds) != 1:
        what = "nothing" if not kinds else f"both {' and '.join(kinds)}"
        message = f"changes {what}; name exactly one of {listed(TARGETS)}"
        yield draft.fault(field, message)
        return
    allowed = _ACTIONS.get(kinds[0], ("multiply", "set"))
    if len(done) != 1:
        what = "nothing" if not done else " and ".join(done)
        yield draft.fault(field, f"does {what}; keep exactly one of {', '.join(allowed)}")
    elif done[0] not in allowed:
        message = f"cannot be done to `{kinds[0]}`; use one of {', '.join(allowed)}"
        yield draft.fault(f"{field}.{done[0]}", message)


def _actions(change: Change) -> list[str]:
    values = {
        "multiply": change.multiply, "set": change.value, "as_in": change.as_in,
        "months": change.months,
    }  # fmt: skip
    return [name for name, value in values.items() if value is not None]


def _repeated_targets(draft: Draft, field: str, change: Change) -> Iterator[Fault]:
    for kind, name in dict.fromkeys(t for t in change.targets if change.targets.count(t) > 1):
        yield draft.fault(f"{field}.{kind}", f"'{name}' stands twice; keep one")


def _dates_fit(
    draft: Draft, field: str, dated: Change | Opening, names: tuple[str, str]
) -> Iterator[Fault]:
    """Dates run forwards, from the calendar's start to the last year that may be requested."""
    header, start, end = draft.model.model, dated.start, dated.end
    latest = f"{int(header.end[:4]) + MOST_YEARS_ON}-12"
    for name, date in zip(names, (start, end), strict=True):
        if date is not None and not header.start <= date <= latest:
            message = (
                f"is {date}, outside the calendar {header.start} to {header.end} (and up to "
                f"{latest} with `--to`); move it in"
            )
            yield draft.fault(f"{field}.{name}", message)
    if end is not None and end < start:
        message = f"is {end}, before its `{names[0]}` {start}; swap or correct them"
        yield draft.fault(f"{field}.{names[1]}", message)


def _value_fits(draft: Draft, field: str, change: Change) -> Iterator[Fault]:
    """A capacity, or what attempts respond to, is above 0; a month is one of the calendar."""
    header = draft.model.model
    if change.as_in is not None and not header.start <= change.as_in <= header.end:
        message = f"is {change.as_in}, outside the calendar {header.start} to {header.end}"
        yield draft.fault(f"{field}.as_in", f"{message}; move it in")
    if change.multiply != 0 and 0 not in (change.value or ()):
        return
    place = f"{field}.{'multiply' if change.multiply is not None else 'set'}"
    for kind, name in change.targets:
        driven = [r for r, response in draft.model.responses.items() if response.driver == name]
        if kind == "capacity":
            message = "is 0, but a capacity is above 0; give a number above 0, or shut what it "
            yield draft.fault(place, f"{message}limits by odds or hazard")
        elif kind in ("trend", "covariate") and driven:
            message = f"is 0, but '{driven[0]}' answers it by a power; give a number above 0"
            yield draft.fault(place, message)


def _season_fits(draft: Draft, field: str, change: Change) -> Iterator[Fault]:
    """New months of a window that the season has, and that no other window holds."""
    if (change.months is None) != (change.window is None):
        missing = "window" if change.window is None else "months"
        yield draft.fault(field, f"needs `window` and `months` together; add '{missing}:'")
        return
    for name in change.season if change.window is not None else ():
        season = draft.model.seasons.get(name)
        windows = {} if season is None else season.windows or {}
        if season is not None and change.window not in windows:
            what = f"a window of '{name}'"
            yield draft.unknown(f"{field}.window", str(change.window), what, windows.keys())
        for other, content in windows.items():
            taken = sorted(set(content.months) & set(change.months or ()))
            if other != change.window and taken:
                message = f"month {taken[0]} is in window '{other}'; keep it in one"
                yield draft.fault(f"{field}.months", message)


def _shared(first: Change, second: Change) -> list[tuple[str, str]]:
    """The first thing that two changes are both of, if any."""
    return [target for target in second.targets if target in first.targets][:1]


def _overlaps(draft: Draft, field: str, changes: tuple[Change, ...]) -> Iterator[Fault]:
    """No thing is changed twice in one month."""
    for (i, before), (j, after) in combinations(enumerate(changes), 2):
        ends = [c.end or "9999-12" for c in (before, after)]
        if before.start > ends[1] or after.start > ends[0]:
            continue
        for kind, name in _shared(before, after):
            message = (
                f"overlaps changes.{i}, which changes {kind} '{name}' from {before.start} to "
                f"{before.end or 'the end'}; move one of them"
            )
            yield draft.fault(f"{field}.changes.{j}", message)


def _opening_fits(draft: Draft, field: str, name: str, opening: Opening) -> Iterator[Fault]:
    """An exit with a new name, out of a state that people may leave at any time."""
    taken = draft.names("transitions", "entries", "initial", "states", "branches")
    if name in taken:
        yield draft.fault(field, "the name is taken in the model; rename the exit")
    source = draft.model.states.get(opening.source)
    if source is not None and source.delay_months:
        message = "people leave this state after a fixed time; change the odds of its exits instead"
        yield draft.fault(f"{field}.from", f"{message}, or name another state")
    yield from _dates_fit(draft, field, opening, ("since", "until"))
