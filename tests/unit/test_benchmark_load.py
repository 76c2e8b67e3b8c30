"""The load run: arrivals that do not wait, and sums that hide nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.benchmark.load.arrivals import Arrival, Reply, arrivals, send
from bot.benchmark.load.result import Served

PATIENCE = 60.0  # seconds until a test gives up
together = threading.Barrier(10)  # slow replies come when so many are asked for at once


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers["content-length"])))["message"]
        if text == "slow":
            together.wait(PATIENCE)
            time.sleep(0.5)
        status = {"full": 503, "lost": 200}.get(text, 200)
        body = json.dumps([] if text in ("lost", "full") else [{"text": "yes"}]).encode()
        self.send_response(status)
        if text == "full":
            self.send_header("Retry-After", "5")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_arrivals_are_as_many_as_told_and_the_same_each_time() -> None:
    found = arrivals(50.0, 20.0, ["a", "b"])
    assert found == arrivals(50.0, 20.0, ["a", "b"])
    assert 900 < len(found) < 1100
    assert {one.sender for one in found} == {"a", "b"}
    assert all(x.at <= y.at for x, y in itertools.pairwise(found))


def test_messages_do_not_wait_for_replies(url: str) -> None:
    coming = [Arrival(0.0, str(n), "slow") for n in range(10)]
    replies = asyncio.run(send(url, coming))
    assert all(reply.said and reply.milliseconds >= 500 for reply in replies)


def test_what_was_not_said_is_lost_or_refused(url: str) -> None:
    texts = ("yes", "lost", "full", "yes", "full")
    replies = asyncio.run(send(url, [Arrival(0.0, "a", text) for text in texts]))
    found = Served.of(replies)
    assert (found.sent, found.answered, found.refused, found.told_when, found.lost) == (
        5, 2, 2, 2, 1,
    )  # fmt: skip


def test_a_server_that_is_gone_loses_all() -> None:
    replies = asyncio.run(send("http://127.0.0.1:1", [Arrival(0.0, "a", "x")]))
    assert Served.of(replies).lost == 1


def test_percentiles_are_those_of_answers() -> None:
    one = Arrival(0.0, "a", "x")
    replies = [Reply(one, 200, True, False, float(ms)) for ms in range(1, 101)]
    found = Served.of([*replies, Reply(one, 503, False, True, 9999.0)])
    assert found.p50 == pytest.approx(50.5)
    assert found.p95 == pytest.approx(95.05)
    assert found.refusal_p95 == 9999.0
