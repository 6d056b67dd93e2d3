"""HTML and SVG as text, with everything that is not already markup escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape as _escape
from typing import TypeAlias

VOID_ELEMENTS = frozenset({"br", "hr", "img", "input", "link", "meta"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Markup(str):
    """Text that is markup already and must not be escaped again."""

    __slots__ = ()


Child: TypeAlias = "str | int | float | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | float | bool | None"


def escape(value: object) -> Markup:
    """The text of `value`, safe between tags and inside quoted attributes."""
    if isinstance(value, Markup):
        return value
    return Markup(_escape(_CONTROL.sub("", str(value)), quote=True))


def coordinate(value: float) -> str:
    """A length in pixels with at most two decimals, and never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def join(*children: Child) -> Markup:
    """All children in order: nothing for `None`, lists flattened, plain text escaped."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, (str, int, float)):
            parts.append(escape(child))
        else:
            parts.append(join(*child))
    return Markup("".join(parts))


def element(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """One element.

    In attribute names a trailing underscore is dropped (`class_`) and others become hyphens.
    `None` and `False` leave an attribute out; `True` writes its bare name.
    """
    written = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(label)
        elif isinstance(value, float):
            written.append(f'{label}="{coordinate(value)}"')
        else:
            written.append(f'{label}="{escape(value)}"')
    opening = f"<{' '.join(written)}>"
    if name in VOID_ELEMENTS:
        return Markup(opening)
    return Markup(f"{opening}{join(*children)}</{name}>")


def slug(*parts: str) -> str:
    """An identifier for an anchor, made of the given words."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
