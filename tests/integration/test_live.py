"""A running server follows its glossary: edited, added, removed, broken and mended files."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.adapters.index_store import IndexStore
from bot.settings import Settings
from tests.garden import plant
from tests.integration.processes import PATIENCE, WEBHOOK, Project, Server

_ENTRY = "# {name}\n\nA {name} is a tool that {does}.\n"


@pytest.fixture(scope="module")
def glossary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("glossary"))


@pytest.fixture(scope="module")
def garden(
    settings: Settings, project: Project, glossary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The project with a glossary and an index of its own."""
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(settings.encoder, models / "encoder")
    for name in ("dictionary.tsv", "termwise.tar.gz", "termwise.manifest.json", "termwise.sha256"):
        shutil.copy(settings.models / name, models / name)
    own = project.having(GLOSSARY=glossary, MODELS=models, STATE=models / "state")
    done = own.termwise("train")
    assert done.returncode == 0, done.stderr
    return own


@pytest.fixture(scope="module")
def server(garden: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with garden.serving(tmp_path_factory.mktemp("log") / "server.log") as running:
        yield running


def save(path: Path, text: str) -> None:
    """Save as editors do: beside it, then in its place."""
    scratch = path.with_suffix(".tmp")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)


def says(server: Server, question: str, text: str) -> Callable[[], bool]:
    return lambda: text in server.say(question)["text"]


def about(server: Server) -> dict[str, object]:
    response = server.client.get("/health")
    assert response.status_code == 200
    found: dict[str, object] = response.json()["glossary"]
    return found


def test_files_are_added_edited_and_removed(server: Server, glossary: Path) -> None:
    path = glossary / "mist-rake.md"
    question = "What is a mist rake?"
    assert server.say(question)["custom"]["kind"] != "answer"
    save(path, _ENTRY.format(name="mist rake", does="gathers fog"))
    until(says(server, question, "gathers fog"))
    save(path, _ENTRY.format(name="mist rake", does="scatters fog"))
    until(says(server, question, "scatters fog"))
    path.unlink()
    until(lambda: server.say(question)["custom"]["kind"] != "answer")


def test_a_conversation_about_an_entry_that_went_goes_on(server: Server, glossary: Path) -> None:
    path = glossary / "mist-fork.md"
    save(path, _ENTRY.format(name="mist fork", does="lifts fog") + "\n## Purpose\n\nDry beds.\n")
    until(says(server, "What is a mist fork?", "lifts fog"))
    assert "lifts fog" in server.say("What is a mist fork?", "leaning")["text"]
    path.unlink()
    until(lambda: server.say("What is a mist fork?")["custom"]["kind"] != "answer")
    assert "fog" not in server.say("What is it for?", "leaning")["text"]


def test_a_fault_is_told_and_the_last_good_version_serves(
    server: Server, glossary: Path, garden: Project
) -> None:
    path = glossary / "tools" / "moon-spade.md"
    good, before = path.read_text(encoding="utf-8"), about(server)
    assert before["problem"] == ""
    save(path, "---\nid: [\n---\n")
    until(lambda: "moon-spade.md:" in str(about(server)["problem"]))
    assert about(server)["version"] == before["version"]
    assert str(glossary) not in str(about(server)["problem"])
    assert "moon-spade.md:" in server.output()
    assert server.say("What is a moon spade?")["custom"]["kind"] == "answer"
    told = garden.termwise("reload")
    assert told.returncode == 1
    assert "moon-spade.md:" in told.stdout
    save(path, good)
    until(lambda: about(server)["problem"] == "")
    assert about(server)["version"] == before["version"]


