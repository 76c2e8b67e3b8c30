"""What is brief is done at once where nothing is in the way; else the journal's thread does it."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.journal import Database, Journal
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import OtherTextError, StoreUnavailableError

Ask = Callable[..., Any]


class FakeDatabase:
    """Tells which thread asked; ``broken`` makes statements fail, ``busy`` what cannot wait."""

    def __init__(self, *, at_hand: bool = True) -> None:
        self.group = 1
        self.at_hand = at_hand
        self.broken = False
        self.busy = False
        self.opened = 0
        self.said: list[str] = []

    def open(self) -> None:
        """Count."""
        self.opened += 1

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the name of the thread."""
        self.said.append(sql)
        if self.broken:
            raise OSError("gone")
        return [(threading.current_thread().name,)]

    def begin(self, durable: bool) -> None:
        """Do nothing."""
        self.said.append("BEGIN")

    def begin_at_once(self) -> None:
        """Fail if another process is writing."""
        if self.busy:
            raise OSError("busy")
        self.begin(durable=False)

    def lock(self, conversation: str) -> bool:
        """Do nothing."""
        return True

    def unlock(self, conversation: str) -> None:
        """Do nothing."""

    def order(self, conversation: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


def asked(database: Database) -> str:
    """Return the thread that asked the database."""
    return str(database.run("SELECT")[0][0])


HERE = threading.current_thread().name


@pytest.mark.parametrize("ask", [Journal.read, Journal.jot])
def test_it_is_done_at_once_where_the_database_is_open_and_at_hand(ask: Ask) -> None:
    async def work() -> tuple[str, str]:
        journal = Journal(FakeDatabase())
        first = await ask(journal, asked)  # opens it
        second = await ask(journal, asked)
        await journal.close()
        return first, second

    assert asyncio.run(work()) == ("journal", HERE)


@pytest.mark.parametrize("ask", [Journal.read, Journal.jot])
def test_over_a_network_it_waits_in_the_thread(ask: Ask) -> None:
    async def work() -> str:
        journal = Journal(FakeDatabase(at_hand=False))
        await journal.do(asked)
        found = await ask(journal, asked)
        await journal.close()
        return found

    assert asyncio.run(work()) == "journal"


def test_what_another_process_is_in_the_way_of_waits_in_the_thread() -> None:
    async def work() -> str:
        database = FakeDatabase()
        journal = Journal(database)
        await journal.do(asked)
        database.busy = True
        found = await journal.jot(asked)
        await journal.close()
        return found

    assert asyncio.run(work()) == "journal"


def test_what_is_done_at_once_is_committed_or_rolled_back() -> None:
    database = FakeDatabase()

    def refused(asked: Database) -> None:
        asked.run("INSERT")
        raise OtherTextError

    async def work() -> None:
        journal = Journal(database)
        await journal.do(asked)
        database.said.clear()
        await journal.jot(asked)
        with pytest.raises(OtherTextError):
            await journal.jot(refused)
        await journal.close()

    asyncio.run(work())
    assert database.said == ["BEGIN", "SELECT", "COMMIT", "BEGIN", "INSERT", "ROLLBACK"]


@pytest.mark.parametrize("ask", [Journal.read, Journal.jot])
def test_nothing_comes_between_the_parts_of_a_transaction(ask: Ask) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(database: Database) -> str:
        begun.set()
        go_on.wait(10)
        return asked(database)

    async def work() -> str:
        journal = Journal(FakeDatabase())
        writing = asyncio.ensure_future(journal.do(slow))
        while not begun.is_set():
            await asyncio.sleep(0)
        reading = asyncio.ensure_future(ask(journal, asked))
        await asyncio.sleep(0)
        done_before = reading.done()
        go_on.set()
        await writing
        found = await reading
        await journal.close()
        assert not done_before
        return found

    assert asyncio.run(work()) == "journal"


@pytest.mark.parametrize("ask", [Journal.read, Journal.jot, Journal.do])
def test_a_database_that_fails_is_told_and_opened_anew(ask: Ask) -> None:
    database = FakeDatabase()

    async def work() -> None:
        journal = Journal(database)
        await journal.do(asked)
        database.broken = True
        with pytest.raises(StoreUnavailableError):
            await ask(journal, asked)
        database.broken = False
        assert await ask(journal, asked) == "journal"
        await journal.close()

    asyncio.run(work())
    assert database.opened == 2


def test_the_file_is_not_waited_for_where_another_process_writes_to_it(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "door.db")
    other = sqlite3.connect(tmp_path / "door.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        database.begin_at_once()
    assert database.run("PRAGMA busy_timeout") == [(2000,)]
    other.execute("ROLLBACK")
    database.begin_at_once()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("PRAGMA busy_timeout = 0").execute("BEGIN IMMEDIATE")
    database.run("COMMIT")
    other.close()
    database.end()
