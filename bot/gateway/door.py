"""The parts of a running front door, and who may do what through it."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from bot.feedback_store import FeedbackStore
from bot.gateway.client import Client, client_of, is_https
from bot.gateway.dispatcher import Bounds, Dispatcher, OverloadedError
from bot.gateway.entries import EntryFile, Served
from bot.gateway.handover import (
    Handover,
    NothingOfferedError,
    PersonMessage,
    Wish,
    granted,
    state_of,
)
from bot.gateway.identity import Identity
from bot.gateway.metrics import Metrics
from bot.gateway.parts_file import PartsFile
from bot.gateway.rasa_client import Rasa
from bot.gateway.rate import Rate
from bot.gateway.refusal import (
    RefusedError,
    not_signed_in,
    overloaded,
    too_often,
    unavailable,
)
from bot.gateway.session import RENEWED_AFTER, NotSignedInError, Sessions
from bot.gateway.sockets.audience import Audience
from bot.gateway.store import (
    Draft,
    Message,
    Note,
    NoteKind,
    OtherTextError,
    Session,
    Store,
    StoreUnavailableError,
)
from bot.gateway.verdict import WITHDRAWN, verdict_on
from bot.log_lines import trace
from bot.secret import desk_token, secrets_of
from bot.settings import Settings
from bot.text import clean

COOKIE = "termwise_session"
TOKEN_HEADER = "X-Session-Token"
_SCHEME = "bearer "
_WELL_FOR = 0.5
_READY_FOR = 5.0  # seconds that an answer to the question of readiness holds


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: a session, or a program of this machine without one.

    ``scope`` is what conversations that the caller names are bound to; ``fresh`` is a token to be
    kept by the client, empty if it has one that is good.
    """

    client: Client
    scope: str
    session: Session | None = None
    fresh: str = ""


