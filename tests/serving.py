"""A real server of the explorer on a free port, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from safepassage.server.run import bind, server


@contextmanager
def served(app: Any, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an application from a thread; gives its address."""
    ready = threading.Event()
    running = server(app, ready.set)
    listening = bind(host, None)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    assert ready.wait(20), "the server does not start"
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(10)
        listening.close()
