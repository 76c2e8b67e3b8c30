"""It is a Rasa project: Rasa's own commands work on its files, with the model that was trained."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import Settings
from tests.integration.processes import PATIENCE, Project, Server, concepts, free_port, steady

RASA = Path(sys.executable).with_name("rasa")


@pytest.fixture(scope="module")
def rasa(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project's files, as Rasa's commands expect to be run within the project."""
    root = tmp_path_factory.mktemp("rasa")
    for part in ("bot", "actions", "domain", "data"):
        shutil.copytree(settings.project / part, root / part)
    for part in ("config.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(settings.project / part, root / part)
    (root / "models").mkdir()
    shutil.copy(settings.rasa_model, root / "models")
    (root / "state").mkdir()
    return Project(root, root).having(
        MODELS=settings.models,
        GLOSSARY=settings.glossary,
        ACTION_ENDPOINT=f"http://127.0.0.1:{free_port()}/webhook",
        TRACKER_DB=root / "state" / "conversations.db",
        TF_CPP_MIN_LOG_LEVEL="3",
    )


@pytest.fixture(scope="module")
def server(rasa: Project) -> Iterator[Server]:
    """``rasa run`` and beside it ``rasa run actions``, each a process of its own."""
    port = free_port()
    actions = httpx.URL(rasa.variables["ACTION_ENDPOINT"])
    logs = rasa.folder / "actions.log", rasa.folder / "rasa.log"
    act = "run", "actions", "--port", str(actions.port)
    run = (
        "run", "--model", "models/termwise.tar.gz", "--endpoints", "endpoints.yml",
        "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(port),
    )  # fmt: skip
    with (
        rasa.running(logs[0], str(RASA), *act) as beside,
        rasa.running(logs[1], str(RASA), *run) as process,
        httpx.Client(base_url=actions.join("/"), timeout=PATIENCE) as at_actions,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as at_rasa,
    ):
        Server(beside, actions.port or 0, at_actions, logs[0]).wait("/health")
        server = Server(process, port, at_rasa, logs[1])
        server.wait("/webhooks/rest/")
        yield server


def test_rasa_run_refuses_what_is_unsafe_without_a_front_door(rasa: Project) -> None:
    for options in (("--port", str(free_port())), ("--interface", "127.0.0.1", "--enable-api")):
        run = ("run", "--model", "models/termwise.tar.gz", *options)
        done = subprocess.run(
            [str(RASA), *run], cwd=rasa.folder, env=rasa.environment(), capture_output=True,
            text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert f"[S021] {'--enable-api' if len(options) > 2 else '--interface'} is refused" in (
            done.stdout + done.stderr
        )
        assert "Traceback" not in done.stderr


def test_rasa_serves_the_trained_model_with_an_action_server(
    server: Server, validate: Callable[[Any], None], project: Project
) -> None:
    message = server.say("what is rcs", "me")
    custom = message["custom"]
    validate(custom)
    assert custom["kind"] == "answer"
    assert concepts(custom) == ["rich-communication-services"]
    assert steady({"text": message["text"], **custom}) == steady(project.ask("what is rcs"))


def test_the_conversation_is_kept_in_the_tracker_store(server: Server, rasa: Project) -> None:
    server.say("what is sms", "someone")
    more = server.say("tell me more", "someone")["custom"]
    assert more["kind"] == "answer"
    assert concepts(more) == ["sms"]
    assert (rasa.folder / "state" / "conversations.db").stat().st_size > 0


def test_the_action_server_lists_our_action(server: Server, rasa: Project) -> None:
    url = httpx.URL(rasa.variables["ACTION_ENDPOINT"]).join("/actions")
    assert httpx.get(url, timeout=PATIENCE).json() == [{"name": "action_answer"}]


def test_neither_log_has_an_error(server: Server, rasa: Project) -> None:
    assert server.process.poll() is None
    for name in ("rasa.log", "actions.log"):
        log = (rasa.folder / name).read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in log
        assert "ERROR" not in log


@pytest.mark.parametrize("command", [("--version",), ("shell", "--help"), ("train", "--help")])
def test_the_command_starts(rasa: Project, command: tuple[str, ...]) -> None:
    done = run(rasa, *command)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_rasa_finds_no_fault_in_the_data(rasa: Project) -> None:
    done = run(
        rasa, "data", "validate", "--data", "data/nlu", "data/rules", "--domain", "domain",
        "--config", "config.yml", "--fail-on-warnings",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(RASA), *arguments], cwd=project.folder, env=project.environment(), text=True,
        capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
