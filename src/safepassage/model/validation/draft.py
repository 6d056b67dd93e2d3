"""What could be read of a model, for rules that must not stop at the first bad declaration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from safepassage.errors import Fault
from safepassage.model.schema import Header, Model
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import suggestion

FACTORS = (
    "parameters", "seasons", "policies", "contrasts", "trends", "innovations", "covariates",
    "responses", "feedbacks",
)  # fmt: skip
"""Sections whose names a product may hold."""


@dataclass(frozen=True)
class Draft:
    """The declarations that parsed, and the names of those that did not."""

    model: Model
    """Holds only what parsed; its `model` (header) may be absent: ask `header`."""
    header: Header | None
    lines: Lines
    declared: Mapping[str, frozenset[str]]
    """Every name that a section declares, faulty or not."""
    unreadable: frozenset[str]
    """Sections that could not be read at all: any name may be in them."""
    mentioned: frozenset[str]
    """Words within faulty declarations: they may use a name, so it is not called unused."""

    @property
    def calendar(self) -> tuple[str, str] | None:
        """First and last month, where the header says so without contradiction."""
        if self.header is None or self.header.start > self.header.end:
            return None
        return self.header.start, self.header.end

    def fault(self, field: str, message: str) -> Fault:
        """A fault at a dotted field."""
        return Fault(self.lines.file, self.lines.of(field), field, message)

    def names(self, *sections: str) -> frozenset[str]:
        """Every name that these sections declare."""
        return frozenset(n for s in sections for n in self.declared.get(s, frozenset[str]()))

    def knows(self, name: str, *sections: str) -> bool:
        """Whether a name is, or may be, declared in one of the sections."""
        return any(s in self.unreadable or name in self.declared.get(s, ()) for s in sections)

    def unknown(self, field: str, name: str, what: str, *sections: str) -> Fault:
        """The fault of a name that none of the sections declares."""
        return self.unknown_among(field, name, what, self.names(*sections))

    def unknown_among(self, field: str, name: str, what: str, known: Collection[str]) -> Fault:
        """The fault of a name that is not among those known."""
        return self.fault(field, f"'{name[:60]}' is not {what}; {suggestion(name, known)}")

    @cached_property
    def attribute_values(self) -> dict[str, set[str]]:
        """The values that each attribute takes over the groups."""
        values: dict[str, set[str]] = {}
        for attributes in self.model.groups.values():
            for name, value in attributes.items():
                values.setdefault(name, set()).add(value)
        return values

    @cached_property
    def outcomes(self) -> frozenset[str]:
        """Outcomes of branches as `branch.outcome`."""
        branches = self.model.branches.items()
        return frozenset(f"{name}.{outcome}" for name, b in branches for outcome in b.outcomes)

    def knows_outcome(self, name: str) -> bool:
        """Whether `branch.outcome` is, or may be, declared."""
        branch = name.partition(".")[0]
        unsure = branch in self.names("branches") and branch not in self.model.branches
        return "." in name and (name in self.outcomes or unsure or "branches" in self.unreadable)

    def knows_flow(self, name: str) -> bool:
        """Whether a name is a transition, an entry or `branch.outcome`."""
        return self.knows(name, "transitions", "entries") or self.knows_outcome(name)

    def flows(self) -> frozenset[str]:
        """Names of all transitions, entries and branch outcomes."""
        return self.names("transitions", "entries") | self.outcomes
