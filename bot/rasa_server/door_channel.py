"""The channel for the front door: a turn is taken once, whatever was sent again."""

import asyncio
import hmac
import json
import logging
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.live import shared_assistant
from bot.log_lines import trace
from bot.message import Incoming
from bot.rasa_server.channel import OneMessage, too_long
from bot.rasa_server.conversation_store import ConversationsUnavailableError, at_hand
from bot.rasa_server.readiness import is_ready

logger = logging.getLogger(__name__)

Messages = list[dict[str, Any]]
_LATER = 425  # not our fault nor the message's: it counts as never asked
_WORDLESS = 422


class DoorChannel(InputChannel):
    """POST ``{"id", "sender", "text"}`` to ``/webhooks/door/turn``.

    A message is known by its id. If it is the last of its conversation that was taken, its reply is
    told again from the tracker, which is written as a whole at the end of a turn. Turns of one
    conversation never overlap, also where the first request for one is long gone.

    Args:
        key: what the front door shows as a bearer token.
        seconds: what a turn may take.
    """

    def __init__(self, key: str, seconds: float) -> None:
        self._key = f"Bearer {key}"
        self._seconds = seconds
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        """Return the name, which is part of the address."""
        return "door"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("termwise_door")

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_door(request):
                return response.empty(401)
            body = json.loads(request.body)
            trace.set(body["id"])
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.empty(_LATER)
            incoming = Incoming(body["sender"], body["text"])
            if incoming.too_long:
                return response.json(too_long(incoming))
            # The turn goes on when the front door is gone or the time is up: it asks again.
            taking = asyncio.ensure_future(self._take(agent, incoming, body["id"], on_new_message))
            try:
                messages = await asyncio.wait_for(asyncio.shield(taking), self._seconds)
            except ConversationsUnavailableError as error:
                told = {"fault": "turn_not_kept"}
                logger.warning("a turn was not kept and will be asked again: %s", error, extra=told)
                return response.empty(_LATER)
            except TimeoutError:
                told = {"fault": "turn_too_long"}
                logger.warning("a turn takes longer than %g seconds", self._seconds, extra=told)
                return response.empty(504)
            logger.info("turn", extra={"characters": len(incoming.text)})
            if not messages:
                logger.warning("a turn said nothing", extra={"fault": "turn_without_words"})
            return response.json(messages) if messages else response.empty(_WORDLESS)

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            if not self._is_door(request):
                return response.empty(401)
            agent = getattr(request.app.ctx, "agent", None)
            good = agent is not None and await is_ready(agent, shared_assistant().glossary)
            return response.empty(200 if good else 503)

        return routes

    def _is_door(self, request: Request) -> bool:
        shown = str(request.headers.get("authorization", "")).encode("utf-8", "replace")
        return hmac.compare_digest(shown, self._key.encode())

    async def _take(
        self,
        agent: Any,
        incoming: Incoming,
        name: str,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> Messages:
        lock = self._locks.setdefault(incoming.sender, asyncio.Lock())
        async with lock:
            tracker = await agent.tracker_store.retrieve(incoming.sender)
            said = await _told(tracker, name) if tracker else None
            if said is not None:
                return said
            collector = OneMessage()
            message = UserMessage(
                incoming.text, collector, incoming.sender, input_channel=self.name(),
                message_id=name,
            )  # fmt: skip
            with at_hand(incoming.sender, tracker):
                await on_new_message(message)
            return list(collector.messages)


async def _told(tracker: DialogueStateTracker, name: str) -> Messages | None:
    """Return what was said to that message if it is the last one; None if it was not taken."""
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said.append(event)
        if isinstance(event, UserUttered):
            if event.message_id != name:
                return None
            collector = OneMessage()
            for told in reversed(said):
                await collector.send_response(tracker.sender_id, told.message())
            return list(collector.messages)
    return None
