"""Connections that take their time, over real sockets: none holds more than its share."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.gateway import body, head_deadline
from tests.gateway_fakes import door_settings, listening_door

HEAD = b"POST /v1/session HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(head_deadline, "HEAD_SECONDS", 0.3)
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


def test_a_head_that_is_too_long_is_refused(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000)
        assert b" 400 " in connection.recv(10_000)
