"""What every store of the front door promises: SQLite always, PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingError
from bot.gateway.journal import Database
from bot.gateway.postgres_database import PostgresDatabase
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import (
    Draft,
    OtherTextError,
    Outcome,
    Reply,
    Session,
    StoreUnavailableError,
)
from tests.postgres import PostgresServer

Open = Callable[[], Database]
HELLO = Draft("c1", "m1", "hello", "rest", "t1")
SAID = Reply(Outcome.ANSWERED, [{"text": "Hello.", "custom": {"kind": "smalltalk"}}])


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    if shutil.which("initdb") is None:
        pytest.skip("no PostgreSQL here")
    with PostgresServer.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same database again and again."""
    if request.param == "sqlite":
        return lambda: SqliteDatabase(tmp_path / "door.db")
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new_database()
    return lambda: PostgresDatabase(url)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


class Opened:
    """A store for the length of a block."""

    def __init__(self, opened: Open) -> None:
        self._opened = opened

    async def __aenter__(self) -> SqlStore:
        self._store = SqlStore(self._opened())
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()


def test_what_was_accepted_is_there_after_a_restart(opened: Open) -> None:
    async def work() -> None:
        async with Opened(opened) as store:
            message, new = await store.accept(HELLO)
            assert new
            assert (message.number, message.text, message.attempts) == (1, "hello", 0)
        async with Opened(opened) as store:
            assert await store.waiting() == {"c1": 1}
            assert await store.oldest() == message.accepted
            claimed = await store.claim("c1")
            assert claimed == message

    run(work())


def test_a_message_that_comes_again_is_the_same_message(opened: Open) -> None:
    async def work() -> None:
        async with Opened(opened) as store:
            first, _ = await store.accept(HELLO)
            again, new = await store.accept(replace(HELLO, trace="t2"))
            assert (again, new) == (first, False)
            assert await store.known(HELLO) == first
            assert await store.known(replace(HELLO, client_id="m2")) is None
            with pytest.raises(OtherTextError):
                await store.known(replace(HELLO, text="other"))
            other, new = await store.accept(replace(HELLO, conversation="c2"))
            assert new
            assert other.seq != first.seq
            assert await store.waiting() == {"c1": 1, "c2": 1}

    run(work())


def test_an_id_that_stands_for_another_text_is_refused_alone(opened: Open) -> None:
    async def work() -> None:
        async with Opened(opened) as store:
            await store.accept(HELLO)
            done = await asyncio.gather(
                store.accept(replace(HELLO, client_id="m2")),
                store.accept(replace(HELLO, text="other")),
                store.accept(replace(HELLO, client_id="m3")),
                return_exceptions=True,
            )
            assert [type(found) for found in done] == [tuple, OtherTextError, tuple]
            assert [turn.message.client_id for turn in await store.turns("c1", 0, 9)] == [
                "m1", "m2", "m3",
            ]  # fmt: skip

    run(work())


def test_messages_of_a_conversation_come_in_order_and_one_reply_each(opened: Open) -> None:
    async def work() -> None:
        async with Opened(opened) as store:
            accepted = await asyncio.gather(
                *(store.accept(replace(HELLO, client_id=f"m{n}")) for n in range(30))
            )
            assert sorted(message.number for message, _ in accepted) == list(range(1, 31))
            for number in range(1, 31):
                message = await store.claim("c1")
                assert message is not None
                assert message.number == number
                assert await store.finish(message.seq, SAID)
                assert not await store.finish(message.seq, Reply(Outcome.FAILED, []))
            assert await store.claim("c1") is None
            assert await store.waiting() == {}
            assert await store.oldest() is None
            turns = await store.turns("c1", 10, 5)
            assert [turn.message.number for turn in turns] == [11, 12, 13, 14, 15]
            assert all(turn.reply == SAID for turn in turns)
            assert await store.turns("c2", 0, 5) == []

    run(work())


def test_attempts_are_counted_and_taken_back(opened: Open) -> None:
    async def work() -> None:
        async with Opened(opened) as store:
            message, _ = await store.accept(HELLO)
            for attempts in (1, 2, 3):
                assert await store.attempt(message.seq) == attempts
                assert await store.claim("c1") == replace(message, attempts=attempts)
            await store.forgive(message.seq)
            assert (await store.turn(message.seq)).message.attempts == 2  # type: ignore[union-attr]
            assert await store.turn(message.seq + 1) is None

    run(work())


