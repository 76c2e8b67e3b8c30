"""What exports, serves and answers loads no torch and no TensorFlow: seconds, and memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.processes import Project

UNWANTED = ("torch", "sentence_transformers", "transformers", "tensorflow", "keras", "triton")

# The command line, run within a process that looks at itself after the question was answered.
LOOK = """
import json, sys

def loaded(unwanted):
    files = {n: getattr(m, "__file__", None) for n, m in list(sys.modules.items()) if m is not None}
    roots = {name.partition(".")[0] for name, file in files.items() if file}
    with open("/proc/self/maps") as maps:
        libraries = {line.rstrip().rpartition("/")[2] for line in maps if ".so" in line}
    return {
        "modules": sorted(roots & set(unwanted)),
        "libraries": sorted(l for l in libraries if l.startswith(("libtorch", "libtensorflow"))),
        "tensorflow": getattr(sys.modules.get("tensorflow"), "__file__", None),
        "seen": sorted(roots & {"onnxruntime", "faiss", "spacy", "rasa", "sanic"}),
    }
"""
ASK = """
try:
    main(["ask", "what", "is", "rcs"])
except SystemExit as done:
    assert done.code in (0, None), done.code
"""
SERVE = """
import os, signal, threading, time
import httpx
from bot.secret import channel_key, secrets_of
from bot.settings import Settings

settings = Settings.from_environment()

def answer():
    path = settings.rasa_address.removeprefix("unix:")
    shown = {"Authorization": "Bearer " + channel_key(secrets_of(settings)[0])}
    body = {"id": "1", "sender": "me", "text": "what is rcs"}
    with httpx.Client(transport=httpx.HTTPTransport(uds=path), base_url="http://rasa") as rasa:
        while True:
            try:
                rasa.get("/health").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        said = rasa.post("/webhooks/door/turn", json=body, headers=shown, timeout=60).text
    found.update(loaded(unwanted), said=said)
    os.kill(os.getpid(), signal.SIGTERM)

found = {}
threading.Thread(target=answer, daemon=True).start()
try:
    main(["rasa"])
except SystemExit as done:
    assert done.code in (0, None), done.code
"""


def look(project: Project, report: Path, command: str, **names: object) -> dict[str, object]:
    """Run a command as ``termwise`` does and return what was loaded at the end."""
    setting = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    script = f"{LOOK}\nfrom bot.cli import main\n{setting}{command}\n"
    write = f"\nopen({str(report)!r}, 'w').write(json.dumps(found))\n"
    done = project.python("-c", script + write)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(report.read_text())
    return found


def assert_light(found: dict[str, object]) -> None:
    assert found["modules"] == []
    assert found["libraries"] == []
    assert found["tensorflow"] is None


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def test_ask(project: Project, report: Path) -> None:
    command = ASK + "found = loaded(unwanted)"
    found = look(project, report, command, unwanted=UNWANTED)
    assert_light(found)
    assert found["seen"] == ["faiss", "onnxruntime", "spacy"], "asking needs no server"


def test_export(project: Project, report: Path, tmp_path: Path) -> None:
    from_here = "from bot.adapters.encoder_export import main as export\n"
    command = from_here + "assert export([folder]) == 0\nfound = loaded(unwanted)"
    found = look(project, report, command, unwanted=UNWANTED, folder=str(tmp_path / "encoder"))
    assert_light(found)
    assert found["seen"] == ["onnxruntime"]


def test_rasa(project: Project, report: Path, tmp_path: Path) -> None:
    project = project.having(STATE=tmp_path / "state")
    found = look(project, report, SERVE, unwanted=UNWANTED)
    assert_light(found)
    assert "rich communication services" in str(found["said"])
    assert found["seen"] == ["faiss", "onnxruntime", "rasa", "sanic", "spacy"]
