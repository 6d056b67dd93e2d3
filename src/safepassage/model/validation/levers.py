"""Levers: each acts on something that is there, in one way, and by numbers that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from safepassage.errors import Fault
from safepassage.model.fields import iter_products
from safepassage.model.lever_schema import ACTS_ON, Act, Lever, LeverSet
from safepassage.model.schema import Model, Product
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.parameters import parameter_faults
from safepassage.model.validation.references import products_complete, references_exist
from safepassage.model.validation.scenarios import MOST_YEARS_ON
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import listed

_CAPACITY = ({"adds"},)
_EXIT = ({"removes", "reach"}, {"raises", "reach"})
"""The numbers that say what is done to a capacity, or to hazards and odds."""


def lever_faults(declared: LeverSet, model: Model, lines: Lines) -> Iterator[Fault]:
    """Every fault of a file of levers, beyond what its parts say by themselves."""
    both = {**model.parameters, **declared.parameters}
    draft = Draft.of_model(model.model_copy(update={"parameters": both}), lines)
    yield from references_exist(draft, declared)
    yield from products_complete(draft, declared)
    yield from parameter_faults(lines, declared.parameters)
    used: set[str | float] = set()
    for field, _, product in iter_products(declared):
        used |= set(product)
        yield from _positive(draft, field, product)
    for name in declared.parameters:
        field = f"parameters.{name}"
        if name in model.parameters:
            yield draft.fault(field, "the name is taken by a parameter of the model; rename it")
        elif name not in used:
            yield draft.fault(field, "is never used; use it in a lever or remove it")
    for name, lever in declared.levers.items():
        yield from _lever_fits(draft, f"levers.{name}", lever)


def _lever_fits(draft: Draft, field: str, lever: Lever) -> Iterator[Fault]:
    """A lever does something, within the years that a plan may reach, to each thing once."""
    if lever.most <= 0:
        yield draft.fault(f"{field}.most", "is 0; give how many units could be bought a year")
    end = draft.model.model.end
    latest = f"{int(end[:4]) + MOST_YEARS_ON}-12"
    if lever.start is not None and not end < lever.start <= latest:
        message = f"is {lever.start}; a plan is for after {end} and up to {latest}: move it there"
        yield draft.fault(f"{field}.from", message)
    if not lever.acts:
        yield draft.fault(f"{field}.acts", "is empty; give at least one thing that it does")
    for index, act in enumerate(lever.acts):
        yield from _act_fits(draft, f"{field}.acts.{index}", act)
    counts = Counter(target for act in lever.acts for target in act.targets)
    for (kind, name), count in counts.items():
        if count > 1:
            message = f"acts on {kind} '{name}' {count} times; keep one of them"
            yield draft.fault(f"{field}.acts", message)


def _act_fits(draft: Draft, field: str, act: Act) -> Iterator[Fault]:
    """One kind of thing, and what is done to that kind."""
    kinds = list(dict.fromkeys(kind for kind, _ in act.targets))
    if len(kinds) != 1:
        what = "nothing" if not kinds else f"both {' and '.join(kinds)}"
        yield draft.fault(field, f"acts on {what}; name exactly one of {listed(ACTS_ON)}")
        return
    numbers = {n for n in ("adds", "removes", "raises", "reach") if getattr(act, n) is not None}
    choices = _CAPACITY if kinds[0] == "capacity" else _EXIT
    if numbers not in choices:
        ways = " or ".join(" and ".join(f"`{n}`" for n in sorted(w)) for w in choices)
        yield draft.fault(field, f"says what it does to {kinds[0]} by {ways}; give these")
    for item in act.removes or ():
        place, parameter = f"{field}.removes", draft.model.parameters.get(str(item))
        if parameter is not None and parameter.prior.kind != "probability":
            message = f"'{item}' may be above 1; what is removed is a share: a probability"
            yield draft.fault(place, message)
        elif not isinstance(item, str) and item > 1:
            yield draft.fault(place, f"holds {item:g}, but a share is at most 1; correct it")


def _positive(draft: Draft, field: str, product: Product) -> Iterator[Fault]:
    """Numbers above 0 and parameters that cannot be negative."""
    for item in product:
        parameter = draft.model.parameters.get(str(item))
        if not isinstance(item, str) and item <= 0:
            yield draft.fault(field, f"holds {item:g}; give a number above 0")
        elif parameter is not None and parameter.prior.kind == "normal":
            yield draft.fault(field, f"'{item}' may be negative; give it a lognormal prior")


def overlaps(levers: Mapping[str, Lever]) -> Iterator[tuple[str, str, str]]:
    """Pairs of levers that act on one thing, and what it is: their joint effect is unknown."""
    for (one, first), (other, second) in combinations(levers.items(), 2):
        targets = {target for act in first.acts for target in act.targets}
        for act in second.acts:
            for kind, name in act.targets:
                if (kind, name) in targets:
                    yield one, other, f"{kind} '{name}'"
