"""One account at work: takes deliveries, decides, and does what was decided, once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.helpdesk import caller, plan
from bot.helpdesk.answered import Answered
from bot.helpdesk.burst import Burst, first_burst
from bot.helpdesk.caller import Client, LaterError, RefusedCallError
from bot.helpdesk.connector import Connector, Standing, UnsupportedError
from bot.helpdesk.decision import (
    JOINED,
    Case,
    Decision,
    Does,
    about_agent,
    after_bad_rating,
    before_asking,
    decide,
    still_good,
)
from bot.helpdesk.delivery import Delivery, ForgedError, MalformedError
from bot.helpdesk.effect import Effect, Note, Reply, Suggest
from bot.helpdesk.event import Author, Event, Owner, Place, Rated, Said
from bot.helpdesk.markup import same_words
from bot.helpdesk.ownership import State
from bot.helpdesk.plain_text import without_quotes
from bot.helpdesk.reason import Reason
from bot.helpdesk.rules import RuleBook
from bot.helpdesk.store import DeskStore, Pending, Progress, Task, UnavailableError, Work
from bot.text import clean

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 0.5  # seconds before something is tried again; doubled each time
_LONGEST_PAUSE = 60.0
_FAULTS = 5  # times in a row that something may fail by a fault of ours
_AFTER_YOU = 0.1  # seconds that work waits while deliveries are to be acknowledged
_TIMES_AFTER_YOU = 10
_LOOK = 5.0  # seconds between looks for conversations that nobody here was told of
_ASKED_FOR_MISSED = 60.0  # seconds between questions for what was not delivered
_CAUGHT_UP = 3600.0  # seconds; what is older is left to people
_GIVEN_UP = 24 * 3600.0  # seconds after which an effect is left
_ASKED_AGAIN = 3  # times that we look for an effect whose fate nobody can tell
_TEXTS = (Reply, Note, Suggest)


class BusyError(Exception):
    """The assistant takes no question at the moment."""


class _MoreError(Exception):
    """More may belong to a message; ``after`` is when to look again, in seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class Assistant(Protocol):
    """Answers; the same message twice is one turn with one answer."""

    async def answer(self, desk: str, conversation: str, message: str, text: str) -> Answered:
        """Return the answer to a message.

        Raises:
            BusyError: not now.
        """


class Tally(Protocol):
    """Counts what happens, for monitors."""

    def delivered(self, desk: str, how: str) -> None:
        """Count a delivery: accepted, repeated, forged, malformed or caught up."""

    def decided(self, desk: str, decision: Decision) -> None:
        """Count a decision."""

    def performed(self, desk: str, effect: str, how: str) -> None:
        """Count a try of an effect: ``done``, ``later`` or the reason why it was left."""


