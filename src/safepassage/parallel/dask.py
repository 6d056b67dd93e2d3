"""Tasks on Dask: a scheduler of the user's, or workers on this machine that end with us.

Workers compute and send back; only this process writes. Few tasks are under way at a time, so
neither the scheduler nor this process ever holds more than a few results, however many there are.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import shutil
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self, TypeVar

from dask import config
from distributed import Client, Future, LocalCluster
from distributed.scheduler import KilledWorker

from safepassage.errors import Fault, InputError
from safepassage.parallel import worker
from safepassage.parallel.executor import Key, TaskSpec
from safepassage.parallel.fingerprint import fingerprint, refuse_others

PATIENCE = 4.0
"""Seconds in which a scheduler must answer and have a worker."""
AHEAD = 2
"""Tasks under way for each worker: the current one and the next."""
LOOK = 2.0
"""Seconds between two counts of the workers."""
Result = TypeVar("Result")
_LOG = logging.getLogger("distributed")


class Cluster:
    """Workers that run tasks.

    Args:
        where: as the user named it.
        workers: how many to start on this machine; 0 to connect to the address `where`.
    """

    elsewhere = True

    def __init__(self, where: str, workers: int):
        self._where, self._workers = where, workers
        self._client: Client | None = None
        self._own: LocalCluster | None = None
        self._scratch: str | None = None
        self._level = _LOG.level

    @property
    def same_disk(self) -> bool:
        """Whether workers are of this machine."""
        return self._workers > 0

    @property
    def client(self) -> Client:
        """Dask's own; workers of this machine are started when they are first needed."""
        if self._client is None:
            self._client = self._start() if self._workers else self._connect()
        return self._client

    def __enter__(self) -> Self:
        self._level = _LOG.level
        _LOG.setLevel(logging.CRITICAL)  # it reports every connection that breaks
        if not self._workers:
            self.client  # noqa: B018 - a wrong address is reported before anything else is done
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            _end(self._own)
        for one in (self._client, self._own):
            if one is not None:
                with contextlib.suppress(Exception):  # ends what may be gone already
                    one.close(timeout=PATIENCE)
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
        _LOG.setLevel(self._level)

    def each(
        self, spec: TaskSpec, keys: Iterable[Key], here: Callable[[Key], Any] | None = None
    ) -> Iterator[tuple[Key, Any]]:
        """Have the workers run the task of every key; yields key and result as they finish.

        Raises:
            InputError: the scheduler went away, or task after task ends its worker.
        """
        keys = list(keys)
        if not keys:
            return
        client, name = self.client, f"safepassage-{secrets.token_hex(8)}"
        client.register_plugin(worker.TaskPlugin(name, worker.pack(spec)))
        stream = _Stream(client, name, self._where)
        try:
            yield from stream.run(keys)
        finally:
            stream.stop()
            with contextlib.suppress(Exception):  # a scheduler that is gone has forgotten it
                client.unregister_worker_plugin(name)

    def _start(self) -> Client:
        self._scratch = tempfile.mkdtemp(prefix="safepassage-workers-")
        self._own = LocalCluster(
            n_workers=self._workers, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL, local_directory=self._scratch,
            preload=[worker.__name__],
        )  # fmt: skip
        return _client(self._own)

    def _connect(self) -> Client:
        began = time.monotonic()
        try:
            client = _within(PATIENCE + 0.5, lambda: _client(self._where))
        except Exception as error:  # what answers may speak any language
            message = (
                f"no Dask scheduler answers at {self._where}; start one with `dask scheduler`, or "
                "correct the address"
            )
            raise InputError([Fault("call", 0, "where", message)]) from error
        try:
            client.wait_for_workers(1, timeout=max(1.0, PATIENCE - time.monotonic() + began))
            others = refuse_others(fingerprint(), _fingerprints(client))
        except TimeoutError as error:
            client.close()
            message = (
                f"the scheduler at {self._where} has no workers; start some with "
                f"`dask worker {self._where} --nthreads 1`"
            )
            raise InputError([Fault("call", 0, "where", message)]) from error
        except BaseException:
            client.close()
            raise
        if others:
            message = (
                f"{len(others)} of the workers have another kind of processor; results may "
                "differ from this machine's in the last digits"
            )
            warnings.warn(message, stacklevel=2)
        return client