def test_sessions_rotate_and_end(opened: Open) -> None:
    session = Session("s1", "c1", "", 1, 100.0, 100.0)

    async def work() -> None:
        async with Opened(opened) as store:
            await store.open_session(session)
            assert await store.session("s1") == session
            assert await store.session("s2") is None
            assert await store.rotate("s1", 1, 200.0)
            assert not await store.rotate("s1", 1, 300.0)
            assert await store.session("s1") == replace(session, generation=2, rotated=200.0)
            await store.revoke("s1")
        async with Opened(opened) as store:
            found = await store.session("s1")
            assert found is not None
            assert found.revoked
            assert not await store.rotate("s1", 2, 400.0)

    run(work())


def test_odd_texts_come_back_as_they_went_in(opened: Open) -> None:
    odd = "?%s {0} '; DROP TABLE door_messages; -- \u202e😀" + "Z\u0301" * 500

    async def work() -> None:
        async with Opened(opened) as store:
            message, _ = await store.accept(replace(HELLO, text=odd))
            reply = Reply(Outcome.ANSWERED, [{"text": odd}, {"text": "\ud800"}])
            await store.finish(message.seq, reply)
            turn = await store.turn(message.seq)
            assert turn is not None
            assert (turn.message.text, turn.reply) == (odd, reply)
            await store.probe()

    run(work())


def opened_twice(opened: Open) -> SqlStore | None:
    """Return a second store beside the first, or None where that is refused by a clear word."""
    try:
        return SqlStore(opened())
    except SettingError as error:
        if "another gateway" not in str(error):
            raise
        return None


def test_a_second_gateway_keeps_off_the_first_ones_conversations(opened: Open) -> None:
    async def work() -> None:
        first = SqlStore(opened())
        try:
            second = opened_twice(opened)
            if second is None:
                return
            await first.accept(HELLO)
            assert await first.claim("c1")
            assert await second.claim("c1") is None
            await first.release("c1")
            assert await second.claim("c1")
            assert await first.claim("c1") is None
            await second.close()
            assert await first.claim("c1")
        finally:
            await first.close()

    run(work())


def test_two_gateways_may_accept_for_one_conversation(opened: Open) -> None:
    async def work() -> None:
        try:
            stores = [SqlStore(opened()), SqlStore(opened())]
        except SettingError:
            pytest.skip("one gateway at a time")
        drafts = [replace(HELLO, client_id=f"m{n // 2}") for n in range(40)]
        done = await asyncio.gather(
            *(stores[n % 2].accept(draft) for n, draft in enumerate(drafts))
        )
        assert sorted(message.number for message, new in done if new) == list(range(1, 21))
        for store in stores:
            await store.close()

    run(work())


class Failing(SqliteDatabase):
    """A disk that is full at will."""

    full = False

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        if self.full and sql == "COMMIT":
            raise OSError("no space left on device")
        return super().run(sql, *parameters)


def test_nothing_is_accepted_that_could_not_be_kept(tmp_path: Path) -> None:
    database = Failing(tmp_path / "door.db")

    async def work() -> None:
        store = SqlStore(database)
        database.full = True
        with pytest.raises(StoreUnavailableError):
            await store.accept(HELLO)
        with pytest.raises(StoreUnavailableError):
            await store.probe()
        database.full = False
        assert await store.waiting() == {}
        _, new = await store.accept(HELLO)
        assert new
        await store.close()

    run(work())


def test_the_database_cut_off_comes_back(postgres: PostgresServer) -> None:
    url = postgres.new_database()

    async def work() -> None:
        store = SqlStore(PostgresDatabase(url))
        await store.accept(HELLO)
        postgres.restart()
        with pytest.raises(StoreUnavailableError):
            await store.claim("c1")
        assert await store.claim("c1")
        await store.close()

    run(work())


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "door.db").write_bytes(b"no database " * 500)
    with pytest.raises(SettingError, match=r"S022.*door\.db"):
        SqliteDatabase(tmp_path / "door.db")
    with pytest.raises(SettingError, match=r"S022.*DATABASE"):
        PostgresDatabase("postgresql://127.0.0.1:1/none")
