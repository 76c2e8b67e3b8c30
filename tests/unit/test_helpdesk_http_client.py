"""Calls go to the account's address and nowhere else, and their failures are told apart."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bot.errors import SettingError
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Response
from bot.helpdesk.caller import BrokenOffError, NotSentError
from bot.helpdesk.http_client import HttpClient
from tests.integration.processes import free_port


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says, and keeps what came."""

    seen: ClassVar[list[tuple[str, str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, self.path, dict(self.headers), body))
        if self.path.endswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
        elif self.path.endswith("/hang-up"):
            self.connection.close()
            return
        else:
            self.send_response(429 if self.path.endswith("/busy") else 200)
            self.send_header("Retry-After", "7")
            self.send_header("Set-Cookie", "kept=1")
        content = b"x" * 1_000_001 if self.path.endswith("/huge") else b'{"id": 1}'
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Handler.seen.clear()
    yield f"http://127.0.0.1:{server.server_port}/base"
    server.shutdown()
    server.server_close()
    thread.join()


def account(address: str) -> Account:
    return Account("shop", "generic", address)


def send(address: str, *calls: Call) -> list[Response]:
    async def work() -> list[Response]:
        client = HttpClient(account(address), {"Authorization": "Bearer k"}, plain=True)
        try:
            return [await client.send(call) for call in calls]
        finally:
            await client.close()

    return asyncio.run(work())


def test_a_call_goes_out_as_it_is(url: str) -> None:
    calls = [
        Call("POST", "/a?b=c", {"d": "é"}, {"X-Key": "k1"}),
        Call("POST", "/b", b'{"raw":1}'),
        Call("GET", "/busy"),
    ]
    first, second, third = send(url, *calls)
    assert (first.status, first.object(), second.status) == (200, {"id": 1}, 200)
    assert (third.status, third.headers["retry-after"]) == (429, "7")
    method, path, headers, body = Handler.seen[0]
    assert (method, path, body) == ("POST", "/base/a?b=c", b'{"d": "\\u00e9"}')
    assert headers["Authorization"] == "Bearer k"
    assert headers["X-Key"] == "k1"
    assert headers["Content-Type"] == "application/json"
    assert Handler.seen[1][3] == b'{"raw":1}'
    assert "Cookie" not in Handler.seen[1][2]


def test_redirects_are_not_followed(url: str) -> None:
    [response] = send(url, Call("GET", "/redirect"))
    assert response.status == 302
    assert [path for _, path, _, _ in Handler.seen] == ["/base/redirect"]


@pytest.mark.parametrize(
    "path",
    ["//evil.example/x", "http://evil.example/", "x", "", "/\\evil.example", "@evil.example"],
)
def test_a_path_leads_nowhere_else(url: str, path: str) -> None:
    with pytest.raises(NotSentError):
        send(url, Call("GET", path))
    assert Handler.seen == []


@pytest.mark.parametrize("path", ["/hang-up", "/huge"])
def test_what_may_have_got_there_is_told(url: str, path: str) -> None:
    with pytest.raises(BrokenOffError):
        send(url, Call("POST", path, {}))


def test_what_did_not_get_there_is_told() -> None:
    with pytest.raises(NotSentError):
        send(f"http://127.0.0.1:{free_port()}", Call("GET", "/"))


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("http://desk.example.org", True), ("http://127.0.0.1:80", False),
        ("ftp://127.0.0.1", True),
        ("https://me:secret@desk.example.org", False), ("https://desk.example.org?x=1", False),
        ("https://", False), ("desk.example.org", False), ("https://[::1", False),
        ("https://desk.example.org#x", False), ("", True),
    ],
)  # fmt: skip
def test_an_address_that_is_unsafe_is_refused(address: str, plain: bool) -> None:
    with pytest.raises(SettingError, match=r"S061.*shop\.address"):
        HttpClient(account(address), {}, plain)


def test_https_and_this_machine_are_fine() -> None:
    for address in ("https://desk.example.org/api", "http://localhost:8000", "http://[::1]:80"):
        asyncio.run(HttpClient(account(address), {}, plain=True).close())
