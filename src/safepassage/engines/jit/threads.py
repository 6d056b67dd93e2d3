"""How many threads a run may use: what it asks for, a worker's share, or the machine's cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_limit: int | None = None


def thread_limit(tasks: int, threads: int | None = None) -> int:
    """How many threads may share so many tasks, at least one; results do not depend on it.

    Args:
        tasks: how many there are to share.
        threads: at most so many; by default those of `limit_threads`, or one for each core.
    """
    return max(1, min(threads or _limit or os.cpu_count() or 1, tasks))


@contextmanager
def limit_threads(threads: int) -> Iterator[None]:
    """Give every run of this process at most so many threads while the body runs."""
    global _limit
    before, _limit = _limit, threads
    try:
        yield
    finally:
        _limit = before
