"""From a folder of Markdown to answers over HTTP, and to other answers after an edit."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.processes import Project, Server, concepts

SADDLE = "A saddle is a seat for a rider, fastened on the back of an animal."
BRIDLE = "A bridle is the gear on the head of a horse by which it is led."
STIRRUP = "A stirrup is a ring that holds the foot of a rider and hangs from the saddle."
BETTER = "A saddle is a shaped seat that spreads the weight of a rider."


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    folder = tmp_path / "glossary"
    folder.mkdir()
    (folder / "saddle.md").write_text(f"# Saddle\n\n{SADDLE}\n")
    (folder / "bridle.md").write_text(f"# Bridle\n\n{BRIDLE}\n")
    (folder / "README.md").write_text("# Not an entry\n")
    return folder


@pytest.fixture
def stables(project: Project, glossary: Path, tmp_path: Path) -> Project:
    models = tmp_path / "models"
    shutil.copytree(project.models, models, ignore=shutil.ignore_patterns("index", "state"))
    return project.having(MODELS=models, GLOSSARY=glossary, WATCH="off")


def test_an_owner_serves_edits_and_serves_again(
    stables: Project, glossary: Path, tmp_path: Path
) -> None:
    train(stables)
    with stables.serving(tmp_path / "log") as server:
        first = server.client.get("/health").json()["glossary"]
        assert first["entries"] == 2
        assert SADDLE in said_about(server, "saddle")
        assert server.say("what is a stirrup?")["custom"]["kind"] != "answer"

        (glossary / "saddle.md").write_text(f"# Saddle\n\n{BETTER}\n")
        (glossary / "stirrup.md").write_text(f"# Stirrup\n\n{STIRRUP}\n")
        train(stables)
        assert SADDLE in said_about(server, "saddle"), "what runs goes on with what it has"
        assert server.client.get("/health").json()["glossary"] == first
        assert server.end(signal.SIGTERM) == 0

    with stables.serving(tmp_path / "log") as server:
        second = server.client.get("/health").json()["glossary"]
        assert second["entries"] == 3
        assert second["version"] != first["version"]
        assert BETTER in said_about(server, "saddle")
        assert STIRRUP in said_about(server, "stirrup")
        custom = server.say("What is a saddle?")["custom"]
        assert custom["glossary_version"] == second["version"]
        check_citations(custom, glossary)


def said_about(server: Server, concept: str) -> str:
    message = server.say(f"What is a {concept}?")
    assert concepts(message["custom"]) == [concept]
    return str(message["text"])


def train(project: Project) -> None:
    done = project.termwise("train", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["index"] is True


def check_citations(custom: dict[str, Any], glossary: Path) -> None:
    assert custom["citations"]
    for citation in custom["citations"]:
        text = (glossary / citation["file"]).read_bytes().decode("utf-8")
        start = citation["offset"]
        assert text[start : start + citation["length"]] == BETTER


DIALOGUES: dict[str, list[tuple[str, Callable[[dict[str, Any]], bool]]]] = {
    "English": [
        ("hello", lambda c: c["kind"] == "smalltalk"),
        ("What is SMS?", lambda c: concepts(c) == ["sms"] and c["language"] == "en"),
        ("how does it work?", lambda c: concepts(c) == ["sms"]),
        ("and MMS?", lambda c: concepts(c) == ["mms"]),
        ("What is the difference between SMS and MMS?", lambda c: {*concepts(c)} == {"sms", "mms"}),
        ("how tall is the Eiffel Tower", lambda c: c["kind"] == "decline"),
        ("tell me more", lambda c: c["kind"] == "answer" and set(concepts(c)) <= {"sms", "mms"}),
        ("I want to talk to a person", lambda c: c["kind"] == "handoff"),
    ],
    "German": [
        ("Guten Tag", lambda c: c["kind"] == "smalltalk" and c["language"] == "de"),
        ("Was ist eine SMS?", lambda c: concepts(c) == ["sms"] and c["language"] == "de"),
        ("Wie funktioniert das?", lambda c: concepts(c) == ["sms"] and c["language"] == "de"),
        ("Erzähl mir mehr", lambda c: concepts(c) == ["sms"] and c["language"] == "de"),
        ("Ich möchte mit einem Menschen sprechen", lambda c: c["kind"] == "handoff"),
    ],
}


def test_dialogues(project: Project, tmp_path: Path) -> None:
    with project.serving(tmp_path / "log") as server:
        for name, turns in DIALOGUES.items():
            for said, expected in turns:
                custom = server.say(said, name)["custom"]
                assert expected(custom), f"{name}: {said} → {json.dumps(custom, indent=1)}"
