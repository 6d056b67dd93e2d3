"""A model without one of its mechanisms: the counterfactual that a mechanism's claim is tested by.

Parameters and factors stay declared even where nothing uses them any more, so that the vector of
unknowns is that of the whole model and one draw can be run through both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from safepassage.model.schema import Branch, Mechanism, Model, Product

Cut = Callable[[Product], Product]


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
    return _neutralised(_removed(model, set(declared.remove)), set(declared.neutral))


def _check(model: Model, mechanism: str, declared: Mechanism) -> None:
    outcomes = {f"{b}.{o}" for b, branch in model.branches.items() for o in branch.outcomes}
    removable = {*model.transitions, *model.entries, *model.initial, *outcomes}
    unknown = sorted(set(declared.remove) - removable)
    if unknown:
        raise ValueError(f"mechanism {mechanism} removes {', '.join(unknown)}, which is not there")
    used: set[str] = set()

    def note(product: Product) -> Product:
        used.update(item for item in product if isinstance(item, str))
        return product

    _with_products(model, note)
    unused = sorted(set(declared.neutral) - used)
    if unused:
        raise ValueError(f"mechanism {mechanism}: {', '.join(unused)} stands in no product")


def _removed(model: Model, names: Collection[str]) -> Model:
    branches: dict[str, Branch] = {}
    for name, branch in model.branches.items():
        kept = {o: v for o, v in branch.outcomes.items() if f"{name}.{o}" not in names}
        if not kept:
            raise ValueError(f"branch {name} would keep no outcome; remove what leads to it")
        branches[name] = branch.model_copy(update={"outcomes": kept})
    return model.model_copy(
        update={
            "branches": branches,
            "transitions": {n: t for n, t in model.transitions.items() if n not in names},
            "entries": {n: e for n, e in model.entries.items() if n not in names},
            "initial": {n: i for n, i in model.initial.items() if n not in names},
        }
    )


def _neutralised(model: Model, names: Collection[str]) -> Model:
    def cut(product: Product) -> Product:
        kept = tuple(item for item in product if item not in names)
        return kept or ((1.0,) if product else ())  # an empty product may mean "none", not 1

    return _with_products(model, cut) if names else model


def _with_products(model: Model, cut: Cut) -> Model:
    """Every product of a model replaced."""

    def outcomes(branch: Branch) -> Branch:
        return branch.model_copy(
            update={
                "outcomes": {
                    n: o.model_copy(update={"odds": cut(o.odds)})
                    for n, o in branch.outcomes.items()
                }
            }
        )

    return model.model_copy(
        update={
            "branches": {n: outcomes(b) for n, b in model.branches.items()},
            "transitions": {
                n: t.model_copy(
                    update={
                        "hazard": None if t.hazard is None else cut(t.hazard),
                        "odds": None if t.odds is None else cut(t.odds),
                    }
                )
                for n, t in model.transitions.items()
            },
            "entries": {
                n: e.model_copy(update={"persons_per_year": cut(e.persons_per_year)})
                for n, e in model.entries.items()
            },
            "initial": {
                n: i.model_copy(update={"persons": cut(i.persons)})
                for n, i in model.initial.items()
            },
            "ways": {
                n: w.model_copy(update={"relatives_punished": cut(w.relatives_punished)})
                for n, w in model.ways.items()
            },
            "payments": {
                n: p.model_copy(update={"usd": cut(p.usd)}) for n, p in model.payments.items()
            },
            "feedbacks": {
                n: f.model_copy(update={"capacity": cut(f.capacity)})
                for n, f in model.feedbacks.items()
            },
            "channels": {
                n: c.model_copy(
                    update={
                        "reporting": c.reporting.model_copy(
                            update={"reported": cut(c.reporting.reported)}
                        )
                    }
                )
                for n, c in model.channels.items()
            },
            **_with_factors(model, cut),
        }
    )


def _with_factors(model: Model, cut: Cut) -> dict[str, object]:
    """The factors whose own parts are products."""
    return {
        "contrasts": {
            n: c.model_copy(update={"values": {v: cut(p) for v, p in c.values.items()}})
            for n, c in model.contrasts.items()
        },
        "trends": {
            n: t.model_copy(update={"knots": {y: cut(p) for y, p in t.knots.items()}})
            for n, t in model.trends.items()
        },
        "policies": {
            n: p.model_copy(
                update={
                    "eras": {
                        e: era.model_copy(update={"factor": cut(era.factor)})
                        for e, era in p.eras.items()
                    }
                }
            )
            for n, p in model.policies.items()
        },
        "seasons": {
            n: s.model_copy(
                update={
                    "windows": s.windows
                    and {
                        w: window.model_copy(update={"factor": cut(window.factor)})
                        for w, window in s.windows.items()
                    }
                }
            )
            for n, s in model.seasons.items()
        },
    }
