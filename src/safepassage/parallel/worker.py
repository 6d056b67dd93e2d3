"""What happens in a worker: a task spec is opened once, then its tasks are done one by one.

A spec comes as a plug-in of the workers. The scheduler stores it and sends it to every worker that
joins, also to one that replaces a dead worker, so that tasks travel as a name and a key.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from safepassage.engines.jit.threads import limit_threads
from safepassage.parallel.executor import TaskSpec
from safepassage.parallel.fingerprint import fingerprint, refuse_others

_TURN = threading.Lock()
"""A process does one task at a time, on all threads that its worker has."""
_packed_specs: dict[str, bytes] = {}
_open: dict[str, Callable[[Any], Any]] = {}


class TaskPlugin(WorkerPlugin):
    """A packed task spec on its way to the workers."""

    def __init__(self, name: str, packed: bytes):
        self.name, self.packed = name, packed

    def setup(self, worker: Worker) -> None:
        """Store it; the first task that needs it opens it."""
        _packed_specs[self.name] = self.packed

    def teardown(self, worker: Worker) -> None:
        """Forget it, and what was made of it."""
        _packed_specs.pop(self.name, None)
        _open.pop(self.name, None)


def pack(spec: TaskSpec) -> bytes:
    """A task spec with the fingerprint of this process, as bytes; functions go by their names."""
    return pickle.dumps((fingerprint(), spec), protocol=5)


def perform(name: str, key: Any) -> Any:
    """Do the task of a key.

    Raises:
        InputError: this worker runs other sources.
    """
    from threadpoolctl import threadpool_limits

    worker = get_worker()
    with _TURN, limit_threads(worker.state.nthreads), threadpool_limits(limits=1, user_api="blas"):
        try:
            if name not in _open:
                _open[name] = _opened(_packed_specs[name], worker.address)
            return _open[name](key)
        finally:
            if name not in _packed_specs:  # withdrawn meanwhile
                _open.pop(name, None)


def worker_fingerprint() -> Mapping[str, str]:
    """This worker's fingerprint."""
    return fingerprint()


def dask_setup(worker: Worker) -> None:
    """Called as a worker of our own starts: whoever started it ends it, not a terminal's Ctrl-C."""
    with contextlib.suppress(ValueError):  # not in the main thread: nothing to be ignored there
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _opened(packed: bytes, address: str) -> Callable[[Any], Any]:
    theirs, spec = pickle.loads(packed)
    refuse_others(theirs, {address: fingerprint()})
    return spec.make(*spec.arguments)
