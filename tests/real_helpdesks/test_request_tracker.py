"""The whole way through a real Request Tracker 5: mail in, scrip, answer, mail out.

``make test-helpdesk`` runs this where Debian's packages are installed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from bot.settings import Settings
from tests.integration.processes import Project, Server, free_port
from tests.real_helpdesks.rt_server import AGENT, BOT, RtServer, missing
from tests.real_helpdesks.scene import PERSON, SECRET, SURE, UNKNOWN, FrontDoor, until

RT_SECRET = "r" * 40
ANSWER = "rich communication services"
KILLS = 5

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]
CONFIGURATION = """
desks:
  support:
    kind: request-tracker
    address: {0}
    plain: true
    user: termwise
    key: ${{RT_TOKEN}}
    secrets: ["${{RT_SECRET}}"]
    inboxes:
      General: {1}
"""
AUTO = "{mode: auto, auto_from: 0.8, suggest_from: 0.3, agent: anna}"
CAREFUL = "{mode: auto, auto_from: 0.9999, suggest_from: 0.3, agent: anna}"
SUGGEST = "{mode: suggest, suggest_from: 0.3, agent: anna}"


class Scene(FrontDoor):
    """Request Tracker with the front door behind it."""

    def __init__(self, rt: RtServer, door: Server, project: Project, file: Path) -> None:
        super().__init__(door, file, "General", partial(CONFIGURATION.format, rt.url))
        self.rt = rt
        self.project = project.having(PORT=door.port)

    def asked(self, text: str) -> int:
        """Let a customer write a mail; return the number of its ticket."""
        before = set(self.rt.tickets())
        self.rt.mail(text, "A question")
        [number] = set(self.rt.tickets()) - before
        return number

    def again(self, ticket: int, text: str) -> None:
        self.rt.mail(text, f"Re: [ci.test #{ticket}] A question")

    def replies(self, ticket: int) -> list[str]:
        """Return what we wrote for the customer."""
        found = self.rt.written(ticket)
        return [text for kind, by, text in found if (kind, by) == ("Correspond", BOT)]

    def notes(self, ticket: int) -> list[str]:
        """Return what we wrote for agents."""
        found = self.rt.written(ticket)
        return [text for kind, by, text in found if (kind, by) == ("Comment", BOT)]

    def mailed(self, text: str) -> int:
        """Return how many mails with these words went to the customer."""
        return sum(text in mail for _, mail in self.rt.mails())


@pytest.fixture(scope="module")
def scene(trained: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("helpdesk")
    port, file = free_port(), folder / "helpdesk.yml"
    hook = f"http://127.0.0.1:{port}/webhooks/helpdesk/support"
    with RtServer.running(hook, RT_SECRET) as rt:
        file.write_text(CONFIGURATION.format(rt.url, AUTO))
        project = Project(trained.project, folder).having(
            MODELS=trained.models, GLOSSARY=trained.glossary, STATE=folder / "state",
            HELPDESK=file, RT_TOKEN=rt.tokens[BOT], RT_SECRET=RT_SECRET, SECRET=SECRET,
            LOG_LEVEL="INFO",
        )  # fmt: skip
        with project.serving(folder / "log", port) as door:
            door.wait("/ready")
            yield Scene(rt, door, project, file)


@pytest.fixture(autouse=True)
def auto(scene: Scene) -> None:
    scene.rules(AUTO)


def test_a_question_by_mail_is_answered_once_by_mail(scene: Scene) -> None:
    ticket = scene.asked(SURE)
    until(lambda: scene.replies(ticket))
    scene.quiet()  # the scrip told us of our own words meanwhile
    [reply] = scene.replies(ticket)
    assert ANSWER in reply.casefold()
    assert scene.notes(ticket) == []
    assert scene.rt.ticket(ticket) == {"owner": "Nobody", "status": "open", "queue": "General"}
    assert scene.mailed(reply.splitlines()[0]) == 1


def test_a_follow_up_by_mail_leans_on_what_was_said(scene: Scene) -> None:
    ticket = scene.asked(SURE)
    until(lambda: scene.replies(ticket))
    scene.again(ticket, "And what is SMS?\n\nOn Monday we wrote:\n> What is RCS?\n")
    until(lambda: len(scene.replies(ticket)) == 2)
    scene.quiet()
    assert len(scene.replies(ticket)) == 2
    assert "short message service" in scene.replies(ticket)[1].casefold()


def test_what_is_not_sure_enough_becomes_a_comment_that_no_customer_sees(scene: Scene) -> None:
    for rules in (CAREFUL, SUGGEST):
        scene.rules(rules)
        mailed = scene.mailed(ANSWER)
        ticket = scene.asked(SURE)
        until(lambda ticket=ticket: scene.notes(ticket))
        scene.quiet()
        assert scene.replies(ticket) == []
        assert len(scene.notes(ticket)) == 1
        assert ANSWER in scene.notes(ticket)[0].casefold()
        assert scene.mailed(ANSWER) == mailed


def test_who_wants_a_person_gets_one_and_we_are_silent(scene: Scene) -> None:
    ticket = scene.asked(PERSON)
    until(lambda: scene.rt.ticket(ticket)["owner"] == AGENT)
    scene.quiet()
    assert scene.rt.ticket(ticket)["status"] == "open"
    said = len(scene.replies(ticket))
    assert said <= 1  # the line that passes the customer on
    assert scene.notes(ticket)
    scene.again(ticket, SURE)
    scene.quiet()
    assert len(scene.replies(ticket)) == said


def test_an_agent_who_replies_has_it_until_it_is_given_back(scene: Scene) -> None:
    ticket = scene.asked(UNKNOWN)
    scene.quiet()
    said = len(scene.replies(ticket))
    call = scene.rt.call
    call(AGENT, "PUT", f"/ticket/{ticket}/take", {})
    words = {"Content": "I am on it.", "ContentType": "text/plain"}
    call(AGENT, "POST", f"/ticket/{ticket}/correspond", words)
    scene.again(ticket, SURE)
    scene.quiet()
    assert len(scene.replies(ticket)) == said
    call(AGENT, "PUT", f"/ticket/{ticket}", {"Owner": "Nobody"})
    scene.again(ticket, SURE)
    until(lambda: len(scene.replies(ticket)) == said + 1)
    scene.quiet()
    assert len(scene.replies(ticket)) == said + 1


def test_mail_of_a_program_is_not_answered(scene: Scene) -> None:
    before = set(scene.rt.tickets())
    scene.rt.mail(SURE, "Away", Auto_Submitted="auto-replied")
    [ticket] = set(scene.rt.tickets()) - before
    scene.quiet()
    assert scene.replies(ticket) == []


def test_killed_between_accepting_and_sending_there_is_one_answer(scene: Scene) -> None:
    """Rasa is stopped, so that nothing can be sent before the gateway dies."""
    rasa = scene.part("rasa")
    rasa.suspend()
    try:
        ticket = scene.asked(SURE)  # the scrip has its acknowledgement, or it would have waited
        scene.part("gateway").send_signal(signal.SIGKILL)
    finally:
        rasa.resume()
    until(lambda: scene.replies(ticket))
    scene.quiet()
    assert len(scene.replies(ticket)) == 1


def test_killed_at_any_moment_there_is_one_answer_each(scene: Scene) -> None:
    chance = random.Random(int(os.environ.get("FAULT_SEED", "1")))
    tickets = []
    for _ in range(KILLS):
        scene.door.wait("/ready")
        tickets.append(scene.asked(SURE))
        time.sleep(chance.uniform(0, 0.6))
        scene.part("gateway").send_signal(signal.SIGKILL)
    for ticket in tickets:
        until(lambda ticket=ticket: scene.replies(ticket))
    scene.quiet()
    assert [len(scene.replies(ticket)) for ticket in tickets] == [1] * KILLS


def test_nobody_is_harmed_while_we_are_away(scene: Scene) -> None:
    gateway, supervisor = scene.part("gateway"), psutil.Process(scene.door.process.pid)
    supervisor.suspend()
    try:
        gateway.kill()
        until(lambda: gateway.status() == psutil.STATUS_ZOMBIE)
        ticket = scene.asked(SURE)  # the mail is accepted all the same
        assert scene.rt.ticket(ticket)["status"] == "new"
    finally:
        supervisor.resume()
    scene.door.wait("/ready")
    until(lambda: scene.replies(ticket))  # asked for, as it was not delivered
    scene.quiet()
    assert len(scene.replies(ticket)) == 1


def test_the_doctor_finds_all_well_and_names_a_wrong_token(scene: Scene) -> None:
    done = scene.project.termwise("helpdesk", "doctor", "--json")
    findings = json.loads(done.stdout)["support"]
    assert [finding for finding in findings if not finding["good"]] == []
    assert any("Request Tracker 5" in finding["what"] for finding in findings)
    wrong = scene.project.having(RT_TOKEN="1-2-3").termwise("helpdesk", "doctor")
    assert wrong.returncode == 1


def test_the_log_holds_no_words_of_customers_and_no_secret(scene: Scene) -> None:
    log = scene.door.output()
    for secret in (SURE, "kim@cust.test", RT_SECRET, scene.rt.tokens[BOT]):
        assert secret not in log
    assert sys.executable not in log
