"""Real processes: the command line and servers, on free ports of the loopback device."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

WEBHOOK = "/webhooks/rest/webhook"
PATIENCE = 180.0  # seconds until a test gives up on a process; no test asserts how long one takes
_OURS = ("GLOSSARY", "MODELS", "STATE", "WATCH", "HOST", "PORT", "ACTION_ENDPOINT", "TRACKER_DB")


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return that many different ports: asked for one by one, the same could come twice."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@dataclass(frozen=True)
class Project:
    """A folder with the project's files, and the environment its commands get.

    ``folder`` is where commands are run: never the project itself, so that nothing is written
    there and nothing depends on the working directory.
    """

    root: Path
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def having(self, **variables: object) -> Project:
        """Return the same project with other environment variables."""
        added = {name: str(value) for name, value in variables.items()}
        return replace(self, variables={**self.variables, **added})

    @property
    def models(self) -> Path:
        return Path(self.variables["MODELS"])

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
        return {
            **inherited,
            "PYTHONPATH": str(self.root),
            "RASA_TELEMETRY_ENABLED": "false",
            **self.variables,
        }

    def termwise(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``termwise`` to its end."""
        return self.python("-m", "bot.cli", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python to its end."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment(), text=True,
            capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

    def ask(self, question: str) -> dict[str, Any]:
        """Return what ``termwise ask --json`` says."""
        done = self.termwise("ask", "--json", question)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    @contextmanager
    def running(self, log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command in the background; it and what it started are gone at the end."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        try:
            yield process
        finally:
            _stop(process)

    @contextmanager
    def serving(self, log: Path, port: int | None = None) -> Iterator[Server]:
        """Run ``termwise serve``; yields when it is ready."""
        port = port or free_port()
        command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(port))
        with (
            self.running(log, *command) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
        ):
            server = Server(process, port, client, log)
            server.wait("/health")
            yield server


@dataclass(frozen=True)
class Server:
    """A server that runs, and a client that is connected to it."""

    process: subprocess.Popen[bytes]
    port: int
    client: httpx.Client
    log: Path

    def wait(self, path: str) -> None:
        """Wait until the server answers there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"it ended: {self.output()}"
            try:
                if self.client.get(path).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready: {self.output()}")

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def post(self, body: bytes | str | object) -> httpx.Response:
        """Send a body as it is (bytes), or as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(WEBHOOK, content=content)

    def say(self, text: str, sender: str | None = None) -> dict[str, Any]:
        """Send a message; return the one message that comes back."""
        response = self.post({"message": text} | ({"sender": sender} if sender else {}))
        assert response.status_code == 200, response.text
        messages = response.json()
        assert len(messages) == 1, messages
        message: dict[str, Any] = messages[0]
        return message

    def end(self, how: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)


def concepts(custom: Mapping[str, Any]) -> list[str]:
    """Return the ids of the concepts that an answer is about."""
    return [concept["id"] for concept in custom["concepts"]]


def index_folder(project: Project) -> Path:
    """Return the folder of the index version that is current."""
    index = project.models / "index"
    return index / (index / "current").read_text().split()[0]


def steady(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with its evidence rounded, to compare what two processes say."""
    reasons = answer["reasons"].items()
    rounded = {n: round(v, 6) if isinstance(v, float) else v for n, v in reasons}
    return {**answer, "reasons": rounded}


def _die_with_parent() -> None:
    """Have the kernel end this process with the tests, also where those are killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process with all it started: its session is its own."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
