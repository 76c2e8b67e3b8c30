"""A real Request Tracker that looks like our fake of it: the same suite runs against both."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from tests.real_helpdesks.rt_server import AGENT, BOT, CUSTOMER, RtServer
from tests.strict_helpdesks.server import Delivery, Shown

SECRET = "golden-secret"
_BY = {AGENT: "agent", BOT: "bot", CUSTOMER: "customer"}


class RealRequestTracker:
    """What customers and agents do goes by mail and REST; what the scrip posts is kept."""

    def __init__(self, rt: RtServer, deliveries: list[Delivery]) -> None:
        self.rt = rt
        self.url = rt.url
        self._deliveries = deliveries
        self._first = max(rt.tickets(), default=0)

    @classmethod
    @contextmanager
    def server(cls) -> Iterator[tuple[RtServer, list[Delivery]]]:
        """Run Request Tracker and what its scrip posts to."""
        deliveries: list[Delivery] = []
        listener = ThreadingHTTPServer(("127.0.0.1", 0), _keeper(deliveries))
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            hook = f"http://127.0.0.1:{listener.server_address[1]}/"
            with RtServer.running(hook, SECRET) as rt:
                yield rt, deliveries
        finally:
            listener.shutdown()
            listener.server_close()

    @property
    def now(self) -> float:
        return time.time()

    def taken(self, random: Random | None = None) -> list[Delivery]:
        found = list(self._deliveries)
        self._deliveries.clear()
        if random:
            found = found * 2
            random.shuffle(found)
        return found

    def customer_writes(self, text: str, conversation: str = "") -> str:
        subject = f"Re: [ci.test #{conversation}] A question" if conversation else "A question"
        self.rt.mail(text, subject)
        return conversation or str(self.rt.tickets()[-1])

    def agent_writes(self, conversation: str, text: str) -> None:
        body = {"Content": text, "ContentType": "text/html"}
        self.rt.call(AGENT, "POST", f"/ticket/{conversation}/correspond", body)

    def agent_notes(self, conversation: str, text: str) -> None:
        body = {"Content": text, "ContentType": "text/plain"}
        self.rt.call(AGENT, "POST", f"/ticket/{conversation}/comment", body)

    def agent_takes(self, conversation: str) -> None:
        self.rt.call(AGENT, "PUT", f"/ticket/{conversation}/take", {})

    def gives_back(self, conversation: str) -> None:
        self.rt.call(AGENT, "PUT", f"/ticket/{conversation}", {"Owner": "Nobody"})

    def shown(self, conversation: str) -> list[Shown]:
        return [
            Shown("note" if kind == "Comment" else "reply", text, _BY[by])
            for kind, by, text in self.rt.written(int(conversation))
        ]

    def with_person(self, conversation: str) -> bool:
        found = self.rt.ticket(int(conversation))
        return found["owner"] == AGENT or found["queue"] == "Second level"


def _keeper(deliveries: list[Delivery]) -> type[BaseHTTPRequestHandler]:
    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            deliveries.append(Delivery(dict(self.headers.items()), body))
            self.send_response(202)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Keep
