"""What a product may hold, by the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.fields import iter_products
from safepassage.model.schema.marks import FACTORS, FIXED
from safepassage.model.validation.draft import Draft


def products_fit_place(draft: Draft) -> Iterator[Fault]:
    """Only such factors stand in a product as its place can hold; at most one feedback."""
    for field, mark, product in iter_products(draft.model):
        names = [item for item in product if isinstance(item, str)]
        for name in names:
            for section in FACTORS:
                if name in draft.names(section) and section not in mark.allowed:
                    yield draft.fault(field, _misplaced(name, section, mark.allowed))
            parameter = draft.model.parameters.get(name)
            if parameter is not None and parameter.prior.kind == "normal":
                message = f"'{name}' has a normal prior, which serves only as a response's"
                yield draft.fault(field, f"{message} elasticity; make it lognormal")
        feedbacks = [n for n in names if n in draft.names("feedbacks")]
        if len(feedbacks) > 1:
            message = f"holds {len(feedbacks)} feedbacks ({', '.join(feedbacks)}); keep one"
            yield draft.fault(field, message)


def _misplaced(name: str, section: str, allowed: tuple[str, ...]) -> str:
    what = f"'{name}' (of {section}) cannot stand here"
    if section == "feedbacks":
        return f"{what}; feedbacks act only on hazards, odds and entries: move it there"
    if allowed == FIXED:
        return f"{what}; use numbers and parameters, and multiply factors where they act"
    if section == "contrasts":
        return f"{what}, where no group is known; use a parameter"
    return f"{what}; use a parameter or a number"
