"""The scripts of the widget as the gateway serves them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.gateway import widget_files
from bot.settings import PROJECT
from tests.gateway_fakes import AppClient

CORE = "core-0123456789abcdef.js"


@pytest.fixture
def client(tmp_path: Path) -> AppClient:
    built = tmp_path / "dist"
    built.mkdir()
    (built / "widget.js").write_text("start()")
    (built / CORE).write_text("chat()")
    (built / "manifest.json").write_text("{}")
    (built / ".secret.js").write_text("no")
    (built / "notes.html").write_text("no")
    return AppClient(Starlette(routes=widget_files.routes(built)))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("widget.js", "max-age=3600"), (CORE, "immutable"), ("manifest.json", "max-age=3600")],
)
def test_any_page_may_load_the_scripts(client: AppClient, name: str, kept: str) -> None:
    found = client.get(f"/widget/{name}")
    assert found.status_code == 200
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["cross-origin-resource-policy"] == "cross-origin"
    assert kept in found.headers["cache-control"]


def test_a_script_is_sent_once_and_packed(client: AppClient) -> None:
    found = client.get("/widget/widget.js", headers={"Accept-Encoding": "gzip"})
    assert found.headers["content-encoding"] == "gzip"
    assert found.text == "start()"
    plain = client.get("/widget/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    again = client.get("/widget/widget.js", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["notes.html", ".secret.js", "..%2fpyproject.toml", "core-0.js", ""]
)
def test_nothing_else_is_served(client: AppClient, name: str) -> None:
    assert client.get(f"/widget/{name}").status_code == 404


def test_without_a_build_there_are_no_scripts(tmp_path: Path) -> None:
    client = AppClient(Starlette(routes=widget_files.routes(tmp_path / "none")))
    assert client.get("/widget/widget.js").status_code == 404


def test_where_node_is_missing_make_says_so_and_goes_on(tmp_path: Path) -> None:
    for tool in ("sh", "find", "bash", "mkdir", "cat", "test"):
        if found := shutil.which(tool):
            (tmp_path / tool).symlink_to(found)
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "--no-print-directory", "-C", str(PROJECT), "widget-if-node"],
        env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "No node: the pages are served without the chat widget."
