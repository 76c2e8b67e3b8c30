"""A program that keeps our own contract: signed webhooks both ways, each effect once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.strict_helpdesks.server import (
    Delivery,
    FakeDesk,
    Handler,
    RefusedError,
    Request,
    Response,
    Shown,
    need,
    only,
    standard_signature,
)

SECRET = "golden-secret"
_KINDS = ("reply", "note", "suggestion", "handoff", "tag")


@dataclass
class _Conversation:
    id: str
    owner: str = "none"
    said: list[Shown] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class Generic(FakeDesk):
    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, _Conversation] = {}
        self.done: dict[str, str] = {}

    def check(self, request: Request) -> None:
        headers = request.headers
        name, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if headers.get("webhook-signature") != standard_signature(SECRET, name, when, request.body):
            raise RefusedError(401, {"error": "signature"})
        need(headers.get("idempotency-key") == name, "idempotency-key", 400)

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("POST", "/effects", self._effect)]

    def _effect(self, request: Request) -> Response:
        key, given = request.headers["idempotency-key"], request.json()
        if key in self.done:
            return Response(200, {"id": self.done[key]})
        only(given, "type", "conversation", "text", "choices", "to", "draft", "reason", "team",
             "agent", "tags")  # fmt: skip
        kind = given.get("type")
        need(kind in _KINDS, "type")
        conversation = self.conversations.get(given["conversation"]["id"])
        if conversation is None:
            raise RefusedError(404, {"error": "conversation"})
        if kind == "handoff":
            conversation.owner = "person"
        elif kind == "tag":
            new = [tag for tag in given["tags"] if tag not in conversation.tags]
            conversation.tags += new
        else:
            shown = Shown("reply" if kind == "reply" else "note", given["text"], "bot")
            self._say(conversation, shown)
        self.done[key] = str(self.number())
        return Response(201, {"id": self.done[key]})

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.conversations.get(conversation)
        if found is None:
            found = _Conversation(str(412 + len(self.conversations)))
            self.conversations[found.id] = found
        self._say(found, Shown("reply", text, "customer"))
        return found.id

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], Shown("reply", text, "agent"))

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], Shown("note", text, "agent"))

    def agent_takes(self, conversation: str) -> None:
        self._move(self.conversations[conversation], "person")

    def gives_back(self, conversation: str) -> None:
        self._move(self.conversations[conversation], "bot")

    def shown(self, conversation: str) -> list[Shown]:
        return self.conversations[conversation].said

    def tags(self, conversation: str) -> list[str]:
        return self.conversations[conversation].tags

    def with_person(self, conversation: str) -> bool:
        return self.conversations[conversation].owner == "person"

    def _move(self, conversation: _Conversation, owner: str) -> None:
        conversation.owner = owner
        self._tell("conversation.moved", conversation)

    def _say(self, conversation: _Conversation, shown: Shown) -> None:
        conversation.said.append(shown)
        self._tell("message.created", conversation, message={
            "id": str(self.number()), "text": shown.text, "author": {"kind": shown.by, "id": "5"},
            "visibility": "public" if shown.kind == "reply" else "internal", "attachments": [],
        })  # fmt: skip

    def _tell(self, kind: str, conversation: _Conversation, **more: Any) -> None:
        about = {"id": conversation.id, "inbox": "7", "owner": conversation.owner}
        told = {"type": kind, "at": "2026-01-01T00:00:00Z", "conversation": about, **more}
        self.deliveries.append(self.signed_delivery(json.dumps(told).encode()))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as such a program would send it now."""
        name, timestamp = f"d{self.number()}", str(int(self.now))
        return Delivery({
            "Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": timestamp,
            "webhook-signature": standard_signature(SECRET, name, timestamp, body),
        }, body)  # fmt: skip
