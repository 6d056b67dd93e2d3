"""Who runs the tasks: this process, one after another, or others.

A task is a pure function of its key and of the arguments of its spec, so that it does not matter
who runs it, in which order, or how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

Key = TypeVar("Key")


class TaskSpec(NamedTuple):
    """How another process runs the tasks: `make(*given)` gives the function of a key."""

    make: Callable[..., Callable[[Any], Any]]
    """A function of a module; another process imports it by its name."""
    arguments: tuple[Any, ...]
    """What all tasks share; sent once to each process."""


class Executor(Protocol):
    """What runs tasks."""

    @property
    def elsewhere(self) -> bool:
        """Whether other processes run the tasks."""
        ...

    @property
    def same_disk(self) -> bool:
        """Whether those processes see this machine's files."""
        ...

    def each(
        self, spec: TaskSpec, keys: Iterable[Key], here: Callable[[Key], Any] | None = None
    ) -> Iterator[tuple[Key, Any]]:
        """Run the task of every key; yields key and result as they finish.

        Few results wait at a time: use each before asking for the next.

        Args:
            spec: how the tasks are run.
            keys: small, plain values.
            here: what this process runs instead; it may report progress.
        """
        ...


@dataclass(frozen=True)
class LocalExecutor:
    """This process runs them, in order."""

    elsewhere: bool = False
    same_disk: bool = True

    def each(
        self, spec: TaskSpec, keys: Iterable[Key], here: Callable[[Key], Any] | None = None
    ) -> Iterator[tuple[Key, Any]]:
        """Run the task of every key."""
        do = here or spec.make(*spec.arguments)
        for key in keys:
            yield key, do(key)


LOCAL = LocalExecutor()
