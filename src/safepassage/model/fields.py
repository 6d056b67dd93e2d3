"""The marked fields of declarations: one walk over them, and what is read off it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from safepassage.model.schema import Declaration, Product
from safepassage.model.schema.marks import Factors, Mark, Ref

M = TypeVar("M", bound=Mark)
D = TypeVar("D", bound=Declaration)


class Placed(NamedTuple):
    """A product, its dotted field, and what may stand there."""

    field: str
    mark: Factors
    product: Product


def iter_products(model: Declaration) -> Iterator[Placed]:
    """All products, empty ones too."""
    yield from (Placed(*place) for place in iter_marked(model, Factors))


def map_products(model: D, change: Callable[[Product], Product]) -> D:
    """The same declarations with every product replaced."""
    return _mapped(model, _NO_SHAPE, change)


def iter_references(root: Declaration) -> Iterator[tuple[str, Ref, str]]:
    """Every name that refers to something declared, with its dotted field."""
    for field, mark, value in iter_marked(root, Ref):
        for item in cast(tuple[Any, ...], value) if isinstance(value, tuple) else (value,):
            if isinstance(item, str):
                yield field, mark, item


def iter_marked(root: Declaration, kind: type[M]) -> Iterator[tuple[str, M, Any]]:
    """Every value whose field has a mark of one kind: its dotted field, the mark, the value."""
    yield from _marked(root, _NO_SHAPE, "", kind)


@dataclass(frozen=True)
class _Shape:
    """What the type of a field says of its values."""

    mark: Mark | None = None
    item: _Shape | None = None
    """Of the values of a mapping, or the items of a list."""


_NO_SHAPE = _Shape()


def _marked(
    value: Any, shape: _Shape, field: str, kind: type[M]
) -> Iterator[tuple[str, M, Any]]:  # fmt: skip
    if value is None:
        return
    if shape.mark is not None:
        if isinstance(shape.mark, kind):
            yield field, shape.mark, value
    elif isinstance(value, Declaration):
        for name, written, inner in _fields(type(value)):
            below = f"{field}.{written}" if field else written
            yield from _marked(getattr(value, name), inner, below, kind)
    elif shape.item is not None:
        for key, item in _items(value):
            yield from _marked(item, shape.item, f"{field}.{key}", kind)


def _mapped(value: Any, shape: _Shape, change: Callable[[Product], Product]) -> Any:
    if isinstance(shape.mark, Factors):
        return value if value is None else change(value)
    if isinstance(value, Declaration):
        changed = {
            name: _mapped(getattr(value, name), inner, change)
            for name, _, inner in _fields(type(value))
        }
        return value.model_copy(update=changed)
    if shape.item is not None and isinstance(value, dict):
        items = cast(dict[Any, Any], value).items()
        return {key: _mapped(item, shape.item, change) for key, item in items}
    return value


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    yield from cast(dict[Any, Any], value).items() if isinstance(value, dict) else enumerate(value)


@cache
def _fields(kind: type[Declaration]) -> tuple[tuple[str, str, _Shape], ...]:
    """Each field that may hold something marked: its name, its name in a file, its shape."""
    hints = get_type_hints(kind, include_extras=True)
    shapes = ((name, info.alias or name, _shape(hints[name]))
              for name, info in kind.model_fields.items())  # fmt: skip
    return tuple((name, written, shape) for name, written, shape in shapes if shape is not None)


def _shape(hint: Any) -> _Shape | None:
    """The shape of a type; None for one that holds nothing marked."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(member for member in get_args(hint) if member is not NoneType)
    mark = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Mark)), None)
    bare = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    if mark is not None:
        return _Shape(mark)
    if isinstance(bare, type) and issubclass(bare, Declaration):
        return _NO_SHAPE
    kind, inner = get_origin(bare), get_args(bare)
    item = _shape(inner[1] if kind is dict else inner[0]) if kind in (dict, tuple) else None
    return None if item is None else _Shape(item=item)
