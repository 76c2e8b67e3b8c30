"""What clients of the socket say, and what they are told at once (``docs/socket.md``)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection

from bot.gateway.body import fitting
from bot.gateway.door import Caller, Door
from bot.gateway.entries import term_as_json
from bot.gateway.handover import Wish
from bot.gateway.refusal import RefusedError, bad_request, not_signed_in, unavailable
from bot.gateway.session import IDLE, RENEWED_AFTER, NotSignedInError
from bot.gateway.sockets import shapes
from bot.gateway.sockets.audience import Listener
from bot.gateway.sockets.server import SocketServer
from bot.gateway.sockets.shapes import Json
from bot.gateway.store import NoteKind, Session, StoreUnavailableError
from bot.log_lines import trace
from bot.message import LONGEST
from bot.text import clean

logger = logging.getLogger(__name__)

_EARLY = 1.0  # seconds that a message waits for the request of a session
_HISTORY = 50  # messages unless told otherwise
_MOST_HISTORY = 1000  # with those that wait for a reply
_NOTES = 100
_TERMS = 6
_LONGEST_TOKEN = 1000  # characters
_OURS = "Something went wrong on our side. Please try again."


@dataclass(eq=False, slots=True)
class _Line:
    """A connection: where it comes from, and who listens there once that is known.

    ``order`` keeps its messages in order; ``asked`` is set when a session was asked for.
    """

    sid: str
    connection: HTTPConnection
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    signing: asyncio.Lock = field(default_factory=asyncio.Lock)
    listener: Listener | None = None


class Events:
    """Takes the events of all connections.

    Args:
        door: what the routes share.
    """

    def __init__(self, door: Door) -> None:
        self.server = SocketServer(self)
        self._door = door
        self._lines: dict[str, _Line] = {}
        self._takes: dict[str, Callable[[_Line, Any], Awaitable[Json]]] = {
            "session_request": self._session_request,
            "user_uttered": self._user_uttered,
            "terms": self._terms,
            "feedback": self._feedback,
            "handover": self._handover,
            "history": self._history,
        }

    async def connected(self, sid: str, connection: HTTPConnection) -> None:
        """Take a connection in."""
        self._lines[sid] = _Line(sid, connection)

    async def disconnected(self, sid: str) -> None:
        """Forget a connection."""
        line = self._lines.pop(sid, None)
        if line is not None and line.listener is not None:
            self._door.audience.leave(line.listener)

    async def received(self, sid: str, event: str, payload: object) -> Json | None:
        """Take an event; return its acknowledgement."""
        line = self._lines.get(sid)
        if line is None:
            return None
        trace.set(uuid.uuid4().hex)
        try:
            self._door.client(line.connection)
            if event not in self._takes:
                raise RefusedError(400, "There is no such event.", code="unknown_event")
            return await self._takes[event](line, payload)
        except StoreUnavailableError:
            return await self._refused(line, event, unavailable())
        except RefusedError as error:
            return await self._refused(line, event, error)
        except Exception:
            logger.exception("an event failed")
            return await self._refused(line, event, RefusedError(500, _OURS))

    async def _refused(self, line: _Line, event: str, error: RefusedError) -> Json:
        if event == "user_uttered" and not (line.listener and line.listener.full):
            await self.server.emit(line.sid, "bot_uttered", {"text": error.text})
        return {"error": error.to_dict()}

    async def _session_request(self, line: _Line, payload: object) -> Json:
        full = isinstance(payload, dict) and "v" in payload
        body = fitting(payload, "session_request") if full else _of_rasa(payload)
        line.asked.set()
        async with line.signing:
            if line.listener is not None:
                raise bad_request("This connection has its session already.")
            return await self._sign_in(line, body, full)

    async def _sign_in(self, line: _Line, body: Json, full: bool) -> Json:
        shown = body.get("session_id") or ""
        session, token, resumed = await self._session(line, shown, body, full)
        listener = Listener(
            partial(self.server.emit, line.sid), partial(self.server.close, line.sid), session, full
        )
        found = await self._place(listener, body) if full else await self._resume(listener)
        await listener.send("session_confirm", token)
        if line.sid in self._lines:  # it may be gone meanwhile
            line.listener = listener
            self._door.audience.join(listener)
        about = {"session_id": token, "conversation": session.conversation, "expires_in": IDLE}
        return {**about, "resumed": resumed, **found}

    async def _session(
        self, line: _Line, shown: str, body: Json, full: bool
    ) -> tuple[Session, str, bool]:
        """Return a session, its token, and whether it is the one that was asked for."""
        if shown:
            try:
                session, age = await self._door.sessions.check(shown)
            except NotSignedInError:
                self._door.metrics.refused("session")
            else:
                # A widget made for Rasa forgets its transcript where the id changes.
                old = full and age > RENEWED_AFTER
                return session, self._door.sessions.token(session) if old else shown, True
        client = self._door.where(line.connection)
        session, token = await self._door.open(client, body.get("identity", ""))
        return session, token, False

    async def _place(self, listener: Listener, body: Json) -> Json:
        """Put a listener at the place it asks for; return what was before."""
        store, conversation = self._door.store, listener.session.conversation
        place = await store.place(conversation)
        after = min(int(body.get("after", 0)), place.replied)
        newest = place.last - int(body.get("last", _HISTORY))
        listener.begins = max(after, min(newest, place.replied))
        turns = await store.turns(conversation, listener.begins, _MOST_HISTORY)
        listener.heard = turns[-1].message.number if turns else place.last
        due = [turn.message.number for turn in turns if turn.reply is None]
        listener.answered = due[0] - 1 if due else listener.heard
        notes = await store.notes(conversation, 0, _NOTES)
        listener.noted = notes[-1].number if notes else 0
        step = await store.latest_note(conversation, NoteKind.HANDOVER)
        return {
            "number": listener.heard,
            "history": [shapes.remembered(turn) for turn in turns],
            "earlier": listener.begins > after,
            "notes": [
                shapes.remembered_note(note)
                for note in notes
                if note.number > body.get("after_note", 0)
            ],
            "handover": shapes.note(step)[1] if step else None,
        }

    async def _resume(self, listener: Listener) -> Json:
        """Put a widget made for Rasa where the last of the conversation left."""
        store, conversation = self._door.store, listener.session.conversation
        place = await store.place(conversation)
        notes = await store.notes(conversation, 0, 1)
        here = (place.replied, notes[-1].number if notes else 0)
        listener.heard = listener.begins = place.last
        listener.answered, listener.noted = self._door.audience.left_at(conversation) or here
        return {}

    async def _listener(self, line: _Line) -> Listener:
        """Return who listens on a connection; who does not ask for a session gets one."""
        if line.listener is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.asked.wait(), _EARLY)
        async with line.signing:
            if line.listener is None:
                await self._sign_in(line, {}, False)
        if line.listener is None:
            raise not_signed_in()
        return line.listener

    async def _user_uttered(self, line: _Line, payload: object) -> Json:
        async with line.order:
            listener = await self._listener(line)
            body = fitting(payload, "user_uttered")
            await self._still(listener)
            text = _text(body["message"], listener.full)
            name = body.get("id") or uuid.uuid4().hex
            client = self._door.where(line.connection)
            caller = Caller(client, f"session {listener.session.conversation}", listener.session)
            listener.sending.add(name)
            try:
                message = await self._door.accept(caller, listener.session.conversation, text, name)
            except BaseException:
                listener.sending.discard(name)
                raise
        if message.number <= listener.heard:
            listener.sending.discard(name)
        repeated = message.trace != trace.get()  # it keeps the one it was accepted with
        found: Json = {"number": message.number, "id": name, "repeated": repeated}
        if repeated and message.number <= listener.begins:
            turn = await self._door.store.turn(message.seq)
            found["answer"] = shapes.answer(turn) if turn else None
        return found

    async def _still(self, listener: Listener) -> None:
        try:
            await self._door.sessions.still(listener.session)
        except NotSignedInError:
            await self._door.audience.end(listener.session)
            raise not_signed_in() from None

    async def _terms(self, line: _Line, payload: object) -> Json:
        body = fitting(payload, "terms")
        served = await self._door.served()
        found = served.terms(body["begins"], body.get("language", ""))
        listed = itertools.islice(found, int(body.get("limit", _TERMS)))
        terms = [term_as_json(term, entry) for term, entry in listed]
        return {"glossary_version": served.version, "terms": terms}

    async def _feedback(self, line: _Line, payload: object) -> Json:
        body = fitting(payload, "feedback")
        await self._door.rate(self._signed_in(line).conversation, body)
        return {}

    async def _handover(self, line: _Line, payload: object) -> Json:
        body = fitting(payload, "handover")
        await self._door.wish(self._signed_in(line).conversation, Wish(body["wish"]))
        return {}

    async def _history(self, line: _Line, payload: object) -> Json:
        session = self._signed_in(line)
        body = fitting(payload, "history")
        before = int(body["before"])
        begins = max(0, before - 1 - int(body.get("last", _HISTORY)))
        turns = await self._door.store.turns(
            session.conversation, begins, max(0, before - 1 - begins)
        )
        found = [shapes.remembered(turn) for turn in turns if turn.message.number < before]
        return {"history": found, "earlier": begins > 0}

    def _signed_in(self, line: _Line) -> Session:
        if line.listener is None:
            raise not_signed_in()
        return line.listener.session


def _text(message: str, full: bool) -> str:
    """Return the text of a message; a widget made for Rasa is told in words that it is too long."""
    text = clean(message)
    if full and max(len(text), len(message)) > LONGEST:
        raise RefusedError(413, f"Please ask in at most {LONGEST} characters.")
    return text[: LONGEST + 1]


def _of_rasa(payload: object) -> Json:
    """Return what counts of a request as Rasa's widgets send it."""
    shown = payload.get("session_id") if isinstance(payload, dict) else None
    return {"session_id": shown[:_LONGEST_TOKEN]} if isinstance(shown, str) else {}
