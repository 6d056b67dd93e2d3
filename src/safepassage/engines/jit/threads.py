"""How many threads a run may take where nobody says: the machine's cores, or a worker's share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_most: int | None = None


def most_threads() -> int:
    """Threads of a run that is not told how many; results do not depend on them."""
    return _most or os.cpu_count() or 1


@contextmanager
def at_most(threads: int) -> Iterator[None]:
    """Give every run of this process at most so many threads while the body runs."""
    global _most
    before, _most = _most, threads
    try:
        yield
    finally:
        _most = before
