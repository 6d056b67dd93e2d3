"""One worker for long questions: a queue, progress, and a way to give up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safepassage.analysis.compare.interactive import LiveWhatIf
    from safepassage.inference.posterior import Posterior

WAITING = 64
"""Questions that may wait; one more is turned away."""
Emit = Callable[[str, Any], None]
"""Takes the name of an event and its content."""
Job = Callable[["LiveWhatIf", Emit], None]


class Full(Exception):
    """Too many questions wait."""


class Cancelled(Exception):
    """Whoever asked has left."""


@dataclass
class Ticket:
    """One question in the queue, and what comes of it."""

    loop: asyncio.AbstractEventLoop
    events: asyncio.Queue[tuple[str, Any] | None] = field(default_factory=asyncio.Queue)
    gone: threading.Event = field(default_factory=threading.Event)

    def emit(self, name: str, content: Any) -> None:
        """Hand over an event from the worker; stops the work where nobody listens any more.

        Raises:
            Cancelled: whoever asked has left.
        """
        if self.gone.is_set():
            raise Cancelled
        self._put((name, content))

    def _put(self, event: tuple[str, Any] | None) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.events.put_nowait, event)

    def close(self, error: BaseException | None) -> None:
        """Say that the work is at its end."""
        if error is not None and not isinstance(error, Cancelled):
            self._put(("error", error))
        self._put(None)

    async def stream(self) -> AsyncIterator[tuple[str, Any]]:
        """Events as they come; leaving the loop gives the work up."""
        try:
            while (event := await self.events.get()) is not None:
                yield event
        finally:
            self.gone.set()


class JobQueue:
    """Loads the fit when the first question comes, and answers one question at a time.

    Answers use all cores already, so a second worker would only slow the first.
    """

    def __init__(self, load: Callable[[], Posterior]):
        """Take what loads the fit; nothing is loaded yet."""
        self._load = load
        self._live: LiveWhatIf | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="what-if")
        self._waiting = 0
        self._guard = threading.Lock()
        self.state = "cold"
        """`cold`, `warming`, `warm` or `failed`."""

    @property
    def waiting(self) -> int:
        """Questions that wait or are being answered."""
        return self._waiting

    def submit(self, job: Job) -> Ticket:
        """Put a question into the queue.

        Raises:
            Full: too many wait already.
        """
        with self._guard:
            if self._waiting >= WAITING:
                raise Full
            self._waiting += 1
        ticket = Ticket(asyncio.get_running_loop())
        self._worker.submit(self._answer, ticket, job)
        return ticket

    def _answer(self, ticket: Ticket, job: Job) -> None:
        error: BaseException | None = None
        try:
            if not ticket.gone.is_set():
                job(self._ready(), ticket.emit)
        except BaseException as raised:
            error = raised
        finally:
            with self._guard:
                self._waiting -= 1
            ticket.close(error)

    def _ready(self) -> LiveWhatIf:
        if self._live is None:
            from safepassage.analysis.compare.interactive import LiveWhatIf

            self.state = "warming"
            try:
                live = LiveWhatIf(self._load())
                live.warm()
            except BaseException:
                self.state = "failed"
                raise
            self._live, self.state = live, "warm"
        return self._live

    def close(self) -> None:
        """Let the worker end when it has answered what it is at."""
        self._worker.shutdown(wait=False, cancel_futures=True)
