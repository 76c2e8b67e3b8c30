"""A helpdesk of the tests' own, with weather, and a clock that is turned by hand."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import itertools
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.answering.answer import AnswerKind
from bot.gateway.journal import Journal
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.answered import Answered
from bot.helpdesk.call import Call, Response, Steps
from bot.helpdesk.caller import BrokenOffError, NotSentError
from bot.helpdesk.codec import effect_text, event_text, read_effect, read_event
from bot.helpdesk.connector import Connector, Receipt, Standing
from bot.helpdesk.decision import Decision
from bot.helpdesk.delivery import Delivery, MalformedError
from bot.helpdesk.desk import BusyError, Desk
from bot.helpdesk.effect import Effect, Note, Reply, Suggest
from bot.helpdesk.event import Author, Event, Owner, Place, Said
from bot.helpdesk.rules import Mode, RuleBook, Rules
from bot.helpdesk.store import Work
from bot.helpdesk.words import passed_on

T = TypeVar("T")
CHAT = Abilities(Format.MARKDOWN, chat=True)
TICKETS = Abilities(Format.MARKDOWN)
HIDING = Abilities(Format.MARKDOWN, chat=True, hidden_while_bot=True)
KINDS = {
    "sure": Answered(AnswerKind.ANSWER, "It is so. [1]", "define", "en", 0.97),
    "maybe": Answered(AnswerKind.ANSWER, "It may be so. [1]", "define", "en", 0.7),
    "hardly": Answered(AnswerKind.ANSWER, "It is hardly so. [1]", "define", "en", 0.2),
    "which": Answered(AnswerKind.CLARIFY, "Which one?", "define", "en", 0.7, choices=("a", "b")),
    "unknown": Answered(AnswerKind.DECLINE, "I cannot say.", "out_of_scope", "en", 0.9),
    "person": Answered(AnswerKind.HANDOFF, "A person, please.", "ask_human", "de", 0.9),
    "hello": Answered(AnswerKind.SMALLTALK, "Hello!", "greet", "en", 0.9),
    "bad": Answered(AnswerKind.SMALLTALK, "Thank you.", "feedback_bad", "en", 0.9),
    "broken": Answered(None),
}


class HandClock:
    """Time that passes only when it is told to; who sleeps is woken in order."""

    def __init__(self) -> None:
        self.now = 1_767_225_600.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = itertools.count()

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._count), event))
        await event.wait()

    @property
    def asleep(self) -> int:
        return len(self._sleepers)

    def drop(self) -> None:
        """Forget who sleeps: they are dead."""
        self._sleepers.clear()

    def wake_next(self) -> float:
        """Go to when the next one wakes; return how far that was."""
        at, _, event = heapq.heappop(self._sleepers)
        passed = max(0.0, at - self.now)
        self.now += passed
        event.set()
        return passed


def is_passed_on(reply: Reply) -> bool:
    """Return whether a reply is the line that goes with a hand-over."""
    return reply.text in (passed_on("en"), passed_on("de"))


class WatchedStore(SqlDeskStore):
    """Tells of each decision that was kept."""

    def __init__(self, journal: Journal, world: World) -> None:
        super().__init__(journal, lambda: world.clock.now)
        self._world = world

    async def decide(
        self, desk: str, work: Work, taken: int, decision: Decision, *more: Any
    ) -> bool:
        kept = await super().decide(desk, work, taken, decision, *more)
        if kept:
            self._world.decided(work.event, decision)
        return kept


@dataclass
class FakeHelpdesk:
    """Does effects, or fails as the weather says: one word per call, fine when there is none left.

    ``away`` refuses the connection, ``429`` and ``503`` do nothing, ``500`` does nothing,
    ``500-done`` and ``lost`` do it and do not say so, ``timeout`` does nothing and does not say so.
    """

    clock: HandClock
    weather: list[str] = field(default_factory=list)
    done: list[tuple[str, Effect, float]] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    tells_owner: bool = False
    tells_fate: bool = True
    slow: float = 0.0
    spoken: Callable[[Reply], None] = lambda reply: None

    async def send(self, call: Call) -> Response:
        if call.path == "/effect" and isinstance(call.body, Mapping):
            effect = read_effect(call.body["effect"])
            if isinstance(effect, Reply) and not is_passed_on(effect):
                self.spoken(effect)
        if self.slow:
            await self.clock.sleep(self.slow)
        weather = self.weather.pop(0) if self.weather else "fine"
        if weather == "away":
            raise NotSentError("away")
        if weather in ("429", "503", "500", "404"):
            return Response(int(weather), b"", {"retry-after": "7"} if weather == "429" else {})
        if weather == "bug":
            raise ZeroDivisionError
        if weather == "timeout":
            raise BrokenOffError("timeout")
        response = self._answer(call)
        if weather == "500-done":
            return Response(500)
        if weather == "lost":
            raise BrokenOffError("lost")
        return response

    def _answer(self, call: Call) -> Response:
        assert isinstance(call.body, Mapping)
        if call.path == "/effect":
            effect = read_effect(call.body["effect"])
            self.done.append((call.body["key"], effect, self.clock.now))
            return Response(201, json.dumps({"id": len(self.done)}).encode())
        if call.path == "/fate":
            found = any(key == call.body["key"] for key, _, _ in self.done)
            return Response(200, json.dumps(found).encode())
        owner = self.owners.get(call.body["conversation"])
        return Response(200, json.dumps(owner.value if owner else None).encode())

    async def close(self) -> None:
        pass

    def replies(self) -> Counter[str]:
        """Return how many replies each message got, those that go with a hand-over left out."""
        return Counter(
            e.message for _, e, _ in self.done if isinstance(e, Reply) and not is_passed_on(e)
        )

    def of(self, kind: type) -> list[Effect]:
        return [effect for _, effect, _ in self.done if isinstance(effect, kind)]


class FakeConnector(Connector):
    """Carries events and effects as they are kept."""

    def __init__(self, abilities: Abilities, helpdesk: FakeHelpdesk) -> None:
        super().__init__(Account("shop", "fake", "https://desk.example.org"))
        self.abilities = abilities
        self._helpdesk = helpdesk

    def verify(self, delivery: Delivery) -> None:
        pass

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        try:
            return [read_event(text) for text in json.loads(delivery.body)]
        except (ValueError, KeyError):
            raise MalformedError("no events") from None

    def headers(self) -> Mapping[str, str]:
        return {}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        response = yield Call("POST", "/effect", {"effect": effect_text(effect), "key": key})
        return Receipt(str(response.object()["id"]))

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        if not self._helpdesk.tells_fate:
            return Standing.UNKNOWN
        response = yield Call("GET", "/fate", {"key": key})
        return Standing.DONE if response.json() else Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        if not self._helpdesk.tells_owner:
            return None
        response = yield Call("GET", "/owner", {"conversation": place.conversation})
        found = response.json()
        return Owner(found) if found else None


@dataclass
class FakeAssistant:
    """Answers by the first word of a message; the same message is one turn."""

    clock: HandClock
    busy: int = 0
    slow: float = 0.0
    asked: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    async def answer(self, desk: str, conversation: str, message: str, text: str) -> Answered:
        if self.busy:
            self.busy -= 1
            raise BusyError
        if self.slow:
            await self.clock.sleep(self.slow)
        asked = self.asked.setdefault((conversation, message), [])
        if text not in asked:
            asked.append(text)
        return KINDS[text.split()[0]]


class Tallied:
    """Counts."""

    def __init__(self) -> None:
        self.deliveries: Counter[str] = Counter()
        self.decisions: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()

    def delivered(self, desk: str, how: str) -> None:
        self.deliveries[how] += 1

    def decided(self, desk: str, decision: Decision) -> None:
        self.decisions[f"{decision.does}: {decision.reason}"] += 1

    def performed(self, desk: str, effect: str, how: str) -> None:
        self.effects[f"{effect}: {how}"] += 1


AUTO = Rules(mode=Mode.AUTO, small_talk=True, in_a_row=1000, per_hour=1000, join=0)


class World:
    """A desk over a database file, and all around it."""

    def __init__(self, folder: Path, rules: Rules = AUTO, abilities: Abilities = CHAT) -> None:
        self.loop = asyncio.new_event_loop()
        self.receiving: list[asyncio.Task[Any]] = []  # deliveries that a test has under way
        self.clock = HandClock()
        self.helpdesk = FakeHelpdesk(self.clock)
        self.assistant = FakeAssistant(self.clock)
        self.tally = Tallied()
        self.rules = RuleBook(rules)
        self.abilities = abilities
        self.decided: Callable[[Event, Decision], None] = lambda event, decision: None
        self._path = folder / "door.db"
        self._numbers = itertools.count(1)
        self._open()

    def _open(self) -> None:
        self.journal = Journal(SqliteDatabase(self._path))
        self.store = WatchedStore(self.journal, self)
        self.desk = Desk(
            FakeConnector(self.abilities, self.helpdesk), self.helpdesk, lambda: self.rules,
            self.store, self.assistant, self.tally, sleep=self.clock.sleep,
            clock=lambda: self.clock.now,
        )  # fmt: skip
        self.do(self.desk.start())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def kill(self) -> None:
        """End the process in the middle of whatever it does, and start it again."""
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.do(_gone(tasks))
        self.do(self.journal.close())
        self.clock.drop()
        self._open()

    def close(self) -> None:
        self.do(self.desk.stop())
        self.do(self.journal.close())
        self.loop.close()

    def say(
        self, text: str, conversation: str = "c1", author: Author = Author.CUSTOMER, **more: Any
    ) -> Said:
        """Make a message, not yet delivered; its time is now."""
        number = next(self._numbers)
        return Said(
            key=f"message {number}", place=Place("inbox", conversation), at=self.clock.now,
            author=author, author_id=author.value, message=f"m{number}", text=text, **more,
        )  # fmt: skip

    def number(self) -> int:
        return next(self._numbers)

    def deliver(self, *events: Event) -> int:
        """Deliver events in one request; return how many were new."""
        body = json.dumps([event_text(event) for event in events]).encode()
        return self.do(self.desk.receive(Delivery({}, body, "", self.clock.now)))

    def tick(self) -> None:
        """Let whatever can go on do so, without time passing."""
        self.do(self._settled())

    async def _settled(self) -> None:
        calm = 0
        while calm < 3:
            await asyncio.sleep(0.0005)
            receiving = sum(not task.done() for task in self.receiving)
            busy = len(self.desk._workers) + 1 + receiving - self.clock.asleep
            calm = calm + 1 if busy <= 0 else 0

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and all that happens in it happen."""
        until = self.clock.now + seconds
        self.tick()
        while self.clock.now < until:
            self.clock.wake_next()
            self.tick()

    def finish(self) -> None:
        """Go on until nothing is left to do."""
        for _ in range(5000):
            self.tick()
            if not self.do(self.store.busy("shop")):
                return
            self.clock.wake_next()
        raise AssertionError("it never ends")

    def outcome(self, said: Said) -> str:
        """Return what was recorded for a message of a customer."""
        sql = "SELECT outcome || ': ' || reason FROM desk_events WHERE desk = 'shop' AND name = ?"
        name = hashlib.sha256(said.key.encode()).hexdigest()
        [(found,)] = self.do(self.journal.do(lambda db: db.run(sql, name)))
        return str(found)

    def notes(self) -> list[str]:
        return [effect.text for effect in self.helpdesk.of(Note) if isinstance(effect, Note)]

    def suggestions(self) -> list[str]:
        found = self.helpdesk.of(Suggest)
        return [effect.text for effect in found if isinstance(effect, Suggest)]


async def _gone(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
