"""Reading `model.yaml`: every declaration on its own, so that all faults come out at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from safepassage.errors import Fault, InputError
from safepassage.model.schema import Model, Report
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.validate import cross_reference_faults
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.messages import field_names, parse, unknown_field
from safepassage.model.yaml.tree import read_yaml
from safepassage.model.yaml.wording import shown

MODEL_FILE = "model.yaml"
_REQUIRED = ("model", "grades", "groups", "states")
_WHOLE = ("model", "report")
_MOST = {"groups": 200}
"""Cells are states times groups: more groups than this is a mistake, or an attack."""


@dataclass(frozen=True)
class ReadModel:
    """A model file that holds together."""

    model: Model
    lines: Lines
    sha256: str


@dataclass(frozen=True)
class DraftModel:
    """A model file as far as it could be read, with its faults."""

    draft: Draft
    faults: tuple[Fault, ...]
    sha256: str


def read_model(folder: Path) -> ReadModel:
    """Read and check the `model.yaml` of a folder.

    Raises:
        InputError: with every fault of the file at once.
    """
    read = draft_model(folder)
    if read.faults:
        raise InputError(read.faults)
    return ReadModel(read.draft.model, read.draft.lines, read.sha256)


def draft_model(folder: Path) -> DraftModel:
    """Read what can be read of a folder's `model.yaml`; never raises for bad input."""
    path = folder / MODEL_FILE
    content = _content(folder, path)
    if isinstance(content, Fault):
        return DraftModel(_draft({}, Lines(str(path), {}))[0], (content,), "")
    text, digest = content
    tree = read_yaml(text, str(path))
    if not isinstance(tree.value, dict):
        faults = tree.faults or (
            Fault(str(path), 1, "", "holds no sections; write 'model:', 'groups:', 'states:', ..."),
        )
        return DraftModel(_draft({}, tree.lines)[0], faults, digest)
    raw = cast(dict[str, Any], tree.value)  # pyright: ignore[reportUnknownMemberType]
    draft, faults = _draft(raw, tree.lines)
    every = [*tree.faults, *faults, *cross_reference_faults(draft)]
    return DraftModel(draft, tuple(every), digest)


def _content(folder: Path, path: Path) -> tuple[str, str] | Fault:
    """Text and hash of a folder's file, or why it cannot be read."""
    name = str(path)
    if not folder.is_dir():
        return Fault(str(folder), 0, "", "is not a folder; give the path of a model folder")
    if not path.is_file():
        return Fault(name, 0, "", f"is missing; add it: every model folder holds a {MODEL_FILE}")
    return read_text(path)


def _draft(raw: dict[str, Any], lines: Lines) -> tuple[Draft, list[Fault]]:
    parts: dict[str, Any] = {"model": None, "report": Report()}
    declared: dict[str, frozenset[str]] = {}
    unreadable: set[str] = set()
    mentioned: set[str] = set()
    faults = list(_section_faults(raw, lines))
    for section, info in Model.model_fields.items():
        value: Any = raw.get(section)
        parts.setdefault(section, {})
        if value is None:
            continue
        if not isinstance(value, dict):
            faults.append(_not_a_mapping(section, value, lines))
            unreadable.add(section)
            continue
        items = cast(dict[str, Any], value)
        declared[section] = frozenset(items)
        if len(items) > _MOST.get(section, len(items)):
            faults.append(_too_many(section, lines))
            unreadable.add(section)
        elif section in _WHOLE:
            whole, found = parse(info.annotation, items, section, lines)
            parts[section] = whole or parts[section]
            mentioned |= set(_words(items if found else {}))
            faults += found
        else:
            parts[section], found, bad = _items(info.annotation, items, section, lines)
            mentioned |= set(_words(bad))
            faults += found
    draft = Draft(
        Model.model_construct(**parts), parts["model"], lines, declared,
        frozenset(unreadable), frozenset(mentioned),
    )  # fmt: skip
    return draft, faults


def _items(
    annotation: Any, items: dict[str, Any], section: str, lines: Lines
) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
    """The declarations of one section that parse, the faults, and what does not parse."""
    good: dict[str, Any] = {}
    bad: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in items.items():
        # The section's own type, for one item at a time, checks its name too.
        parsed, found = parse(annotation, {name: value}, section, lines)
        faults += found
        if parsed is None:
            bad[name] = value
        else:
            good.update(parsed)
    return good, faults, bad


def _not_a_mapping(section: str, value: Any, lines: Lines) -> Fault:
    message = f"is {shown(value)} but must hold declarations; write 'name:' lines below it"
    return Fault(lines.file, lines.of(section), section, message)


def _too_many(section: str, lines: Lines) -> Fault:
    message = f"holds more than {_MOST[section]}; merge those that do not differ"
    return Fault(lines.file, lines.of(section), section, message)


def _section_faults(raw: dict[str, Any], lines: Lines) -> Iterator[Fault]:
    known = field_names(Model)
    for section in raw.keys() - known:
        message = unknown_field(section, known)
        yield Fault(lines.file, lines.of(section), section, message)
    if not raw:
        return
    for section in _REQUIRED:
        if not raw.get(section):
            message = f"is missing or empty; add '{section}:' with what it declares"
            yield Fault(lines.file, lines.of(section), section, message)


def _words(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast(dict[str, Any], value).values():
            yield from _words(part)
    elif isinstance(value, list):
        for part in cast(list[Any], value):
            yield from _words(part)
