"""What a product may hold, by the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from safepassage.errors import Fault
from safepassage.model.schema import Model, Product
from safepassage.model.validation.draft import FACTORS, Draft

_OVER_TIME = ("seasons", "policies", "trends", "innovations", "covariates", "responses")
_ACTS: tuple[str, ...] = FACTORS
_FOR_A_GROUP = ("parameters", *_OVER_TIME, "contrasts")
_FOR_ALL = ("parameters", *_OVER_TIME)
_FIXED = ("parameters",)
_LAWFUL: dict[str, tuple[str, ...]] = {
    "hazard": _ACTS, "odds": _ACTS, "entry": _ACTS,
    "initial": _FOR_A_GROUP, "relatives": _FOR_A_GROUP, "payment": _FOR_A_GROUP,
    "contrast": _FOR_ALL, "capacity": _FOR_ALL,
    "factor": _FIXED, "reporting": _FIXED,
}  # fmt: skip
"""Kinds of names by kind of place. The parts of a season, policy or trend are numbers and
parameters only, so that factors do not nest; a contrast may choose a factor for some groups."""


class Placed(NamedTuple):
    """A product, its dotted field, and the kind of place where it stands."""

    field: str
    kind: str
    product: Product


def every_product(model: Model) -> Iterator[Placed]:
    """All products of a model, empty ones too."""
    yield from _acting(model)
    for name, initial in model.initial.items():
        yield Placed(f"initial.{name}.persons", "initial", initial.persons)
    for name, way in model.ways.items():
        yield Placed(f"ways.{name}.relatives_punished", "relatives", way.relatives_punished)
    for name, payment in model.payments.items():
        yield Placed(f"payments.{name}.usd", "payment", payment.usd)
    for name, channel in model.channels.items():
        yield Placed(f"channels.{name}.reporting.reported", "reporting", channel.reporting.reported)
    for name, feedback in model.feedbacks.items():
        yield Placed(f"feedbacks.{name}.capacity", "capacity", feedback.capacity)
    for name, contrast in model.contrasts.items():
        for value, product in contrast.values.items():
            yield Placed(f"contrasts.{name}.values.{value}", "contrast", product)
    yield from _within_factors(model)


def _acting(model: Model) -> Iterator[Placed]:
    for name, transition in model.transitions.items():
        if transition.hazard is not None:
            yield Placed(f"transitions.{name}.hazard", "hazard", transition.hazard)
        if transition.odds is not None:
            yield Placed(f"transitions.{name}.odds", "odds", transition.odds)
    for name, branch in model.branches.items():
        for outcome, ends in branch.outcomes.items():
            yield Placed(f"branches.{name}.outcomes.{outcome}.odds", "odds", ends.odds)
    for name, entry in model.entries.items():
        yield Placed(f"entries.{name}.persons_per_year", "entry", entry.persons_per_year)


def _within_factors(model: Model) -> Iterator[Placed]:
    for name, season in model.seasons.items():
        for window, content in (season.windows or {}).items():
            yield Placed(f"seasons.{name}.windows.{window}.factor", "factor", content.factor)
    for name, policy in model.policies.items():
        for era, content in policy.eras.items():
            yield Placed(f"policies.{name}.eras.{era}.factor", "factor", content.factor)
    for name, trend in model.trends.items():
        for year, product in trend.knots.items():
            yield Placed(f"trends.{name}.knots.{year}", "factor", product)


_MAY_BE_EMPTY = frozenset({"relatives", "reporting"})


def product_names_known(draft: Draft) -> Iterator[Fault]:
    """Every name in a product is declared, and every product that is needed says something."""
    for field, kind, product in every_product(draft.model):
        if not product and kind not in _MAY_BE_EMPTY:
            yield draft.fault(field, "is empty; give a number or the name of a parameter")
        for item in product:
            if not isinstance(item, str) or draft.knows(item, *FACTORS):
                continue
            if _is_number(item):
                yield draft.fault(field, f"'{item}' is text; write the number without quotes")
            else:
                yield draft.unknown(field, item, "a parameter or factor", *FACTORS)


def products_fit_place(draft: Draft) -> Iterator[Fault]:
    """Only such factors stand in a product as its place can hold; at most one feedback."""
    for field, kind, product in every_product(draft.model):
        names = [item for item in product if isinstance(item, str)]
        for name in names:
            for section in FACTORS:
                if name in draft.declared.get(section, ()) and section not in _LAWFUL[kind]:
                    yield draft.fault(field, _misplaced(name, section, kind))
            parameter = draft.model.parameters.get(name)
            if parameter is not None and parameter.prior.kind == "normal":
                message = f"'{name}' has a normal prior, which serves only as a response's"
                yield draft.fault(field, f"{message} elasticity; make it lognormal")
        feedbacks = [n for n in names if n in draft.declared.get("feedbacks", ())]
        if len(feedbacks) > 1:
            message = f"holds {len(feedbacks)} feedbacks ({', '.join(feedbacks)}); keep one"
            yield draft.fault(field, message)


def _misplaced(name: str, section: str, kind: str) -> str:
    what = f"'{name}' (of {section}) cannot stand here"
    if section == "feedbacks":
        return f"{what}; feedbacks act only on hazards, odds and entries: move it there"
    if kind == "factor":
        return f"{what}; use numbers and parameters, and multiply factors where they act"
    if section == "contrasts":
        return f"{what}, where no group is known; use a parameter"
    return f"{what}; use a parameter or a number"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
