"""What every request passes: who may ask, how much, how long, and what every answer carries."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_BYTES = 64 * 1024
"""Of a request's body."""
MOST_ADDRESS = 4096
"""Of a request's path and query."""
SECONDS_TO_SEND = 10.0
"""In which a request's body must have come."""
COOKIE = "safepassage_token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=(), payment=()"),
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def faults_text(field: str, message: str) -> bytes:
    """The one shape of every error, as JSON."""
    fault = {"file": "request", "line": 0, "field": field, "message": message}
    return json.dumps({"faults": [fault]}).encode()


class Turned(Exception):
    """A request that is not let in; carries status, field and message."""

    def __init__(self, status: int, field: str, message: str):
        super().__init__(message)
        self.status, self.field, self.message = status, field, message


class Guards:
    """Wraps the application.

    Args:
        app: what answers.
        hosts: names by which this server may be called; others are turned away, so that no page
            of another site can reach it through a name of its own.
        token: what everybody must show, where it is given.
    """

    def __init__(self, app: App, hosts: Sequence[str], token: str | None = None):
        self.app, self.hosts, self.token = app, {h.lower() for h in hosts}, token

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [(k, v) for k, v in message.get("headers", []) if k.lower() != b"server"]
                message["headers"] = [*headers, *HEADERS]
            await send(message)

        try:
            headers = {
                k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]
            }
            self._host(headers)
            self._origin(scope, headers)
            self._length(scope, headers)
            if await self._token(scope, headers, guarded_send):
                return
            body = await self._body(scope, receive)
            await self.app(scope, _again(body, receive), guarded_send)
        except Turned as turned:
            if not started:
                await _say(guarded_send, turned.status, turned.field, turned.message)

    def _host(self, headers: dict[str, str]) -> None:
        try:
            name = (urlsplit(f"//{headers.get('host', '')}").hostname or "").lower()
        except ValueError:
            name = ""
        if name not in self.hosts:
            raise Turned(400, "host", "this server does not go by that name; use its own address")

    def _origin(self, scope: Message, headers: dict[str, str]) -> None:
        origin = headers.get("origin")
        if origin is None or scope["method"] in ("GET", "HEAD"):
            return
        if urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
            raise Turned(403, "origin", "requests of other pages are refused; open the page itself")

    def _length(self, scope: Message, headers: dict[str, str]) -> None:
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"") > MOST_ADDRESS:
            raise Turned(414, "address", f"the address is longer than {MOST_ADDRESS} bytes")
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > MOST_BYTES:
            raise Turned(413, "body", f"the request is larger than {MOST_BYTES} bytes; send less")

    async def _token(self, scope: Message, headers: dict[str, str], send: Send) -> bool:
        """Let in whoever shows the token; True where the answer is already given."""
        if self.token is None:
            return False
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self._right(given) or self._right(_cookie(headers.get("cookie", ""))):
            return False
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if scope["path"] == "/" and self._right(query.get("token", [""])[0]):
            cookie = f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            fields = [
                (b"location", b"/"),
                (b"set-cookie", cookie.encode()),
                (b"content-length", b"0"),
            ]
            await send({"type": "http.response.start", "status": 303, "headers": fields})
            await send({"type": "http.response.body", "body": b""})
            return True
        raise Turned(401, "token", "a token is needed: open the address that `explore` printed")

    def _right(self, token: str) -> bool:
        return self.token is not None and hmac.compare_digest(
            token.encode("utf-8", "replace"), self.token.encode()
        )

    async def _body(self, scope: Message, receive: Receive) -> bytes:
        """The whole body, read within a time and a size."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return b""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(SECONDS_TO_SEND):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Turned(400, "body", "the request ended before it was whole")
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > MOST_BYTES:
                        limit = f"the request is larger than {MOST_BYTES} bytes; send less"
                        raise Turned(413, "body", limit)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError as error:
            message = f"the request took longer than {SECONDS_TO_SEND:g} s to come"
            raise Turned(408, "body", message) from error


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read again; then what comes of the connection."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _say(send: Send, status: int, field: str, message: str) -> None:
    body = faults_text(field, message)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
