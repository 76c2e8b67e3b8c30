"""Connections that take their time, over real sockets: none holds more than its share."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.gateway import body, bounded_http
from tests.gateway_fakes import door_settings, listening_door

HEAD = b"POST /v1/session HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(body, "_PATIENCE", 0.3)
    with listening_door(door_settings(tmp_path)) as address:
        yield address


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)


def drip(connection: socket.socket, content: bytes) -> bytes:
    """Send a byte now and then until the server has enough; return what it said."""
    connection.settimeout(0.05)
    said = b""
    for number in range(400):
        try:
            connection.send(content[number % len(content)].to_bytes(1, "big"))
        except OSError:
            return said
        try:
            got = connection.recv(10_000)
        except TimeoutError:
            continue
        except OSError:
            return said
        if not got:
            return said
        said += got
    raise AssertionError("it is still open")


def test_a_head_that_never_ends_is_cut_off(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        drip(connection, b"X: y\r\n")


def test_a_connection_that_says_nothing_is_cut_off(address: str) -> None:
    with connect(address) as connection:
        assert connection.recv(10) == b""


def test_a_second_head_that_never_ends_is_cut_off(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET /webhooks/rest/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in connection.recv(10_000)
        drip(connection, b"GET /health HTTP/1.1\r\nX: y\r\n")


def test_a_body_that_never_ends_is_cut_off(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n")
        assert b"408" in drip(connection, b" ")


def test_who_takes_no_more_than_that_is_answered(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        token = client.post("/v1/session", json={}).json()["token"]
        time.sleep(0.5)  # between two requests there is more time
        signed = {"Authorization": f"Bearer {token}"}
        slow = client.post("/v1/ask", json={"text": "slow"}, headers=signed)
        assert slow.json()["outcome"] == "answered"


def test_a_socket_may_be_silent(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        said = connection.recv(10_000)
        assert b"101 Switching" in said
        time.sleep(0.6)
        connection.sendall(bytes([0x81, 0x81, 0, 0, 0, 0]) + b"3")
        connection.settimeout(0.3)
        try:
            while said:
                said = connection.recv(10_000)
        except TimeoutError:
            return
        raise AssertionError("it was closed")


def test_many_that_are_slow_harm_nobody(address: str) -> None:
    slow = [connect(address) for _ in range(200)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nX")
        assert httpx.get(f"{address}/webhooks/rest/", timeout=30).status_code == 200
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000,
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
        b"Upgrade: websocket\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"no http at all\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\r\n\r\n",
    ],
)  # fmt: skip
def test_a_head_that_is_too_long_or_none_is_refused(address: str, head: bytes) -> None:
    said = all_of(address, head)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"X-Content-Type-Options: nosniff" in said
    assert said.endswith(b'{"error": "The request is not understood."}')


def all_of(address: str, content: bytes) -> bytes:
    """Return all that the server says to that until it hangs up."""
    said = b""
    with connect(address) as connection:
        with contextlib.suppress(OSError):  # it may hang up before it has all
            connection.sendall(content)
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(10_000):
                said += part
    return said


def test_what_is_no_http_in_the_middle_of_a_reply_ends_the_connection_only(address: str) -> None:
    token = httpx.post(f"{address}/v1/session", json={}).json()["token"]
    head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n".encode()
    body = b'Transfer-Encoding: chunked\r\n\r\nE\r\n{"text":"slow"\r\nZZ\r\n'
    assert all_of(address, head + body).count(b"HTTP/1.1") == 1
    assert httpx.get(f"{address}/health").status_code == 200


def test_more_connections_than_there_may_be_are_told_to_come_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "_MOST", 20)
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 30.0)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect(address))
        said = all_of(address, b"")
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: " in said
    wait_for(address)


def test_one_address_cannot_have_all_connections(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "_MOST_OF_ONE", 20)
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 30.0)
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(connect(address))
        wait_for(address)  # a program of this machine, or a proxy, may have more
    monkeypatch.setattr(bounded_http, "is_loopback", lambda host: False)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect(address))
        assert all_of(address, b"").startswith(b"HTTP/1.1 503 ")
    wait_for(address)


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/webhooks/rest/", timeout=10).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("nobody gets in")


def test_who_does_not_read_is_cut_off(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "READ_SECONDS", 0.3)
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 30.0)
    with connect(address) as connection:
        connection.settimeout(10)
        with pytest.raises(ConnectionError):  # and no TimeoutError
            ask_without_end(connection)
    wait_for(address)


def ask_without_end(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        time.sleep(0.01)
