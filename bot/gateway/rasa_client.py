"""The way to Rasa: one request per turn, over a Unix socket or the loopback device."""

from __future__ import annotations

import json
from typing import Any, Protocol

import httpx

from bot.gateway.store import Message, Outcome, Reply
from bot.settings import DOOR_LATER

_LARGEST = 1_000_000  # bytes of a reply
_CONNECT = 2.0  # seconds
_HEALTH = 3.0  # seconds until Rasa counts as hanging
_KEPT_OPEN = 30.0  # seconds; Rasa keeps them longer
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
        parallel: connections at a time.
    """

    def __init__(self, address: str, key: str, turn: float, parallel: int) -> None:
        path = address.removeprefix("unix:")
        unix = path != address
        limits = httpx.Limits(
            max_connections=parallel + 2, max_keepalive_connections=parallel,
            keepalive_expiry=_KEPT_OPEN,
        )  # fmt: skip
        self._client = httpx.AsyncClient(
            base_url="http://rasa" if unix else address,
            transport=httpx.AsyncHTTPTransport(uds=path if unix else None, limits=limits),
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(turn + DOOR_LATER, connect=_CONNECT),
            trust_env=False,
        )

    async def turn(self, message: Message) -> Reply:
        """Have the turn taken; see the port."""
        body = {"id": message.trace, "sender": message.conversation, "text": message.text}
        request = self._client.build_request(
            "POST", "/webhooks/door/turn", json=body, headers={"X-Request-Id": message.trace}
        )
        try:
            status, content = await self._send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise UnreachableError(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise BrokenTurnError(type(error).__name__) from None
        if status == _STARTING:
            raise UnreachableError("starting")
        if status == _WORDLESS:
            return Reply(Outcome.FAILED, [])
        if status != 200:
            raise BrokenTurnError(f"status {status}")
        return Reply(Outcome.ANSWERED, _messages(content))

    async def _send(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            parts, size = [], 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > _LARGEST:
                    raise BrokenTurnError("the reply is too large")
                parts.append(part)
            return response.status_code, b"".join(parts)
        finally:
            await response.aclose()

    async def health(self) -> dict[str, Any] | None:
        """Return what Rasa says of itself; see the port."""
        try:
            response = await self._client.get("/health", timeout=_HEALTH)
            found = response.json() if response.status_code == 200 else None
        except (httpx.HTTPError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    async def ready(self) -> bool:
        """Return whether a question is answered; see the port."""
        try:
            return (await self._client.get("/webhooks/door/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Disconnect; see the port."""
        await self._client.aclose()


def _messages(content: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BrokenTurnError("the reply is no JSON") from None
    if not isinstance(found, list) or not found or not all(isinstance(m, dict) for m in found):
        raise BrokenTurnError("the reply is no list of messages")
    return found
