"""The real front door for browsers to use, and a way for their tests to stop and start it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import psutil

from tests.integration.processes import PATIENCE, Project, Server, free_port


@dataclass
class Stage:
    """A front door at a fixed address.

    ``page`` is the port of the host pages that may ask there.
    """

    project: Project
    folder: Path
    port: int = field(default_factory=free_port)
    page: int = field(default_factory=free_port)
    _running: ExitStack = field(default_factory=ExitStack)
    _process: psutil.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        """Start it; returns when questions are answered."""
        project = self.project.having(
            STATE=self.folder / "state", ORIGINS=f"http://127.0.0.1:{self.page}",
            SESSION_LIMIT=100_000, ADDRESS_LIMIT=100_000, NEW_SESSIONS_LIMIT=100_000,
        )  # fmt: skip
        command = (
            sys.executable, "-m", "bot.cli", "serve", "--port", str(self.port),
        )  # fmt: skip
        process = self._running.enter_context(project.running(self.log, *command))
        client = self._running.enter_context(httpx.Client(base_url=self.url, timeout=PATIENCE))
        self._process = psutil.Process(process.pid)
        Server(process, self.port, client, self.log).wait("/ready")

    def kill(self) -> None:
        """Kill all of it, without a chance to tidy up."""
        assert self._process is not None
        for process in [self._process, *self._process.children(recursive=True)]:
            process.send_signal(signal.SIGKILL)
        self._running.close()
        self._running = ExitStack()
        self._process = None

    def close(self) -> None:
        """Stop it."""
        self._running.close()


@contextmanager
def staged(project: Project, folder: Path) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Run the front door; yields it, and the environment that tells browser tests of it."""
    stage = Stage(project, folder)
    stage.start()
    # One thread for all requests: the front door ends with the thread that started it.
    control = HTTPServer(("127.0.0.1", 0), _handler(stage))
    threading.Thread(target=control.serve_forever, daemon=True).start()
    try:
        yield (
            stage,
            {
                **os.environ,
                "BASE_URL": stage.url,
                "HOST_PORT": str(stage.page),
                "CONTROL_URL": f"http://127.0.0.1:{control.server_address[1]}",
            },
        )
    finally:
        control.shutdown()
        stage.close()


def _handler(stage: Stage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            {"/start": stage.start, "/kill": stage.kill}[self.path]()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
