"""The gateway needs what ``requirements/gateway.txt`` lists, and Rasa is not among it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import httpx

from bot.settings import PROJECT
from tests.integration.processes import PATIENCE, Project, Server, free_port

# What a machine with these packages alone would say, without installing them anew.
ALONE = """
import sys
from importlib.metadata import packages_distributions

listed = {listed!r}

class Missing:
    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        made_by = owners.get(root)
        if made_by and not made_by & listed:
            raise ModuleNotFoundError(f"No module named {{root!r}}", name=root)

plain = lambda name: name.lower().replace("_", "-").replace(".", "-")
owners = {{n: {{plain(d) for d in ds}} for n, ds in packages_distributions().items()}}
sys.meta_path.insert(0, Missing())
"""
SERVE = """
from bot.cli import main
main(["gateway", "--port", "{port}"])
"""
IMPORT = """
import importlib, pkgutil
import bot.cli, bot.gateway, bot.helpdesk
for package in (bot.gateway, bot.helpdesk):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
try:
    import rasa
except ModuleNotFoundError:
    print("alone")
"""


def listed() -> set[str]:
    """Return the packages that the gateway is installed with, what those here need, and ours."""
    text = (PROJECT / "requirements" / "gateway.txt").read_text(encoding="utf-8")
    found: set[str] = set()
    left = re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            with suppress(PackageNotFoundError):
                needs = [need for need in requires(name) or () if "extra ==" not in need]
                left += [re.split(r"[^A-Za-z0-9._-]", n)[0].lower() for n in needs]
    return {name.replace("_", "-").replace(".", "-") for name in found} | {"termwise"}


def test_every_module_can_be_imported(project: Project) -> None:
    done = project.python("-c", ALONE.format(listed=listed()) + IMPORT)
    assert done.stdout == "alone\n", done.stderr


def test_it_serves(project: Project, tmp_path: Path) -> None:
    port = free_port()
    script = ALONE.format(listed=listed()) + SERVE.format(port=port)
    alone = project.having(STATE=tmp_path / "state")
    with (
        alone.running(tmp_path / "log", sys.executable, "-c", script) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
    ):
        server = Server(process, port, client, tmp_path / "log")
        server.wait("/v1/terms")
        token = client.post("/v1/session", json={}).json()["token"]
        signed = {"Authorization": f"Bearer {token}"}
        kept = client.post("/v1/ask", json={"text": "hi", "wait": 0}, headers=signed)
        assert kept.json()["outcome"] == "pending"
        assert client.get("/health").json() == {"status": "starting"}
        assert client.get("/").status_code == 200
        assert "sid" in client.get("/socket.io/?EIO=4&transport=polling").text
        assert "Traceback" not in server.output()
