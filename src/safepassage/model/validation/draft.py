"""What could be read of a model, for rules that must not stop at the first bad declaration."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from safepassage.errors import Fault
from safepassage.model.schema import Header, Model
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.sections import Sections
from safepassage.model.yaml.wording import suggestion

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Draft:
    """The declarations that parsed, and the names of those that did not."""

    model: Model
    """Holds only what parsed; its `model` (header) may be absent: read `header`."""
    lines: Lines
    declared: Mapping[str, frozenset[str]]
    """Every name that a section declares, faulty or not."""
    unreadable: frozenset[str] = frozenset()
    """Sections that could not be read at all: any name may be in them."""
    mentioned: frozenset[str] = frozenset()
    """Words within faulty declarations: they may use a name, so it is not called unused."""

    @classmethod
    def of_file(cls, read: Sections[Model]) -> Draft:
        """The draft of a `model.yaml`."""
        names = {**names_in(read.declared), **read.names}
        return cls(read.declared, read.lines, names, read.unreadable, read.mentioned)

    @classmethod
    def of_model(cls, model: Model, lines: Lines) -> Draft:
        """A sound model; `lines` are those of the file whose faults are sought."""
        return cls(model, lines, names_in(model))

    @property
    def header(self) -> Header | None:
        """The header, if it parsed."""
        return self.model.model

    @property
    def calendar(self) -> tuple[str, str] | None:
        """First and last month, where the header says so without contradiction."""
        if self.header is None or self.header.start > self.header.end:
            return None
        return self.header.start, self.header.end

    def fault(self, field: str, message: str) -> Fault:
        """A fault at a dotted field."""
        return self.lines.fault(field, message)

    def names(self, *sections: str) -> frozenset[str]:
        """Every name that these sections declare."""
        return frozenset(n for s in sections for n in self.declared.get(s, frozenset[str]()))

    def knows(self, name: str, *sections: str) -> bool:
        """Whether a name is, or may be, declared in one of the sections."""
        return any(self._knows(name, section) for section in sections)

    def _knows(self, name: str, section: str) -> bool:
        if section in self.unreadable or name in self.declared.get(section, ()):
            return True
        first, dot, _ = name.partition(".")
        if section == "outcomes" and dot:
            unread = first in self.names("branches") and first not in self.model.branches
            return unread or "branches" in self.unreadable
        if section == "measures" and dot:
            return self.knows(first, "ways")
        return section == "attributes" and not self.model.groups

    def unknown(self, field: str, name: str, what: str, names: Collection[str]) -> Fault:
        """The fault of a name that is not among those that there are."""
        return self.fault(field, f"'{name[:60]}' is not {what}; {suggestion(name, names)}")

    @cached_property
    def attribute_values(self) -> dict[str, set[str]]:
        """The values that each attribute takes over the groups."""
        values: dict[str, set[str]] = {}
        for attributes in self.model.groups.values():
            for name, value in attributes.items():
                values.setdefault(name, set()).add(value)
        return values


def names_in(model: Model) -> dict[str, frozenset[str]]:
    """The names that a model declares, by section and by part of a section (`marks.NOUNS`)."""
    transitions, branches = model.transitions.items(), model.branches.items()
    sections = {
        section: frozenset(getattr(model, section))
        for section in type(model).model_fields
        if section not in ("model", "report")
    }
    return sections | {
        "outcomes": frozenset(f"{b}.{o}" for b, branch in branches for o in branch.outcomes),
        "attributes": frozenset(a for group in model.groups.values() for a in group),
        "transitions with a hazard": frozenset(n for n, t in transitions if t.hazard is not None),
        "transitions with odds": frozenset(n for n, t in transitions if t.odds is not None),
        "saturating feedbacks": frozenset(
            n for n, f in model.feedbacks.items() if f.kind == "saturating"
        ),
        "ways that harm relatives": frozenset(
            n for n, w in model.ways.items() if w.relatives_punished
        ),
    }


def repeats(pairs: Iterable[tuple[K, str]]) -> Iterator[tuple[K, str, str]]:
    """Each thing that stood before: it, its owner, and the owner that had it first."""
    first: dict[K, str] = {}
    for thing, owner in pairs:
        if thing in first:
            yield thing, owner, first[thing]
        first.setdefault(thing, owner)
