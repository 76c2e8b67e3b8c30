"""The API: sessions, questions, the conversation, the glossary, feedback."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.gateway.body import read_object
from bot.gateway.door import Door, hand_over
from bot.gateway.entries import as_json, term_as_json
from bot.gateway.handover import Wish
from bot.gateway.refusal import RefusedError, bad_request, not_signed_in
from bot.gateway.session import IDLE, NotSignedInError
from bot.gateway.sockets import shapes
from bot.gateway.store import NoteKind, Session, Turn
from bot.text import clean

_MOST_TURNS = 100
_MOST_NOTES = 100
_MOST_TERMS = 1000
_LONGEST_TERM = 200  # characters of the beginning of a term
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


async def open_session(request: Request) -> Response:
    """POST /v1/session."""
    door = _door(request)
    client = door.client(request)
    body = await read_object(request, "SessionRequest")
    session, token = await door.open(client, body.get("identity", ""))
    return _session(session, token, 201)


async def rotate_session(request: Request) -> Response:
    """POST /v1/session/rotate."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    try:
        token = await door.sessions.rotate(caller.session)
    except NotSignedInError:
        raise not_signed_in() from None
    return _session(caller.session, token, 200)


async def end_session(request: Request) -> Response:
    """DELETE /v1/session."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    await door.end(caller.session)
    return Response(status_code=204)


def _session(session: Session, token: str, status: int) -> JSONResponse:
    about = {"token": token, "conversation": session.conversation, "expires_in": IDLE}
    return JSONResponse(about, status)


async def ask(request: Request) -> Response:
    """POST /v1/ask."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    body = await read_object(request, "Question")
    text = clean(body["text"])
    message = await door.accept(caller, caller.session.conversation, text, body.get("id", ""))
    turn = await door.dispatcher.reply(message, body.get("wait", door.settings.door.wait))
    response = JSONResponse(_turn(turn), 200 if turn.reply else 202)
    hand_over(response, caller, request)
    return response


async def conversation(request: Request) -> Response:
    """GET /v1/conversation."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    after = _integer(request, "after", 0, 2**31 - 1, 0)
    limit = _integer(request, "limit", 1, _MOST_TURNS, _MOST_TURNS)
    turns = await door.store.turns(caller.session.conversation, after, limit)
    after_note = _integer(request, "after_note", 0, 2**31 - 1, 0)
    step = await door.store.latest_note(caller.session.conversation, NoteKind.HANDOVER)
    notes = await door.store.notes(caller.session.conversation, after_note, _MOST_NOTES)
    response = JSONResponse(
        {
            "conversation": caller.session.conversation,
            "turns": [_turn(turn) for turn in turns],
            "notes": [shapes.remembered_note(note) for note in notes],
            "handover": shapes.note(step)[1] if step else None,
        }
    )
    hand_over(response, caller, request)
    return response


async def feedback(request: Request) -> Response:
    """POST /v1/feedback."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    body = await read_object(request, "Feedback")
    await door.rate(caller.session.conversation, body)
    response = Response(status_code=204)
    hand_over(response, caller, request)
    return response


async def handover(request: Request) -> Response:
    """POST /v1/handover."""
    door = _door(request)
    caller = await door.caller(request)
    assert caller.session is not None
    body = await read_object(request, "Wish")
    await door.wish(caller.session.conversation, Wish(body["wish"]))
    response = Response(status_code=204)
    hand_over(response, caller, request)
    return response


async def terms(request: Request) -> Response:
    """GET /v1/terms."""
    door = _door(request)
    door.client(request)
    begins = request.query_params.get("begins", "")
    if len(begins) > _LONGEST_TERM:
        raise bad_request(f"begins may have {_LONGEST_TERM} characters.")
    language = request.query_params.get("language", "")
    if language and not LANGUAGE.fullmatch(language):
        raise bad_request("language must be a code such as en.")
    skip = _integer(request, "skip", 0, 2**31 - 1, 0)
    limit = _integer(request, "limit", 1, _MOST_TERMS, 100)
    served = await door.served()
    found = list(served.terms(begins, language))
    listed = [term_as_json(term, name) for term, name in found[skip : skip + limit]]
    return JSONResponse({"glossary_version": served.version, "total": len(found), "terms": listed})


async def entry(request: Request) -> Response:
    """GET /v1/entries/{id}."""
    door = _door(request)
    door.client(request)
    served = await door.served()
    found = served.entries.get(request.path_params["id"])
    if found is None:
        raise RefusedError(404, "There is no such entry.")
    return JSONResponse(as_json(found, served.version))


def _integer(request: Request, name: str, least: int, most: int, otherwise: int) -> int:
    value = request.query_params.get(name)
    if value is None:
        return otherwise
    if value.isascii() and value.isdecimal() and len(value) <= 10 and least <= int(value) <= most:
        return int(value)
    raise bad_request(f"{name} must be a whole number from {least} to {most}.")


def _turn(turn: Turn) -> dict[str, Any]:
    message, reply = turn.message, turn.reply
    return {
        "number": message.number,
        "id": message.client_id,
        "text": message.text,
        "accepted": message.accepted,
        "outcome": reply.outcome.value if reply else "pending",
        "messages": list(reply.messages) if reply else [],
    }
