"""Who may ask: a token beyond loopback, bodies that come in time, cookies that are sound."""

import asyncio
import json

import httpx
import pytest

from safepassage.errors import InputError
from safepassage.server import middleware
from safepassage.server.middleware import Guards
from safepassage.server.run import bind, check_host, is_loopback, names_of

TOKEN = "a1b2c3d4e5f6a7b8c9"


async def answers(scope, receive, send):
    body = json.dumps({"body": (await receive()).get("body", b"").decode()}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(app, path="/", headers=None, method="GET", content=b""):
    async def run():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(run())


def test_without_the_token_nothing_is_answered():
    app = Guards(answers, ["localhost"], TOKEN)
    assert ask(app).status_code == 401
    assert ask(app, headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert ask(app, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert ask(app, headers={"cookie": f"{middleware.COOKIE}={TOKEN}"}).status_code == 200
    assert ask(app, headers={"cookie": "\x01=;;=\x02"}).status_code == 401


def test_the_address_with_the_token_gives_a_cookie_and_hides_it():
    answer = ask(Guards(answers, ["localhost"], TOKEN), f"/?token={TOKEN}")
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_a_body_is_handed_on_whole():
    app = Guards(answers, ["localhost"])
    assert ask(app, method="POST", content=b"whole").json() == {"body": "whole"}


def test_a_body_that_does_not_come_is_given_up(monkeypatch):
    monkeypatch.setattr(middleware, "SECONDS_TO_SEND", 0.05)
    said = []

    async def never():
        await asyncio.sleep(10)

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    asyncio.run(Guards(answers, ["localhost"])(scope, never, send))
    assert said[0]["status"] == 408


@pytest.mark.parametrize("host", ["localhost:80", "LOCALHOST", "[::1]:9"])
def test_names_of_its_own_are_let_in(host):
    assert ask(Guards(answers, ["localhost", "::1"]), headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "[::1", "a b"])
def test_other_names_are_not(host):
    assert ask(Guards(answers, ["localhost"]), headers={"host": host}).status_code == 400


def test_long_addresses_are_refused():
    assert ask(Guards(answers, ["localhost"]), "/?" + "a" * 5000).status_code == 414


def test_beyond_this_machine_a_token_is_needed():
    check_host("127.0.0.1", None)
    check_host("localhost", None)
    check_host("0.0.0.0", TOKEN)
    for host, token in (("0.0.0.0", None), ("192.168.1.5", None), ("0.0.0.0", "short")):
        with pytest.raises(InputError):
            check_host(host, token)
    assert is_loopback("127.8.8.8") and not is_loopback("example.org")
    assert "127.0.0.1" in names_of("127.0.0.1") and names_of("192.0.2.1") == ("192.0.2.1",)


def test_a_port_that_is_taken_is_said_or_another_is_found():
    with bind("127.0.0.1", None) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputError, match="taken"):
            bind("127.0.0.1", port)
        with bind("127.0.0.1", None) as second:
            assert second.getsockname()[1] != port
    with pytest.raises(InputError, match="cannot serve"):
        bind("192.0.2.77", 0)
