"""The helpdesk run: what is sent over open connections, what is taken once, and what counts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.benchmark.helpdesk.receiver import Receiver
from bot.benchmark.helpdesk.result import Phase
from bot.benchmark.helpdesk.sender import Sender
from bot.benchmark.process import HOST
from bot.errors import BenchmarkError

GOOD = Phase("as usual", 1.0, [0.01, 0.02], [0.5, 0.7], 2.0, 4.0, {}, 0, 0)


def test_a_phase_is_good_only_if_all_was_in_time_and_once() -> None:
    assert GOOD.met
    assert (GOOD.came, GOOD.done) == (1.0, 0.5)
    bad = [{"lost": 1}, {"twice": 1}, {"acknowledged": [0.01, 3.1]}]
    assert not any(replace(GOOD, **worse).met for worse in bad)  # type: ignore[arg-type]


def test_a_message_that_is_replied_to_twice_is_seen_and_a_repeated_key_is_not() -> None:
    receiver = Receiver()

    async def deliver() -> None:
        sender = Sender(HOST, receiver.port, "/")
        for key, message in (("k1", "m1"), ("k1", "m1"), ("k2", "m2"), ("k3", "m2")):
            body = json.dumps({"type": "reply", "to": message}).encode()
            await sender.send(body, {"Idempotency-Key": key})
        await sender.send(json.dumps({"type": "tag"}).encode(), {"Idempotency-Key": "k4"})
        sender.close()

    asyncio.run(deliver())
    assert receiver.replies() == {"m1": 1, "m2": 2}
    assert set(receiver.when()) == {"m1", "m2"}
    receiver.stop()


def test_a_delivery_that_is_refused_ends_the_run() -> None:
    class Refuse(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(503)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, 0), Refuse) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(BenchmarkError, match="503"):
            asyncio.run(Sender(HOST, int(server.server_address[1]), "/").send(b"{}", {}))
        server.shutdown()
