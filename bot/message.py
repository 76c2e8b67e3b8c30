"""An incoming message: what of a request body we take, and what we refuse. Knows no framework."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass

from bot.text import clean

LONGEST = 2000  # characters of a question
_SENDER = re.compile(r"[\w.@:+=-]{1,128}", re.ASCII)


class BadRequestError(ValueError):
    """The body cannot be understood; the text says why and is meant for the sender."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: ``sender`` names the conversation, ``text`` is clean, maybe too long."""

    sender: str
    text: str

    @property
    def too_long(self) -> bool:
        """Whether the text is longer than we answer."""
        return len(self.text) > LONGEST


def parse(body: bytes) -> Incoming:
    """Read the body of a request.

    A missing sender gets an id of its own, so that strangers never share a conversation. Control
    characters and lone surrogates are dropped: they can end Rasa's process. A leading slash is
    dropped as well, since Rasa takes such text for an intent.

    Raises:
        BadRequestError: the body is not a JSON object in UTF-8 with a text as ``message``.
    """
    try:
        data = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequestError("The request is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadRequestError("The request is not valid JSON.") from None
    if not isinstance(data, dict):
        raise BadRequestError('Send a JSON object such as {"sender": "me", "message": "..."}.')
    message = data.get("message", "")
    if not isinstance(message, str):
        raise BadRequestError("The field message must be a text.")
    return Incoming(_sender(data.get("sender")), clean(message))


def _sender(value: object) -> str:
    if value is None or value == "":
        return uuid.uuid4().hex
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _SENDER.fullmatch(value):
        raise BadRequestError(
            "The field sender must be 1 to 128 letters, digits or any of . @ : + = _ -"
        )
    return value
