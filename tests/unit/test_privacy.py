"""What is kept of people is found, exported, erased and forgotten, in every place, for good."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered

from bot import cli
from bot.feedback_store import Feedback as Verdict
from bot.feedback_store import FeedbackStore
from bot.gateway.personal import PersonalData, personal_data
from bot.gateway.server import database
from bot.gateway.session import scoped
from bot.gateway.sql_store import SCHEMA, SqlStore
from bot.gateway.store import Draft, NoteKind, Outcome, Reply, Session
from bot.gateway.supervisor import Daily
from bot.privacy import door_record
from bot.privacy.desk_record import DeskRecord
from bot.privacy.privacy import DAY
from bot.rasa_server.conversation_store import ConversationStore, ConversationsUnavailableError
from bot.settings import DoorSettings, Settings
from tests.gateway_fakes import door_settings, opened_door
from tests.postgres import PostgresServer

T = TypeVar("T")
KEY = "s" * 32
ERIKA, MAX = "e" * 32, "m" * 32  # conversations


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer | None]:
    if shutil.which("initdb") is None:
        yield None
        return
    with PostgresServer.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer | None
) -> Settings:
    found = replace(Settings(), state=tmp_path, door=DoorSettings(secrets=(KEY, "o" * 32)))
    if request.param == "sqlite":
        return found
    if postgres is None:
        pytest.skip("no PostgreSQL here")
    return replace(found, door=replace(found.door, database=postgres.new_database()))


def with_store(settings: Settings, work: Callable[[SqlStore], Awaitable[T]]) -> T:
    async def run() -> T:
        store = SqlStore(database(settings))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def conversations(settings: Settings) -> ConversationStore:
    return ConversationStore(Domain.empty(), settings.rasa_environment()["TRACKER_DB"])


def talk(settings: Settings, conversation: str, canary: str, subject: str = "") -> None:
    """Leave something in every place: the canary stands in all that may hold a text."""

    async def door(store: SqlStore) -> None:
        now = time.time()
        await store.open_session(Session(f"s{conversation}", conversation, subject, 1, now, now))
        for number in (1, 2):
            draft = Draft(conversation, f"{canary}-{number}", f"I am {canary}", "session", "t")
            message, _ = await store.accept(draft)
            said = {"text": f"hello {canary}"}
            await store.finish(message.seq, Reply(Outcome.ANSWERED, [said]))
        await store.note(conversation, NoteKind.PERSON, {"text": f"dear {canary}"})

    with_store(settings, door)
    with closing(conversations(settings)) as store:
        tracker = asyncio.run(store.retrieve(conversation)) or store.init_tracker(conversation)
        for event in (SessionStarted(), UserUttered(f"I am {canary}"), BotUttered(f"hi {canary}")):
            tracker.update(event)
        asyncio.run(store.save(tracker))
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    verdict = Verdict(
        moment, "good", ("x",), "define", "en", "v", conversation, "1", canary, canary
    )
    assert FeedbackStore(settings.feedback, texts=True).keep(verdict)


def found_in(settings: Settings, canary: str) -> list[str]:
    """Return the files of the state folder, and the tables of PostgreSQL, that hold the canary."""
    files = [p.name for p in settings.state.iterdir() if canary.encode() in p.read_bytes()]
    if settings.door.database:
        rows = database(settings)
        for (table,) in rows.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            if canary in json.dumps(rows.run(f"SELECT * FROM {table}"), default=str):
                files.append(table)
        rows.close()
    return files


def privacy(settings: Settings, work: Callable[[PersonalData], T]) -> T:
    with personal_data(settings) as kept:
        return work(kept)


class TestErasure:
    def test_nothing_is_left_of_who_is_erased_and_all_of_others(self, settings: Settings) -> None:
        for number in range(12):  # so that rows move between pages
            talk(settings, f"{number:032d}", f"passerby{number}")
        talk(settings, ERIKA, "canary4711", "erika")
        talk(settings, MAX, "canary0815")
        assert len(found_in(settings, "canary4711")) >= 3
        before = privacy(settings, lambda kept: kept.privacy.export([MAX]))
        receipt = privacy(settings, lambda kept: kept.privacy.erase([ERIKA]))
        assert receipt.removed == {
            "front door": {"replies": 2, "messages": 2, "notes": 1, "sessions": 1},
            "helpdesks": {"deliveries": 0, "effects": 0, "states": 0},
            "conversations": {"events": 3, "damaged_events": 0},
            "feedback": {"verdicts": 1},
        }
        assert found_in(settings, "canary4711") == []
        after = privacy(settings, lambda kept: kept.privacy.export([MAX]))
        assert {**after, "exported": ""} == {**before, "exported": ""}
        again = privacy(settings, lambda kept: kept.privacy.erase([ERIKA]))
        assert again.total == 0

    def test_a_turn_under_way_leaves_nothing_behind(self, settings: Settings) -> None:
        talk(settings, MAX, "canary0815")
        with closing(conversations(settings)) as store:
            for sender in (ERIKA, MAX):  # a first turn, and a later one
                tracker = asyncio.run(store.get_or_create_tracker(sender))
                tracker.update(UserUttered("I am canary4711"))
                privacy(settings, lambda kept, sender=sender: kept.privacy.erase([sender]))  # type: ignore[misc]
                with pytest.raises(ConversationsUnavailableError):
                    asyncio.run(store.save(tracker))
            assert found_in(settings, "canary") == []
            for _ in range(2):  # the next one is a new conversation
                tracker = asyncio.run(store.get_or_create_tracker(ERIKA))
                tracker.update(UserUttered("hello"))
                asyncio.run(store.save(tracker))
            assert tracker.latest_message
            assert tracker.latest_message.text == "hello"

    def test_a_reply_that_comes_after_it_is_kept_nowhere(self, settings: Settings) -> None:
        async def work(store: SqlStore) -> None:
            message, _ = await store.accept(Draft(ERIKA, "1", "x", "session", "t"))
            await asyncio.to_thread(privacy, settings, lambda kept: kept.privacy.erase([ERIKA]))
            reply = Reply(Outcome.ANSWERED, [{"text": "I am canary4711"}])
            assert not await store.finish(message.seq, reply)
            assert await store.turn(message.seq) is None
            assert await store.claim(ERIKA) is None

        with closing(conversations(settings)):
            with_store(settings, work)
        assert found_in(settings, "canary4711") == []

    def test_every_table_with_something_of_people_is_known(self) -> None:
        """Who adds a table to the front door's schema adds it to its record."""
        told = Path(door_record.__file__).read_text(encoding="utf-8")
        personal = [
            re.findall(r"TABLE IF NOT EXISTS (\w+)", statement)[0]
            for statement in SCHEMA
            if "CREATE TABLE" in statement and re.search("conversation TEXT|seq ", statement)
        ]
        assert len(personal) >= 4
        assert [table for table in personal if told.count(table) < 2] == []

    def test_a_conversation_of_a_helpdesk_is_exported_and_erased(self, settings: Settings) -> None:
        rows = database(settings)
        for desk in ("one", "two"):
            for table, columns, values in (
                (
                    "desk_events",
                    "name, kind, at, received, done, inbox, body",
                    "'e', 'k', 0, 0, 0, ''",
                ),
                ("desk_states", "body", ""),
            ):
                body = json.dumps({"text": f"canary4711{desk}"})
                given = ", ".join([part for part in ("?, '17'", values, "?") if part])
                sql = f"INSERT INTO {table} (desk, conversation, {columns}) VALUES ({given})"
                rows.run(sql, desk, body)
        rows.end()
        named = privacy(settings, lambda kept: kept.of_desk("one", "17"))
        assert named[0] == "one:17"
        found = privacy(settings, lambda kept: kept.privacy.export(named))
        assert json.dumps(found).count("canary4711one") == 2
        removed = privacy(settings, lambda kept: kept.privacy.erase(named)).removed
        assert removed["helpdesks"] == {"deliveries": 1, "effects": 0, "states": 1}
        assert found_in(settings, "canary4711one") == []
        assert found_in(settings, "canary4711two") != []


