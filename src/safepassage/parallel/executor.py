"""Who does the tasks: this process, one after another, or others.

A task is a pure function of its key and of what its recipe was given, so that it does not matter
who does it, in which order, or how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

Key = TypeVar("Key")


class TaskSpec(NamedTuple):
    """How another process comes to do the tasks: `make(*given)` gives the function of a key."""

    make: Callable[..., Callable[[Any], Any]]
    """A function of a module, by whose name another process finds it."""
    given: tuple[Any, ...]
    """What all tasks share; it travels once to each process."""


class Executor(Protocol):
    """What does tasks."""

    @property
    def elsewhere(self) -> bool:
        """Whether tasks are done by other processes."""
        ...

    @property
    def same_disk(self) -> bool:
        """Whether whoever does them sees this machine's files."""
        ...

    def each(
        self, spec: TaskSpec, keys: Iterable[Key], here: Callable[[Key], Any] | None = None
    ) -> Iterator[tuple[Key, Any]]:
        """Do the task of every key; gives key and result as they finish.

        Few results wait at a time: take each up before the next is asked for.

        Args:
            spec: how the tasks are done.
            keys: small, plain values.
            here: what this process does instead; it may tell of progress.
        """
        ...


@dataclass(frozen=True)
class LocalExecutor:
    """This process does them, in order."""

    elsewhere: bool = False
    same_disk: bool = True

    def each(
        self, spec: TaskSpec, keys: Iterable[Key], here: Callable[[Key], Any] | None = None
    ) -> Iterator[tuple[Key, Any]]:
        """Do the task of every key."""
        do = here or spec.make(*spec.given)
        for key in keys:
            yield key, do(key)


LOCAL = LocalExecutor()
