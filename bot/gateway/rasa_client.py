"""The way to Rasa: one request per turn, over a Unix socket or the loopback device."""

from __future__ import annotations

import json
from typing import Any, Protocol

from bot.gateway.store import Message, Outcome, Reply
from bot.gateway.wire import BrokenWireError, NotConnectedError, Wire
from bot.settings import DOOR_LATER

_LARGEST = 1_000_000  # bytes of a reply
_HEALTH = 3.0  # seconds until Rasa counts as hanging
_WORDLESS = 422  # the turn was taken, but said nothing
_STARTING = 425


class UnreachableError(Exception):
    """Rasa does not take messages at the moment; it has not seen this one."""


class BrokenTurnError(Exception):
    """Rasa may have seen the message, but no reply came; asking again is safe."""


class Rasa(Protocol):
    """Takes turns. The same message twice is one turn, whose reply is told again."""

    async def turn(self, message: Message) -> Reply:
        """Have the turn taken.

        Raises:
            UnreachableError: Rasa is not there.
            BrokenTurnError: something went wrong on the way.
        """

    async def health(self) -> dict[str, Any] | None:
        """Return what Rasa says of itself; None if it is not ready."""

    async def ready(self) -> bool:
        """Return whether a question about the glossary is answered; nothing is kept of it."""

    async def close(self) -> None:
        """Disconnect."""


class RasaClient:
    """Rasa behind its channel for the front door.

    Args:
        address: ``unix:PATH`` or ``http://127.0.0.1:PORT``.
        key: shows who we are.
        turn: seconds that Rasa gives a turn.
        parallel: connections that are kept.
    """

    def __init__(self, address: str, key: str, turn: float, parallel: int) -> None:
        self._wire = Wire(address, {"Authorization": f"Bearer {key}"}, parallel, _LARGEST)
        self._seconds = turn + DOOR_LATER

    async def turn(self, message: Message) -> Reply:
        """Have the turn taken; see the port."""
        try:
            status, content = await self._send(message)
        except NotConnectedError as error:
            raise UnreachableError(str(error)) from None
        except BrokenWireError as error:
            raise BrokenTurnError(str(error)) from None
        if status == _STARTING:
            raise UnreachableError("starting")
        if status == _WORDLESS:
            return Reply(Outcome.FAILED, [])
        if status != 200:
            raise BrokenTurnError(f"status {status}")
        return Reply(Outcome.ANSWERED, _messages(content))

    async def _send(self, message: Message) -> tuple[int, bytes]:
        body = {"id": message.trace, "sender": message.conversation, "text": message.text}
        headers = {"Content-Type": "application/json", "X-Request-Id": message.trace}
        return await self._wire.ask(
            "POST", "/webhooks/door/turn", self._seconds, json.dumps(body).encode(), headers
        )

    async def health(self) -> dict[str, Any] | None:
        """Return what Rasa says of itself; see the port."""
        try:
            status, content = await self._wire.ask("GET", "/health", _HEALTH)
            found = json.loads(content) if status == 200 else None
        except (NotConnectedError, BrokenWireError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    async def ready(self) -> bool:
        """Return whether a question is answered; see the port."""
        try:
            status, _ = await self._wire.ask("GET", "/webhooks/door/ready", self._seconds)
        except (NotConnectedError, BrokenWireError):
            return False
        return status == 200

    async def close(self) -> None:
        """Disconnect; see the port."""
        self._wire.close()


def _messages(content: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BrokenTurnError("the reply is no JSON") from None
    if not isinstance(found, list) or not found or not all(isinstance(m, dict) for m in found):
        raise BrokenTurnError("the reply is no list of messages")
    return found