def delivered(
    settings: Settings, name: str, received: float, done: int = 1, open_effects: int = 0
) -> None:
    """Leave what a helpdesk delivered in a conversation, and what was done in return."""
    rows = database(settings)
    body = json.dumps({"text": f"canary{name}"})
    [(seq,)] = rows.run(
        "INSERT INTO desk_events (desk, conversation, inbox, name, kind, at, received, body, done) "
        "VALUES ('one', ?, '', ?, 'customer', 0, ?, ?, ?) RETURNING seq",
        name, name, received, body, done,
    )  # fmt: skip
    rows.run(
        "INSERT INTO desk_effects (event, desk, conversation, inbox, name, kind, body, taken, "
        "progress, ended, open) VALUES (?, 'one', ?, '', ?, 'Reply', ?, 0, 'done', ?, ?)",
        seq, name, name, body, received, open_effects,
    )  # fmt: skip
    rows.run("INSERT INTO desk_states (desk, conversation, body) VALUES ('one', ?, '{}')", name)
    rows.end()


def expire_desks(settings: Settings, days: int, now: float) -> dict[str, int]:
    rows = database(settings)
    found = DeskRecord(rows, lambda: now).expire(now - days * DAY)
    rows.end()
    return found


class TestExport:
    def test_it_is_complete(self, settings: Settings) -> None:
        talk(settings, ERIKA, "canary4711", "erika")
        found = privacy(settings, lambda kept: kept.privacy.export(kept.of_person("erika")))
        [one] = [c for c in found["conversations"] if c["conversation"] == ERIKA]
        door, tracker = one["front door"], one["conversations"]
        assert [m["text"] for m in door["messages"]] == ["I am canary4711"] * 2
        assert [m["messages"] for m in door["messages"]] == [[{"text": "hello canary4711"}]] * 2
        assert [n["body"]["text"] for n in door["notes"]] == ["dear canary4711"]
        assert [s["person"] for s in door["sessions"]] == ["erika"]
        assert [e["event"] for e in tracker["events"]] == ["session_started", "user", "bot"]
        [verdict] = one["feedback"]["verdicts"]
        assert (verdict["text"], verdict["comment"]) == ("canary4711", "canary4711")
        json.dumps(found)

    def test_persons_and_senders_are_found_by_name(self, settings: Settings) -> None:
        talk(settings, ERIKA, "canary4711", "erika")
        with_store(settings, lambda store: store.waiting())
        named = privacy(settings, lambda kept: kept.of_person("erika"))
        keys = settings.door.secrets
        assert named == [*(scoped(key, "subject", "erika") for key in keys), ERIKA]
        sender = privacy(settings, lambda kept: kept.of_sender("desk"))
        assert sender == ["desk", *(scoped(key, "local", "desk") for key in keys)]