class Desk:
    """An account at a helpdesk.

    Args:
        connector: speaks the helpdesk's language.
        client: takes the calls.
        rules: returns the rules as they are now.
        store: keeps what happens.
        assistant: answers.
        tally: counts.
        agents: the language of notes to agents.
        parallel: conversations that are worked on at a time.
        sleep: pauses for that many seconds.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        connector: Connector,
        client: Client,
        rules: Callable[[], RuleBook],
        store: DeskStore,
        assistant: Assistant,
        tally: Tally,
        agents: str = "en",
        parallel: int = 32,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = connector.account.name
        self.connector = connector
        self.client = client
        self._rules = rules
        self._store = store
        self._assistant = assistant
        self._tally = tally
        self._agents = agents
        self._sleep = sleep
        self._clock = clock
        self._lane = asyncio.Semaphore(parallel)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._looking: asyncio.Task[None] | None = None
        self._paused = 0.0
        self._arriving = 0
        self._faults: Counter[str] = Counter()

    async def start(self) -> None:
        """Take up what is not done, and look for more from time to time."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop where we are; the rest is done after the next start."""
        tasks = [*self._workers.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.client.close()

    async def receive(self, delivery: Delivery) -> int:
        """Take a delivery; once this returns, it is kept. Return how many events were new.

        Raises:
            ForgedError: it does not prove where it comes from.
            MalformedError: it cannot be understood.
            UnavailableError: it cannot be kept.
        """
        try:
            self.connector.verify(delivery)
            events = self.connector.parse(delivery)
        except (ForgedError, MalformedError) as error:
            forged = isinstance(error, ForgedError)
            self._tally.delivered(self.name, "forged" if forged else "malformed")
            logger.warning("helpdesk %s: a delivery was refused: %s", self.name, error)
            raise
        new = await self._accepted(events, delivery.received) if events else 0
        self._tally.delivered(self.name, "accepted" if new or not events else "repeated")
        for conversation in {event.place.conversation for event in events}:
            self._wake(conversation)
        return new

    async def _accepted(self, events: Sequence[Event], received: float) -> int:
        self._arriving += 1
        try:
            return await self._store.accept(self.name, events, received)
        finally:
            self._arriving -= 1

    def _wake(self, conversation: str) -> None:
        self._again.add(conversation)
        if conversation not in self._workers:
            self._workers[conversation] = asyncio.create_task(self._work(conversation))

    async def _catch_up(self) -> None:
        """Take what was not delivered, if the helpdesk can be asked and it is not long ago."""
        try:
            await self._until_open()
            events = await caller.run(self.connector.missed(), self.client)
            since = self._clock() - _CAUGHT_UP
            lately = [event for event in events if event.at >= since]
            if lately and await self._store.accept(self.name, lately, self._clock()):
                self._tally.delivered(self.name, "caught up")
            for conversation in {event.place.conversation for event in lately}:
                self._wake(conversation)
        except (LaterError, RefusedCallError, MalformedError) as error:
            logger.warning("helpdesk %s: what was missed is not known: %s", self.name, error)

    async def _look(self) -> None:
        caught_up = float("-inf")
        while True:
            try:
                for conversation in await self._store.busy(self.name):
                    self._wake(conversation)
                if self._clock() - caught_up >= _ASKED_FOR_MISSED:
                    caught_up = self._clock()
                    await self._catch_up()
            except UnavailableError as error:
                logger.warning("the database does not answer: %s", error)
            await self._sleep(_LOOK)

    async def _work(self, conversation: str) -> None:
        """Do what is to be done in a conversation until nothing is left."""
        pause = _FIRST_PAUSE
        while True:
            self._again.discard(conversation)
            await self._after_deliveries()
            try:
                async with self._lane:
                    task = await self._store.claim(self.name, conversation)
                    if task:
                        await self._try(conversation, task)
                if task is None and conversation not in self._again:
                    del self._workers[conversation]
                    return
                pause = _FIRST_PAUSE
            except _MoreError as error:
                await self._sleep(error.after)
            except Exception as error:
                await self._sleep(max(pause, self._setback(error)))
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _after_deliveries(self) -> None:
        """Wait while deliveries are to be acknowledged; they go first, but not for ever."""
        for _ in range(_TIMES_AFTER_YOU):
            if not self._arriving:
                return
            await self._sleep(_AFTER_YOU)

    def _setback(self, error: Exception) -> float:
        """Log why something was not done; return the seconds that are to pass at least."""
        if isinstance(error, LaterError):
            if error.everybody:
                self._paused = max(self._paused, self._clock() + error.after)
            logger.warning("helpdesk %s: later: %s", self.name, error.why)
            return error.after
        if isinstance(error, BusyError | UnavailableError):
            logger.warning("helpdesk %s: %s: %s", self.name, type(error).__name__, error)
        else:
            logger.error("helpdesk %s: a worker failed", self.name, exc_info=error)
        return 0.0

    async def _try(self, conversation: str, task: Task) -> None:
        """Do it; what fails by a fault of ours again and again is left: the rest goes on."""
        try:
            await self._do(conversation, task)
            self._faults.pop(conversation, None)
        except (_MoreError, LaterError, BusyError, UnavailableError):
            raise
        except Exception:
            self._faults[conversation] += 1
            if self._faults[conversation] < _FAULTS:
                raise
            logger.exception("helpdesk %s: something is left undone", self.name)
            await self._give_up(task)
            del self._faults[conversation]

    async def _give_up(self, task: Task) -> None:
        if task.effect:
            await self._leave(task.effect, Reason.FAILED)
        else:
            failed = Decision(Does.NOTHING, Reason.FAILED)
            await self._store.decide(
                self.name, task.work[0], task.state.taken, failed, [], lambda state: state
            )

    async def _do(self, conversation: str, task: Task) -> None:
        if task.effect:
            await self._perform(conversation, task.effect, task.state)
        else:
            await self._decide(self._together(task.work), task.state)

    def _together(self, waiting: Sequence[Work]) -> Burst:
        """Return what is answered next: in chats, short messages in a row together."""
        rules = self._rules().of(waiting[0].event.place.inbox)
        pause = rules.join if self.connector.abilities.chat else 0.0
        burst = first_burst(waiting, pause)
        left = burst.wait(pause, self._clock())
        if burst.last is waiting[-1] and left > 0:
            raise _MoreError(left)
        return burst

    # Deciding

    async def _decide(self, burst: Burst, state: State) -> None:
        work = burst.work
        if isinstance(work.event, Rated):
            await self._keep(burst, state, after_bad_rating(state), None)
            return
        if work.event.author is Author.AGENT:
            await self._keep(burst, state, about_agent(work.event), None)
            return
        state = await self._seen(work.event.place, state)
        case = await self._case(work.event, state, work.received)
        decision, answer = before_asking(case), None
        if decision is None:
            answer = await self._assistant.answer(
                self.name, work.event.place.conversation, work.event.message, case.text
            )
            case = await self._case(work.event, state, work.received)
            decision = decide(case, answer)
        await self._keep(burst, state, decision, answer)

    async def _keep(
        self, burst: Burst, state: State, decision: Decision, answer: Answered | None
    ) -> None:
        work = burst.work
        effects = await self._effects(work, state, decision, answer)
        change = plan.change(work.event, decision, answer, self._clock())
        if await self._store.decide(
            self.name, work, state.taken, decision, effects, change, burst.before
        ):
            for kept in (*(JOINED for _ in burst.before), decision):
                self._tally.decided(self.name, kept)
        # Else somebody took over meanwhile: the next round decides anew.

    async def _effects(
        self, work: Work, state: State, decision: Decision, answer: Answered | None
    ) -> Sequence[Effect]:
        place = work.event.place
        lines = await self._store.lines(self.name, place.conversation, plan.LINES)
        rules = self._rules().of(place.inbox)
        off = await self._store.switched_off(self.name)
        speaks = not off and rules.mode_at(self._clock()) == "auto"
        return plan.effects(
            plan.Facts(
                work.event, state, rules, self.connector.abilities, self._agents, lines, speaks
            ),
            decision,
            answer,
        )

    async def _case(self, said: Said, state: State, received: float) -> Case:
        return Case(
            said, clean(without_quotes(said.text)), state, self._rules().of(said.place.inbox),
            self.connector.abilities, self._clock(), received,
            await self._store.switched_off(self.name),
        )  # fmt: skip

    async def _seen(self, place: Place, state: State) -> State:
        """Return the state after asking the helpdesk who owns the conversation now."""
        await self._until_open()
        try:
            owner = await caller.run(self.connector.look(place), self.client)
        except (MalformedError, RefusedCallError) as error:
            logger.warning("helpdesk %s: the owner is not known: %s", self.name, error)
            return state
        changes = owner is Owner.PERSON or owner is Owner.BOT
        if not changes or owner is state.owner:
            return state
        return await self._store.observe(self.name, place.conversation, owner)

    # Doing

    async def _perform(self, conversation: str, pending: Pending, state: State) -> None:
        effect = pending.effect
        if pending.progress is Progress.CALLING and isinstance(effect, _TEXTS):
            standing = await self._standing(conversation, pending)
            if standing is Standing.UNKNOWN:
                await self._leave(pending, Reason.UNKNOWN_OUTCOME)
                return
            if standing is Standing.DONE:
                await self._done(pending, "")
                return
        reason = await self._why_not(pending, state)
        if reason:
            await self._leave(pending, reason)
            return
        await self._until_open()
        if await self._store.call(pending):
            await self._call(pending)

    async def _call(self, pending: Pending) -> None:
        name = type(pending.effect).__name__
        try:
            receipt = await caller.run(
                self.connector.perform(pending.effect, pending.key), self.client
            )
        except UnsupportedError:
            await self._leave(pending, Reason.UNSUPPORTED)
        except RefusedCallError as error:
            logger.warning("helpdesk %s: refused: %s", self.name, error)
            await self._leave(pending, Reason.REFUSED)
        except MalformedError as error:
            logger.warning("helpdesk %s: an odd response: %s", self.name, error)
            await self._done(pending, "")
        except LaterError as error:
            self._tally.performed(self.name, name, "later")
            if error.sure:
                await self._store.wait(pending.seq)
            raise
        else:
            await self._done(pending, receipt.message)

    async def _standing(self, conversation: str, pending: Pending) -> Standing:
        """Find out what became of an effect whose call broke off."""
        await self._until_open()
        try:
            found = await caller.run(
                self.connector.settle(pending.effect, pending.key), self.client
            )
        except (MalformedError, RefusedCallError):
            found = Standing.UNKNOWN
        if found is not Standing.UNKNOWN:
            return found
        texts = await self._store.echoes(self.name, conversation, pending.received)
        said = getattr(pending.effect, "text", "")
        if any(same_words(said, text) for text in texts):
            return Standing.DONE
        if pending.attempts < _ASKED_AGAIN:
            await self._store.ask_again(pending.seq)  # an echo may be on its way
            raise LaterError("unknown outcome", 2.0**pending.attempts, False)
        return Standing.UNKNOWN

    async def _why_not(self, pending: Pending, state: State) -> Reason | None:
        """Return why an effect must not take place any more."""
        if self._clock() - pending.received > _GIVEN_UP:
            return Reason.TOO_LATE
        effect = pending.effect
        if not isinstance(effect, Reply):
            return None
        state = await self._seen(effect.place, state)
        said = Said("", effect.place, 0.0, Author.CUSTOMER, "", "", "")
        return still_good(await self._case(said, state, pending.received), pending.taken)

    async def _done(self, pending: Pending, message: str) -> None:
        await self._store.done(pending.seq, message)
        self._tally.performed(self.name, type(pending.effect).__name__, "done")

    async def _leave(self, pending: Pending, reason: Reason) -> None:
        instead = plan.instead(pending.effect, reason, self.connector.abilities, self._agents)
        await self._store.leave(self.name, pending, reason, instead)
        self._tally.performed(self.name, type(pending.effect).__name__, reason.value)

    async def _until_open(self) -> None:
        """Wait as long as the helpdesk asked everybody to."""
        left = self._paused - self._clock()
        if left > 0:
            raise LaterError("the helpdesk asked for a pause", left, True)
