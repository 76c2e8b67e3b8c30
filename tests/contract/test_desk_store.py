"""What helpdesks need kept, over each database: at once, in order, all or nothing, known again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.gateway.journal import Database, Journal
from bot.gateway.postgres_database import PostgresDatabase
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.helpdesk.decision import Decision, Does
from bot.helpdesk.effect import HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Moved, Owner, Place, Rated, Said, Verdict
from bot.helpdesk.ownership import State, replied
from bot.helpdesk.reason import Reason
from bot.helpdesk.store import Progress, Queue, Task, UnavailableError
from tests.postgres import PostgresServer

Open = Callable[[], Database]
NOW = 1000.0
PLACE = Place("7", "c1")
SAID = Said("message m1", PLACE, NOW, Author.CUSTOMER, "5", "m1", "What is it?", to=(("a", "b"),))
REPLY = Reply(PLACE, "It is so.", ("Why?",), "m1", (("a", "b"),))
SURE = Decision(Does.REPLY, Reason.SURE)


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


class Kept:
    """A store for the length of a block."""

    def __init__(self, opened: Open) -> None:
        self._opened = opened

    async def __aenter__(self) -> SqlDeskStore:
        self._journal = Journal(self._opened())
        return SqlDeskStore(self._journal, lambda: NOW + 5)

    async def __aexit__(self, *_: object) -> None:
        await self._journal.close()


async def next_task(store: SqlDeskStore) -> Task:
    task = await store.claim("shop", "c1")
    assert task is not None
    return task


def test_an_event_is_new_once_and_known_after_a_restart(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            assert await store.accept("shop", [SAID, SAID], NOW) == 1
            assert await store.accept("other", [SAID], NOW) == 1
        async with Kept(opened) as store:
            assert await store.accept("shop", [SAID], NOW + 9) == 0
            assert await store.busy("shop") == ["c1"]
            task = await next_task(store)
            assert (task.work[0].event, task.work[0].received, task.effect) == (SAID, NOW, None)
            assert await store.queue("shop", NOW + 3) == Queue(1, 0, 3.0)
            assert await store.claim("shop", "c2") is None

    asyncio.run(work())


def test_messages_are_told_in_order_and_answered_together(opened: Open) -> None:
    said = [
        replace(SAID, key=f"k{number}", message=f"m{number}", at=NOW + number)
        for number in range(3)
    ]

    async def work() -> None:
        async with Kept(opened) as store:
            await store.accept("shop", said[::-1], NOW)
            task = await next_task(store)
            first, second, third = task.work
            assert [work.event for work in task.work] == said
            await store.accept("shop", [Moved("v", PLACE, NOW, Owner.PERSON)], NOW)
            decided = second, 0, SURE, [], lambda s: s, [first]
            assert not await store.decide("shop", *decided)
            assert len((await next_task(store)).work) == 3
            decided = second, 1, SURE, [], lambda s: s, [first]
            assert await store.decide("shop", *decided)
            assert (await next_task(store)).work == (third,)
            [figures] = await store.figures("shop", 0)
            assert figures.outcomes == {"nothing: joined": 1, "replied: sure": 1}

    asyncio.run(work())


def test_a_decision_is_kept_with_its_effects_or_not_at_all(opened: Open) -> None:
    effects = [
        REPLY, Note(PLACE, "n"), Suggest(PLACE, "s", "d"), HandOver(PLACE, "r", "4"),
        Tag(PLACE, ("a", "b")),
    ]  # fmt: skip

    async def work() -> None:
        async with Kept(opened) as store:
            await store.accept("shop", [SAID], NOW)
            task = await next_task(store)
            await store.accept("shop", [Moved("v", PLACE, NOW, Owner.PERSON)], NOW)
            late = await store.decide("shop", task.work[0], 0, SURE, effects, lambda s: s)
            assert not late
            task = await next_task(store)
            assert (task.state.owner, task.state.taken) == (Owner.PERSON, 1)
            change = lambda state: replied(state, NOW)  # noqa: E731
            assert await store.decide("shop", task.work[0], 1, SURE, effects, change)
            assert await store.decide("shop", task.work[0], 1, SURE, effects, change)  # known
        async with Kept(opened) as store:
            seen = []
            while task := await store.claim("shop", "c1"):
                assert task.effect is not None
                assert (task.effect.progress, task.effect.attempts) == (Progress.WAITING, 0)
                assert task.state.replies == 1
                seen.append(task.effect.effect)
                await store.done(task.effect.seq, "9")
            assert seen == effects
            assert await store.busy("shop") == []

    asyncio.run(work())


def test_calls_are_counted_and_words_to_the_customer_guarded(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            await store.accept("shop", [SAID], NOW)
            task = await next_task(store)
            await store.decide(
                "shop", task.work[0], 0, SURE, [REPLY, Note(PLACE, "n")], lambda s: s
            )
            pending = (await next_task(store)).effect
            assert pending is not None
            assert await store.call(pending)
            await store.ask_again(pending.seq)
            found = (await next_task(store)).effect
            assert found == replace(pending, progress=Progress.CALLING, attempts=2)
            await store.wait(pending.seq)
            assert (await next_task(store)).effect == pending
            agent = replace(SAID, key="a", author=Author.AGENT, at=NOW + 1)
            await store.accept("shop", [agent], NOW)
            assert not await store.call(pending)
            instead = [HandOver(PLACE, "refused")]
            await store.leave("shop", pending, Reason.REFUSED, instead)
            note = (await next_task(store)).effect
            assert note is not None
            assert await store.call(note)  # agents may read what they like
            await store.done(note.seq, "")
            last = (await next_task(store)).effect
            assert last is not None
            assert last.effect == instead[0]
            await store.done(last.seq, "")
            [figures] = await store.figures("shop", 0)
            assert figures.outcomes == {"nothing: refused": 1}
            assert figures.effects == {"Reply: refused": 1}

    asyncio.run(work())


def test_what_the_helpdesk_says_of_the_owner(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            assert await store.observe("shop", "c1", None) == State()
            assert (await store.observe("shop", "c1", Owner.PERSON)).taken == 1
            assert (await store.observe("shop", "c1", Owner.NONE)).owner is Owner.PERSON
            await store.accept("shop", [SAID], NOW)
            task = await next_task(store)
            await store.decide("shop", task.work[0], 1, SURE, [Note(PLACE, "n")], lambda s: s)
            assert (await store.observe("shop", "c1", Owner.BOT)).owner is Owner.PERSON
            note = (await next_task(store)).effect
            assert note is not None
            await store.done(note.seq, "")
            assert (await store.observe("shop", "c1", Owner.BOT)).owner is Owner.BOT

    asyncio.run(work())


def test_lines_echoes_and_what_is_forgotten(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            echo = replace(SAID, key="e", author=Author.BOT, text="It is so.")
            aside = replace(SAID, key="i", author=Author.AGENT, public=False, text="secret")
            await store.accept("shop", [SAID, echo, aside], NOW)
            task = await next_task(store)
            await store.decide("shop", task.work[0], 0, SURE, [REPLY], lambda s: s)
            reply = (await next_task(store)).effect
            assert reply is not None
            await store.done(reply.seq, "9")
            lines = await store.lines("shop", "c1", 10)
            assert [(line.author, line.text) for line in lines] == [
                (Author.CUSTOMER, "What is it?"), (Author.BOT, "It is so."),
            ]  # fmt: skip
            assert await store.echoes("shop", "c1", NOW) == ["It is so."]
            assert await store.echoes("shop", "c1", NOW + 1) == []
            await store.forget("shop", NOW)
            assert len(await store.lines("shop", "c1", 10)) == 2
            await store.forget("shop", NOW + 10)
            assert await store.lines("shop", "c1", 10) == []
            assert await store.echoes("shop", "c1", 0) == []
            assert await store.accept("shop", [SAID], NOW) == 0

    asyncio.run(work())


def test_the_switch_is_kept_for_each(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            assert not await store.switched_off("shop")
            await store.switch("shop", True)
            await store.switch("shop", True)
        async with Kept(opened) as store:
            assert await store.switched_off("shop")
            assert not await store.switched_off("other")
            await store.switch("shop", False)
            assert not await store.switched_off("shop")

    asyncio.run(work())


def test_figures_tell_of_each_inbox(opened: Open) -> None:
    async def work() -> None:
        async with Kept(opened) as store:
            other = replace(SAID, key="m2", place=Place("8", "c2"))
            await store.accept("shop", [SAID, other], NOW)
            for conversation in ("c1", "c2"):
                task = await store.claim("shop", conversation)
                assert task is not None
                await store.decide(
                    "shop", task.work[0], 0, SURE, [], lambda s: replace(s, draft="It is so")
                )
            agent = replace(other, key="m3", author=Author.AGENT, text="It is so!")
            await store.accept("shop", [agent, Closed("c", PLACE, NOW)], NOW)
            await store.accept("shop", [Rated("r", PLACE, NOW, Verdict.GOOD)], NOW)
            one, two = await store.figures("shop", 0)
            assert (one.inbox, one.answered, one.deflected, one.followed) == ("7", 1, 1, {})
            assert (two.answered, two.deflected, two.followed) == (1, 0, {"edited": 1})
            assert await store.figures("shop", NOW + 1) == []

    asyncio.run(work())


def test_one_gateway_at_a_time_works_on_a_conversation(postgres: PostgresServer) -> None:
    url = postgres.new_database()

    async def work() -> None:
        journals = [Journal(PostgresDatabase(url)) for _ in range(2)]
        first, second = (SqlDeskStore(journal) for journal in journals)
        await first.accept("shop", [SAID], NOW)
        assert await first.claim("shop", "c1")
        assert await second.claim("shop", "c1") is None
        await first.release("shop", "c1")
        assert await second.claim("shop", "c1")
        both = [replace(SAID, key=f"k{n // 2}") for n in range(20)]
        new = await asyncio.gather(
            *((first, second)[n % 2].accept("shop", [one], NOW) for n, one in enumerate(both))
        )
        assert sum(new) == 10
        for journal in journals:
            await journal.close()

    asyncio.run(work())


class Failing(SqliteDatabase):
    """A disk that is full."""

    full = False

    def run(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        if self.full and sql == "COMMIT":
            raise OSError("no space left on device")
        return super().run(sql, *parameters)


def test_what_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    database = Failing(tmp_path / "door.db")

    async def work() -> None:
        journal = Journal(database)
        store = SqlDeskStore(journal)
        database.full = True
        with pytest.raises(UnavailableError):
            await store.accept("shop", [SAID], NOW)
        database.full = False
        assert await store.accept("shop", [SAID], NOW) == 1
        await journal.close()

    asyncio.run(work())
