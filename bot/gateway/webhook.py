"""Rasa's REST address, for clients that exist: one request, one list of messages."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.gateway.body import read
from bot.gateway.door import Caller, Door, hand_over
from bot.gateway.refusal import RefusedError, bad_request
from bot.gateway.schemas import CLIENT_ID
from bot.gateway.store import Outcome
from bot.message import LONGEST, BadRequestError, parse

_LARGEST = 4_000_000  # bytes: long texts are declined in words, as they always were
_NAME = re.compile(CLIENT_ID, re.ASCII)


async def health(request: Request) -> Response:
    """GET /webhooks/rest/."""
    return JSONResponse({"status": "ok"})


async def receive(request: Request) -> Response:
    """POST /webhooks/rest/webhook."""
    door: Door = request.app.state.door
    caller = await door.guest(request)
    body = await read(request, _LARGEST)
    try:
        incoming = parse(body)
    except BadRequestError as error:
        raise bad_request(str(error)) from None
    message = await door.accept(
        caller,
        _conversation(door, caller, incoming.sender),
        incoming.text[: LONGEST + 1],  # one more than is answered: enough to be too long
        _name(body),
    )
    turn = await door.dispatcher.reply(message, door.settings.door.wait)
    if turn.reply is None:
        raise RefusedError(503, "It takes too long. The answer will follow.", 5)
    if turn.reply.outcome in (Outcome.FAILED, Outcome.QUARANTINED):
        raise RefusedError(503, str(turn.reply.messages[0]["text"]), 1)
    said = [_to(incoming.sender, message) for message in turn.reply.messages]
    response = JSONResponse(said)
    hand_over(response, caller, request, cookie=True)
    return response


def _conversation(door: Door, caller: Caller, sender: str) -> str:
    """Return the conversation that the caller calls by that name: never anybody else's."""
    return door.sessions.scoped(caller.scope, sender)


def _name(body: bytes) -> str:
    name = json.loads(body).get("id", "")
    if name == "" or (isinstance(name, str) and _NAME.fullmatch(name)):
        return str(name)
    raise bad_request("The field id must be 1 to 64 letters, digits or any of _ . : -")


def _to(sender: str, message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "recipient_id": sender}