def test_clients_during_changes_see_old_or_new_and_no_error(server: Server, glossary: Path) -> None:
    path = glossary / "mist-bell.md"
    words = [f"rings at hour {number}" for number in range(6)]
    save(path, _ENTRY.format(name="mist bell", does=words[0]))
    until(says(server, "What is a mist bell?", words[0]))
    stop, seen, wrong = threading.Event(), set[str](), []

    def ask(number: int) -> None:
        with httpx.Client(base_url=str(server.client.base_url), timeout=PATIENCE) as client:
            while not stop.is_set():
                body = {"sender": f"client{number}", "message": "What is a mist bell?"}
                response = client.post(WEBHOOK, json=body)
                text = response.json()[0]["text"] if response.status_code == 200 else ""
                hit = [word for word in words if word in text]
                seen.update(hit)
                if len(hit) != 1:
                    wrong.append((response.status_code, response.text))

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for client in clients:
        client.start()
    try:
        for word in words:
            save(path, _ENTRY.format(name="mist bell", does=word))
            until(lambda word=word: word in seen)  # type: ignore[misc]
    finally:
        stop.set()
        for client in clients:
            client.join()
    assert wrong == []
    assert seen == set(words)
    path.unlink()


def test_a_reload_takes_up_what_is_not_watched(
    garden: Project, glossary: Path, tmp_path: Path
) -> None:
    own = garden.having(STATE=tmp_path / "state", WATCH="off")
    path = glossary / "mist-jar.md"
    assert own.termwise("reload").returncode == 2
    with own.serving(tmp_path / "server.log") as unwatched:
        save(path, _ENTRY.format(name="mist jar", does="holds fog"))
        done = own.termwise("reload")
        assert done.returncode == 0, done.stderr
        assert says(unwatched, "What is a mist jar?", "holds fog")()
    assert own.ask("What is a mist jar?")["kind"] == "answer"  # kept for the next start
    path.unlink()


def test_a_kill_while_versions_change_leaves_an_index(
    garden: Project, glossary: Path, tmp_path: Path
) -> None:
    path = glossary / "mist-drum.md"
    own = garden.having(STATE=tmp_path / "state")
    for number in range(4):
        with own.serving(tmp_path / f"server{number}.log") as doomed:
            save(path, _ENTRY.format(name="mist drum", does=f"booms {number} times"))
            until(says(doomed, "What is a mist drum?", f"booms {number} times"))
            time.sleep(0.8 * number)  # before, while and after it is written
            doomed.end(signal.SIGKILL)
        assert IndexStore(own.models / "index").read().passages
    path.unlink()


def test_the_pages_follow_and_tell_what_is_not_taken_up(server: Server, glossary: Path) -> None:
    def shows(path: str, text: str) -> Callable[[], bool]:
        return lambda: text in server.client.get(path).text

    path, told = glossary / "mist-hoe.md", "<p>A change of the glossary is not taken up."
    assert server.client.get("/terms/mist-hoe").status_code == 404
    save(path, _ENTRY.format(name="mist hoe", does="cuts fog"))
    until(shows("/terms/mist-hoe", "cuts fog"))
    assert "/terms/mist-hoe" in server.client.get("/search?q=mist hoe").text
    save(path, "---\nid: [\n---\n\n# mist hoe\n\nBroken.\n")
    until(shows("/terms/mist-hoe", told))
    assert "mist-hoe.md" in server.client.get("/").text
    assert "cuts fog" in server.client.get("/terms/mist-hoe").text
    path.unlink()
    until(lambda: server.client.get("/terms/mist-hoe").status_code == 404)
    until(lambda: told not in server.client.get("/ask").text)


def test_a_form_is_answered_without_a_script(server: Server) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=PATIENCE) as browser:
        asked = browser.post("/ask", data={"text": "What is a moon spade?"}, follow_redirects=True)
        assert asked.status_code == 200
        assert "crescent blade" in asked.text
        assert 'href="/terms/moon-spade#definition"' in asked.text
        again = browser.post("/ask", data={"text": "tell me more"}, follow_redirects=True)
        assert again.text.count('<article id="a') == 2
    assert "crescent blade" not in server.client.get("/ask").text
