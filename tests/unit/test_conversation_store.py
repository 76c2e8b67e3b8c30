"""Our tracker store over real databases: whole turns, no conflict unseen, no row that ends us."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import Code, SettingError
from bot.rasa_server import conversation_db, conversation_store
from bot.rasa_server.conversation_store import (
    WINDOW,
    ConversationStore,
    ConversationsUnavailableError,
    at_hand,
)
from tests.postgres import PostgresServer

DOMAIN = Domain.from_yaml(
    "slots: {conversation: {type: any, influence_conversation: false, mappings: [{type: custom}]},"
    " other: {type: any, influence_conversation: false, mappings: [{type: custom}]}}"
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer | None]:
    if shutil.which("initdb") is None:
        yield None
        return
    with PostgresServer.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer | None) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "conversations.db")
    if postgres is None:
        pytest.skip("no PostgreSQL here")
    return postgres.new_database()


@pytest.fixture
def store(db: str) -> Iterator[ConversationStore]:
    with closing(ConversationStore(DOMAIN, db)) as made:
        yield made


def read(store: ConversationStore, sender: str = "a") -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(sender))


def whole(store: ConversationStore, sender: str = "a") -> DialogueStateTracker:
    found = asyncio.run(store.retrieve_full_tracker(sender))
    assert found is not None
    return found


def save(store: ConversationStore, tracker: DialogueStateTracker) -> None:
    asyncio.run(store.save(tracker))


def begun(store: ConversationStore, sender: str = "a") -> DialogueStateTracker:
    """Return the tracker with which Rasa begins a turn."""
    tracker = asyncio.run(store.get_or_create_tracker(sender, append_action_listen=False))
    if not tracker.events:
        for event in (
            ActionExecuted("action_session_start"), SessionStarted(),
            ActionExecuted("action_listen"),
        ):  # fmt: skip
            tracker.update(event)
    return tracker


def take(store: ConversationStore, text: str, slot: object = None, sender: str = "a") -> None:
    tracker = begun(store, sender)
    tracker.update(UserUttered(text, message_id=text))
    if slot is not None:
        tracker.update(SlotSet("conversation", slot))
    tracker.update(BotUttered(f"re: {text}"))
    tracker.update(ActionExecuted("action_listen"))
    save(store, tracker)


def texts(tracker: DialogueStateTracker | None) -> list[str]:
    return [e.text for e in tracker.events if isinstance(e, UserUttered)] if tracker else []


def run(db: str, sql: str, *parameters: Any) -> list[Any]:
    engine = conversation_store._engine(db)
    try:
        with engine.connect() as connection:
            done = connection.exec_driver_sql(sql, parameters)
            return done.all() if done.returns_rows else []
    finally:
        engine.dispose()


class TestTurns:
    def test_what_was_kept_is_read_by_another(self, store: ConversationStore, db: str) -> None:
        assert read(store) is None
        take(store, "one", {"n": 1})
        take(store, "two", {"n": 2})
        take(store, "elsewhere", sender="b")
        with closing(ConversationStore(DOMAIN, db)) as other:
            tracker = read(other)
            assert tracker is not None
            assert texts(tracker) == ["one", "two"]
            assert tracker.get_slot("conversation") == {"n": 2}
            assert sorted(asyncio.run(other.keys())) == ["a", "b"]

    def test_a_long_conversation_is_read_from_its_end(self, store: ConversationStore) -> None:
        tracker = begun(store)
        tracker.update(SlotSet("other", "kept"))
        tracker.update(ActionExecuted("action_listen"))
        save(store, tracker)
        for number in range(5 * WINDOW):
            take(store, str(number), {"n": number} if number < 2 * WINDOW else None)
        found = read(store)
        assert found is not None
        assert texts(found) == [str(n) for n in range(4 * WINDOW, 5 * WINDOW)]
        assert found.get_slot("conversation") == {"n": 2 * WINDOW - 1}
        assert found.get_slot("other") == "kept"
        first = next(i for i, e in enumerate(found.events) if isinstance(e, UserUttered))
        assert found.events[first - 1] == ActionExecuted("action_listen")
        assert isinstance(found.events[0], SessionStarted)
        assert texts(whole(store)) == [str(n) for n in range(5 * WINDOW)]

    def test_what_a_turn_reads_does_not_grow(self, store: ConversationStore) -> None:
        sizes = []
        for number in range(4 * WINDOW):
            take(store, str(number), {"n": number})
            found = read(store)
            assert found is not None
            sizes.append(len(found.events))
        assert len(set(sizes[WINDOW:])) == 1

    def test_a_turn_takes_few_statements_on_one_connection(self, store: ConversationStore) -> None:
        said: list[str] = []
        opened: list[object] = []
        sa.event.listen(
            store._engine, "before_cursor_execute", lambda *given: said.append(given[2])
        )
        sa.event.listen(store._engine, "connect", lambda *given: opened.append(given))
        for number in range(3 * WINDOW):
            said.clear()
            take(store, str(number), {"n": number})
            # two to read; begin, (lock,) whose turn, insert, newest, commit
            # (the first: whether the conversation was erased, then and now)
            assert len(said) <= (8 if number else 10), said
        assert opened == []  # the one that made the tables

    def test_a_session_begins_where_it_was_written_whatever_the_clock_said(
        self, store: ConversationStore
    ) -> None:
        for hour in (10_000.0, 5_000.0):  # the clock went back between the sessions
            tracker = read(store) or begun(store)
            tracker.update(SessionStarted(timestamp=hour))
            tracker.update(UserUttered(f"at {hour}", timestamp=hour + 1))
            save(store, tracker)
        assert texts(read(store)) == ["at 5000.0"]

    def test_a_tracker_may_be_saved_twice(self, store: ConversationStore) -> None:
        tracker = begun(store)
        tracker.update(UserUttered("one"))
        save(store, tracker)
        save(store, tracker)
        tracker.update(BotUttered("re: one"))
        save(store, tracker)
        assert len(whole(store).events) == 5


class TestConflicts:
    def test_of_two_turns_at_once_one_is_kept(self, store: ConversationStore, db: str) -> None:
        take(store, "one")
        with closing(ConversationStore(DOMAIN, db)) as other:
            late = begun(store)
            take(other, "two")
            late.update(UserUttered("three"))
            with pytest.raises(ConversationsUnavailableError):
                save(store, late)
        assert texts(whole(store)) == ["one", "two"]

    def test_the_first_turn_of_a_conversation_is_no_exception(
        self, store: ConversationStore, db: str
    ) -> None:
        with closing(ConversationStore(DOMAIN, db)) as other:
            late = begun(store)
            take(other, "one")
            late.update(UserUttered("two"))
            with pytest.raises(ConversationsUnavailableError):
                save(store, late)
        assert texts(whole(store)) == ["one"]

    def test_many_at_once_over_two_stores(self, store: ConversationStore, db: str) -> None:
        async def work() -> int:
            trackers = [await s.get_or_create_tracker("x") for s in (store, other) * 5]
            for number, tracker in enumerate(trackers):
                tracker.update(UserUttered(str(number)))
            jobs = [s.save(t) for s, t in zip((store, other) * 5, trackers, strict=True)]
            done = await asyncio.gather(*jobs, return_exceptions=True)
            assert all(e is None or isinstance(e, ConversationsUnavailableError) for e in done)
            return done.count(None)

        with closing(ConversationStore(DOMAIN, db)) as other:
            for tracker in (begun(store, "x"),):
                save(store, tracker)
            assert asyncio.run(work()) == 1
        assert len(texts(whole(store, "x"))) == 1


class TestDamage:
    @pytest.mark.parametrize(
        "data",
        ["", "{", "[]", "null", "7", '"x"', "{}", '{"event": "no such"}',
         '{"event": "user", "text": "x", "parse_data": [1]}', "[" * 100_000, None],
        ids=lambda data: str(data)[:12],
    )  # fmt: skip
    def test_a_damaged_row_is_set_aside(
        self, store: ConversationStore, db: str, data: str | None
    ) -> None:
        for text in ("one", "two"):
            take(store, text)
        mark = "?" if "://" not in db else "%s"
        sql = f"UPDATE events SET data = {mark} WHERE type_name = 'user' AND data LIKE {mark}"
        run(db, sql, data, '%"one"%')
        assert texts(read(store)) == ["two"]
        take(store, "three")
        assert texts(read(store)) == texts(whole(store)) == ["two", "three"]
        assert run(db, "SELECT sender_id, data FROM damaged_events") == [("a", data)]

    def test_nothing_ends_the_process(self, db: str, store: ConversationStore) -> None:
        for sender in ("\ud800", "a\x00b", "x" * 300):
            tracker = store.init_tracker(sender)
            tracker.update(UserUttered("x"))
            with suppress(Exception):  # SystemExit is none
                save(store, tracker)
                read(store, sender)
        take(store, "one")
        assert texts(read(store)) == ["one"]

    def test_a_locked_file_fails_the_turn_which_can_be_taken_again(self, tmp_path: Path) -> None:
        db = tmp_path / "c.db"
        with closing(ConversationStore(DOMAIN, str(db))) as store:
            take(store, "one")
            with closing(sqlite3.connect(db, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(ConversationsUnavailableError):
                    take(store, "two")
                other.execute("ROLLBACK")
            take(store, "two")
            assert texts(read(store)) == ["one", "two"]

    def test_a_turn_is_kept_at_once_unless_another_process_writes(self, tmp_path: Path) -> None:
        db = tmp_path / "c.db"

        async def work(store: ConversationStore, tracker: DialogueStateTracker) -> bool:
            keeping = asyncio.ensure_future(store.save(tracker))
            await asyncio.sleep(0)
            at_once = keeping.done()
            if other.in_transaction:
                other.execute("ROLLBACK")  # never reached if the save kept this thread waiting
            await keeping
            return at_once

        with closing(ConversationStore(DOMAIN, str(db))) as store:
            take(store, "one")
            with closing(sqlite3.connect(db, isolation_level=None)) as other:
                for text, at_once in (("two", True), ("three", False)):
                    tracker = read(store)
                    tracker.update(UserUttered(text))
                    if not at_once:
                        other.execute("BEGIN IMMEDIATE")
                    assert asyncio.run(work(store, tracker)) is at_once
            assert texts(read(store)) == ["one", "two", "three"]

    def test_a_connection_is_impatient_for_as_long_as_it_shall_be(self, tmp_path: Path) -> None:
        def patience() -> int:
            return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar())

        store = ConversationStore(DOMAIN, str(tmp_path / "c.db"))
        with closing(store), store._engine.connect() as connection:
            before = patience()
            with suppress(KeyError), conversation_db.impatient(connection):
                within = patience()
                raise KeyError
            assert (within, patience()) == (0, before)
            assert before > 0

    def test_a_server_that_went_fails_the_turn_which_can_be_taken_again(
        self, postgres: PostgresServer | None
    ) -> None:
        if postgres is None:
            pytest.skip("no PostgreSQL here")
        with closing(ConversationStore(DOMAIN, postgres.new_database())) as store:
            take(store, "one")
            tracker = begun(store)
            tracker.update(UserUttered("two"))
            postgres.restart()
            save(store, tracker)  # the connection is looked at before it is used
            assert texts(read(store)) == ["one", "two"]


class TestStart:
    @pytest.mark.parametrize(
        "given",
        [{}, {"db": ""}, {"db": ":memory:"}, {"db": "x.db", "dialect": "sqlite"},
         {"db": "x.db", "event_broker": object()}],
    )  # fmt: skip
    def test_what_would_not_keep_is_refused(self, given: dict[str, Any]) -> None:
        with pytest.raises(SettingError) as refused:
            ConversationStore(DOMAIN, **given)
        assert refused.value.code is Code.S021

    def test_a_database_away_is_told_at_once_and_without_its_password(self) -> None:
        with pytest.raises(SettingError) as refused:
            ConversationStore(DOMAIN, "postgresql://u:geheim@127.0.0.1:1/x")
        assert refused.value.code is Code.S005
        assert "geheim" not in str(refused.value)

    def test_rasas_own_table_is_taken_over(self, tmp_path: Path) -> None:
        from rasa.core.tracker_store import SQLTrackerStore

        db = str(tmp_path / "c.db")
        stock = SQLTrackerStore(DOMAIN, db=db)
        tracker = DialogueStateTracker("a", DOMAIN.slots)
        tracker.update_with_events([SessionStarted(), UserUttered("one")], DOMAIN)
        asyncio.run(stock.save(tracker))
        stock.engine.dispose()
        with closing(ConversationStore(DOMAIN, db)) as store:
            take(store, "two")
            assert texts(read(store)) == ["one", "two"]


def test_what_was_just_read_is_not_read_again(store: ConversationStore) -> None:
    async def work() -> None:
        held = DialogueStateTracker("a", DOMAIN.slots)
        with at_hand("a", held):
            assert await store.retrieve("b") is None
            assert await store.retrieve("a") is held
            assert await store.retrieve("a") is None  # only the first look
        with at_hand("a", None):
            assert await store.retrieve("a") is None
        with at_hand("a", held):
            pass
        assert await store.retrieve("a") is None

    asyncio.run(work())


def test_a_long_conversation_is_not_gone_through_to_find_its_end(tmp_path: Path) -> None:
    """The work of SQLite is counted in steps of its machine: no clock is asked."""
    path = tmp_path / "long.db"
    with closing(ConversationStore(DOMAIN, str(path))) as store:
        for sender, count in (("short", 20), ("long", 500)):
            tracker = begun(store, sender)
            for number in range(count):
                tracker.update(UserUttered(str(number)))
                tracker.update(BotUttered("x"))
            save(store, tracker)
    assert steps(path, "long") < 1.5 * steps(path, "short")


def steps(path: Path, sender: str) -> int:
    """Return how many steps it takes to find where the last turns of a conversation begin."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.connection.set_progress_handler(count, 1)  # type: ignore[attr-defined]
        start, listened = connection.execute(conversation_store._ENDS, {"sender": sender}).one()
    engine.dispose()
    assert 0 < start < listened
    return counted
