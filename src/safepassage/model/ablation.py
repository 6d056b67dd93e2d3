"""A model without one of its mechanisms: the counterfactual that a mechanism's claim is tested by.

Parameters and factors stay declared even where nothing uses them any more, so that the vector of
unknowns is that of the whole model and one draw can be run through both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from safepassage.model.fields import iter_products, map_products
from safepassage.model.schema import Branch, Mechanism, Model, Product
from safepassage.model.validation.draft import names_in

T = TypeVar("T")


def without(model: Model, mechanism: str) -> Model:
    """The same model with a mechanism switched off.

    `remove` deletes transitions, entries, outcomes of branches and initial stocks: what competed
    with a deleted exit takes its people, in proportion. `neutral` takes factors and parameters out
    of every product, which is to set them to 1. Quantities, ways and payments may still name what
    is gone; they then count nothing.

    Args:
        model: valid declarations.
        mechanism: one of `model.mechanisms`.

    Raises:
        KeyError: the model has no such mechanism.
        ValueError: it removes or neutralises what the model does not have, every outcome of
            a branch, or a parameter that stands in no product (an elasticity: name its response).
    """
    declared = model.mechanisms[mechanism]
    _check(model, mechanism, declared)
    left = _removed(model, set(declared.remove))
    neutral = set(declared.neutral)

    def cut(product: Product) -> Product:
        others = tuple(item for item in product if item not in neutral)
        return others or ((1.0,) if product else ())  # an empty product may mean "none", not 1

    return map_products(left, cut) if neutral else left


def _check(model: Model, mechanism: str, declared: Mechanism) -> None:
    names = names_in(model)
    sections = ("transitions", "entries", "initial", "outcomes")
    unknown = sorted(set(declared.remove).difference(*(names[section] for section in sections)))
    if unknown:
        raise ValueError(f"mechanism {mechanism} removes {', '.join(unknown)}, which is not there")
    used = {item for place in iter_products(model) for item in place.product}
    unused = sorted(set(declared.neutral) - used)
    if unused:
        raise ValueError(f"mechanism {mechanism}: {', '.join(unused)} stands in no product")


def _removed(model: Model, names: Collection[str]) -> Model:
    def others(section: Mapping[str, T]) -> dict[str, T]:
        return {name: one for name, one in section.items() if name not in names}

    branches: dict[str, Branch] = {}
    for name, branch in model.branches.items():
        outcomes = {o: v for o, v in branch.outcomes.items() if f"{name}.{o}" not in names}
        if not outcomes:
            raise ValueError(f"branch {name} would keep no outcome; remove what leads to it")
        branches[name] = branch.model_copy(update={"outcomes": outcomes})
    return model.model_copy(
        update={
            "branches": branches,
            "transitions": others(model.transitions),
            "entries": others(model.entries),
            "initial": others(model.initial),
        }
    )
