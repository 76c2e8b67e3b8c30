"""Who asks for a person gets one: in each language, at any time, through the whole path."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.secret import desk_token
from tests.integration.processes import PATIENCE, Project, Server
from tests.strict_helpdesks.generic import SECRET, Generic

KEY = "s" * 40
CONFIGURATION = """
desks:
  support:
    kind: generic
    address: {url}
    plain: true
    secrets: ["${{GLUE_SECRET}}"]
    options: {{path: /effects, chat: true}}
    inboxes:
      "7": {{mode: auto, auto_from: 0, suggest_from: 0, join: 0}}
"""
# What is asked before: nothing, a question that is answered, one that is asked back.
BEFORE = {
    "en": ("", "What is RCS?", "what does DM mean"),
    "de": ("", "Was ist RCS?", "was ist IM"),
}
WISHES = {
    "en": """
        talk to a human
        human please
        HUMAN!!!
        I want to talk to a person
        can i speak to someone real
        real person pls
        actual human pls
        agent
        live agent
        real agent please
        representative
        speak to representative now
        can you connect me to support
        customer care
        I need a human being to help me
        give me a person
        get me someone from your team
        let me speak to your manager
        I'd like to talk to an advisor please
        may I chat with a consultant
        Could you please transfer me to a member of staff?
        transfer to human
        switch me to a human
        I'd like to escalate to a human
        is there anybody there i can talk to
        is a human available?
        Hello, I have a question about my invoice, can I talk to someone?
        could someone from support get in touch with me
        can someone call me
        talk to a humn
        can i tlak to a person
        i want to speek with a real persn
        conect me to a persn plz
        costumer support
        i dont want to talk to a bot
        you don't understand me, get me a human
        None of these. I want an agent
        This is not helping, I want to speak with an employee.
        Thanks, but I'd rather have a human answer this
        What is RCS? Actually, I want to talk to a person.
        """,
    "de": """
        kann ich mit einem menschen sprechen
        Mensch bitte
        MENSCH!!!
        echter Mensch
        Mitarbeiter bitte
        mitarbeiter
        einen echten Mitarbeiter bitte
        agent
        agent bitte
        Berater bitte
        sachbearbeiter bitte
        Kundenservice bitte
        Support-Mitarbeiter
        support bitte
        ich möchte mit einem Mitarbeiter sprechen
        Ich will mit einer Person reden
        verbinden Sie mich bitte mit einem Mitarbeiter
        bitte weiterleiten an einen Kollegen
        weiterleitung an mitarbeiter
        kann mir ein Mensch helfen
        gibt es jemanden mit dem ich sprechen kann
        ich brauche einen Ansprechpartner
        ich will keinen Bot
        kein bot bitte, ein mensch
        ich möchte nicht mit einem Roboter schreiben
        kann mich jemand zurückrufen
        Ich bitte um einen Rückruf
        wo erreiche ich einen echten Menschen
        Könnte ich bitte mit jemandem aus dem Team sprechen?
        persönliche beratung bitte
        Hallo, ich habe eine Frage zu meiner Rechnung, kann ich mit jemandem sprechen?
        kan ich mit einen menschen sprechn
        mitarbeitr bitte
        menschne bitte
        ich moechte mit einem mitarbieter reden
        Nein, keins davon. Ich will einen Menschen
        Das hilft mir nicht, ich möchte einen Menschen
        Sie verstehen mich nicht, geben Sie mir einen Mitarbeiter
        Danke, aber mir wäre ein Mensch lieber
        Was ist RCS? Ich will mit einem Menschen sprechen.
        """,
}


class Scene:
    """Customers at a helpdesk with the front door behind it."""

    def __init__(self, desk: Generic, door: Server) -> None:
        self.desk = desk
        self.door = door

    def write(self, text: str, conversation: str = "") -> str:
        found = self.desk.customer_writes(text, conversation)
        self.deliver()
        return found

    def deliver(self) -> None:
        self.desk.now = time.time()
        for delivery in self.desk.taken():
            signed = self.desk.signed_delivery(delivery.body)
            response = self.door.client.post(
                "/webhooks/helpdesk/support", content=signed.body, headers=dict(signed.headers)
            )
            assert response.status_code == 200

    def idle(self) -> None:
        deadline = time.monotonic() + PATIENCE
        headers = {"Authorization": f"Bearer {desk_token(KEY)}"}
        while True:
            told = self.door.client.get("/helpdesk/status", headers=headers).json()["support"]
            if not (told["waiting"]["messages"] or told["waiting"]["effects"]):
                return
            assert time.monotonic() < deadline, "it is never done"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def scene(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("person")
    desk = Generic()
    with desk.running():
        file = folder / "helpdesk.yml"
        file.write_text(CONFIGURATION.format(url=desk.url))
        served = project.having(
            STATE=folder / "state", HELPDESK=file, GLUE_SECRET=SECRET, SECRET=KEY, WATCH="off"
        )
        with served.serving(folder / "log") as door:
            door.wait("/ready")
            yield Scene(desk, door)


@pytest.mark.parametrize("language", ["en", "de"])
def test_forty_wordings_at_any_time(scene: Scene, language: str) -> None:
    wishes = [line.strip() for line in WISHES[language].strip().splitlines()]
    assert len(wishes) == 40
    asked = {
        (before, wish): scene.write(before or wish)
        for wish in wishes
        for before in BEFORE[language]
    }
    scene.idle()
    for (before, wish), conversation in asked.items():
        if before:
            assert len(scene.desk.shown(conversation)) == 2, f"{before!r} was not answered"
            scene.write(wish, conversation)
    scene.idle()
    missed = [asked for asked, place in asked.items() if not scene.desk.with_person(place)]
    assert missed == []


def test_the_agent_gets_the_package_and_the_bot_is_silent(scene: Scene) -> None:
    conversation = scene.write("Was ist RCS?")
    scene.idle()
    scene.write("ich möchte bitte mit einem menschen sprechen", conversation)
    scene.idle()
    scene.write("Was ist SMS?", conversation)
    scene.deliver()  # the echoes of what we said
    scene.idle()
    shown = scene.desk.shown(conversation)
    answer, line = [one.text for one in shown if one.by == "bot" and one.kind == "reply"]
    [note] = [one.text for one in shown if one.by == "bot" and one.kind == "note"]
    assert "Menschen weiter" in line
    for part in ("asked-for-person", "Was ist RCS?", "rich-communication-services", answer[:30]):
        assert part in note
