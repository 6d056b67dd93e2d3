"""From what a user says (`local`, `tcp://HOST:PORT`) to who runs the tasks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from safepassage.errors import Fault, InputError
from safepassage.parallel.executor import LOCAL, Executor

FORMS = "give local, local:WORKERS, or the tcp://HOST:PORT of a Dask scheduler"
MOST_WORKERS = 1024


@contextmanager
def cluster(where: str | Executor | None = None) -> Iterator[Executor]:
    """Whoever runs the tasks, until the end of the body.

    Args:
        where: None for this process; `local` for one worker on each core, `local:N` for N of
            them; the address of a scheduler; or what an earlier call gave, which stays open.

    Raises:
        InputError: no such cluster, no way to reach it, or workers with other sources.
    """
    if where is None:
        yield LOCAL
    elif not isinstance(where, str):
        yield where
    else:
        workers = _workers(where)
        with _started(where, workers) as executor:
            yield executor


def _workers(where: str) -> int:
    """Workers to start here; 0 where an address is given."""
    if where == "local":
        return os.cpu_count() or 1
    local = re.fullmatch(r"local:(\d{1,5})", where)
    if local and 1 <= int(local[1]) <= MOST_WORKERS:
        return int(local[1])
    address = re.fullmatch(r"(?:tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", where)
    if address and 1 <= int(address[1]) <= 65535:
        return 0
    raise InputError([Fault("call", 0, "where", f"{where[:80]!r} is no cluster; {FORMS}")])


@contextmanager
def _started(where: str, workers: int) -> Iterator[Executor]:
    try:
        from safepassage.parallel.dask import Cluster
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("dask", "distributed"):
            raise
        message = "needs Dask, which is not installed; pip install 'safepassage[cluster]'"
        raise InputError([Fault("call", 0, "where", message)]) from missing
    with Cluster(where, workers) as executor:
        yield executor
