"""Every name refers to something that is declared."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.errors import Fault
from safepassage.model.fields import iter_products, iter_references
from safepassage.model.schema import Declaration
from safepassage.model.schema.marks import NOUNS, Factors, Ref
from safepassage.model.validation.draft import Draft


def references_exist(draft: Draft, root: Declaration | None = None) -> Iterator[Fault]:
    """Names in the model, or in declarations that refer to it, are those of what it declares."""
    for field, ref, name in iter_references(root or draft.model):
        if draft.knows(name, *ref.sections):
            continue
        if isinstance(ref, Factors) and _is_number(name):
            yield draft.fault(field, f"'{name}' is text; write the number without quotes")
            continue
        other = next((Ref(section) for section in NOUNS if name in draft.names(section)), None)
        what = f"{ref.what}: it is {other.what}" if other else ref.what
        yield draft.unknown(field, name, what, draft.names(*ref.sections))


def products_complete(draft: Draft, root: Declaration | None = None) -> Iterator[Fault]:
    """A product that is needed says something."""
    for field, mark, product in iter_products(root or draft.model):
        if not product and not mark.optional:
            yield draft.fault(field, "is empty; give a number or the name of a parameter")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
