"""Levers: each acts on something that is there, in one way, and by numbers that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from safepassage.errors import Fault
from safepassage.model.lever_schema import ACTS_ON, Act, Lever, LeverSet
from safepassage.model.schema import Model, Parameter, Product
from safepassage.model.validation.priors import parameter_faults
from safepassage.model.validation.scenarios import MOST_YEARS_ON, changeable
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import listed, suggestion

_WORDS = {
    "capacity": "a saturating feedback", "hazard": "a transition with a hazard",
    "odds": "a `branch.outcome` or a transition with odds",
}  # fmt: skip


@dataclass(frozen=True)
class LeverDraft:
    """The levers that parsed, and the model that they act on."""

    declared: LeverSet
    model: Model
    lines: Lines

    def fault(self, field: str, message: str) -> Fault:
        """A fault at a dotted field of the file."""
        return Fault(self.lines.file, self.lines.of(field), field, message)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The file's parameters and the model's."""
        return {**self.model.parameters, **self.declared.parameters}


def lever_faults(draft: LeverDraft) -> Iterator[Fault]:
    """Every fault of a file of levers, beyond what its parts say by themselves."""
    used = {item for lever in draft.declared.levers.values() for item in _names(lever)}
    for name, parameter in draft.declared.parameters.items():
        field = f"parameters.{name}"
        yield from parameter_faults(draft.fault, field, parameter)
        if name in draft.model.parameters:
            yield draft.fault(field, "the name is taken by a parameter of the model; rename it")
        elif name not in used:
            yield draft.fault(field, "is never used; use it in a lever or remove it")
    for name, lever in draft.declared.levers.items():
        field = f"levers.{name}"
        if lever.most <= 0:
            yield draft.fault(f"{field}.most", "is 0; give how many units could be bought a year")
        yield from _product_fits(draft, f"{field}.cost", lever.cost)
        yield from _date_fits(draft, field, lever)
        if not lever.acts:
            yield draft.fault(f"{field}.acts", "is empty; give at least one thing that it does")
        for index, act in enumerate(lever.acts):
            yield from _act_fits(draft, f"{field}.acts.{index}", act)
        yield from _acts_apart(draft, field, lever)


def _names(lever: Lever) -> tuple[str, ...]:
    return (*(i for i in lever.cost if isinstance(i, str)), *lever.effects)


def _date_fits(draft: LeverDraft, field: str, lever: Lever) -> Iterator[Fault]:
    """A lever acts after the fitted calendar, and no later than a plan may reach."""
    end = draft.model.model.end
    latest = f"{int(end[:4]) + MOST_YEARS_ON}-12"
    if lever.start is not None and not end < lever.start <= latest:
        message = f"is {lever.start}; a plan is for after {end} and up to {latest}: move it there"
        yield draft.fault(f"{field}.from", message)


def _act_fits(draft: LeverDraft, field: str, act: Act) -> Iterator[Fault]:
    """One kind of thing that exists, and what is done to that kind."""
    kinds = list(dict.fromkeys(kind for kind, _ in act.targets))
    if len(kinds) != 1:
        found = "nothing" if not kinds else f"both {' and '.join(kinds)}"
        yield draft.fault(field, f"acts on {found}; name exactly one of {listed(ACTS_ON)}")
        return
    for kind, name in act.targets:
        known = changeable(draft.model, kind)
        if name not in known:
            message = f"'{name[:60]}' is not {_WORDS[kind]}; {suggestion(name, known)}"
            yield draft.fault(f"{field}.{kind}", message)
    given = {n for n in ("adds", "removes", "raises", "reach") if getattr(act, n) is not None}
    wanted = [{"adds"}] if kinds[0] == "capacity" else [{"removes", "reach"}, {"raises", "reach"}]
    if given not in wanted:
        ways = " or ".join(" and ".join(f"`{n}`" for n in sorted(w)) for w in wanted)
        yield draft.fault(field, f"says what it does to {_WORDS[kinds[0]]} by {ways}; give these")
    for name in sorted(given):
        yield from _product_fits(draft, f"{field}.{name}", getattr(act, name))
        if name == "removes":
            yield from _at_most_one(draft, f"{field}.{name}", act.removes or ())


def _product_fits(draft: LeverDraft, field: str, product: Product) -> Iterator[Fault]:
    """Numbers above 0 and parameters that cannot be negative."""
    if not product:
        yield draft.fault(field, "is empty; give a number or the name of a parameter")
    for item in product:
        if not isinstance(item, str):
            if item <= 0:
                yield draft.fault(field, f"holds {item:g}; give a number above 0")
        elif item not in draft.parameters:
            message = f"'{item[:60]}' is not a parameter, nor a number; "
            yield draft.fault(field, message + suggestion(item, draft.parameters.keys()))
        elif draft.parameters[item].prior.kind == "normal":
            yield draft.fault(field, f"'{item}' may be negative; give it a lognormal prior")


def _at_most_one(draft: LeverDraft, field: str, product: Product) -> Iterator[Fault]:
    for item in product:
        share = isinstance(item, str) and item in draft.parameters
        if share and draft.parameters[str(item)].prior.kind != "probability":
            message = f"'{item}' may be above 1; what is removed is a share: a probability"
            yield draft.fault(field, message)
        elif not isinstance(item, str) and item > 1:
            yield draft.fault(field, f"holds {item:g}, but a share is at most 1; correct it")


def _acts_apart(draft: LeverDraft, field: str, lever: Lever) -> Iterator[Fault]:
    counts = Counter(target for act in lever.acts for target in act.targets)
    for (kind, name), count in counts.items():
        if count > 1:
            message = f"acts on {kind} '{name}' {count} times; keep one of them"
            yield draft.fault(f"{field}.acts", message)


def overlaps(levers: dict[str, Lever]) -> Iterator[tuple[str, str, str]]:
    """Pairs of levers that act on one thing, and what it is: their joint effect is unknown."""
    for (one, first), (other, second) in combinations(levers.items(), 2):
        held = {target for act in first.acts for target in act.targets}
        for act in second.acts:
            for kind, name in act.targets:
                if (kind, name) in held:
                    yield one, other, f"{kind} '{name}'"
