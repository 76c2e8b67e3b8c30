"""What lies in ``deploy/``: its own linters take it, and nginx stands before a real front door."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from bot.settings import PROJECT
from tests.integration.processes import PATIENCE, WEBHOOK, Project, Server, free_ports
from tests.integration.test_gateway_life import front_door
from tests.postgres import PostgresServer

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
NAME = "glossary.example.org"
_MOST_EXPOSED = "20"  # tenths, of systemd's own measure; 3.0 counts as OK


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program} here")


@needs("systemd-analyze")
def test_systemd_takes_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    assert len(UNITS) == 4
    for unit in UNITS:
        text = re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("file:///opt", "https://localhost"))
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "termwise" in line] == []
    for path in paths:
        if path.endswith(".service"):
            command = ["systemd-analyze", "security", "--offline=true", "--threshold"]
            subprocess.run([*command, _MOST_EXPOSED, path], check=True, capture_output=True)


def test_the_units_start_commands_that_there_are(project: Project) -> None:
    for unit in UNITS:
        for command in re.findall(r"^ExecStart=\S+/termwise (.*)$", unit.read_text(), re.M):
            assert project.termwise(*command.split(), "--help").returncode == 0


def test_the_compose_file_opens_nothing_but_nginx() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert {n for n, s in services.items() if "ports" in s} == {"gateway"}
    assert services["nginx"]["network_mode"] == "service:gateway"  # so the ports are nginx's
    assert services["gateway"]["ports"] == ["80:80", "443:443"]
    for name in ("gateway", "rasa", "retention"):
        service = services[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "HOST" not in service["environment"], "it listens on loopback unless told otherwise"
        assert service["environment"]["TRUSTED_PROXIES"] == "127.0.0.1"
    assert services["rasa"]["networks"] == ["inside"]


def test_every_setting_of_the_example_is_one() -> None:
    lines = (DEPLOY / "termwise.env.example").read_text().splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    told = (PROJECT / "docs" / "front-door.md").read_text()
    assert [name for name in names if f"`{name}`" not in told] == []


@contextmanager
def nginx(folder: Path, gateway: int) -> Iterator[tuple[int, int]]:
    """Run nginx with our configuration before a gateway; yields the ports of HTTP and HTTPS."""
    plain, secure = free_ports(2)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "privkey.pem",
         "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx" / "termwise.conf").read_text()
    changes = {
        r"listen \[::\].*": "", "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443": f"listen 127.0.0.1:{secure}",
        "server 127.0.0.1:5005": f"server 127.0.0.1:{gateway}",
        "/etc/ssl/termwise": str(folder), "/var/log/nginx": str(folder),
    }  # fmt: skip
    for found, put in changes.items():
        text, count = re.subn(found, put, text)
        assert count, found
    head = "user root;" if os.getuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{head} daemon off; pid {folder}/pid; error_log {folder}/error.log info;\n"
        f"events {{}}\nhttp {{ {temporary}\n{text}\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(secure)
            yield plain, secure
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@pytest.fixture(scope="module")
def production(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, httpx.Client, Path]]:
    """nginx, the front door, Rasa and PostgreSQL, as ``docs/production.md`` has them."""
    if shutil.which("nginx") is None or shutil.which("initdb") is None:
        pytest.skip("no nginx or no PostgreSQL here")
    folder = tmp_path_factory.mktemp("production")
    with ExitStack() as stack:
        database = stack.enter_context(PostgresServer.running()).new_database()
        told = project.having(
            STATE=folder / "state", DATABASE=database, SECRET="s" * 32, LOG_LEVEL="INFO",
            TRUSTED_PROXIES="127.0.0.1", ORIGINS=f"https://{NAME}",
        )  # fmt: skip
        door = stack.enter_context(front_door(told, folder / "log"))
        _, secure = stack.enter_context(nginx(folder, door.port))
        trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        client = stack.enter_context(
            httpx.Client(
                base_url=f"https://127.0.0.1:{secure}", verify=trust, timeout=PATIENCE,
                headers={"Host": NAME},
            )
        )  # fmt: skip
        client.event_hooks = {"request": [named]}
        yield door, client, folder


def named(request: httpx.Request) -> None:
    """Ask for the name that the certificate is for, at the address that nginx listens on."""
    request.extensions["sni_hostname"] = NAME


class TestProduction:
    def test_a_question_is_answered_and_kept_in_postgres(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, folder = production
        session = client.post("/v1/session", json={})
        assert session.status_code == 201
        me = {"Authorization": f"Bearer {session.json()['token']}"}
        asked = client.post("/v1/ask", json={"text": "what is rcs"}, headers=me)
        assert asked.json()["outcome"] == "answered"
        assert not (folder / "state" / "door.db").exists()
        assert not (folder / "state" / "conversations.db").exists()
        kept = client.get("/v1/conversation/export", headers=me).json()["conversations"][0]
        assert kept["front door"]["messages"]
        assert kept["conversations"]["events"]

    def test_the_page_is_there_by_https_only(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, _ = production
        response = client.get("/")
        assert response.status_code == 200
        assert response.headers["strict-transport-security"]
        assert "nginx/" not in response.headers["server"]

    def test_nobody_who_comes_by_nginx_passes_for_a_program_of_this_machine(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, _ = production
        for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
            client.cookies.clear()
            asked = client.post(WEBHOOK, json={"message": "hello"}, headers=headers)
            assert "set-cookie" in asked.headers, "no session was begun"
            assert client.get("/metrics", headers=headers).status_code == 404
            assert client.get("/helpdesk/status", headers=headers).status_code == 404

    def test_what_is_too_large_ends_at_nginx(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, _ = production
        assert client.post(WEBHOOK, content=b"x" * 100_000).status_code == 413

    def test_a_websocket_goes_through(self, production: tuple[Server, httpx.Client, Path]) -> None:
        _, client, folder = production
        trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        port = client.base_url.port
        with (
            socket.create_connection(("127.0.0.1", port or 0)) as plain,
            trust.wrap_socket(plain, server_hostname=NAME) as secure,
        ):
            secure.sendall(
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: {NAME}\r\nOrigin: https://{NAME}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
            )
            assert secure.recv(4096).startswith(b"HTTP/1.1 101 ")

    def test_no_log_of_nginx_holds_a_query(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, folder = production
        client.get("/v1/terms?begins=canary4711")
        time.sleep(0.2)
        assert "/v1/terms" in (folder / "termwise.log").read_text()
        assert "canary4711" not in (folder / "termwise.log").read_text()

    def test_who_asks_too_often_is_told_so(
        self, production: tuple[Server, httpx.Client, Path]
    ) -> None:
        _, client, _ = production
        codes = [client.get("/health").status_code for _ in range(120)]
        assert set(codes) <= {200, 429}
        assert 429 in codes
