"""What is done to a running server: each fault is done, lasts a while, and is undone."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.faults.points.sitecustomize import ACTION_LIES, DEATHS, LIES
from tests.postgres import PostgresServer

PARTS = ("gateway", "rasa")
_UNTOUCHED = 60.0  # seconds until what does not come about is given up
_BEGINNINGS = (
    b"", b"GET / HTTP/1.1\r\nX: ",
    b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
)  # fmt: skip
_STALE = 5.0  # seconds for which the front door believes that it is well
_Doing = Callable[["Target"], AbstractAsyncContextManager[bool]]


@dataclass(frozen=True)
class Target:
    """A server under attack.

    ``well`` waits until it answers questions again.
    """

    supervisor: psutil.Process
    state: Path
    models: Path
    points: Path
    port: int
    well: Callable[[], Awaitable[None]]
    postgres: PostgresServer | None = None

    def parts(self, *names: str) -> list[psutil.Process]:
        """Return the processes of those parts that run now."""
        found = []
        for child in self.supervisor.children():
            with suppress(psutil.NoSuchProcess):
                if set(names) & set(child.cmdline()[1:5]):
                    found.append(child)
        return found

    async def running(self, *names: str) -> list[psutil.Process]:
        """Return the processes of those parts as soon as all of them run."""
        for _ in range(int(_UNTOUCHED / 0.05)):
            parts = self.parts(*names)
            if len(parts) == len(names):
                break
            await asyncio.sleep(0.05)
        return parts

    async def end(self, *names: str) -> bool:
        """Kill parts as soon as they run; return whether they did."""
        parts = await self.running(*names)
        for part in parts:
            with suppress(psutil.NoSuchProcess):
                part.kill()
        return len(parts) == len(names)


@dataclass(frozen=True)
class Fault:
    """One kind of fault; ``done`` does and undoes it, and tells whether it happened."""

    name: str
    done: _Doing


def kill(*parts: str) -> Fault:
    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        yield await target.end(*parts)

    return Fault(f"kill -9 {' and '.join(parts)}", done)


def point(name: str) -> Fault:
    """Something happens where the code comes by that point the next time."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        mark = target.points / name
        mark.touch()
        for _ in range(int(_UNTOUCHED / 0.05)):
            if not mark.exists():
                break
            await asyncio.sleep(0.05)
        happened = not mark.exists()
        mark.unlink(missing_ok=True)
        yield happened

    return Fault(f"at {name}", done)


def freeze(part: str, seconds: float) -> Fault:
    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        parts = await target.running(part)
        for process in parts:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        await asyncio.sleep(seconds)
        yield bool(parts)
        for process in parts:
            with suppress(psutil.NoSuchProcess):
                process.resume()

    return Fault(f"{part} hangs", done)


def lock(file: str, seconds: float) -> Fault:
    """Another program holds the database."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        path = target.state / file
        with closing(
            sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        ) as other:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            other.execute("ROLLBACK")
        yield True

    return Fault(f"{file} locked", done)


def full_disk(seconds: float) -> Fault:
    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        ballast = target.state / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(512))
        await asyncio.sleep(seconds)
        yield shutil.disk_usage(target.state).free < 65_536
        ballast.unlink()

    return Fault("disk full", done)


def damage(what: str) -> Fault:
    """The new model or index is damaged when Rasa is started again."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        path = target.models / "termwise.tar.gz"
        if what == "index":
            index = target.models / "index"
            path = index / (index / "current").read_text().split()[0] / "vectors.npy"
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        ended = await target.end("rasa")
        await asyncio.sleep(_STALE)
        await target.well()
        yield ended
        path.write_bytes(whole)

    return Fault(f"{what} damaged", done)


def jump(seconds: float) -> Fault:
    """The clock jumps, and back after a while."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        file = target.points / "clock"
        file.write_text(str(seconds))
        await asyncio.sleep(4)
        yield True
        file.unlink()

    return Fault(f"clock {seconds:+g} s", done)


def slow_loris(connections: int, seconds: float) -> Fault:
    """So many connections send a byte now and then: heads, bodies and WebSockets without end."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        writers = []
        for number in range(connections):
            _, writer = await asyncio.open_connection("127.0.0.1", target.port)
            writer.write(_BEGINNINGS[number % len(_BEGINNINGS)])
            writers.append(writer)
        for _ in range(int(seconds / 0.5)):
            for writer in writers:
                writer.write(b"a")
            await asyncio.sleep(0.5)
        yield bool(writers)
        for writer in writers:
            writer.close()

    return Fault("slow loris", done)


def cut_off() -> Fault:
    """PostgreSQL ends all connections, and stays."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        assert target.postgres is not None
        yield await asyncio.to_thread(target.postgres.cut_off) > 0

    return Fault("PostgreSQL cuts connections", done)


def restart() -> Fault:
    """PostgreSQL is stopped as its administrator does it, and started again."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        assert target.postgres is not None
        await asyncio.to_thread(target.postgres.stop)
        await asyncio.to_thread(target.postgres.start)
        yield True

    return Fault("PostgreSQL is restarted", done)


def outage(seconds: float) -> Fault:
    """PostgreSQL dies and comes back."""

    @asynccontextmanager
    async def done(target: Target) -> AsyncIterator[bool]:
        assert target.postgres is not None
        await asyncio.to_thread(target.postgres.crash)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(target.postgres.start)
        yield True

    return Fault(f"PostgreSQL away for {seconds:g} s", done)


_KILLS = [kill("gateway"), kill("rasa"), kill("gateway"), kill("rasa"), kill(*PARTS)]
_POINTS = [point(name) for names in DEATHS.values() for name in names]
_LIES = [point(name) for name in LIES]
_ACTIONS = [point(name) for name in ("hang-action", "fail-action", *ACTION_LIES)]
_LORIS = [slow_loris(300, 6)]
_HANGS = [freeze("rasa", 4), freeze("gateway", 2)]
_DAMAGE = [damage("model"), damage("index")]
_CLOCKS = [jump(1200), jump(-1200), jump(86_400)]

ON_SQLITE: Sequence[Fault] = (
    *_KILLS, *_POINTS, *_LIES, *_ACTIONS, *_HANGS, *_DAMAGE, *_CLOCKS, *_LORIS,
    lock("door.db", 4), lock("conversations.db", 4), full_disk(4),
)  # fmt: skip
ON_POSTGRES: Sequence[Fault] = (
    *_KILLS, *_POINTS, *_LIES, *_ACTIONS, *_HANGS, *_CLOCKS, *_LORIS,
    outage(0), outage(8), restart(), cut_off(),
)  # fmt: skip


def can_mount() -> bool:
    """Return whether a small file system can be made to be filled."""
    return os.getuid() == 0 and shutil.which("mount") is not None


def mount(folder: Path, size: str) -> bool:
    """Mount a file system of that size there; return whether that was allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