class TestRetention:
    def test_what_is_old_goes_and_what_is_young_stays(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door_record, "_BATCH", 1)
        talk(settings, ERIKA, "canary4711")
        with personal_data(settings) as kept:
            assert kept.privacy.expire(90).total == 0
            assert kept.privacy.expire(0).total == 0
            later = time.time() + 91 * DAY
            kept.privacy._clock = lambda: later
            assert kept.privacy.expire(0).total == 0
            removed = kept.privacy.expire(90).removed
        assert removed == {
            "front door": {"messages": 2, "notes": 1, "sessions": 1},
            "helpdesks": {"texts": 0, "deliveries": 0, "effects": 0, "states": 0},
            "conversations": {"events": 3, "damaged_events": 0},
            "feedback": {"verdicts": 1},
        }
        assert found_in(settings, "canary4711") == []

    def test_what_a_helpdesk_delivered_goes_too_but_not_what_is_to_be_done(
        self, settings: Settings
    ) -> None:
        delivered(settings, "old", received=0.0)
        delivered(settings, "waiting", received=0.0, open_effects=1)
        delivered(settings, "undecided", received=0.0, done=0)
        delivered(settings, "young", received=50 * DAY)
        removed = expire_desks(settings, days=60, now=100 * DAY)
        assert removed == {"texts": 1, "deliveries": 1, "effects": 1, "states": 1}
        assert found_in(settings, "canaryold") == []
        for name in ("waiting", "undecided", "young"):
            assert found_in(settings, f"canary{name}") != []

    def test_a_delivery_is_known_for_a_month_without_its_text(self, settings: Settings) -> None:
        delivered(settings, "old", received=0.0)
        removed = expire_desks(settings, days=7, now=20 * DAY)
        assert removed == {"texts": 1, "deliveries": 0, "effects": 0, "states": 0}
        rows = database(settings)
        assert rows.run("SELECT name, body FROM desk_events") == [("old", None)]
        rows.end()
        removed = expire_desks(settings, days=7, now=31 * DAY)
        assert removed == {"texts": 0, "deliveries": 1, "effects": 1, "states": 1}

    def test_what_waits_for_a_reply_is_never_too_old(self, settings: Settings) -> None:
        async def work(store: SqlStore) -> None:
            await store.accept(Draft(ERIKA, "1", "x", "session", "t"))

        with_store(settings, work)
        with personal_data(settings) as kept:
            kept.privacy._clock = lambda: time.time() + 1000 * DAY
            assert kept.privacy.expire(90).total == 0
        assert list(with_store(settings, lambda store: store.waiting())) == [ERIKA]

    def test_it_is_run_once_a_day(self, tmp_path: Path) -> None:
        now = [0.0]
        runs = tmp_path / "runs"
        daily = Daily(("/bin/sh", "-c", f"echo x >> {runs}; exit 1"), lambda: now[0])

        def count(at: float) -> int:
            now[0] = at
            daily()
            if daily._part.process is not None:
                daily._part.process.wait()
                daily()
            return len(runs.read_text().splitlines()) if runs.exists() else 0

        assert [count(at) for at in (0, 599, 600, 700, 4000)] == [0, 0, 1, 1, 1]
        assert [count(at) for at in (4200, 4300)] == [2, 2], "what failed is tried after an hour"
        daily._part.command = ("/bin/sh", "-c", f"echo x >> {runs}")
        assert [count(at) for at in (8000, 20_000, 94_000, 94_500)] == [3, 3, 3, 4]


