"""The front door as people use it: no log, counter or connection tells anybody of them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import jwt
import pytest

from tests.integration.processes import PATIENCE, WEBHOOK, Project, Server, free_port

SPOKEN = "trace=connect,sendto,sendmsg,sendmmsg"
STRACE = ("strace", "-f", "--seccomp-bpf", "-q", "-e", SPOKEN, "-o")
CANARIES = [
    f"canary{kind}4711"
    for kind in ("text", "sender", "id", "comment", "token", "slash", "broken", "locked", "path",
                 "person", "origin", "agent", "cookie")
]  # fmt: skip
_KEY = "k" * 32
_INET = re.compile(r'(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')

if shutil.which("strace") is None:
    pytest.skip("no strace here", allow_module_level=True)


def strangers(trace: Path) -> set[str]:
    """Return the addresses beyond this machine's loopback device that somebody spoke to."""
    found = {a or b for a, b in _INET.findall(trace.read_text(errors="replace"))}
    return {name for name in found if not name.startswith("127.") and name not in ("::1", "::")}


@contextmanager
def traced(project: Project, folder: Path) -> Iterator[Server]:
    port = free_port()
    command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(port))
    log = folder / "log"
    with (
        project.running(log, *STRACE, str(folder / "trace"), *command) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
    ):
        server = Server(process, port, client, log)
        server.wait("/ready")
        yield server


@pytest.fixture(scope="module")
def used(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A front door that was used in all ways, with canaries in all that people send."""
    folder = tmp_path_factory.mktemp("used")
    project = project.having(
        STATE=folder / "state", LOG_LEVEL="INFO", METRICS_TOKEN="m" * 32, IDENTITY_KEY=_KEY,
        IDENTITY_AUDIENCE="test",
    )  # fmt: skip
    with traced(project, folder) as server:
        use(server, folder / "state")
        yield server


def use(server: Server, state: Path) -> None:
    text, sender, name, comment, token, slash, broken, locked, path, *more = CANARIES
    person, origin, agent, cookie = more
    client = server.client
    said = {"Origin": f"https://{origin}.example", "User-Agent": agent, "Referer": agent}
    said["Cookie"] = f"termwise_session={cookie}"
    assert client.post("/v1/session", json={}, headers=said).status_code == 403
    del said["Origin"]
    assert client.get("/ask", headers=said).status_code == 200
    claims = {"sub": f"{person}@example.org", "aud": "test", "exp": 4_000_000_000}
    who = {"identity": jwt.encode(claims, _KEY, "HS256")}
    me = {"Authorization": f"Bearer {client.post('/v1/session', json=who).json()['token']}"}
    asked = client.post("/v1/ask", json={"text": f"what is rcs {text}", "id": name}, headers=me)
    assert asked.status_code == 200
    again = client.post("/v1/ask", json={"text": text, "id": name}, headers=me)
    assert again.status_code == 409
    rated = {"number": 1, "verdict": "helpful", "comment": comment}
    assert client.post("/v1/feedback", json=rated, headers=me).status_code == 204
    assert server.say(f'/define{{"{slash}": 1}}', sender)["text"]
    assert server.say("that was wrong", sender)["text"]
    bad = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/conversation", headers=bad).status_code == 401
    assert client.get(f"/{path}?{path}={path}").status_code == 404
    assert client.post(WEBHOOK, content=f'{{"message": "{broken}'.encode()).status_code == 400
    assert client.post("/v1/ask", content=broken.encode(), headers=me).status_code in (400, 415)
    with closing(sqlite3.connect(state / "conversations.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # Rasa cannot keep the turn, which waits
        late = client.post("/v1/ask", json={"text": locked, "wait": 4}, headers=me)
        assert late.status_code == 202
        other.execute("ROLLBACK")
    export = client.get("/v1/conversation/export", headers=me)
    assert locked in export.text
    assert client.request("DELETE", "/v1/conversation", headers=me).status_code == 200


def test_no_log_line_tells_what_people_sent(used: Server) -> None:
    output = used.output()
    assert "replied" in output, "nothing was logged at all"
    assert "not kept" in output, "the locked database was not noticed"
    assert [canary for canary in CANARIES if canary in output] == []


@pytest.mark.parametrize("path", ["/metrics", "/status", "/health", "/ready"])
def test_no_counter_tells_of_anybody(used: Server, path: str) -> None:
    found = used.client.get(path, headers={"Authorization": "Bearer " + "m" * 32})
    assert found.status_code == 200
    if path == "/metrics":
        assert 'termwise_replies_total{outcome="answered"}' in found.text
        assert 'termwise_rasa_faults{fault="turn_not_kept"}' in found.text, "nobody was told"
    assert [canary for canary in CANARIES if canary in found.text] == []


def test_no_connection_leaves_the_machine(used: Server, tmp_path: Path) -> None:
    trace = used.log.parent / "trace"
    assert "127.0.0.1" in trace.read_text() or "AF_UNIX" in trace.read_text()
    assert strangers(trace) == set()
    stranger = "import socket; socket.socket(2, 2).connect(('192.0.2.1', 53))"
    subprocess.run(
        [*STRACE, str(tmp_path / "trace"), sys.executable, "-c", stranger], check=True, timeout=60
    )
    assert strangers(tmp_path / "trace") == {"192.0.2.1"}, "the test would not notice"
