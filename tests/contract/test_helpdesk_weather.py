"""The core with each connector against its strict fake, while calls fail and deliveries repeat.

Real sockets, a real database and the real core; only the assistant and the passing of time are the
tests' own.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bot.answering.answer import AnswerKind
from bot.gateway.journal import Journal
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.helpdesk.answered import Answered
from bot.helpdesk.decision import Decision
from bot.helpdesk.desk import Desk
from bot.helpdesk.http_client import HttpClient
from bot.helpdesk.rules import Mode, RuleBook, Rules
from tests.strict_helpdesks.peers import PEERS, Peer, received
from tests.strict_helpdesks.server import FakeDesk, Fault

FASTER = 200.0
NOW = 1_795_374_846.0
CONVERSATIONS, MESSAGES = 3, 4
# Refused without doing it; done, and the answer lost; neither done nor answered.
SURE = (Fault(429, {"Retry-After": "2"}), Fault(503), Fault(503, times=3))
BROKEN = (Fault(lost=True), Fault(lost=True, times=2), Fault(500), Fault(502, lost=True))


class Clock:
    """Time that runs fast."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> float:
        return NOW + (time.monotonic() - self._began) * FASTER

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)


class Knowing:
    """An assistant that has an answer of its own to each question."""

    async def answer(self, desk: str, conversation: str, message: str, text: str) -> Answered:
        await asyncio.sleep(0.001)
        return Answered(AnswerKind.ANSWER, f"About {text}", "define", "en", 0.97)


class Uncounted:
    def delivered(self, desk: str, how: str) -> None:
        pass

    def decided(self, desk: str, decision: Decision) -> None:
        pass

    def performed(self, desk: str, effect: str, how: str) -> None:
        pass


class Storm:
    """A helpdesk with the core behind it.

    Args:
        peer: the product.
        fake: it, running.
        folder: for the database.
        seed: which weather.
    """

    def __init__(self, peer: Peer, fake: FakeDesk, folder: Path, seed: int) -> None:
        self._fake = fake
        self._random = Random(seed)
        self._faults = SURE + (BROKEN if peer.settles or peer.once else BROKEN[:1])
        connector = peer.connector(fake)
        client = HttpClient(connector.account, connector.headers(), plain=True)
        clock = Clock()
        rules = RuleBook(
            Rules(mode=Mode.AUTO, auto_from=0.9, suggest_from=0.5, seconds=6e5, join=0)
        )
        self._store = SqlDeskStore(Journal(SqliteDatabase(folder / "door.db")))
        self._desk = Desk(
            connector, client, lambda: rules, self._store, Knowing(), Uncounted(),
            sleep=clock.sleep, clock=clock,
        )  # fmt: skip
        self.conversations: list[str] = []
        self.asked: list[tuple[str, str]] = []

    async def run(self) -> None:
        """Let everybody ask everything, then one ask on after an agent took the conversation."""
        await self._desk.start()
        try:
            for number in range(MESSAGES):
                for conversation in range(CONVERSATIONS):
                    await self._ask(conversation, f"question {conversation} {number}?")
            await self._idle()
            self._fake.faults.clear()
            self._fake.agent_takes(self.conversations[0])
            await self._deliver()
            self._fake.customer_writes("question after?", self.conversations[0])
            await self._idle()
        finally:
            await self._desk.stop()

    async def _ask(self, conversation: int, text: str) -> None:
        if self._random.random() < 0.5:
            fault = self._random.choice(self._faults)
            self._fake.faults.append(Fault(**vars(fault)))
        known = conversation < len(self.conversations)
        place = self.conversations[conversation] if known else ""
        found = await asyncio.to_thread(self._fake.customer_writes, text, place)
        if not known:
            self.conversations.append(found)
        self.asked.append((found, text))
        await self._deliver()

    async def _deliver(self) -> None:
        """Deliver what there is, twice and in disorder."""
        for delivery in await asyncio.to_thread(self._fake.taken, self._random):
            await self._desk.receive(received(self._fake, delivery))

    async def _idle(self) -> None:
        quiet = 0
        while quiet < 5:
            await self._deliver()
            queue = await self._store.queue("shop", NOW)
            done = not queue.messages and not queue.effects and not self._fake.deliveries
            quiet = quiet + 1 if done else 0
            await asyncio.sleep(0.01)

    def said(self, conversation: str) -> Counter[str]:
        """Return what we said to the customer, and how often."""
        shown = self._fake.shown(conversation)
        texts = (said.text for said in shown if (said.by, said.kind) == ("bot", "reply"))
        return Counter(part for part in (_question(text) for text in texts) if part)


def _question(text: str) -> str:
    begin = text.find("question ")
    return text[begin : text.find("?", begin) + 1] if begin >= 0 else ""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("peer", PEERS, ids=[peer.kind for peer in PEERS])
def test_every_question_is_answered_once_and_none_after_a_person_took_it(
    peer: Peer, seed: int, tmp_path: Path
) -> None:
    with peer.fake().running() as fake:
        storm = Storm(peer, fake, tmp_path, seed)
        asyncio.run(asyncio.wait_for(storm.run(), 60))
        for conversation in storm.conversations:
            asked = [text for place, text in storm.asked if place == conversation]
            assert storm.said(conversation) == Counter(asked)
