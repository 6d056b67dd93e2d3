"""What is wrong with a user's input, said so that it can be mended: file, line, field, remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one place."""

    file: str
    line: int
    """1-based; 0 where the fault is of the file as a whole."""
    field: str
    """Dotted path of the field, or the column's name; empty for the file as a whole."""
    message: str
    """What is wrong, and what to do."""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        field = f" {self.field}:" if self.field else ""
        return _printable(f"{self.file}{line}:{field} {self.message}")


def _printable(text: str) -> str:
    """The text on one line; a file's control characters must not reach a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class InputError(Exception):
    """The user's input is wrong; carries every fault that was found (exit code 2)."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class Refused(Exception):
    """The question is one that the program does not answer (exit code 3); says why."""
