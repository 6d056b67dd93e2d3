"""Scenarios: each change names something that can change so, in time, and nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from safepassage.errors import Fault
from safepassage.model.scenario_schema import FACTOR_SECTIONS, TARGETS, Change, Opening, ScenarioSet
from safepassage.model.schema import Model, Product
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import listed, suggestion

MOST_YEARS_ON = 10
"""Years past the model's calendar that a question may reach."""
_ACTIONS = {
    "policy": ("multiply", "set", "as_in"), "trend": ("multiply", "set", "as_in"),
    "covariate": ("multiply", "set", "as_in"), "season": ("multiply", "months"),
    "hazard": ("multiply", "set"), "odds": ("multiply", "set"), "entry": ("multiply",),
    "capacity": ("multiply", "set"), "payment": ("multiply", "set"),
    "relatives": ("multiply", "set"),
}  # fmt: skip
"""What may be done to each kind of thing."""


@dataclass(frozen=True)
class ScenarioDraft:
    """The scenarios that parsed, and the model that they change."""

    declared: ScenarioSet
    model: Model
    lines: Lines

    def fault(self, field: str, message: str) -> Fault:
        """A fault at a dotted field of the file."""
        return Fault(self.lines.file, self.lines.of(field), field, message)

    def unknown(self, field: str, name: str, what: str, known: Collection[str]) -> Fault:
        """The fault of a name that is not among those known."""
        return self.fault(field, f"'{name[:60]}' is not {what}; {suggestion(name, known)}")


def scenario_faults(draft: ScenarioDraft) -> Iterator[Fault]:
    """Every fault of a file of scenarios, beyond what its parts say by themselves."""
    for name in draft.declared.captures:
        if name not in moves(draft.model):
            what = "a transition or a `branch.outcome`"
            yield draft.unknown("captures", name, what, moves(draft.model))
    support = draft.declared.support
    if support.refused <= support.flagged:
        yield draft.fault("support.refused", "is not above `flagged`; raise it")
    for name, scenario in draft.declared.scenarios.items():
        field = f"scenarios.{name}"
        if not scenario.changes and not scenario.opens:
            yield draft.fault(field, "changes nothing; add `changes:` or `opens:`")
        for item in scenario.rests_on:
            if item not in draft.model.parameters:
                known = draft.model.parameters.keys()
                yield draft.unknown(f"{field}.rests_on", item, "a parameter", known)
        for index, change in enumerate(scenario.changes):
            place = f"{field}.changes.{index}"
            yield from _says_one_thing(draft, place, change)
            yield from _targets_exist(draft, place, change)
            yield from _dates_fit(draft, place, change.start, change.end, ("from", "to"))
            yield from _value_fits(draft, place, change)
            yield from _season_fits(draft, place, change)
        yield from _overlaps(draft, field, scenario.changes)
        for exit_name, opening in scenario.opens.items():
            yield from _opening_fits(draft, f"{field}.opens.{exit_name}", exit_name, opening)
    yield from _sliders_fit(draft)


def _sliders_fit(draft: ScenarioDraft) -> Iterator[Fault]:
    """Each slider is a change at both of its ends, with 1 between them, and no two meet."""
    sliders = draft.declared.sliders
    for name, slider in sliders.items():
        field = f"sliders.{name}"
        given = [*_actions(slider), *(["window"] if slider.window is not None else [])]
        if given:
            yield draft.fault(f"{field}.{given[0]}", "is chosen by the reader; remove it")
            continue
        if not slider.least <= 1 <= slider.most or slider.least == slider.most:
            message = f"runs from {slider.least:g} to {slider.most:g}; 1, no change, is inside"
            yield draft.fault(field, f"{message} or at one end of `least` and `most`")
        for value in dict.fromkeys((slider.least, slider.most)):
            yield from _says_one_thing(draft, field, slider.at(value))
            yield from _value_fits(draft, field, slider.at(value))
        yield from _targets_exist(draft, field, slider)
        yield from _dates_fit(draft, field, slider.start, slider.end, ("from", "to"))
    for (one, first), (other, second) in combinations(sliders.items(), 2):
        shared = [target for target in second.targets if target in first.targets]
        if shared:
            kind, name = shared[0]
            message = f"moves {kind} '{name}', and so does '{one}'; leave it to one of them"
            yield draft.fault(f"sliders.{other}", message)


def moves(model: Model) -> list[str]:
    """Transitions and outcomes of branches."""
    return [*model.transitions, *outcomes(model)]


def outcomes(model: Model) -> list[str]:
    """Outcomes of branches as `branch.outcome`."""
    return [f"{b}.{o}" for b, branch in model.branches.items() for o in branch.outcomes]


def changeable(model: Model, kind: str) -> list[str]:
    """Names of a kind that a change may name."""
    if kind in FACTOR_SECTIONS:
        return list(getattr(model, FACTOR_SECTIONS[kind]))
    if kind == "hazard":
        return [n for n, t in model.transitions.items() if t.hazard is not None]
    if kind == "odds":
        return [*outcomes(model), *(n for n, t in model.transitions.items() if t.odds is not None)]
    if kind == "capacity":
        return [n for n, f in model.feedbacks.items() if f.kind == "saturating"]
    if kind == "relatives":
        return [n for n, w in model.ways.items() if w.relatives_punished]
    return list({"entry": model.entries, "payment": model.payments}[kind])


_WORDS = {
    "policy": "a policy", "season": "a season", "trend": "a trend", "covariate": "a covariate",
    "hazard": "a transition with a hazard", "odds": "a `branch.outcome` or a transition with odds",
    "entry": "an entry", "capacity": "a saturating feedback", "payment": "a payment",
    "relatives": "a way whose departures harm relatives",
}  # fmt: skip


