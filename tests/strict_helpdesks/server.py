"""What every fake helpdesk is made of: an HTTP server that refuses, fails and sends on demand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

Handler = Callable[["Request"], "Response"]


@dataclass(frozen=True)
class Request:
    """What came; ``names`` are the parts of the path that the route names."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    names: Mapping[str, str] = field(default_factory=dict)

    def json(self, status: int = 400) -> dict[str, Any]:
        """Return the body, which has to be an object and to be called JSON."""
        if self.headers.get("content-type", "").split(";")[0] != "application/json":
            raise RefusedError(415, {"error": "content type"})
        try:
            found = json.loads(self.body)
        except ValueError:
            raise RefusedError(status, {"error": "not JSON"}) from None
        if not isinstance(found, dict):
            raise RefusedError(status, {"error": "not an object"})
        return found


@dataclass(frozen=True)
class Response:
    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """The request is answered with this."""

    def __init__(self, status: int, content: Any = None) -> None:
        super().__init__(status, content)
        self.response = Response(status, content)


@dataclass
class Fault:
    """What goes wrong with the next requests that change something.

    ``status`` refuses without doing it; 0 does it. ``lost`` hangs up instead of answering, after
    it was done unless a status is given too. ``seconds`` is a pause before the answer.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    seconds: float = 0.0
    times: int = 1


@dataclass(frozen=True)
class Delivery:
    """A webhook request as the helpdesk would send it; ``token`` ends the address, if any does."""

    headers: Mapping[str, str]
    body: bytes
    token: str = ""


@dataclass(frozen=True)
class Shown:
    """What stands in a conversation: ``kind`` is "reply" (the customer sees it) or "note"."""

    kind: str
    text: str
    by: str  # customer, agent or bot


class FakeDesk:
    """A helpdesk; what customers and agents do is called, what the bot does comes over HTTP.

    Every change is told in ``deliveries`` as the product tells it, echoes included.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.deliveries: list[Delivery] = []
        self.now = 1_795_374_846.0
        self._numbers = 9000
        self._lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None

    # -- what every product has a way of its own for

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return method, path as a regular expression, handler."""
        raise NotImplementedError

    def check(self, request: Request) -> None:
        """Raise :class:`RefusedError` unless the request may come in."""
        raise NotImplementedError

    def unknown(self, request: Request) -> Response:
        """Return what the product says to a path it does not have."""
        return Response(404, {"error": "not found"})

    # -- the server

    @property
    def url(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[FakeDesk]:
        """Listen on a free port."""
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def answer(self, request: Request) -> Response | None:
        """Return the answer; None hangs up."""
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request)
            if fault.status:
                response: Response | None = Response(fault.status, {}, fault.headers)
            else:
                response = self._route(request)
        if fault.seconds:
            time.sleep(fault.seconds)
        return None if fault.lost else response

    def _fault(self, request: Request) -> Fault:
        if request.method == "GET" or not self.faults:
            return Fault()
        fault = self.faults[0]
        fault.times -= 1
        if not fault.times:
            self.faults.pop(0)
        return fault

    def _route(self, request: Request) -> Response:
        try:
            self.check(request)
            for method, pattern, handler in self.routes():
                found = re.fullmatch(pattern, request.path)
                if found and method == request.method:
                    named = Request(**{**vars(request), "names": found.groupdict()})
                    return handler(named)
            return self.unknown(request)
        except RefusedError as refused:
            return refused.response

    # -- help for products

    def number(self) -> int:
        """Return an id that was not used before."""
        self._numbers += 1
        return self._numbers

    def taken(self, random: Random | None = None) -> list[Delivery]:
        """Return what is to be delivered and forget it; twice each and in disorder if random."""
        with self._lock:
            found, self.deliveries = self.deliveries, []
        if random:
            found = found * 2
            random.shuffle(found)
        return found


def only(given: Mapping[str, Any], *known: str, status: int = 422) -> None:
    """Refuse fields that the product does not know: they would silently do nothing."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise RefusedError(status, {"error": f"unknown: {', '.join(unknown)}"})


def need(held: bool, why: str, status: int = 422) -> None:
    """Refuse unless that holds."""
    if not held:
        raise RefusedError(status, {"error": why})


def basic(user: str, password: str) -> str:
    """Return the header value of HTTP's basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def iso(seconds: float) -> str:
    """Return seconds since the epoch as a time in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_with_parts(seconds: float) -> str:
    """Return the same with thousandths of a second."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def standard_signature(secret: str, name: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body as Standard Webhooks has it."""
    signed = f"{name}.{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def sha1_signature(secret: str, body: bytes) -> str:
    """Return the signature of a body in the manner of X-Hub-Signature."""
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that hung up


def _handler(desk: FakeDesk) -> type[BaseHTTPRequestHandler]:
    class Handle(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query, keep_blank_values=True)
            response = desk.answer(Request(self.command, parts.path, query, headers, body))
            if response is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            content = b"" if response.content is None else json.dumps(response.content).encode()
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handle
