"""The sections of a file beside `model.yaml`: its mapping, and what parses of each section."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from safepassage.errors import Fault, InputError
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.messages import parse
from safepassage.model.yaml.tree import read_yaml


def read_sections(path: Path, what: str) -> tuple[dict[str, Any], Lines, list[Fault]]:
    """Sections of a file by name, its lines, and the faults of its YAML.

    Raises:
        InputError: the file cannot be read, or holds no sections; `what` says what is missing.
    """
    content = read_text(path)
    if isinstance(content, Fault):
        raise InputError([content])
    tree = read_yaml(content[0], str(path))
    if not isinstance(tree.value, dict):
        fault = Fault(str(path), 1, "", f"holds no {what}; write '{what}:' and their names")
        raise InputError(tree.faults or [fault])
    raw = cast(dict[str, Any], tree.value)  # pyright: ignore[reportUnknownMemberType]
    return raw, tree.lines, list(tree.faults)


def named_items(
    annotation: Any, value: Any, section: str, lines: Lines
) -> tuple[dict[str, Any], list[Fault]]:
    """The declarations of a section that parse, and the faults of the others."""
    if not isinstance(value, dict):
        message = f"must hold {section} by name; write 'name:' lines below it"
        return {}, [Fault(lines.file, lines.of(section), section, message)]
    good: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, item in cast(dict[str, Any], value).items():
        parsed, found = parse(annotation, {name: item}, section, lines)
        faults += found
        good.update(parsed or {})
    return good, faults
