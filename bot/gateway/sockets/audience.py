"""Who listens to a conversation: every connection gets everything once and in order.

A connection has a place in the conversation, and what comes after it is read from the store. So
nothing depends on who was connected when, and which gateway took the turn.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.gateway.session import IDLE, RENEWED_AFTER, NotSignedInError, Sessions
from bot.gateway.sockets import shapes
from bot.gateway.sockets.shapes import Json
from bot.gateway.store import Note, Session, Store, StoreUnavailableError, Turn

logger = logging.getLogger(__name__)

_PAGE = 100  # turns or notes at a time
_LOOK_WAITING = 5.0  # seconds between looks while an answer is due: another gateway may make it
_LOOK = 30.0  # seconds between looks otherwise, and between looks whether sessions have ended
_MOST_LEFT = 10_000  # conversations that nobody listens to and whose place is remembered
_ENDED = {"code": "session_ended", "text": "The session has ended. Ask for a new one."}


@dataclass(eq=False, slots=True)
class Listener:
    """One connection of a conversation.

    ``send`` sends it an event, ``close`` ends it. ``full`` tells whether it knows more than Rasa's
    shapes; ``heard``, ``answered`` and ``noted`` are the numbers of the last message, reply and
    note it has; ``begins`` is the number after which its history began; ``sending`` are ids of
    messages of its own.
    """

    send: Callable[[str, Json | str], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
    session: Session
    full: bool
    begins: int = 0
    heard: int = 0
    answered: int = 0
    noted: int = 0
    awaited: int = 0
    renewed: float = field(default_factory=time.monotonic)
    sending: set[str] = field(default_factory=set)


class Audience:
    """The connections of all conversations.

    Args:
        store: where turns and notes are read.
        sessions: knows which session is good.
    """

    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._tellers: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._left: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def join(self, listener: Listener) -> None:
        """Have a connection told what comes after its place."""
        conversation = listener.session.conversation
        self._listeners[conversation].append(listener)
        self.wake(conversation)
        if conversation not in self._tellers:
            self._news[conversation] = asyncio.Event()
            self._tellers[conversation] = asyncio.create_task(self._tell(conversation))

    def leave(self, listener: Listener) -> None:
        """Forget a connection."""
        conversation = listener.session.conversation
        listeners = self._listeners.get(conversation, [])
        if listener not in listeners:
            return
        listeners.remove(listener)
        if listeners:
            return
        del self._listeners[conversation]
        self.wake(conversation)  # for its teller to see that nobody is left
        self._left[conversation] = (listener.answered, listener.noted)
        self._left.move_to_end(conversation)
        if len(self._left) > _MOST_LEFT:
            self._left.popitem(last=False)

    @property
    def count(self) -> int:
        """How many connections listen."""
        return sum(map(len, self._listeners.values()))

    def left_at(self, conversation: str) -> tuple[int, int] | None:
        """Return the numbers of the last reply and note that were told; None if not known."""
        for listener in self._listeners.get(conversation, ()):
            return listener.answered, listener.noted
        return self._left.get(conversation)

    def wake(self, conversation: str) -> None:
        """Say that there is something new in a conversation."""
        news = self._news.get(conversation)
        if news is not None:
            news.set()

    async def end(self, session: Session) -> None:
        """End the connections of a session."""
        for listener in list(self._listeners.get(session.conversation, ())):
            if listener.session.id == session.id:
                await self._end(listener)

    async def stop(self) -> None:
        """Stop telling."""
        tasks = list(self._tellers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, conversation: str) -> None:
        news = self._news[conversation]
        looked = time.monotonic()
        while conversation in self._listeners:
            news.clear()
            waits = False
            try:
                waits = await self._once(conversation)
                if time.monotonic() - looked >= _LOOK:
                    looked = time.monotonic()
                    await self._look_after(conversation)
            except StoreUnavailableError as error:
                logger.warning("the database does not answer: %s", error)
                waits = True
            except Exception:
                logger.exception("telling a conversation failed")
            try:
                await asyncio.wait_for(news.wait(), _LOOK_WAITING if waits else _LOOK)
            except TimeoutError:
                continue
        del self._tellers[conversation], self._news[conversation]

    async def _once(self, conversation: str) -> bool:
        """Tell every connection what it has not; return whether an answer is due."""
        while True:
            listeners = list(self._listeners.get(conversation, ()))
            if not listeners:
                return False
            after = min(min(listener.heard, listener.answered) for listener in listeners)
            turns = await self._store.turns(conversation, after, _PAGE)
            noted = min(listener.noted for listener in listeners)
            notes = await self._store.notes(conversation, noted, _PAGE)
            for listener in listeners:
                await self._catch_up(listener, turns, notes)
            if len(turns) < _PAGE or any(turn.reply is None for turn in turns):
                return any(turn.reply is None for turn in turns)

    async def _catch_up(
        self, listener: Listener, turns: Sequence[Turn], notes: Sequence[Note]
    ) -> None:
        due = 0
        for turn in turns:
            number = turn.message.number
            if number > listener.heard:
                listener.heard = number
                await self._ask(listener, turn)
            if number > listener.answered and not due:
                if turn.reply is None:
                    due = number
                    continue
                listener.answered = number
                await self._answer(listener, turn)
        for told in notes:
            if told.number > listener.noted:
                listener.noted = told.number
                await self._note(listener, told)
        await self._await(listener, due)

    async def _ask(self, listener: Listener, turn: Turn) -> None:
        if turn.message.client_id in listener.sending:
            listener.sending.discard(turn.message.client_id)
        elif listener.full:
            await listener.send("user_message", shapes.asked(turn.message))

    async def _answer(self, listener: Listener, turn: Turn) -> None:
        payload = shapes.answer(turn)
        if payload is None:
            return
        # A full client hears as well that an answer is none, for not to wait for it.
        if not (listener.full or payload["text"] or "custom" in payload):
            return
        said = payload if listener.full else shapes.plain(payload)
        await listener.send("bot_uttered", said)

    async def _note(self, listener: Listener, told: Note) -> None:
        event, payload = shapes.note(told)
        if listener.full:
            await listener.send(event, payload)
        elif event == "bot_uttered":
            await listener.send(event, shapes.plain(payload))

    async def _await(self, listener: Listener, due: int) -> None:
        before, listener.awaited = listener.awaited, due
        if due != before and listener.full:
            payload: Json = {"on": bool(due), "number": due or before}
            await listener.send("typing", payload)

    async def _look_after(self, conversation: str) -> None:
        """End connections whose session ended, and give the others younger tokens."""
        for listener in list(self._listeners.get(conversation, ())):
            try:
                session = await self._sessions.still(listener.session)
            except NotSignedInError:
                await self._end(listener)
                continue
            if time.monotonic() - listener.renewed > RENEWED_AFTER and listener.full:
                listener.renewed = time.monotonic()
                payload = {"session_id": self._sessions.token(session), "expires_in": IDLE}
                await listener.send("session_token", payload)

    async def _end(self, listener: Listener) -> None:
        self.leave(listener)
        if listener.full:
            await listener.send("refused", {"error": _ENDED})
        await listener.close()
