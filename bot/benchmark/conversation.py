"""A conversation over Rasa's REST channel on one keep-alive connection."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from bot.benchmark.failure import AskError
from bot.benchmark.process import HOST

_PATH = "/webhooks/rest/webhook"
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """An answer and the milliseconds from sending the request to its last byte."""

    milliseconds: float
    text: str


class Conversation:
    """Asks one server; the connection is opened by the first question and then kept."""

    def __init__(self, port: int, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        """Talk to ``port`` on loopback; give up on an answer after ``timeout`` seconds."""
        self._connection = http.client.HTTPConnection(HOST, port, timeout=timeout)

    def __enter__(self) -> Conversation:
        """Return the conversation."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(self, sender: str, message: str) -> Reply:
        """Send one message and time the answer.

        Raises:
            AskError: no answer, another status than 200, or nothing said. The connection is
                closed then, the next question opens a new one.
        """
        body = json.dumps({"sender": sender, "message": message}).encode()
        started = time.perf_counter()
        try:
            status, content = self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise AskError(f"{type(error).__name__}: {error}") from error
        milliseconds = (time.perf_counter() - started) * 1000
        return Reply(milliseconds, _said(status, content))

    def _post(self, body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", _PATH, body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        return response.status, response.read()


def _said(status: int, content: bytes) -> str:
    """Return all that the messages of a response say, or raise an AskError."""
    shown = content[:200].decode(errors="replace")
    if status != http.client.OK:
        raise AskError(f"HTTP {status}: {shown}")
    try:
        messages = json.loads(content)
    except ValueError:
        raise AskError(f"not JSON: {shown}") from None
    text = "\n".join(_texts(messages))
    if not text:
        raise AskError(f"empty answer: {shown}")
    return text


def _texts(messages: Any) -> list[str]:
    if not isinstance(messages, list):
        raise AskError(f"not a list of messages: {messages!r:.200}")
    texts = [message.get("text") for message in messages if isinstance(message, dict)]
    return [text for text in texts if isinstance(text, str) and text.strip()]
