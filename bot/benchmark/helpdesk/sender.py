"""Deliveries over connections that stay open; a client that costs little itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from bot.errors import BenchmarkError


class Sender:
    """Sends deliveries to one address.

    Args:
        host, port, path: where they go.
    """

    def __init__(self, host: str, port: int, path: str) -> None:
        self._where = host, port
        self._head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[float, float]:
        """Deliver; return when it began, on the performance counter, and the seconds it took.

        Raises:
            BenchmarkError: it was not acknowledged.
        """
        began = time.perf_counter()
        fields = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
        head = self._head + "".join(f"{name}: {told}\r\n" for name, told in fields.items())
        reader, writer = (
            self._free.pop() if self._free else await asyncio.open_connection(*self._where)
        )
        writer.write(head.encode("ascii") + b"\r\n" + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        took = time.perf_counter() - began
        [length] = [line.split(":")[1] for line in answer if line.startswith("content-length:")]
        await reader.readexactly(int(length))
        if answer[0].split(" ")[1] != "200":
            raise BenchmarkError(f"a delivery was refused: {answer[0]}")
        self._free.append((reader, writer))
        return began, took

    def close(self) -> None:
        """Hang up."""
        for _, writer in self._free:
            writer.close()
        self._free.clear()
