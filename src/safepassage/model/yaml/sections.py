"""The sections of a YAML file, each declaration read on its own: all faults come out at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, get_origin

from safepassage.errors import Fault
from safepassage.model.schema import Declaration
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.messages import field_names, parse, unknown_field
from safepassage.model.yaml.tree import read_yaml
from safepassage.model.yaml.wording import quoted

D = TypeVar("D", bound=Declaration)

MOST = {"groups": 200}
"""Cells are states times groups: more groups than this is a mistake, or an attack."""


@dataclass
class Sections(Generic[D]):
    """What could be read of a file, and what is wrong with the rest."""

    declared: D
    """Holds only what parsed."""
    lines: Lines
    faults: list[Fault] = field(default_factory=list[Fault])
    names: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Every name that a section declares, faulty or not."""
    unreadable: frozenset[str] = frozenset()
    """Sections that could not be read at all: any name may be in them."""
    mentioned: frozenset[str] = frozenset()
    """Words within faulty declarations: they may use a name, so it is not called unused."""


def read_sections(
    path: Path, kind: type[D], required: tuple[str, ...], elsewhere: Mapping[str, str]
) -> Sections[D]:
    """Read a file of declarations; never raises for bad input.

    Args:
        path: the file.
        kind: what its sections are.
        required: sections that must be there.
        elsewhere: what to say of sections that belong into another file.
    """
    file = read_text(path)
    if isinstance(file, Fault):
        return Sections(_constructed(kind, {}), Lines(str(path), {}), [file])
    tree = read_yaml(file.text, str(path))
    if not isinstance(tree.value, dict):
        needed = ", ".join(f"'{section}:'" for section in required)
        none = Fault(str(path), 1, "", f"holds no sections; write {needed} and what they declare")
        return Sections(_constructed(kind, {}), tree.lines, list(tree.faults) or [none])
    raw = cast(dict[str, Any], tree.value)  # pyright: ignore[reportUnknownMemberType]
    faults = [*tree.faults, *_section_faults(raw, tree.lines, kind, required, elsewhere)]
    parts: dict[str, Any] = {}
    read = Sections(_constructed(kind, {}), tree.lines, faults)
    for section, info in kind.model_fields.items():
        if raw.get(section) is not None:
            part = _read_section(read, section, info.annotation, raw[section])
            parts |= {} if part is None else {section: part}
    read.declared = _constructed(kind, parts)
    return read


def _read_section(read: Sections[Any], section: str, annotation: Any, value: Any) -> Any:
    """What parses of a section; adds to what else was read."""
    if get_origin(annotation) is not dict:
        part, faults = parse(annotation, value, section, read.lines)
        read.faults += faults
        read.mentioned |= set(_words(value if faults else None))
        return part
    if not isinstance(value, dict):
        message = f"is {quoted(value)} but must hold declarations; write 'name:' lines below it"
        read.faults.append(read.lines.fault(section, message))
        read.unreadable |= {section}
        return None
    items = cast(dict[str, Any], value)
    read.names[section] = frozenset(items)
    if len(items) > MOST.get(section, len(items)):
        message = f"holds more than {MOST[section]}; merge those that do not differ"
        read.faults.append(read.lines.fault(section, message))
        read.unreadable |= {section}
        return None
    good: dict[str, Any] = {}
    for name, item in items.items():
        # The section's own type, for one item at a time, checks its name too.
        parsed, faults = parse(annotation, {name: item}, section, read.lines)
        read.faults += faults
        good |= parsed or {}
        if parsed is None:
            read.mentioned |= set(_words(item))
    return good


def _constructed(kind: type[D], parts: Mapping[str, Any]) -> D:
    """A declaration of what parsed; what is required and missing is empty, or None."""
    empty: dict[str, Any] = {
        name: {} if get_origin(info.annotation) is dict else None
        for name, info in kind.model_fields.items()
        if info.is_required()
    }
    return kind.model_construct(None, **{**empty, **parts})


def _section_faults(
    raw: Mapping[str, Any],
    lines: Lines,
    kind: type[Declaration],
    required: tuple[str, ...],
    elsewhere: Mapping[str, str],
) -> Iterator[Fault]:
    fields = field_names(kind)
    for section in raw:
        if section in elsewhere:
            yield lines.fault(section, elsewhere[section])
        elif section not in fields:
            yield lines.fault(section, unknown_field(section, fields))
    for section in required if raw else ():
        if not raw.get(section):
            message = f"is missing or empty; add '{section}:' with what it declares"
            yield lines.fault(section, message)


def _words(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        parts = cast("dict[str, Any] | list[Any]", value)
        for part in parts.values() if isinstance(parts, dict) else parts:
            yield from _words(part)
