"""One worker per conversation: messages go to Rasa in order, and each gets one reply group."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.answering.phrases import phrase
from bot.gateway.backlog import Backlog
from bot.gateway.handover import State, state_of
from bot.gateway.metrics import Metrics
from bot.gateway.rasa_client import BrokenTurnError, Rasa, UnreachableError
from bot.gateway.store import (
    Draft,
    Message,
    NoteKind,
    Outcome,
    Reply,
    Store,
    StoreUnavailableError,
    Turn,
)
from bot.gateway.turnstile import Turnstile

logger = logging.getLogger(__name__)

TRIES = 3
_FIRST_PAUSE = 0.1  # seconds before something is tried again; doubled each time
_LONGEST_PAUSE = 2.0
_LOOK = 5.0  # seconds between looks for messages that nobody here was told of
_FALLBACK_LANGUAGE = "en"


class OverloadedError(Exception):
    """Too many messages wait; ``after`` is when to try again, in seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(after)
        self.after = after


class _BrokenError(Exception):
    """A try broke; ``attempts`` is how many there were."""

    def __init__(self, why: str, attempts: int) -> None:
        super().__init__(why)
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many messages may be without a reply, in all and per conversation, and at Rasa.

    ``seconds`` is how long a message may be expected to wait for its turn.
    """

    queue: int
    pending: int
    seconds: float = 2.0
    parallel: int = 8


class Dispatcher:
    """Accepts messages and sees that each gets its reply.

    A message that broke a turn before is tried again only when Rasa is well, and never beside
    another such message: what breaks Rasa takes nobody with it. After three tries it is
    quarantined, and the user told. While a person is connected, messages are theirs.

    Args:
        store: keeps messages and replies.
        rasa: takes the turns.
        metrics: counts.
        bounds: how much may wait.
        news: is told the conversation in which a message or its reply was kept.
        sleep: pauses for that many seconds.
    """

    def __init__(
        self,
        store: Store,
        rasa: Rasa,
        metrics: Metrics,
        bounds: Bounds,
        news: Callable[[str], None] = lambda conversation: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._rasa = rasa
        self._metrics = metrics
        self._bounds = bounds
        self._news = news
        self._sleep = sleep
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._backlog = Backlog()
        self._replied: defaultdict[int, list[asyncio.Queue[Turn | None]]] = defaultdict(list)
        self._turnstile = Turnstile(bounds.parallel)
        self._suspects = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what was accepted before, and look for more from time to time."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop where we are; what has no reply yet gets it after the next start."""
        tasks = [*self._workers.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def submit(self, draft: Draft) -> Message:
        """Accept a message; once this returns, it will get a reply.

        Raises:
            OverloadedError: too many wait.
            OtherTextError: its id stands for another text.
            StoreUnavailableError: it cannot be kept.
        """
        full = self._full(draft)
        if full:
            known = await self._store.known(draft)
            if known is None:
                raise full
            return known
        self._backlog.add(draft.conversation, draft.party)  # before it is kept: many come at once
        self._metrics.depth(self.depth)
        began = time.perf_counter()
        try:
            message, new = await self._store.accept(draft)
        except BaseException:
            self._leave(draft.conversation)
            raise
        if not new:
            self._leave(draft.conversation)
            self._metrics.repeated()
        else:
            self._metrics.accepted(draft.channel)
            self._metrics.stage("accept", time.perf_counter() - began)
            logger.info("accepted", extra=_about(message))
            self._news(message.conversation)
        self._wake(message.conversation)
        return message

    def _full(self, draft: Draft) -> OverloadedError | None:
        if self.depth >= self._bounds.queue:
            self._metrics.refused("queue")
            return OverloadedError(5)
        if self._backlog.of(draft.conversation) >= self._bounds.pending:
            self._metrics.refused("conversation")
            return OverloadedError(2)
        late = self._expected(draft.party or draft.conversation) - self._bounds.seconds
        if late > 0:
            self._metrics.refused("wait")
            return OverloadedError(math.ceil(late))
        return None

    def _expected(self, party: str) -> float:
        """Return for how many seconds the next message of a party would wait for its turn."""
        ahead = self._backlog.ahead(party) - self._bounds.parallel + 1
        return max(0, ahead) * self._turnstile.pace

    async def reply(self, message: Message, seconds: float) -> Turn:
        """Wait for the reply of a message; a turn without one if it takes longer."""
        told: asyncio.Queue[Turn | None] = asyncio.Queue()
        listening = self._replied[message.seq]
        listening.append(told)
        deadline = time.monotonic() + seconds
        try:
            turn = await self._store.turn(message.seq)
            while True:
                left = deadline - time.monotonic()
                if turn is None or turn.reply or left <= 0:
                    return turn or Turn(message, None)
                # Another gateway may have taken the turn: look for itself now and then.
                with suppress(TimeoutError):
                    turn = await asyncio.wait_for(told.get(), min(left, _LOOK))
                    if turn:
                        continue
                turn = await self._store.turn(message.seq)
        finally:
            listening.remove(told)
            if not listening:
                self._replied.pop(message.seq, None)

    @property
    def depth(self) -> int:
        """How many messages wait for a reply."""
        return self._backlog.total

    def _leave(self, conversation: str) -> None:
        self._backlog.remove(conversation)
        self._metrics.depth(self.depth)

    async def _look(self) -> None:
        while True:
            try:
                found = await self._store.waiting()
                self._metrics.age(await self._store.oldest())
                if not self._workers:
                    self._backlog.begin(found)
                    self._metrics.depth(self.depth)
                for conversation in found:
                    self._wake(conversation)
            except StoreUnavailableError as error:
                logger.warning("the database does not answer: %s", error)
            except Exception:
                logger.exception("looking for messages failed")
            await self._sleep(_LOOK)

    def _wake(self, conversation: str) -> None:
        self._again.add(conversation)
        if conversation not in self._workers:
            self._workers[conversation] = asyncio.create_task(self._work(conversation))

    async def _work(self, conversation: str) -> None:
        """Take the turns of a conversation until none is left."""
        pause = _FIRST_PAUSE
        while True:
            self._again.discard(conversation)
            try:
                message = await self._store.claim(conversation)
                if message is None:
                    if conversation in self._again:
                        continue
                    self._backlog.drop(conversation)
                    del self._workers[conversation]
                    return
                if await self._take(message):
                    pause = _FIRST_PAUSE
                    continue
            except StoreUnavailableError as error:
                logger.warning("the database does not answer: %s", error)
            except Exception:
                logger.exception("a worker failed")
            await self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _take(self, message: Message) -> bool:
        """Try a message once; return whether it has its reply now."""
        if message.attempts >= TRIES:  # the gateway died with the last try
            return await self._finish(message, Reply(Outcome.QUARANTINED, []))
        step = await self._store.latest_note(message.conversation, NoteKind.HANDOVER)
        if state_of(step) is State.CONNECTED:
            return await self._finish(message, Reply(Outcome.SILENT, []))
        try:
            reply = await self._turn(message)
        except UnreachableError as error:
            self._metrics.broken("unreachable")
            logger.info("Rasa is away: %s", error, extra=_about(message))
            return False
        except _BrokenError as error:
            self._metrics.broken("turn")
            logger.warning("a turn broke: %s", error, extra=_about(message))
            if error.attempts < TRIES:
                return False
            reply = Reply(Outcome.QUARANTINED, [])
        return await self._finish(message, reply)

    async def _turn(self, message: Message) -> Reply:
        if message.attempts:
            async with self._suspects:
                if await self._rasa.health() is None:
                    raise UnreachableError("not well yet")
                return await self._asked(message)
        async with self._turnstile.passing(self._backlog.party(message.conversation)):
            return await self._asked(message)

    async def _asked(self, message: Message) -> Reply:
        attempts = await self._store.attempt(message.seq)
        if attempts == 1:
            self._metrics.stage("queue", time.time() - message.accepted)
        began = time.perf_counter()
        try:
            return await self._rasa.turn(message)
        except UnreachableError:
            await self._store.forgive(message.seq)
            raise
        except BrokenTurnError as error:
            raise _BrokenError(str(error), attempts) from None
        finally:
            self._metrics.stage("rasa", time.perf_counter() - began)

    async def _finish(self, message: Message, reply: Reply) -> bool:
        if reply.outcome in (Outcome.FAILED, Outcome.QUARANTINED):
            reply = await self._apology(message, reply.outcome)
        began = time.perf_counter()
        new = await self._store.finish(message.seq, reply)
        self._metrics.stage("keep", time.perf_counter() - began)
        self._leave(message.conversation)
        if new:
            self._metrics.finished(reply, time.time() - message.accepted)
            logger.info("replied: %s", reply.outcome.value, extra=_about(message))
        self._news(message.conversation)
        for told in self._replied.get(message.seq, ()):
            told.put_nowait(Turn(message, reply, time.time()) if new else None)
        return True

    async def _apology(self, message: Message, outcome: Outcome) -> Reply:
        """Return words for a message that got none, in the language of those before."""
        before = await self._store.turns(message.conversation, message.number - 2, 1)
        language = _FALLBACK_LANGUAGE
        for turn in before:
            for said in turn.reply.messages if turn.reply else ():
                language = (said.get("custom") or {}).get("language", language)
        text = phrase("failed", language)
        return Reply(outcome, [{"recipient_id": message.conversation, "text": text}])


def _about(message: Message) -> dict[str, object]:
    """Return what the log says of a message: never its text."""
    return {
        "trace": message.trace, "seq": message.seq, "number": message.number,
        "attempts": message.attempts, "characters": len(message.text),
    }  # fmt: skip
