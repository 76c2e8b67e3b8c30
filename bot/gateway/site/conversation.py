"""The page to ask on: a form and the conversation so far, with or without JavaScript."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.gateway.body import read
from bot.gateway.door import COOKIE, Caller, Door, hand_over
from bot.gateway.refusal import RefusedError, bad_request
from bot.gateway.site.frame import HEADERS, Frame, frame_of
from bot.gateway.site.pages import examples
from bot.gateway.site.reply import Reply, reply_of
from bot.gateway.store import Outcome, Turn
from bot.message import LONGEST
from bot.text import clean

_SHOWN = 20  # turns of the conversation on the page
_PATIENCE = 12.0  # seconds that a form waits for its reply; the page then looks again by itself
_LOOK_AGAIN = 3  # seconds


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was replied, if it was."""

    number: int
    text: str
    waiting: bool
    replies: list[Reply]


async def show(request: Request) -> Response:
    """GET /ask: the form and the last turns; nothing is kept of who only looks."""
    frame = await frame_of(request)
    caller = await _door(request).known(request)
    return await _page(frame, caller)


async def ask(request: Request) -> Response:
    """POST /ask: accept a question of the form, then show the conversation."""
    frame = await frame_of(request)
    door = _door(request)
    form = await _form(request)
    text = clean(form.get("text", ""))
    if len(text) > LONGEST:
        told = frame.words("too_long", count=frame.words.number(len(text)), most=LONGEST)
        return await _page(frame, await door.known(request), 413, told, text)
    if not text:
        return _to(frame, "")
    try:
        caller = await door.visitor(request)
        assert caller.session is not None
        message = await door.accept(
            caller, caller.session.conversation, text, _id(form.get("form", ""), text)
        )
    except RefusedError as error:
        response = await _page(frame, await door.known(request), error.status, error.text, text)
        response.headers.update(error.headers())
        return response
    await door.dispatcher.reply(message, _PATIENCE)
    response = _to(frame, f"#q{message.number}")
    hand_over(response, caller, request, cookie=True)
    return response


async def end(request: Request) -> Response:
    """POST /ask/end: end the conversation, and forget the browser."""
    frame = await frame_of(request)
    door = _door(request)
    caller = await door.known(request)
    if caller and caller.session:
        await door.sessions.revoke(caller.session)
    response = _to(frame, "")
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


async def _page(
    frame: Frame, caller: Caller | None, status: int = 200, problem: str = "", text: str = ""
) -> Response:
    exchanges = [_exchange(turn, frame.words.language) for turn in await _last(frame, caller)]
    waiting = any(exchange.waiting for exchange in exchanges)
    response = frame.page(
        "ask.html", frame.words("ask_title"), status=status, keep=False, exchanges=exchanges,
        examples=examples(frame.catalogue, frame.words), form=secrets.token_hex(16),
        problem=problem, text=text, most=LONGEST, known=frame.catalogue.glossary,
    )  # fmt: skip
    if waiting:
        response.headers["Refresh"] = str(_LOOK_AGAIN)
    if caller:
        hand_over(response, caller, frame.request, cookie=True)
    return response


async def _last(frame: Frame, caller: Caller | None) -> list[Turn]:
    """Return the last turns of the caller's conversation."""
    if caller is None or caller.session is None:
        return []
    store, conversation = _door(frame.request).store, caller.session.conversation
    last = (await store.place(conversation)).last
    return await store.turns(conversation, max(0, last - _SHOWN), _SHOWN)


def _exchange(turn: Turn, own: str) -> Exchange:
    number = turn.message.number
    said: list[dict[str, Any]] = list(turn.reply.messages) if turn.reply else []
    failed = turn.reply is not None and turn.reply.outcome is not Outcome.ANSWERED
    replies = [reply_of(each, f"a{number}-{n}", failed, own) for n, each in enumerate(said, 1)]
    return Exchange(number, turn.message.text, turn.reply is None, replies)


async def _form(request: Request) -> dict[str, str]:
    content = (await read(request)).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(content, max_num_fields=10))
    except ValueError:
        raise bad_request("The form has too many fields.") from None


def _id(form: str, text: str) -> str:
    """Return the id of a message: a form that is sent twice with the same text is one message."""
    return hashlib.sha256(f"{form[:64]}:{text}".encode()).hexdigest()[:32] if form else ""


def _to(frame: Frame, place: str) -> Response:
    return RedirectResponse(frame.link("/ask") + place, 303, HEADERS)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
