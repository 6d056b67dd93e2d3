"""Pydantic's complaints in plain sentences, each with its line, its field and a remedy."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from types import NoneType
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from safepassage.errors import Fault
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import listed, nearest, quoted

_UNION_MEMBERS = frozenset({"float", "str", "constrained-float", "constrained-str", "[key]"})


def parse(annotation: Any, raw: Any, field: str, lines: Lines) -> tuple[Any | None, list[Fault]]:
    """Read one declaration.

    Args:
        annotation: its type.
        raw: plain values from the YAML tree.
        field: its dotted path in the file.
        lines: line numbers of the file.

    Returns:
        The declaration, or None and the faults.
    """
    try:
        # Strict JSON mode: lists become tuples, but neither text nor true stands for a number.
        return _adapter(annotation).validate_json(json.dumps(raw), strict=True), []
    except ValidationError as error:
        return None, list(_faults(error, annotation, field, lines))


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def field_names(kind: type[BaseModel]) -> frozenset[str]:
    """Names of a declaration's fields as a file writes them."""
    return frozenset(f.alias or name for name, f in kind.model_fields.items())


def _faults(error: ValidationError, annotation: Any, field: str, lines: Lines) -> Iterator[Fault]:
    by_place: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in error.errors(include_url=False):
        loc = tuple(str(part) for part in item["loc"] if part not in _UNION_MEMBERS)
        by_place.setdefault(loc, []).append(dict(item))
    for loc, items in by_place.items():
        place = ".".join([field, *loc])
        if items[0]["type"] == "extra_forbidden":
            message = unknown_field(loc[-1], _fields_at(annotation, loc[:-1]))
        else:
            message = _sentence(items, loc[-1] if loc else field)
        yield lines.fault(place, message)


def _fields_at(annotation: Any, loc: Sequence[str]) -> frozenset[str]:
    """Fields of the declaration that a path within a type leads to."""
    kind = _without_none(annotation)
    if not loc:
        declared = isinstance(kind, type) and issubclass(kind, BaseModel)
        return field_names(cast(type[BaseModel], kind)) if declared else frozenset()
    if get_origin(kind) is dict:
        return _fields_at(get_args(kind)[1], loc[1:])
    if get_origin(kind) is tuple:
        return _fields_at(get_args(kind)[0], loc[1:])
    for name, info in kind.model_fields.items():
        if loc[0] in (name, info.alias):
            return _fields_at(info.annotation, loc[1:])
    return frozenset()


def _without_none(annotation: Any) -> Any:
    """`T | None` as `T`."""
    members = [a for a in get_args(annotation) if a is not NoneType]
    return members[0] if NoneType in get_args(annotation) else annotation


def _sentence(items: Sequence[dict[str, Any]], last: str) -> str:
    """One sentence for all that pydantic says of one place (a union complains per member)."""
    item = items[0]
    if len(items) > 1:
        bounds = [i for i in items if i["type"] in ("greater_than_equal", "finite_number")]
        if not bounds:
            return f"is {quoted(item['input'])} but must be a name or a number; write one of these"
        item = bounds[0]
    context: dict[str, Any] = item.get("ctx", {})
    return _by_type(str(item["type"]), item["input"], context, last)


_SENTENCES = {
    "missing": "is missing; add '{last}:'",
    "finite_number": "is {text} but must be a finite number; write one",
    "string_type": "is {text} but must be text; put it in quotes",
    "string_too_long": "is too long; keep it to {max_length}",
    "too_long": "is too long; keep it to {max_length}",
    "too_short": "is empty; give at least one",
    "float": "is {text} but must be a number; write one without quotes",
    "int": "is {text} but must be a whole number; write one without quotes",
    "bool": "is {text} but must be true or false; write one of these",
    "tuple": "is {text} but must be a list; write [..., ...]",
    "list": "is {text} but must be a list; write [..., ...]",
    "model": "is {text} but must be fields with values; write 'name: value' lines below it",
    "dict": "is {text} but must be fields with values; write 'name: value' lines below it",
    "greater_than_equal": "is {text} but must be at least {ge:g}; correct the number",
    "greater_than": "is {text} but must be above {gt:g}; correct the number",
    "less_than_equal": "is {text} but must be at most {le:g}; correct the number",
    "less_than": "is {text} but must be below {lt:g}; correct the number",
}
"""By pydantic's type of error, or the first word of it."""


def _by_type(kind: str, value: Any, context: dict[str, Any], last: str) -> str:
    if kind == "literal_error":
        return _literal(value, context)
    if kind == "string_pattern_mismatch":
        return _pattern(quoted(value), context)
    if value != value:
        kind = "finite_number"
    sentence = _SENTENCES.get(kind) or _SENTENCES.get(kind.partition("_")[0])
    sentence = sentence or "is {text}, which does not fit here; correct it"
    return sentence.format(text=quoted(value), last=last, **context)


def _pattern(text: str, context: dict[str, Any]) -> str:
    if "\\d{4}" in str(context.get("pattern", "")):
        return f"is {text} but must be a month; write it as 2004-01"
    return (
        f"is {text} but a name holds small letters, digits and underscores, "
        "starting with a letter; rename it"
    )


def _literal(value: Any, context: dict[str, Any]) -> str:
    expected = str(context.get("expected", ""))
    words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
    near = nearest(str(value), words)
    hint = f"did you mean '{near}'?" if near else "choose one of these"
    return f"is {quoted(value)} but must be {expected}; {hint}"


def unknown_field(name: str, fields: Collection[str]) -> str:
    """What to do about a field that a declaration does not have."""
    near = nearest(name, fields)
    hint = f"did you mean '{near}'?" if near else "remove it"
    if " " in name:
        hint = "after a comma within { } a new field starts: put a text with a comma in quotes"
    return f"'{name}' is not a field here; {hint} (fields: {listed(fields)})"