class _Stream:
    """The tasks of one spec under way."""

    def __init__(self, client: Client, name: str, where: str):
        self._client, self._name, self._where = client, name, where
        self._sent: dict[str, tuple[Any, Future]] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._looked, self._room, self._warned = -LOOK, AHEAD, False

    def run(self, keys: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Send tasks as there is room, and give results as they come."""
        waiting = iter(enumerate(keys))
        left = len(keys)
        while left:
            self._look()
            while len(self._sent) < self._room and (following := next(waiting, None)) is not None:
                self._send(*following)
            try:
                future = self._done.get(timeout=LOOK)
            except queue.Empty:
                continue
            key, future = self._sent.pop(str(future.key))
            result = self._result(key, future)
            future.release()
            left -= 1
            yield key, result

    def stop(self) -> None:
        """Withdraw what has not come yet."""
        with contextlib.suppress(Exception):  # of a scheduler that is gone
            self._client.cancel([future for _, future in self._sent.values()], force=True)
        self._sent.clear()

    def _send(self, number: int, key: Any) -> None:
        future = self._client.submit(
            worker.perform, self._name, key, key=f"{self._name}-{number}", pure=False
        )
        self._sent[str(future.key)] = key, future
        future.add_done_callback(self._done.put)

    def _look(self) -> None:
        """Count the workers now and then."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        if self._client.status != "running":
            raise self._gone()
        try:
            threads: Any = self._client.nthreads()
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        self._room = AHEAD * max(len(threads), 1)
        if not threads and not self._warned:
            self._warned = True
            warnings.warn("no worker is there; waiting for one (or interrupt)", stacklevel=2)

    def _result(self, key: Any, future: Future) -> Any:
        if future.status in ("cancelled", "lost"):
            raise self._gone()
        try:
            return future.result()
        except KilledWorker as error:
            message = (
                f"task {key} ended {config.get('distributed.scheduler.allowed-failures') + 1} "
                "workers, perhaps for lack of memory; give workers more of it. What was finished "
                "is kept"
            )
            raise InputError([Fault("call", 0, "where", message)]) from error
        except Exception as error:
            if self._client.status != "running":
                raise self._gone() from error
            raise

    def _gone(self) -> InputError:
        message = (
            f"the scheduler at {self._where} went away; what was finished is kept, and the same "
            "command resumes from there"
        )
        return InputError([Fault("call", 0, "where", message)])


def _client(of: str | LocalCluster) -> Client:
    return Client(of, timeout=f"{PATIENCE}s", name="safepassage", set_as_default=False)


def _within(seconds: float, do: Callable[[], Result]) -> Result:
    """What `do()` gives, if it comes in time: Dask waits forever for a peer that never answers."""
    results: queue.SimpleQueue[Result | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            results.put(do())
        except Exception as error:
            results.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


def _end(cluster: LocalCluster) -> None:
    """End the workers: all that counts has been sent, and a kernel cannot be interrupted."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        pid = nanny.process.pid if nanny.process is not None else None
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _fingerprints(client: Client) -> dict[str, dict[str, str]]:
    """The fingerprint of every worker.

    Raises:
        InputError: a worker cannot load this package.
    """
    fingerprints: Any
    try:
        fingerprints = client.run(worker.worker_fingerprint)
    except (ImportError, AttributeError, TypeError) as error:
        message = (
            f"the workers cannot load this safepassage ({' '.join(str(error).split())}); install "
            "the same on both, and start the workers again"
        )
        raise InputError([Fault("call", 0, "where", message)]) from error
    return fingerprints
