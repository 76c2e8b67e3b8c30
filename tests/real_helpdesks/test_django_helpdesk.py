"""The whole way through a real django-helpdesk: its portal, its pages, its API, its webhooks.

``make test-helpdesk`` installs it into an environment of its own and runs this.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from bot.secret import desk_token
from bot.settings import Settings
from tests.integration.processes import Project, Server, free_port
from tests.real_helpdesks.django_server import ANNA, BOT, DjangoServer
from tests.real_helpdesks.scene import (
    KEPT_APART,
    SECRET,
    SURE,
    UNKNOWN,
    FrontDoor,
    until,
)

PYTHON = Path(os.environ.get("DJANGO_HELPDESK", ".helpdesk/bin/python")).absolute()
TOKEN = "django-has-no-signature"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="no django-helpdesk (`make test-helpdesk`)"),
]
CONFIGURATION = """
desks:
  support:
    kind: django-helpdesk
    address: {0}
    plain: true
    tokens: ["${{DESK_HOOK_TOKEN}}"]
    user: bot
    key: ${{DESK_PASSWORD}}
    options: {{bot: {1}}}
    inboxes:
      "1": {2}
"""
AUTO = "{mode: auto, auto_from: 0.8, suggest_from: 0.3, agent: 3}"


class Scene(FrontDoor):
    """django-helpdesk with the front door behind it; ``folder`` holds its database."""

    def __init__(self, desk: DjangoServer, door: Server, project: Project, file: Path) -> None:
        super().__init__(door, file, "1", partial(CONFIGURATION.format, desk.url, BOT))
        self.desk = desk
        self.project = project.having(PORT=door.port)
        self.folder = file.parent / "desk"


@pytest.fixture(scope="module")
def scene(trained: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("helpdesk")
    port = free_port()
    hook = f"http://127.0.0.1:{port}/webhooks/helpdesk/support/{TOKEN}"
    os.environ["DESK_HOOK"] = hook
    (folder / "desk").mkdir()
    with DjangoServer.running(PYTHON, folder / "desk", hook) as desk:
        file = folder / "helpdesk.yml"
        file.write_text(CONFIGURATION.format(desk.url, BOT, AUTO))
        project = Project(trained.project, folder).having(
            MODELS=trained.models, GLOSSARY=trained.glossary, STATE=folder / "state",
            HELPDESK=file, DESK_HOOK_TOKEN=TOKEN, DESK_PASSWORD="bot-password", SECRET=SECRET,
            LOG_LEVEL="INFO",
        )  # fmt: skip
        with project.serving(folder / "log", port) as door:
            door.wait("/ready")
            yield Scene(desk, door, project, file)


def test_a_question_by_the_portal_is_answered_once(scene: Scene) -> None:
    status, ticket = scene.desk.submit(SURE)
    assert status == 302
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    time.sleep(KEPT_APART)  # the webhook told us of our own words meanwhile
    [answer] = scene.desk.said_by_bot(ticket)
    assert answer.startswith("**rich communication services (RCS)**")
    assert "Source: [1]" in answer
    assert scene.desk.follow_ups(ticket, public=False) == []
    assert scene.desk.ticket(ticket)["assigned_to"] is None


def test_braces_come_out_as_they_are_and_run_nothing(scene: Scene) -> None:
    _, ticket = scene.desk.submit("person {{ ticket.submitter_email }} {% if %} %} {# x")
    until(lambda: scene.desk.said_by_bot(ticket, public=False) or scene.outcomes())
    scene.idle()
    for word in scene.desk.said_by_bot(ticket, False) + scene.desk.said_by_bot(ticket):
        assert "kim@customer.test" not in word


def test_what_is_half_sure_becomes_a_private_note(scene: Scene) -> None:
    scene.rules(AUTO.replace("0.8", "0.999999"))
    _, ticket = scene.desk.submit(SURE)
    until(lambda: scene.desk.said_by_bot(ticket, public=False))
    scene.idle()
    [note] = scene.desk.said_by_bot(ticket, public=False)
    assert "Suggested answer" in note
    assert "rich-communication-services" in note
    assert scene.desk.said_by_bot(ticket) == []
    scene.rules(AUTO)


def test_what_the_glossary_does_not_answer_is_left_to_people(scene: Scene) -> None:
    before = scene.outcomes().get("nothing: declined", 0)
    _, ticket = scene.desk.submit(UNKNOWN)
    until(lambda: scene.outcomes().get("nothing: declined", 0) > before)
    assert scene.desk.said_by_bot(ticket) == scene.desk.said_by_bot(ticket, public=False) == []


def test_who_asks_for_a_person_gets_one(scene: Scene) -> None:
    _, ticket = scene.desk.submit(SURE)
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.desk.api("PATCH", f"/api/tickets/{ticket}/", assigned_to=BOT, status=3)
    mail(scene, ticket, "Ich möchte bitte mit einem Menschen sprechen")
    until(lambda: scene.desk.ticket(ticket)["assigned_to"] == 3)
    scene.idle()
    found = scene.desk.ticket(ticket)
    assert found["status"] in (1, 2)  # opened again
    [note] = scene.desk.said_by_bot(ticket, public=False)
    for part in ("asked-for-person", SURE.rstrip("?"), "Menschen", "rich-communication-services"):
        assert part in note
    assert "Menschen weiter" in scene.desk.said_by_bot(ticket)[-1]
    mail(scene, ticket, "What is SMS?")
    scene.idle()
    assert len(scene.desk.said_by_bot(ticket)) == 2  # silent: a person has it


def test_silent_while_an_agent_has_it_and_back_when_it_is_given_back(scene: Scene) -> None:
    _, ticket = scene.desk.submit(UNKNOWN)
    scene.idle()
    scene.desk.agent_writes(ticket, "Hello Kim, this is Anna.")
    mail(scene, ticket, "What is RCS?")
    scene.idle()
    assert scene.desk.said_by_bot(ticket) == []
    scene.desk.agent_writes(ticket, "You may go on", public=False, owner=BOT)
    mail(scene, ticket, "What is SMS?")
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    assert len(scene.desk.said_by_bot(ticket)) == 1


def test_an_assignment_that_no_webhook_tells_of_counts(scene: Scene) -> None:
    _, ticket = scene.desk.submit(UNKNOWN)
    scene.idle()
    scene.desk.api("PATCH", f"/api/tickets/{ticket}/", assigned_to=ANNA)
    mail(scene, ticket, "What is RCS?")
    scene.idle()
    time.sleep(1)
    assert scene.desk.said_by_bot(ticket) == []


def test_a_kill_between_acknowledging_and_sending_makes_one_answer(scene: Scene) -> None:
    rasa = scene.part("rasa")
    rasa.send_signal(signal.SIGSTOP)
    try:
        status, ticket = scene.desk.submit(SURE)
        assert status == 302  # it was acknowledged, and nothing was said yet
        assert scene.desk.said_by_bot(ticket) == []
        scene.part("gateway").kill()
    finally:
        rasa.send_signal(signal.SIGCONT)
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    time.sleep(KEPT_APART)
    assert len(scene.desk.said_by_bot(ticket)) == 1


def test_a_helpdesk_that_is_away_gets_one_answer_when_it_is_back(scene: Scene) -> None:
    """The whole helpdesk stands still after it was acknowledged; its answers come late."""
    rasa = scene.part("rasa")
    rasa.send_signal(signal.SIGSTOP)
    workers = helpdesk_processes(scene)
    try:
        _, ticket = scene.desk.submit(SURE)
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)
        rasa.send_signal(signal.SIGCONT)
        time.sleep(3)
    finally:
        rasa.send_signal(signal.SIGCONT)
        for worker in workers:
            worker.send_signal(signal.SIGCONT)
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    assert len(scene.desk.said_by_bot(ticket)) == 1


def test_a_gateway_that_is_dead_harms_nobody(scene: Scene) -> None:
    """The socket is kept open while it starts again: the helpdesk waits 3 s and goes on."""
    supervisor = psutil.Process(scene.door.process.pid)
    supervisor.send_signal(signal.SIGSTOP)
    try:
        scene.part("gateway").kill()
        status, ticket = scene.desk.submit("What is SMS?")
        assert status == 302
        scene.desk.agent_writes(ticket, "just a note", public=False)
        assert scene.desk.follow_ups(ticket)[-1]["comment"] == "just a note"
    finally:
        supervisor.send_signal(signal.SIGCONT)
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    assert len(scene.desk.said_by_bot(ticket)) == 1


def test_what_was_not_delivered_is_asked_for(scene: Scene) -> None:
    """Webhooks went nowhere for a while, as when the whole front door is down."""
    ticket = scene.desk.newest() + 1
    scene.desk.mail("A question", SURE, PYTHON, scene.folder, f"http://127.0.0.1:{free_port()}/")
    assert scene.desk.newest() == ticket
    until(lambda: scene.desk.said_by_bot(ticket))
    scene.idle()
    assert len(scene.desk.said_by_bot(ticket)) == 1


def test_the_owners_tools(scene: Scene, tmp_path: Path) -> None:
    found = scene.project.termwise("helpdesk", "doctor", "--json")
    findings = json.loads(found.stdout)["support"]
    assert [finding for finding in findings if not finding["good"]] == []
    assert found.returncode == 0
    assert len(findings) >= 5
    status = json.loads(scene.project.termwise("helpdesk", "status", "--json").stdout)
    assert status["support"]["inboxes"]["1"]["outcomes"]["replied: sure"] >= 1
    assert "replied: sure" in scene.project.termwise("helpdesk", "status").stdout
    recorded = tmp_path / "delivery.json"
    recorded.write_text('{"ticket": {"id": 1, "queue": 1, "followup_set": []}}')
    told = scene.project.termwise("helpdesk", "replay", "--desk", "support", str(recorded))
    assert json.loads(told.stdout)["events"][0]["key"] == "ticket 1"
    sent = scene.project.termwise(
        "helpdesk", "replay", "--desk", "support", "--send", str(recorded)
    )
    assert json.loads(sent.stdout)["status"] == 200  # and known already: nothing happens
    assert scene.project.termwise("helpdesk", "off", "support").returncode == 0
    _, ticket = scene.desk.submit(SURE)
    scene.idle()
    assert scene.outcomes()["nothing: switched-off"] >= 1
    assert scene.project.termwise("helpdesk", "on", "support").returncode == 0
    assert scene.desk.said_by_bot(ticket) == []
    wrong = scene.project.having(DESK_PASSWORD="wrong").termwise("helpdesk", "doctor")
    assert wrong.returncode == 1
    assert "Name and password" in wrong.stdout
    missing = scene.project.having(DESK_PASSWORD="").termwise("helpdesk", "status")
    assert "[S061]" in missing.stderr
    assert "DESK_PASSWORD" in missing.stderr


def test_strangers_and_old_tokens_are_refused(scene: Scene) -> None:
    for path in ("support", "support/wrong-token-wrong-token", "other"):
        response = scene.door.client.post(f"/webhooks/helpdesk/{path}", json={})
        assert response.status_code == (404 if path == "other" else 401)
    for path in ("/helpdesk", "/helpdesk/status"):
        assert scene.door.client.get(path).status_code == 401
    page = scene.door.client.get("/helpdesk", auth=("", desk_token(SECRET)))
    assert page.status_code == 200
    assert "django-helpdesk" in page.text


def test_no_credential_is_in_logs_or_stores(scene: Scene) -> None:
    log = scene.door.output()
    kept = (scene.folder.parent / "state" / "door.db").read_bytes()
    kept += (scene.folder.parent / "state" / "door.db-wal").read_bytes()
    for secret in (TOKEN, "bot-password", SECRET):
        assert secret not in log
        assert secret.encode() not in kept


def mail(scene: Scene, ticket: int, words: str) -> None:
    scene.desk.customer_mails(ticket, words, PYTHON, scene.folder)


def helpdesk_processes(scene: Scene) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"127.0.0.1:{scene.desk.port}" in (process.info["cmdline"] or [])
    ]