class Door:
    """What the routes share.

    Args:
        settings: where things are and how people are let in.
        store: keeps messages and replies.
        rasa: takes the turns.
    """

    def __init__(self, settings: Settings, store: Store, rasa: Rasa) -> None:
        door = settings.door
        self.settings = settings
        self.store = store
        self.rasa = rasa
        self.metrics = Metrics()
        self.parts = PartsFile(settings.state)
        self.since = time.time()
        self.feedback = FeedbackStore(settings.feedback, texts=settings.feedback_texts)
        self.entries = EntryFile(settings.index)
        identity = Identity(door) if door.identity_key else None
        self.sessions = Sessions(store, secrets_of(settings), identity)
        self.audience = Audience(store, self.sessions)
        bounds = Bounds(door.queue, door.pending, door.queue_seconds)
        self.dispatcher = Dispatcher(store, rasa, self.metrics, bounds, self.audience.wake)
        self._messages = Rate(door.per_session, 10)
        self._requests = Rate(door.per_address, 10)
        self._openings = Rate(door.sessions_per_address, 60)
        self._ready: tuple[float, bool] = (float("-inf"), False)
        self._asking = asyncio.Lock()
        self._health: tuple[float, dict[str, Any] | None] = (float("-inf"), None)
        self._asking_health = asyncio.Lock()
        self._wishing = asyncio.Lock()

    @property
    def desk_token(self) -> str:
        """What opens the state of the helpdesks."""
        return self.settings.door.helpdesk_token or desk_token(secrets_of(self.settings)[0])

    async def start(self) -> None:
        """Begin to work."""
        await self.dispatcher.start()

    async def stop(self) -> None:
        """Stop working and give everything back."""
        await self.audience.stop()
        await self.dispatcher.stop()
        await self.rasa.close()
        await self.store.close()

    def where(self, request: HTTPConnection) -> Client:
        """Return where a request comes from."""
        return client_of(request, self.settings.host, self.settings.door.proxies)

    def client(self, request: HTTPConnection) -> Client:
        """Return where a request comes from, and count it.

        Raises:
            RefusedError: the address sends too much.
        """
        client = self.where(request)
        self._count(self._requests, client.network, client, "address")
        return client

    def _count(self, rate: Rate, key: str, client: Client, why: str) -> None:
        seconds = 0.0 if client.local else rate.take(key)
        if seconds:
            self.metrics.refused(f"rate of {why}")
            raise too_often(seconds)

    async def open(self, client: Client, identity: str = "") -> tuple[Session, str]:
        """Begin a session.

        Raises:
            RefusedError: too many were begun, or the identity is not to be believed.
        """
        self._count(self._openings, client.network, client, "sessions")
        try:
            return await self.sessions.open(identity)
        except NotSignedInError:
            raise not_signed_in() from None

    async def caller(self, request: Request) -> Caller:
        """Return who sends a request; it must show a token.

        Raises:
            RefusedError: it shows none that is good.
        """
        client = self.client(request)
        token = _bearer(request)
        if not token:
            raise not_signed_in()
        return await self._signed_in(client, token)

    async def _signed_in(self, client: Client, token: str) -> Caller:
        try:
            session, age = await self.sessions.check(token)
        except NotSignedInError:
            self.metrics.refused("session")
            raise not_signed_in() from None
        fresh = self.sessions.token(session) if age > RENEWED_AFTER else ""
        return Caller(client, f"session {session.conversation}", session, fresh)

    async def guest(self, request: Request) -> Caller:
        """Return who sends a request; without a token they get a session of their own.

        A program on this machine needs none, as long as only this machine can connect.

        Raises:
            RefusedError: the token shown is not good, or too many sessions were begun.
        """
        client = self.client(request)
        token = _bearer(request)
        if token:
            return await self._signed_in(client, token)
        if client.local:
            return Caller(client, "local")
        return await self._visitor(request, client)

    async def visitor(self, request: Request) -> Caller:
        """Return who sends a form of our pages: the session in the cookie, or a new one.

        Raises:
            RefusedError: too many sessions were begun.
        """
        return await self._visitor(request, self.client(request))

    async def known(self, request: Request) -> Caller | None:
        """Return the session in the cookie; None if there is none that is good."""
        kept = request.cookies.get(COOKIE, "")
        try:
            return await self._signed_in(self.where(request), kept) if kept else None
        except RefusedError:
            return None

    async def _visitor(self, request: Request, client: Client) -> Caller:
        known = await self.known(request)
        if known:
            return known
        session, fresh = await self.open(client)
        return Caller(client, f"session {session.conversation}", session, fresh)

    async def accept(self, caller: Caller, conversation: str, text: str, name: str) -> Message:
        """Accept a message.

        Args:
            caller: who sends it.
            conversation: its conversation.
            text: clean.
            name: the client's id of it; one is made if it is empty.

        Raises:
            RefusedError: it is not accepted.
        """
        if caller.session:
            self._count(self._messages, caller.session.id, caller.client, "messages")
        channel = "session" if caller.session else "local"
        party = "" if caller.client.local else caller.client.network
        draft = Draft(conversation, name or uuid.uuid4().hex, text, channel, trace.get(), party)
        try:
            return await self.dispatcher.submit(draft)
        except OverloadedError as error:
            raise overloaded(error.after) from None
        except StoreUnavailableError:
            self.metrics.refused("database")
            raise unavailable() from None
        except OtherTextError:
            raise RefusedError(409, "That id stands for another message.") from None

    async def end(self, session: Session) -> None:
        """End a session and its connections."""
        await self.sessions.revoke(session)
        await self.audience.end(session)

    async def rate(self, conversation: str, given: dict[str, Any]) -> None:
        """Keep what somebody says of a reply.

        Raises:
            RefusedError: there is no such reply, or it cannot be kept.
        """
        number = int(given["number"])
        turns = await self.store.turns(conversation, number - 1, 1)
        if not turns or turns[0].message.number != number or turns[0].reply is None:
            raise RefusedError(404, "There is no reply with that number.")
        if given["verdict"] == WITHDRAWN:
            trace_id = turns[0].message.trace
            kept = await asyncio.to_thread(self.feedback.take_back, conversation, trace_id)
        else:
            verdict = verdict_on(turns[0], given["verdict"], clean(given.get("comment", "")))
            kept = await asyncio.to_thread(self.feedback.keep, verdict)
        if not kept:
            raise unavailable()

    async def tell(self, conversation: str, news: Handover | PersonMessage) -> Note:
        """Tell a conversation what a helpdesk has to say; kept before this returns.

        Raises:
            StoreUnavailableError: it cannot be kept.
        """
        note = await self.store.note(conversation, news.kind, news.body())
        self.audience.wake(conversation)
        return note

    async def wish(self, conversation: str, wish: Wish) -> None:
        """Fulfil what a customer wants of a hand-over; wishing it twice changes nothing.

        Raises:
            RefusedError: there is no hand-over that this could be about.
        """
        async with self._wishing:  # two tabs may press at once
            step = await self.store.latest_note(conversation, NoteKind.HANDOVER)
            try:
                news = granted(wish, state_of(step))
            except NothingOfferedError:
                raise RefusedError(404, "There is no hand-over to a person.") from None
            if news:
                await self.tell(conversation, news)

    async def served(self) -> Served:
        """Return the entries that are served; reading a large glossary keeps nobody waiting.

        Raises:
            RefusedError: there are none yet.
        """
        served = await asyncio.to_thread(self.entries.read)
        if served is None:
            raise unavailable()
        return served

    async def health(self) -> dict[str, Any] | None:
        """Return what Rasa says of itself, asked at most twice a second; None if it is away."""
        async with self._asking_health:
            asked, found = self._health
            if time.monotonic() - asked > _WELL_FOR:
                found = await self.rasa.health()
                self._health = (time.monotonic(), found)
            return found

    async def ready(self) -> bool:
        """Return whether questions are answered and messages kept; asks at most now and then."""
        async with self._asking:
            asked, good = self._ready
            if time.monotonic() - asked > _READY_FOR:
                good = await self._answers()
                self._ready = (time.monotonic(), good)
            return good

    async def _answers(self) -> bool:
        try:
            await self.store.probe()
        except StoreUnavailableError:
            return False
        return await self.rasa.ready()


def hand_over(response: Response, caller: Caller, request: Request, cookie: bool = False) -> None:
    """Give the client its younger token."""
    if not caller.fresh:
        return
    if cookie and not _bearer(request):
        secure = is_https(request, request.app.state.door.settings.door.proxies)
        response.set_cookie(COOKIE, caller.fresh, httponly=True, samesite="strict", secure=secure)
    else:
        response.headers[TOKEN_HEADER] = caller.fresh


def _bearer(request: Request) -> str:
    shown = request.headers.get("authorization", "")
    if not shown:
        return ""
    return shown[len(_SCHEME) :] if shown.lower().startswith(_SCHEME) else "?"
