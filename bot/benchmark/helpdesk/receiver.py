"""A helpdesk's API that takes its time, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping

from bot.benchmark.process import HOST

API_SECONDS = 0.2


class Receiver:
    """Answers each call after :data:`API_SECONDS`, and takes each key once.

    ``port`` is where it listens.
    """

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, float]] = {}  # key -> message that is replied to, when
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._connected, HOST, 0)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = int(server.sockets[0].getsockname()[1])

    def replies(self) -> Counter[str]:
        """Return how many replies each message got."""
        return Counter(message for message, _ in list(self._told.values()))

    def when(self) -> Mapping[str, float]:
        """Return when the reply to a message began to come in, on the performance counter."""
        return dict(list(self._told.values()))

    def stop(self) -> None:
        """Close it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                came = time.perf_counter()
                await asyncio.sleep(API_SECONDS)
                if body["type"] == "reply":
                    self._told.setdefault(headers["idempotency-key"], (body["to"], came))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b'Content-Length: 11\r\n\r\n{"id": "1"}'
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
