"""Our channel: Rasa's REST address, one message per turn, honest status codes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.answering.answer import Answer, AnswerKind
from bot.answering.phrases import phrase
from bot.answering.question import QuestionType
from bot.live import shared_assistant
from bot.message import LONGEST, BadRequestError, Incoming, parse
from bot.rasa_server.plain_run import refuse_unsafe

logger = logging.getLogger(__name__)

Messages = list[dict[str, Any]]


class OneMessage(CollectingOutputChannel):
    """Collects what Rasa says: text, buttons and ``custom`` of a turn stay together."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message as a whole, where Rasa would send its parts one by one."""
        kept = {k: message[k] for k in ("text", "custom", "buttons", "image") if message.get(k)}
        await self._persist_message({"recipient_id": recipient_id, **kept})


class TermwiseChannel(InputChannel):
    """POST ``{"sender", "message"}`` to ``/webhooks/rest/webhook``; see ``docs/api.md``."""

    @classmethod
    def name(cls) -> str:
        """Return the name, which is part of the address; clients of Rasa's REST channel fit."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "TermwiseChannel":
        """Make the channel, which has no options, unless ``rasa run`` would make it unsafe."""
        refuse_unsafe()
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("termwise_channel")

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                incoming = parse(request.body)
            except BadRequestError as error:
                return response.json({"error": str(error)}, status=400)
            if incoming.too_long:
                return response.json(too_long(incoming))
            return await _turn(incoming, on_new_message)

        return routes


async def _turn(
    incoming: Incoming, on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> HTTPResponse:
    """Have Rasa take the turn; a client that hangs up does not cut it short."""
    collector = OneMessage()
    message = UserMessage(
        incoming.text, collector, incoming.sender, input_channel=TermwiseChannel.name()
    )
    try:
        await asyncio.shield(asyncio.ensure_future(on_new_message(message)))
    except Exception:
        # The text of the message stays out of the log: it may be personal.
        logger.exception("a turn failed (%d characters)", len(incoming.text))
    if not collector.messages:
        text = phrase("failed", shared_assistant().language(incoming.text))
        return response.json({"error": text}, status=503)
    return response.json(collector.messages)


def too_long(incoming: Incoming) -> Messages:
    """Return the reply to a message that is longer than we answer."""
    assistant = shared_assistant()
    language = assistant.language(incoming.text[:LONGEST])
    answer = Answer(
        AnswerKind.DECLINE,
        QuestionType.OUT_OF_SCOPE.value,
        language,
        phrase("too_long", language, limit=LONGEST),
        glossary_version=assistant.glossary.version,
    )
    return [{"recipient_id": incoming.sender, "text": answer.text, "custom": answer.to_dict()}]
