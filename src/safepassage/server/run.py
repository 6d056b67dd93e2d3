"""From an application to a served address: a port that is free, a browser that opens."""

from __future__ import annotations

import errno
import ipaddress
import socket
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from safepassage.errors import Fault, InputError
from safepassage.server.middleware import LOOPBACK

if TYPE_CHECKING:
    import uvicorn

FIRST_PORT, PORTS_TRIED = 8750, 20
MOST_AT_ONCE = 256
"""Connections; more are turned away."""


def bind(host: str, port: int | None) -> socket.socket:
    """A socket that listens: on the port asked for, or on the first free one.

    Raises:
        InputError: the port is taken, or the address is not this machine's.
    """
    ports = [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in ports:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
            made.listen(128)
        except OSError as error:
            made.close()
            if error.errno != errno.EADDRINUSE:
                message = f"cannot serve on {host}: {error.strerror}; leave --host out"
                raise InputError([Fault("call", 0, "host", message)]) from error
            continue
        return made
    message = f"port {port} is taken; give another, or leave --port out to have a free one found"
    raise InputError([Fault("call", 0, "port", message)])


def check_host(host: str, token: str | None) -> None:
    """Refuse to serve beyond this machine without a token.

    Raises:
        InputError: so it is, or the token is too easy to guess.
    """
    if token is not None and (len(token) < 16 or not token.isascii() or not token.isalnum()):
        message = "give at least 16 letters and digits, made at random"
        raise InputError([Fault("call", 0, "token", message)])
    if not is_loopback(host) and token is None:
        message = f"{host} can be reached by others; give --token as well, or leave --host out"
        raise InputError([Fault("call", 0, "host", message)])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def names_of(host: str) -> tuple[str, ...]:
    """Names by which a server on an address may be called."""
    if is_loopback(host):
        return (*LOOPBACK, host)
    return (*LOOPBACK, host, socket.gethostname()) if host in ("0.0.0.0", "::") else (host,)


def serve(
    app: Any,
    listening: socket.socket,
    *,
    browse: str | None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted.

    Args:
        app: the ASGI application.
        listening: a socket, as `bind` gives it.
        browse: an address to open in the user's browser.
        ready: called when requests are answered.
    """

    def begun() -> None:
        ready()
        if browse is not None:
            webbrowser.open(browse)

    server(app, begun).run(sockets=[listening])


def server(app: Any, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server that is not yet running; `run(sockets=[...])` serves until `should_exit`."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="on",
        timeout_keep_alive=10, limit_concurrency=MOST_AT_ONCE, h11_max_incomplete_event_size=16384,
        timeout_graceful_shutdown=2, proxy_headers=False, ws="none",
    )  # fmt: skip
    return Server(config)