class TestCommands:
    @pytest.fixture
    def run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[..., tuple[int, str]]:
        monkeypatch.setenv("STATE", str(tmp_path))
        monkeypatch.setenv("SECRET", KEY)
        for name in ("DATABASE", "TRACKER_DB"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("bot.log_lines.write_log", lambda *_: None)

        def work(*arguments: str) -> tuple[int, str]:
            done = CliRunner().invoke(cli.main, arguments)
            return done.exit_code, done.output

        return work

    def test_before_the_first_message_there_is_nothing(self, run: Any, tmp_path: Path) -> None:
        assert run("privacy", "erase", ERIKA)[0] == 1
        assert run("retention")[0] == 0
        assert json.loads(run("privacy", "export", ERIKA)[1])["conversations"] == [
            {"conversation": ERIKA}
        ]
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".db"] == []

    def test_a_person_is_exported_and_erased(self, run: Any, tmp_path: Path) -> None:
        settings = replace(Settings(), state=tmp_path, door=DoorSettings(secrets=(KEY,)))
        talk(settings, ERIKA, "canary4711", "erika")
        assert "canary4711" in run("privacy", "export", "--person", "erika")[1]
        code, said = run("privacy", "erase", "--person", "erika", "--json")
        assert code == 0
        assert json.loads(said)["removed"]["front door"]["messages"] == 2
        assert "canary4711" not in run("privacy", "export", "--person", "erika")[1]

    def test_whose_it_is_must_be_said_once(self, run: Any) -> None:
        assert run("privacy", "erase")[0] == 2
        assert run("privacy", "export", ERIKA, "--person", "erika")[0] == 2

    def test_what_is_no_database_is_one_line(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "door.db").write_bytes(b"no database at all " * 100)
        code, said = run("privacy", "erase", ERIKA)
        assert code == 2
        assert said.startswith("[S051]")


class TestDoor:
    def test_a_session_exports_and_erases_its_own(self, tmp_path: Path) -> None:
        with opened_door(door_settings(tmp_path)) as client:
            tokens = [client.post("/v1/session", json={}).json()["token"] for _ in range(2)]
            me, other = ({"Authorization": f"Bearer {token}"} for token in tokens)
            for headers in (me, other):
                body = {"text": "I am canary4711"}
                assert client.post("/v1/ask", json=body, headers=headers).status_code == 200
            mine = client.get("/v1/conversation/export", headers=me).json()["conversations"]
            assert [m["text"] for m in mine[0]["front door"]["messages"]] == ["I am canary4711"]
            receipt = client.request("DELETE", "/v1/conversation", headers=me)
            assert receipt.status_code == 200
            assert receipt.json()["removed"]["front door"]["messages"] == 1
            assert client.get("/v1/conversation", headers=me).status_code == 401
            assert client.get("/v1/conversation/export", headers=me).status_code == 401
            left = client.get("/v1/conversation", headers=other).json()
            assert len(left["turns"]) == 1

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", "/v1/conversation/export"), ("DELETE", "/v1/conversation")]
    )
    def test_nobody_without_a_session(self, tmp_path: Path, method: str, path: str) -> None:
        with opened_door(door_settings(tmp_path)) as client:
            assert client.request(method, path).status_code == 401
            headers = {"Authorization": "Bearer x"}
            assert client.request(method, path, headers=headers).status_code == 401
