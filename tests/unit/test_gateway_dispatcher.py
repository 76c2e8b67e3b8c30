"""Whatever breaks: one reply group per message, in order, and nobody suffers for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.dispatcher import TRIES, Bounds, Dispatcher, OverloadedError
from bot.gateway.metrics import Metrics
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import Draft, Message, Outcome, Turn
from tests.gateway_fakes import FakeRasa

PATIENCE = 30.0


class Scene:
    """A dispatcher over a real database and a fake Rasa; pauses are short."""

    def __init__(
        self,
        path: Path,
        bounds: Bounds | None = None,
        sleep: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(0.01),
    ) -> None:
        self._path = path
        self._sleep = sleep
        self._bounds = bounds or Bounds(1000, 100)
        self.rasa = FakeRasa()

    async def __aenter__(self) -> Scene:
        self.store = SqlStore(SqliteDatabase(self._path / "door.db"))
        self.dispatcher = Dispatcher(
            self.store, self.rasa, Metrics(), self._bounds, sleep=self._sleep
        )
        await self.dispatcher.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.dispatcher.stop()
        await self.store.close()

    async def send(
        self, text: str, conversation: str = "c1", name: str = "", party: str = ""
    ) -> Message:
        trace = f"{conversation} {name or text}"
        draft = Draft(conversation, name or text, text, "rest", trace, party)
        return await self.dispatcher.submit(draft)

    async def replied(self, message: Message) -> Turn:
        turn = await self.dispatcher.reply(message, PATIENCE)
        assert turn.reply is not None, "no reply came"
        return turn

    async def outcomes(self, *messages: Message) -> list[str]:
        turns = await asyncio.gather(*(self.replied(message) for message in messages))
        return [turn.reply.outcome.value for turn in turns if turn.reply]


async def rarely(seconds: float) -> None:
    """Pause shortly, but never look for messages again: workers must be woken."""
    await asyncio.sleep(0.01 if seconds < 5 else 3600)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_turns_of_a_conversation_are_taken_one_after_the_other(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            sent = [await scene.send(f"m{n}", f"c{n % 3}") for n in range(30)]
            assert await scene.outcomes(*sent) == ["answered"] * 30
            for conversation in ("c0", "c1", "c2"):
                taken = [text for name, text in scene.rasa.taken if name == conversation]
                assert taken == [m.text for m in sent if m.conversation == conversation]
            assert scene.dispatcher.depth == 0

    run(work())


def test_a_worker_that_is_about_to_leave_notices_a_new_message(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path, sleep=rarely) as scene:
            sent = []
            for number in range(150):
                sent.append(await scene.send(f"m{number}"))
                await asyncio.sleep((number % 16) * 0.001)
            assert await scene.outcomes(*sent) == ["answered"] * 150

    run(work())


def test_a_message_that_comes_again_is_one_turn(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            sent = await asyncio.gather(*(scene.send("hi", name="1") for _ in range(10)))
            assert len({message.seq for message in sent}) == 1
            await scene.replied(sent[0])
            again = await scene.send("hi", name="1")
            assert (await scene.replied(again)).reply == (await scene.replied(sent[0])).reply
            assert scene.rasa.taken == [("c1", "hi")]
            assert scene.dispatcher.depth == 0

    run(work())


def test_what_was_accepted_before_a_crash_is_taken_after_it(tmp_path: Path) -> None:
    async def work() -> None:
        before = Scene(tmp_path)
        before.rasa.away = True
        async with before as scene:
            sent = [await scene.send(f"m{n}") for n in range(5)]
        async with Scene(tmp_path) as scene:
            assert await scene.outcomes(*sent) == ["answered"] * 5
            assert [text for _, text in scene.rasa.taken] == [m.text for m in sent]

    run(work())


def test_while_rasa_is_away_messages_wait_and_no_try_is_counted(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            scene.rasa.away = True
            message = await scene.send("hello")
            turn = await scene.dispatcher.reply(message, 0.3)
            assert turn.reply is None
            assert turn.message.attempts <= 1
            scene.rasa.away = False
            assert await scene.outcomes(message) == ["answered"]

    run(work())


def test_a_message_that_breaks_rasa_is_quarantined_and_the_next_one_is_answered(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            first = await scene.send("was ist das?")
            poison = await scene.send("poison")
            after = await scene.send("hello")
            assert await scene.outcomes(first, poison, after) == [
                "answered", "quarantined", "answered",
            ]  # fmt: skip
            assert scene.rasa.deaths == TRIES
            said = (await scene.replied(poison)).reply
            assert said is not None
            assert said.messages[0]["text"].startswith("Bei uns"), "not in their language"

    run(work())


def test_a_message_that_waits_for_a_try_is_not_charged_for_it(tmp_path: Path) -> None:
    """The gateway is killed again and again while Rasa is away."""

    async def work() -> None:
        before = Scene(tmp_path)
        async with before as scene:
            scene.rasa.away = True
            message = await scene.send("hello")
            await scene.store.attempt(message.seq)  # a try that broke
        for _ in range(TRIES + 1):
            async with Scene(tmp_path) as scene:
                scene.rasa.away = True
                await asyncio.sleep(0.05)
        async with Scene(tmp_path) as scene:
            assert await scene.outcomes(message) == ["answered"]

    run(work())


def test_what_breaks_rasa_takes_nobody_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            poison = [await scene.send("poison", f"bad{n}") for n in range(3)]
            others = [await scene.send(f"slow {n}", f"c{n}") for n in range(20)]
            assert await scene.outcomes(*poison) == ["quarantined"] * 3
            assert await scene.outcomes(*others) == ["answered"] * 20
            assert len(scene.rasa.taken) == 20

    run(work())


def test_a_turn_without_words_is_told_and_not_tried_again(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            mute = await scene.send("mute")
            turn = await scene.replied(mute)
            assert turn.reply is not None
            assert turn.reply.outcome is Outcome.FAILED
            assert turn.reply.messages[0]["text"]
            assert scene.rasa.tries == ["mute"]

    run(work())


def test_too_many_are_refused_and_those_accepted_are_answered(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path, Bounds(queue=10, pending=4)) as scene:
            scene.rasa.away = True
            drafts = [scene.send(f"m{n}", f"c{n % 5}") for n in range(40)]
            done = await asyncio.gather(*drafts, return_exceptions=True)
            accepted = [message for message in done if isinstance(message, Message)]
            refused = [error for error in done if isinstance(error, OverloadedError)]
            assert (len(accepted), len(refused)) == (10, 30)
            assert all(error.after > 0 for error in refused)
            scene.rasa.away = False
            assert await scene.outcomes(*accepted) == ["answered"] * 10
            assert len(scene.rasa.taken) == 10

    run(work())


def test_one_conversation_cannot_fill_the_queue(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path, Bounds(queue=10, pending=4)) as scene:
            scene.rasa.away = True
            for number in range(4):
                await scene.send(f"m{number}")
            with pytest.raises(OverloadedError):
                await scene.send("one more")
            assert await scene.send("hello", "c2")

    run(work())


def test_nobody_waits_longer_than_is_bound_and_who_floods_is_refused_first(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path, Bounds(queue=1000, pending=100, seconds=0.5)) as scene:
            scene.rasa.away = True
            accepted, refused = [], []
            for number in range(60):
                try:
                    sent = await scene.send(f"m{number}", f"c{number % 30}", party="flood")
                    accepted.append(sent)
                except OverloadedError as error:
                    refused.append(error)
            assert 8 <= len(accepted) < 30
            assert all(error.after >= 1 for error in refused)
            again = await scene.send("m0", "c0", party="flood")  # what was accepted stays so
            assert again.seq == accepted[0].seq  # it may have been tried in between
            others = [await scene.send("hello", f"d{n}", party=f"other{n}") for n in range(3)]
            scene.rasa.away = False
            assert await scene.outcomes(*accepted, *others) == ["answered"] * (len(accepted) + 3)
            assert await scene.send("once more", "c1", party="flood")

    run(work())


def test_others_are_answered_before_the_rest_of_a_flood(tmp_path: Path) -> None:
    async def work() -> None:
        bounds = Bounds(queue=1000, pending=100, seconds=60.0, parallel=2)
        async with Scene(tmp_path, bounds) as scene:
            scene.rasa.away = True
            flood = [await scene.send(f"f{n}", f"c{n}", party="flood") for n in range(40)]
            scene.rasa.away = False
            other = await scene.send("hello", "d", party="other")
            await scene.outcomes(*flood, other)
            taken = [name for name, _ in scene.rasa.taken]
            assert taken.index("d") < 10

    run(work())


def test_messages_that_another_gateway_left_are_found(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            message, _ = await scene.store.accept(Draft("c9", "x", "hello", "rest", "t"))
            assert await scene.outcomes(message) == ["answered"]

    run(work())