def _says_one_thing(draft: ScenarioDraft, field: str, change: Change) -> Iterator[Fault]:
    """One kind of thing, and one thing done to it that the kind allows."""
    kinds = list(dict.fromkeys(kind for kind, _ in change.targets))
    if len(kinds) != 1:
        found = "nothing" if not kinds else f"both {' and '.join(kinds)}"
        message = f"changes {found}; name exactly one of {listed(TARGETS)}"
        yield draft.fault(field, message)
        return
    done = _actions(change)
    if len(done) != 1:
        found = "nothing" if not done else " and ".join(done)
        message = f"does {found}; keep exactly one of {', '.join(_ACTIONS[kinds[0]])}"
        yield draft.fault(field, message)
    elif done[0] not in _ACTIONS[kinds[0]]:
        allowed = ", ".join(_ACTIONS[kinds[0]])
        message = f"cannot be done to {_WORDS[kinds[0]]}; use one of {allowed}"
        yield draft.fault(f"{field}.{done[0]}", message)


def _actions(change: Change) -> list[str]:
    given = {
        "multiply": change.multiply, "set": change.value, "as_in": change.as_in,
        "months": change.months,
    }  # fmt: skip
    return [name for name, value in given.items() if value is not None]


def _targets_exist(draft: ScenarioDraft, field: str, change: Change) -> Iterator[Fault]:
    for kind, name in change.targets:
        known = changeable(draft.model, kind)
        if name not in known:
            yield draft.unknown(f"{field}.{kind}", name, _WORDS[kind], known)
        elif getattr(change, kind).count(name) > 1:
            yield draft.fault(f"{field}.{kind}", f"'{name}' stands twice; keep one")


def _dates_fit(
    draft: ScenarioDraft, field: str, start: str, end: str | None, names: tuple[str, str]
) -> Iterator[Fault]:
    """Dates run forwards, from the calendar's start to the last year that may be asked for."""
    header = draft.model.model
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


def _value_fits(draft: ScenarioDraft, field: str, change: Change) -> Iterator[Fault]:
    """A value is made of numbers and parameters; a capacity or a price is above 0."""
    model = draft.model
    if change.as_in is not None and not model.model.start <= change.as_in <= model.model.end:
        message = f"is {change.as_in}, outside the calendar {model.model.start} to "
        yield draft.fault(f"{field}.as_in", f"{message}{model.model.end}; move it in")
    yield from _product(draft, f"{field}.set", change.value, model.parameters.keys())
    nothing = change.multiply == 0 or (change.value is not None and 0 in change.value)
    action = "multiply" if change.multiply is not None else "set"
    for kind, name in change.targets:
        driven = [r for r, response in model.responses.items() if response.driver == name]
        if nothing and kind == "capacity":
            message = "is 0, but a capacity is above 0; give a number above 0, or shut what it "
            yield draft.fault(f"{field}.{action}", f"{message}limits by odds or hazard")
        elif nothing and kind in ("trend", "covariate") and driven:
            message = f"is 0, but '{driven[0]}' answers it by a power; give a number above 0"
            yield draft.fault(f"{field}.{action}", message)


def _product(
    draft: ScenarioDraft, field: str, product: Product | None, known: Collection[str]
) -> Iterator[Fault]:
    if product is None:
        return
    if not product:
        yield draft.fault(field, "is empty; give a number or the name of a parameter")
    for item in product:
        if isinstance(item, str) and item not in known:
            yield draft.unknown(field, item, "a parameter, nor a number", known)


def _season_fits(draft: ScenarioDraft, field: str, change: Change) -> Iterator[Fault]:
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


def _overlaps(draft: ScenarioDraft, field: str, changes: tuple[Change, ...]) -> Iterator[Fault]:
    """No thing is changed twice in one month."""
    for (i, before), (j, after) in combinations(enumerate(changes), 2):
        shared = [target for target in after.targets if target in before.targets]
        ends = [c.end or "9999-12" for c in (before, after)]
        if shared and before.start <= ends[1] and after.start <= ends[0]:
            kind, name = shared[0]
            message = (
                f"overlaps changes.{i}, which changes {kind} '{name}' from {before.start} to "
                f"{before.end or 'the end'}; move one of them"
            )
            yield draft.fault(f"{field}.changes.{j}", message)


def _opening_fits(draft: ScenarioDraft, field: str, name: str, opening: Opening) -> Iterator[Fault]:
    """An exit with a new name, between states that exist, while the calendar runs."""
    model = draft.model
    taken = {*model.transitions, *model.entries, *model.initial, *model.states, *model.branches}
    if name in taken:
        yield draft.fault(field, "the name is taken in the model; rename the exit")
    if opening.source not in model.states:
        yield draft.unknown(f"{field}.from", opening.source, "a state", model.states.keys())
    elif model.states[opening.source].delay_months:
        message = "people leave this state after a fixed time; change the odds of its exits instead"
        yield draft.fault(f"{field}.from", f"{message}, or name another state")
    if opening.to not in {*model.states, *model.branches}:
        known = {*model.states, *model.branches}
        yield draft.unknown(f"{field}.to", opening.to, "a state or a branch", known)
    factors = {
        *model.parameters, *model.seasons, *model.policies, *model.contrasts, *model.trends,
        *model.innovations, *model.covariates, *model.responses,
    }  # fmt: skip
    yield from _product(draft, f"{field}.hazard", opening.hazard, factors)
    for attribute, values in opening.groups.items():
        known = {g[attribute] for g in model.groups.values() if attribute in g}
        for value in values:
            if value not in known:
                what = f"a value of '{attribute}' that groups have"
                yield draft.unknown(f"{field}.groups.{attribute}", value, what, known)
    yield from _dates_fit(draft, field, opening.start, opening.end, ("since", "until"))
