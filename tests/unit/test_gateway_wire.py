"""The wire: connections are kept while they are good, and each way to break has its own name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.gateway import wire as module
from bot.gateway.wire import BrokenWireError, NotConnectedError, Wire

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
EARLY = b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD


class Peer:
    """Answers each request with the next bytes; after ``None`` it hangs up, without an answer."""

    def __init__(self, path: Path, *answers: bytes | None) -> None:
        self.path = path
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if b"ontent-" in line[:8]), 0
                )
                self.requests.append(head + await reader.readexactly(size))
                answer = self.answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
        writer.close()

    def run(self, work: Callable[[Wire], Awaitable[None]]) -> None:
        async def begin() -> None:
            server = await asyncio.start_unix_server(self.serve, self.path)
            wire = Wire(f"unix:{self.path}", {"Authorization": "Bearer k"}, 2, 1000)
            async with server:
                await work(wire)
                wire.close()
                for writer in self.writers:
                    writer.close()

        asyncio.run(begin())


async def ask(wire: Wire, body: bytes = b"{}", seconds: float = 5.0) -> tuple[int, bytes]:
    return await wire.ask("POST", "/turn", seconds, body, {"X-Request-Id": "r"})


def test_a_good_connection_is_used_again(tmp_path: Path) -> None:
    peer = Peer(tmp_path / "s", GOOD, CHUNKED, EARLY)

    async def work(wire: Wire) -> None:
        assert await ask(wire) == (200, b"hi")
        assert await ask(wire, b"") == (201, b"hi")
        assert await wire.ask("GET", "/health", 5.0) == (200, b"hi")

    peer.run(work)
    assert peer.connections == 1
    assert peer.requests[0].startswith(b"POST /turn HTTP/1.1\r\n")
    assert peer.requests[0].endswith(b"\r\n\r\n{}")
    assert b"Bearer k" in peer.requests[2]


@pytest.mark.parametrize("first", [LAST, None])
def test_one_that_the_peer_closes_is_not_used_again(tmp_path: Path, first: bytes | None) -> None:
    peer = Peer(tmp_path / "s", first, GOOD)

    async def work(wire: Wire) -> None:
        with suppress(BrokenWireError):
            await ask(wire)
        assert await ask(wire) == (200, b"hi")

    peer.run(work)
    assert peer.connections == 2


def test_one_that_was_closed_while_nothing_was_asked_breaks_no_request(tmp_path: Path) -> None:
    peer = Peer(tmp_path / "s", GOOD, GOOD)

    async def work(wire: Wire) -> None:
        await ask(wire)
        peer.writers[0].close()
        await peer.writers[0].wait_closed()
        await asyncio.sleep(0.05)
        assert await ask(wire) == (200, b"hi")

    peer.run(work)
    assert peer.connections == 2


def test_one_that_rests_for_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_OPEN", 0.0)
    peer = Peer(tmp_path / "s", GOOD, GOOD)

    async def work(wire: Wire) -> None:
        await ask(wire)
        await ask(wire)

    peer.run(work)
    assert peer.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        None, b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001,
    ],
)  # fmt: skip
def test_what_is_no_whole_response_is_a_broken_wire(tmp_path: Path, answer: bytes | None) -> None:
    peer = Peer(tmp_path / "s", answer)

    async def work(wire: Wire) -> None:
        with pytest.raises(BrokenWireError):
            await ask(wire, seconds=0.3)

    peer.run(work)


def test_an_answer_that_does_not_come_is_a_broken_wire(tmp_path: Path) -> None:
    peer = Peer(tmp_path / "s", b"", GOOD)

    async def work(wire: Wire) -> None:
        with pytest.raises(BrokenWireError, match="TimeoutError"):
            await ask(wire, seconds=0.05)
        assert await ask(wire) == (200, b"hi")

    peer.run(work)
    assert peer.connections == 2


def test_a_request_that_is_given_up_leaves_no_answer_for_the_next(tmp_path: Path) -> None:
    peer = Peer(tmp_path / "s", b"", GOOD)

    async def work(wire: Wire) -> None:
        asking = asyncio.ensure_future(ask(wire))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await ask(wire) == (200, b"hi")

    peer.run(work)
    assert peer.connections == 2


def test_nobody_there_is_told_from_a_broken_wire(tmp_path: Path) -> None:
    async def work() -> None:
        for address in (f"unix:{tmp_path / 'none'}", "http://127.0.0.1:9"):
            with pytest.raises(NotConnectedError):
                await ask(Wire(address, {}, 2, 1000))

    asyncio.run(work())
