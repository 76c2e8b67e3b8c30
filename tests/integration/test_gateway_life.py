"""The front door with the real Rasa behind it: real processes, sockets and databases."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bot.gateway.rasa_client import RasaClient
from bot.gateway.store import Message, Outcome
from bot.secret import channel_key
from tests.faults.campaign import Campaign
from tests.faults.faults import kill, point
from tests.integration.processes import PATIENCE, WEBHOOK, Project, Server, free_port

RCS = "rich-communication-services"


@contextmanager
def front_door(project: Project, log: Path) -> Iterator[Server]:
    """Run ``termwise serve``; yields when questions are answered."""
    with project.serving(log) as server:
        server.wait("/ready")
        yield server


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("door") / "state"


@pytest.fixture(scope="module")
def door(project: Project, state: Path) -> Iterator[Server]:
    project = project.having(STATE=state, LOG_LEVEL="INFO")
    with front_door(project, state.parent / "log") as server:
        yield server


def session(server: Server) -> dict[str, str]:
    token = server.client.post("/v1/session", json={}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


class TestApi:
    def test_a_conversation_over_the_api(
        self, door: Server, validate: Callable[[Any], None]
    ) -> None:
        me = session(door)
        said = []
        for text in ("what is rcs", "tell me more", "hello"):
            response = door.client.post("/v1/ask", json={"text": text}, headers=me)
            assert response.status_code == 200, response.text
            [message] = response.json()["messages"]
            validate(message["custom"])
            said.append(message["custom"])
        assert [c["id"] for c in said[1]["concepts"]] == [RCS]
        turns = door.client.get("/v1/conversation", headers=me).json()["turns"]
        assert [turn["messages"][0]["custom"] for turn in turns] == said

    def test_a_verdict_in_words_and_one_by_button_are_one(
        self, project: Project, door: Server, state: Path
    ) -> None:
        me = session(door)
        door.client.post("/v1/ask", json={"text": "what is mms"}, headers=me)
        given = {"number": 1, "verdict": "helpful"}
        assert door.client.post("/v1/feedback", json=given, headers=me).status_code == 204
        door.client.post("/v1/ask", json={"text": "that was wrong"}, headers=me)
        said = json.loads(project.having(STATE=state).termwise("feedback", "--json").stdout)
        assert [(one["verdict"], one["entries"]) for one in said["feedback"]] == [("bad", ["mms"])]

    def test_the_glossary_is_there(self, door: Server, assistant: Any) -> None:
        found = door.client.get("/v1/terms?begins=RCS").json()
        assert found["glossary_version"] == assistant.glossary.version
        assert RCS in {term["entry"] for term in found["terms"]}
        total = door.client.get("/v1/terms").json()["total"]
        assert total == sum(len(entry.terms) for entry in assistant.glossary)
        entry = door.client.get(f"/v1/entries/{RCS}").json()
        assert entry["texts"]["en"][0]["kind"] == "definition"
        assert door.client.get("/v1/entries/nothing").status_code == 404

    def test_what_is_too_long_is_declined_in_words_and_costs_no_turn(self, door: Server) -> None:
        assert door.say("what is rcs " + "x" * 100_000)["custom"]["kind"] == "decline"

    def test_one_id_goes_through_all_parts_and_no_text_does(self, door: Server) -> None:
        body = {"text": "my name is Erika Mustermann"}
        response = door.client.post("/v1/ask", json=body, headers=session(door))
        name = response.headers["x-request-id"]
        lines = [json.loads(line) for line in door.output().splitlines() if line[:1] == "{"]
        parts = {line["part"] for line in lines if line.get("trace") == name}
        assert parts == {"gateway", "rasa"}
        assert "Mustermann" not in door.output()


class TestWalls:
    def test_only_the_gateway_listens_and_only_on_loopback(self, door: Server) -> None:
        parts = psutil.Process(door.process.pid).children()
        assert len(parts) == 2
        listening = {
            c.laddr
            for process in [psutil.Process(door.process.pid), *parts]
            for c in process.net_connections(kind="inet")
            if c.status == psutil.CONN_LISTEN
        }
        assert listening == {("127.0.0.1", door.port)}

    def test_what_is_kept_is_for_this_user_only(self, door: Server, state: Path) -> None:
        for path in state.iterdir():
            if path.is_file() or path.is_socket():
                assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path

    @pytest.mark.parametrize("shown", [None, "", "Bearer x", "Bearer " + "0" * 64, "Bearer é"])
    def test_rasa_answers_the_front_door_only(
        self, door: Server, state: Path, shown: str | None
    ) -> None:
        transport = httpx.HTTPTransport(uds=str(state / "rasa.sock"))
        headers = {} if shown is None else {"Authorization": shown.encode()}
        body = {"id": "x", "sender": "x", "text": "hello"}
        with httpx.Client(transport=transport, base_url="http://rasa", timeout=PATIENCE) as rasa:
            found = rasa.post("/webhooks/door/turn", json=body, headers=headers)  # type: ignore[arg-type]
            assert found.status_code == 401
            assert rasa.get("/webhooks/door/ready", headers=headers).status_code == 401  # type: ignore[arg-type]
            for path in (WEBHOOK, "/conversations/x/tracker", "/model/parse", "/", "/domain"):
                assert rasa.post(path, json={"message": "hi"}).status_code in (404, 405)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"sender":"\\ud800","message":"x"}', b'{"sender":"a\\u0000b","message":"x"}',
            b'{"sender":"x","message":"/restart"}', b'{"message":"x","stream":true}',
            b'{"sender":"default","message":"/session_start{\\"a\\": 1}"}',
            b'{"sender":"x","message":"EXTERNAL: define"}', b"[" * 200_000,
            b'{"sender":"x","message":"/define{\\"term\\": \\"<img onerror>\\"}"}',
        ],
    )  # fmt: skip
    def test_what_ends_or_fools_stock_rasa_does_nothing_here(
        self, door: Server, body: bytes
    ) -> None:
        parts = {child.pid for child in psutil.Process(door.process.pid).children()}
        assert door.post(body).status_code in (200, 400)
        assert door.client.post(f"{WEBHOOK}?stream=true", content=body).status_code in (200, 400)
        assert {child.pid for child in psutil.Process(door.process.pid).children()} == parts
        assert door.client.get("/ready").status_code == 200


def turn_of(name: str, text: str, conversation: str = "c" * 32) -> Message:
    return Message(1, conversation, 1, name, text, "test", name, 0.0)


class TestChannel:
    """Rasa alone, asked as the front door asks it."""

    @pytest.fixture(scope="class")
    def alone(self, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
        folder = tmp_path_factory.mktemp("rasa")
        project = project.having(STATE=folder, SECRET="s" * 32)
        with project.running(folder / "log", sys.executable, "-m", "bot.cli", "rasa") as process:
            deadline = time.monotonic() + PATIENCE
            while asyncio.run(self.asked(folder, lambda rasa: rasa.health())) is None:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield folder

    async def asked(self, folder: Path, ask: Callable[[RasaClient], Any]) -> Any:
        rasa = RasaClient(f"unix:{folder / 'rasa.sock'}", channel_key("s" * 32), 20, 4)
        try:
            return await ask(rasa)
        finally:
            await rasa.close()

    def taken(self, folder: Path, conversation: str) -> list[str]:
        with closing(sqlite3.connect(folder / "conversations.db")) as database:
            rows = database.execute(
                "SELECT data FROM events WHERE type_name = 'user' AND sender_id = ? ORDER BY id",
                (conversation,),
            ).fetchall()
        return [json.loads(data)["text"] for (data,) in rows]

    def test_a_message_that_comes_again_is_told_its_reply_again(self, alone: Path) -> None:
        name = "1" * 32

        async def work(rasa: RasaClient) -> None:
            first = await rasa.turn(turn_of("m1", "what is rcs", name))
            for _ in range(3):
                assert await rasa.turn(turn_of("m1", "what is rcs", name)) == first
            other = await rasa.turn(turn_of("m2", "what is rcs", name))
            assert first.outcome is other.outcome is Outcome.ANSWERED
            at_once = [rasa.turn(turn_of("m3", "tell me more", name)) for _ in range(5)]
            said = await asyncio.gather(*at_once)
            assert all(reply == said[0] for reply in said)

        asyncio.run(self.asked(alone, work))
        assert self.taken(alone, name) == ["what is rcs", "what is rcs", "tell me more"]

    def test_a_turn_goes_on_when_nobody_waits(self, alone: Path) -> None:
        name = "2" * 32

        async def work(rasa: RasaClient) -> None:
            for number in range(10):
                asking = asyncio.ensure_future(rasa.turn(turn_of(f"m{number}", "hello", name)))
                await asyncio.sleep(0.002 * number)
                asking.cancel()
            await asyncio.gather(rasa.turn(turn_of("last", "what is rcs", name)))

        asyncio.run(self.asked(alone, work))
        taken = self.taken(alone, name)
        assert taken[-1] == "what is rcs"
        assert len(taken) > 1, "no turn went on"

    def test_readiness_leaves_nothing_behind(self, alone: Path) -> None:
        def count() -> int:
            with closing(sqlite3.connect(alone / "conversations.db")) as database:
                return int(database.execute("SELECT COUNT(*) FROM events").fetchone()[0])

        asyncio.run(self.asked(alone, lambda rasa: rasa.turn(turn_of("a", "hello", "3" * 32))))
        before = count()
        for _ in range(3):
            assert asyncio.run(self.asked(alone, lambda rasa: rasa.ready()))
        assert count() == before


class TestLife:
    def test_faults_harm_no_message(self, project: Project, tmp_path: Path) -> None:
        names = ("committed", "replied", "saved", "action", "lie-json", "fail-action")
        faults = [kill("gateway"), kill("rasa"), *map(point, names)]
        campaign = Campaign(project, tmp_path, messages=60, conversations=6, faults=faults)
        verdict = campaign.run()
        assert verdict.clean, verdict
        assert verdict.accepted >= 60
        assert sum(campaign.done.values()) == len(faults), campaign.missed

    def test_rasa_alone_refuses_what_is_unsafe(self, project: Project, tmp_path: Path) -> None:
        project = project.having(STATE=tmp_path, RASA="http://0.0.0.0:5006")
        done = project.termwise("rasa")
        assert done.returncode == 2
        assert "[S021] RASA is refused" in done.stderr

    @pytest.mark.parametrize("command", ["serve", "gateway"])
    def test_the_door_refuses_what_is_unsafe(
        self, project: Project, tmp_path: Path, command: str
    ) -> None:
        done = project.having(STATE=tmp_path).termwise(command, "--host", "0.0.0.0")
        assert done.returncode == 2
        assert done.stderr.startswith("[S021] SECRET is refused")

    def test_two_gateways_do_not_share_a_file(
        self, project: Project, door: Server, state: Path
    ) -> None:
        done = project.having(STATE=state).termwise("gateway", "--port", str(free_port()))
        assert done.returncode == 2
        assert "[S022]" in done.stderr
        assert "another gateway" in done.stderr

    def test_who_comes_while_the_gateway_is_away_waits(self, door: Server) -> None:
        me = session(door)
        for child in psutil.Process(door.process.pid).children():
            if "gateway" in child.cmdline()[1:5]:
                child.kill()
        with httpx.Client(base_url=f"http://127.0.0.1:{door.port}", timeout=PATIENCE) as client:
            response = client.post("/v1/ask", json={"text": "what is rcs"}, headers=me)
        assert response.status_code == 200

    def test_it_stops_cleanly(self, project: Project, tmp_path: Path) -> None:
        for how in (signal.SIGTERM, signal.SIGINT):
            state = tmp_path / how.name
            with front_door(project.having(STATE=state), tmp_path / how.name.lower()) as server:
                children = psutil.Process(server.process.pid).children()
                assert server.end(how) == 0
                assert "Traceback" not in server.output()
                assert not any(child.is_running() for child in children)
                with socket.socket() as free:
                    free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    free.bind(("127.0.0.1", server.port))
