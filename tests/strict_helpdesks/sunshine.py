"""A Zendesk Messaging: one app of Sunshine Conversations with a switchboard."""

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
    basic,
    need,
    only,
)

APP = "69b4a1c2d3e4f5a6b7c8d9e0"
INTEGRATION = "69b5a1c2d3e4f5a6b7c8d9e1"
KEY, SECRET = "app_key", "app-secret"
SHARED = "golden-secret"
NAME = "termwise"
AGENTS = "zd-agentWorkspace"
LONGEST = 4096  # characters of a text
_LARGEST = 100_000  # bytes of a request
_WHEN = "2026-11-22T02:20:32.440Z"
_BASE = rf"/sc/v2/apps/{APP}"


@dataclass
class _Conversation:
    id: str
    active: str = NAME
    messages: list[dict[str, Any]] = field(default_factory=list)
    ticket: dict[str, str] = field(default_factory=dict)


class Sunshine(FakeDesk):
    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, _Conversation] = {}
        self.webhooks = ["conversation:message", "conversation:postback",
                         "switchboard:passControl", "switchboard:releaseControl"]  # fmt: skip

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(KEY, SECRET):
            raise RefusedError(401, _errors("unauthorized"))
        if len(request.body) > _LARGEST:
            raise RefusedError(413, _errors("payload_too_large"))

    def unknown(self, request: Request) -> Response:
        return Response(404, _errors("not_found"))

    def routes(self) -> list[tuple[str, str, Handler]]:
        conversation = rf"{_BASE}/conversations/(?P<id>[0-9a-f]{{24}})"
        return [
            ("POST", f"{conversation}/messages", self._message),
            ("GET", f"{conversation}/messages", self._messages),
            ("POST", f"{conversation}/passControl", self._pass),
            ("POST", f"{conversation}/activity", self._activity),
            ("GET", conversation, self._show),
            ("GET", _BASE, self._app),
            ("GET", rf"{_BASE}/integrations/{INTEGRATION}/webhooks", self._hooks),
        ]

    def _of(self, request: Request) -> _Conversation:
        found = self.conversations.get(request.names["id"])
        if found is None:
            raise RefusedError(404, _errors("conversation_not_found"))
        return found

    def _message(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "author", "content", "metadata", status=400)
        author, content = given.get("author") or {}, given.get("content") or {}
        only(author, "type", "subtypes", "displayName", "avatarUrl", status=400)
        need(author.get("type") == "business", "author.type", 400)
        need(set(author.get("subtypes", [])) <= {"AI"}, "author.subtypes", 400)
        only(content, "type", "text", "actions", status=400)
        need(content.get("type") == "text", "content.type", 400)
        text = content.get("text")
        # The limit counts UTF-16 units, as JavaScript does.
        need(
            isinstance(text, str) and 0 < len(text.encode("utf-16-le")) <= 2 * LONGEST, "text", 400
        )
        for action in content.get("actions", []):
            only(action, "type", "text", "payload", status=400)
            need(action.get("type") == "reply" and 0 < len(action["text"]) <= 128, "actions", 400)
        metadata = _flat(given.get("metadata", {}))
        message = self._say(conversation, "bot", content, metadata)
        return Response(201, {"messages": [message]})

    def _messages(self, request: Request) -> Response:
        conversation = self._of(request)
        size = int(request.query.get("page[size]", ["25"])[0])
        need(1 <= size <= 100, "page[size]", 400)
        # Without a cursor the newest page comes, oldest first.
        found = conversation.messages[-size:]
        more = len(found) < len(conversation.messages)
        return Response(200, {"messages": found, "meta": {"hasMore": more}})

    def _pass(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "switchboardIntegration", "metadata", status=400)
        need(given.get("switchboardIntegration") in (AGENTS, NAME, "next"), "integration", 400)
        fields = _flat(given.get("metadata", {}))
        for name in fields:
            known = name.startswith(("dataCapture.ticketField.", "dataCapture.systemField."))
            need(known or name == "first_message_id", name, 400)
        target = given["switchboardIntegration"]
        target = AGENTS if target == "next" else target
        if conversation.active != target:
            if target == AGENTS and not conversation.ticket:
                conversation.ticket = {"status": "open", **fields}
            self._switch(conversation, target, "switchboard:passControl", fields)
        return Response(200, {})

    def _activity(self, request: Request) -> Response:
        self._of(request)
        given = request.json()
        only(given, "author", "type", status=400)
        need(given.get("type") in ("conversation:read", "typing:start", "typing:stop"), "type", 400)
        return Response(200, {})

    def _show(self, request: Request) -> Response:
        return Response(200, {"conversation": self._told(self._of(request))})

    def _told(self, conversation: _Conversation) -> dict[str, Any]:
        active = {"id": f"{len(conversation.active):024x}", "name": conversation.active,
                  "integrationId": INTEGRATION, "integrationType": "custom"}  # fmt: skip
        return {"id": conversation.id, "type": "personal", "activeSwitchboardIntegration": active}

    def _app(self, request: Request) -> Response:
        return Response(200, {"app": {"id": APP, "displayName": "Acme", "settings": {}}})

    def _hooks(self, request: Request) -> Response:
        hook = {"id": "69b5", "version": "v2", "target": "https://bot.acme.test/hook",
                "triggers": self.webhooks, "includeFullUser": False}  # fmt: skip
        return Response(200, {"webhooks": [hook]})

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "", payload: str = "") -> str:
        found = self.conversations.get(conversation)
        if found is None:
            found = _Conversation(f"{self.number():024x}")
            self.conversations[found.id] = found
        content = {"type": "text", "text": text, **({"payload": payload} if payload else {})}
        self._say(found, "customer", content, {})
        return found.id

    def agent_writes(self, conversation: str, text: str) -> None:
        found = self.conversations[conversation]
        if found.active != AGENTS:
            self.agent_takes(conversation)
        metadata = {"__zendesk_msg.agent.id": "900", "__zendesk_msg.agent.name": "Anna"}
        self._say(found, "agent", {"type": "text", "text": text}, metadata)

    def agent_takes(self, conversation: str) -> None:
        found = self.conversations[conversation]
        found.ticket = found.ticket or {"status": "open"}
        self._switch(found, AGENTS, "switchboard:passControl", {})

    def gives_back(self, conversation: str) -> None:
        """Close the ticket: the agent workspace releases control."""
        found = self.conversations[conversation]
        found.ticket = {}
        self._switch(found, NAME, "switchboard:releaseControl", {})

    def shown(self, conversation: str) -> list[Shown]:
        return [
            Shown("reply", message["content"].get("text", ""), self._by(message))
            for message in self.conversations[conversation].messages
        ]

    def tags(self, conversation: str) -> list[str]:
        told = self.conversations[conversation].ticket.get("dataCapture.systemField.tags", "")
        return [tag.strip() for tag in told.split(",") if tag.strip()]

    def with_person(self, conversation: str) -> bool:
        return self.conversations[conversation].active == AGENTS

    def _by(self, message: dict[str, Any]) -> str:
        if message["author"]["type"] == "user":
            return "customer"
        return "agent" if "__zendesk_msg.agent.id" in message["metadata"] else "bot"

    # -- what it tells

    def _say(
        self, conversation: _Conversation, by: str, content: dict[str, Any],
        metadata: dict[str, Any],
    ) -> dict[str, Any]:  # fmt: skip
        user = {"type": "user", "userId": f"{55:024x}", "displayName": "Kim"}
        business = {"type": "business", "displayName": "Anna" if by == "agent" else "Termwise"}
        message = {
            "id": f"{self.number():024x}", "received": _WHEN,
            "author": user if by == "customer" else business, "content": content,
            "source": {"type": "web" if by == "customer" else "api:conversations"},
            "metadata": metadata,
        }  # fmt: skip
        conversation.messages.append(message)
        self._tell("conversation:message", conversation, {"message": message})
        return message

    def _switch(
        self, conversation: _Conversation, active: str, event: str, fields: dict[str, Any]
    ) -> None:
        conversation.active = active
        self._tell(event, conversation, {"metadata": fields, "reason": "transferByAgent"})

    def _tell(self, kind: str, conversation: _Conversation, more: dict[str, Any]) -> None:
        event = {"id": f"{self.number():024x}", "type": kind, "createdAt": _WHEN,
                 "payload": {"conversation": self._told(conversation), **more}}  # fmt: skip
        hook = {"id": "69b5", "version": "v2"}
        body = json.dumps({"app": {"id": APP}, "webhook": hook, "events": [event]}).encode()
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Sunshine would send it: the shared secret is all there is."""
        return Delivery({"Content-Type": "application/json", "X-API-Key": SHARED}, body)


def _flat(metadata: Any) -> dict[str, Any]:
    flat = isinstance(metadata, dict) and not any(
        isinstance(value, dict | list) for value in metadata.values()
    )
    need(flat and len(json.dumps(metadata)) <= 4096, "metadata", 400)
    return dict(metadata)


def _errors(code: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "title": code}]}
