"""What is read is read at once where nothing is in the way; else the journal's thread does it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.gateway.journal import Database, Journal
from bot.gateway.store import StoreUnavailableError


class FakeDatabase:
    """Tells which thread asked; ``broken`` makes statements fail."""

    def __init__(self, *, at_hand: bool = True) -> None:
        self.group = 1
        self.at_hand = at_hand
        self.broken = False
        self.opened = 0

    def open(self) -> None:
        """Count."""
        self.opened += 1

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the name of the thread."""
        if self.broken:
            raise OSError("gone")
        return [(threading.current_thread().name,)]

    def begin(self, durable: bool) -> None:
        """Do nothing."""

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


def test_a_read_is_done_at_once_where_the_database_is_open_and_at_hand() -> None:
    async def work() -> tuple[str, str]:
        journal = Journal(FakeDatabase())
        first = await journal.read(asked)  # opens it
        second = await journal.read(asked)
        await journal.close()
        return first, second

    assert asyncio.run(work()) == ("journal", HERE)


def test_a_read_over_a_network_waits_in_the_thread() -> None:
    async def work() -> str:
        journal = Journal(FakeDatabase(at_hand=False))
        await journal.do(asked)
        found = await journal.read(asked)
        await journal.close()
        return found

    assert asyncio.run(work()) == "journal"


def test_a_read_never_sees_half_a_transaction() -> None:
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
        reading = asyncio.ensure_future(journal.read(asked))
        await asyncio.sleep(0)
        done_before = reading.done()
        go_on.set()
        await writing
        found = await reading
        await journal.close()
        assert not done_before
        return found

    assert asyncio.run(work()) == "journal"


@pytest.mark.parametrize("ask", [Journal.read, Journal.do])
def test_a_database_that_fails_is_told_and_opened_anew(ask: Callable[..., Any]) -> None:
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
