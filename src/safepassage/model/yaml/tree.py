"""YAML text to plain values with a line for every field, within bounds that no file may exceed.

The tree is built from ruamel.yaml's stream of events, not by its constructors: no object of a
custom type can arise, depth and aliases are counted while reading, duplicate keys are noticed, and
one faulty field does not hide the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from safepassage.errors import Fault
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.scalars import plain_scalar, unreadable_character

DEEPEST = 20
"""Levels of nesting; a model needs eight."""
MOST_VALUES = 200_000
"""Values after aliases are expanded; a model of ten ways has about ten thousand."""

_LETTERS_PER_VALUE = 50
"""Long texts count as several values, so that aliases to them cannot multiply."""

Tree = dict[str, Any]


@dataclass(frozen=True)
class YamlTree:
    """What a file holds: mappings, lists, text and numbers."""

    value: Any
    lines: Lines
    faults: tuple[Fault, ...]


class _Stop(Exception):
    """Reading cannot go on; the fault is already noted."""


def read_yaml(text: str, file: str) -> YamlTree:
    """Read one YAML document.

    Args:
        text: the file's text.
        file: its name, as faults show it.

    Returns:
        The value (None where nothing could be read), the lines, and every fault found.
    """
    reader = _Reader(file, _events(text, file))
    try:
        value = reader.document()
    except _Broken as broken:
        reader.faults.append(broken.fault)
        value = None
    except _Stop:
        value = None
    return YamlTree(value, Lines(file, reader.numbers), tuple(reader.faults))


class _Broken(Exception):
    def __init__(self, fault: Fault):
        self.fault = fault


def _events(text: str, file: str) -> Iterator[Any]:
    parser: Any = YAML(typ="safe", pure=True)
    events = iter(parser.parse(text))
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except MarkedYAMLError as error:
            raise _Broken(_syntax_fault(error, file)) from error
        except Exception as error:  # the scanner raises bare errors on some malformed escapes
            message = "broken YAML: a character or an escape that YAML does not allow; remove it"
            raise _Broken(Fault(file, _bad_line(text), "", message)) from error
        yield event


def _syntax_fault(error: Any, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = f" at column {mark.column + 1}" if mark else ""
    what = error.problem or error.context or "unreadable"
    message = f"broken YAML{place}: {what}; mend the syntax there"
    return Fault(file, mark.line + 1 if mark else 0, "", message)


def _bad_line(text: str) -> int:
    """Line of the first control character, or 0."""
    for number, line in enumerate(text.split("\n"), start=1):
        if unreadable_character(line):
            return number
    return 0


@dataclass
class _Reader:
    file: str
    events: Iterator[Any]
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    faults: list[Fault] = field(default_factory=list[Fault])
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict[str, tuple[Any, int]])
    """Value and size of each anchor."""
    count: int = 0

    def document(self) -> Any:
        value: Any = None
        documents = 0
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(event, "", "holds more than one YAML document; keep one, drop '---'")
                value = self._value(next(self.events), "", 0)
        return value

    def _value(self, event: Any, path: str, depth: int) -> Any:
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if path:
            self.numbers.setdefault(path, line)
        before = self.count
        self._grow(event, path, 1)
        if kind == "AliasEvent":
            return self._alias(event, path)
        self._check_tag(event, path, kind)
        if kind == "ScalarEvent":
            value = self._scalar(event, path)
        else:
            if depth >= DEEPEST:
                self._stop(event, path, f"is nested deeper than {DEEPEST} levels; flatten it")
            read = self._mapping if kind == "MappingStartEvent" else self._sequence
            value = read(path, depth + 1)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def _mapping(self, path: str, depth: int) -> Tree:
        tree: Tree = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                return tree
            key = self._key(event, path, depth)
            below = f"{path}.{key}" if path else key
            if key in tree:
                first = self.numbers.get(below, 0)
                message = f"stands twice, first in line {first}; keep one or rename it"
                self._note(event, below, message)
                self._value(next(self.events), f"{below}#again", depth)
                continue
            self.numbers.setdefault(below, event.start_mark.line + 1)
            tree[key] = self._value(next(self.events), below, depth)
        return tree

    def _key(self, event: Any, path: str, depth: int) -> str:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._check_tag(event, path, kind)
            key = str(self._scalar(event, path, plain=False))
            if key == "<<":
                self._stop(event, path, "uses a YAML merge key ('<<'); write the fields out")
            return key
        self._stop(event, path, "has a key that is not a name; write a plain name before the colon")
        return ""

    def _sequence(self, path: str, depth: int) -> list[Any]:
        values: list[Any] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            values.append(self._value(event, f"{path}.{len(values)}", depth))
        return values

    def _scalar(self, event: Any, path: str, plain: bool = True) -> Any:
        text: str = event.value
        self._grow(event, path, len(text) // _LETTERS_PER_VALUE)
        bad = unreadable_character(text)
        if bad:
            self._note(event, path, f"holds the character {bad}; remove it")
            return "".join(c for c in text if not unreadable_character(c))
        return plain_scalar(text) if plain and event.implicit[0] else text

    def _alias(self, event: Any, path: str) -> Any:
        if event.anchor not in self.anchors:
            message = f"refers to '*{event.anchor[:60]}', which no '&' before it defines"
            self._note(event, path, f"{message}; write the value out")
            return str(event.anchor)
        value, size = self.anchors[event.anchor]
        self._grow(event, path, size)
        return value

    def _check_tag(self, event: Any, path: str, kind: str) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in ("!", ""):
            self._note(event, path, f"carries the YAML tag '{str(tag)[:60]}'; remove the tag")

    def _grow(self, event: Any, path: str, size: int) -> None:
        self.count += size
        if self.count > MOST_VALUES:
            self._stop(
                event, path, f"holds more than {MOST_VALUES} values (aliases counted); shorten it"
            )

    def _note(self, event: Any, path: str, message: str) -> None:
        self.faults.append(Fault(self.file, event.start_mark.line + 1, path, message))

    def _stop(self, event: Any, path: str, message: str) -> None:
        self._note(event, path, message)
        raise _Stop
