"""A Chatwoot: one account, one inbox with an agent bot."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
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
    iso_with_parts,
    need,
    only,
)

ACCOUNT = 3
INBOX = 7
BOT = 2
TOKEN = "bot-token"
SECRET = "golden-secret"
LONGEST = 150_000
_STATES = ("open", "resolved", "pending", "snoozed")
_BASE = rf"/api/v1/accounts/{ACCOUNT}/conversations/(?P<id>\d+)"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the header value for a body."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@dataclass
class _Conversation:
    id: int
    status: str = "pending"
    assignee: int | None = None
    team: int | None = None
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)


class Chatwoot(FakeDesk):
    """``labels_allowed`` is False on servers before June 2026: a bot may not set labels there.

    ``assigns`` is False where the policy lets no bot assign an agent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, _Conversation] = {}
        self.labels_allowed = True
        self.assigns = True
        self.signed = True

    # -- the API

    def check(self, request: Request) -> None:
        # Behind nginx a header with underscores never arrives.
        if request.headers.get("api-access-token") != TOKEN:
            raise RefusedError(401, {"error": "Invalid Access Token"})

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", f"{_BASE}/messages", self._message),
            ("POST", f"{_BASE}/assignments", self._assign),
            ("POST", f"{_BASE}/toggle_status", self._toggle),
            ("POST", f"{_BASE}/custom_attributes", self._attributes),
            ("GET", f"{_BASE}/labels", self._labels),
            ("POST", f"{_BASE}/labels", self._labels),
            ("GET", f"{_BASE}/messages", self._forbidden),
            ("GET", _BASE, self._show),
        ]

    def _forbidden(self, request: Request) -> Response:
        return Response(401, {"error": "Access to this endpoint is not authorized for bots"})

    def _of(self, request: Request) -> _Conversation:
        found = self.conversations.get(request.names["id"])
        if found is None:
            raise RefusedError(404, {"error": "Resource could not be found"})
        return found

    def _message(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "content", "message_type", "private", "content_type", "content_attributes")
        text = given.get("content")
        need(isinstance(text, str) and 0 < len(text) <= LONGEST, "content")
        need(given.get("message_type", "outgoing") == "outgoing", "message_type")
        need(isinstance(given.get("private", False), bool), "private")
        kind = given.get("content_type", "text")
        items = (given.get("content_attributes") or {}).get("items", [])
        if kind == "input_select":
            need(bool(items) and all(set(item) == {"title", "value"} for item in items), "items")
        else:
            need(kind == "text" and not items, "content_type")
        said = self._say(conversation, "bot", text, given.get("private", False), kind, items)
        return Response(200, said)

    def _assign(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "assignee_id", "team_id")
        need(len(given) == 1, "one of assignee_id and team_id")
        if "assignee_id" in given and not self.assigns:
            raise RefusedError(401, {"error": "You are not authorized to do this action"})
        conversation.assignee = given.get("assignee_id", conversation.assignee)
        conversation.team = given.get("team_id", conversation.team)
        self._tell_change(conversation, "conversation_updated", {}, "agent_bot")
        return Response(200, {"id": given.get("assignee_id") or given.get("team_id")})

    def _toggle(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "status")
        need(given.get("status") in _STATES, "status")
        self._set(conversation, given["status"], "agent_bot")
        payload = {"conversation_id": conversation.id, "current_status": conversation.status}
        return Response(200, {"meta": {}, "payload": {"success": True, **payload}})

    def _attributes(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "custom_attributes")
        need(isinstance(given.get("custom_attributes"), dict), "custom_attributes")
        conversation.attributes = given["custom_attributes"]  # replaces them all
        return Response(200, {"custom_attributes": conversation.attributes})

    def _labels(self, request: Request) -> Response:
        if not self.labels_allowed:
            return self._forbidden(request)
        conversation = self._of(request)
        if request.method == "POST":
            given = request.json()
            only(given, "labels")
            need(isinstance(given.get("labels"), list), "labels")
            conversation.labels = list(given["labels"])  # replaces them all
        return Response(200, {"payload": conversation.labels})

    def _show(self, request: Request) -> Response:
        return Response(200, self._data(self._of(request)))

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.conversations.get(conversation)
        if found is None:
            found = _Conversation(412 + len(self.conversations))
            self.conversations[str(found.id)] = found
        if found.status == "resolved":  # Chatwoot gives it back to the bot of the inbox
            found.assignee = None
            self._set(found, "pending", "contact")
        self._say(found, "customer", text)
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        # It stays pending: Chatwoot does not open it for us.
        self._say(self.conversations[conversation], "agent", text)

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], "agent", text, private=True)

    def agent_takes(self, conversation: str) -> None:
        found = self.conversations[conversation]
        found.assignee = 12
        self._tell_change(found, "conversation_updated", {}, "user")
        self._set(found, "open", "user")

    def agent_resolves(self, conversation: str) -> None:
        self._set(self.conversations[conversation], "resolved", "user")

    def gives_back(self, conversation: str) -> None:
        found = self.conversations[conversation]
        found.assignee = None
        self._set(found, "pending", "user")

    def shown(self, conversation: str) -> list[Shown]:
        return [
            Shown("note" if message["private"] else "reply", message["content"], message["by"])
            for message in self.conversations[conversation].messages
        ]

    def tags(self, conversation: str) -> list[str]:
        found = self.conversations[conversation]
        return found.labels or list(found.attributes.get("termwise_tags", "").split())

    def with_person(self, conversation: str) -> bool:
        return self.conversations[conversation].status == "open"

    # -- what it tells

    def _say(
        self, conversation: _Conversation, by: str, text: str, private: bool = False,
        kind: str = "text", items: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        incoming = by == "customer"
        message = {
            "id": self.number(), "content": text, "private": private, "content_type": kind,
            "content_attributes": {"items": items} if items else {},
            "message_type": 0 if incoming else 1, "by": by,
        }  # fmt: skip
        conversation.messages.append(message)
        self._tell({
            "event": "message_created", **{k: v for k, v in message.items() if k != "by"},
            "message_type": "incoming" if incoming else "outgoing", "source_id": None,
            "created_at": iso_with_parts(self.now), "additional_attributes": {},
            "account": {"id": ACCOUNT, "name": "Acme"}, "inbox": {"id": INBOX, "name": "Website"},
            "sender": _SENDERS[by], "conversation": self._data(conversation),
        })  # fmt: skip
        return {**message, "conversation_id": conversation.id, "created_at": int(self.now)}

    def click(self, conversation: str, message: int, value: str) -> None:
        """Let the customer choose an item in the widget: the bot's own message is updated."""
        found = self.conversations[conversation]
        said = next(m for m in found.messages if m["id"] == message)
        item = next(i for i in said["content_attributes"]["items"] if i["value"] == value)
        said["content_attributes"]["submitted_values"] = [item]
        self._tell({
            "event": "message_updated", **{k: v for k, v in said.items() if k != "by"},
            "message_type": "outgoing", "created_at": iso_with_parts(self.now),
            "account": {"id": ACCOUNT}, "inbox": {"id": INBOX}, "sender": _SENDERS["bot"],
            "conversation": self._data(found),
        })  # fmt: skip

    def _set(self, conversation: _Conversation, status: str, by: str) -> None:
        change = {"previous_value": conversation.status, "current_value": status}
        if conversation.status == status:
            return
        conversation.status = status
        self._tell_change(conversation, "conversation_status_changed", {"status": change}, by)
        if status in ("open", "resolved"):
            event = "conversation_opened" if status == "open" else "conversation_resolved"
            self._tell_change(conversation, event, {"status": change}, by)

    def _tell_change(
        self, conversation: _Conversation, event: str, change: dict[str, Any], by: str
    ) -> None:
        who = {"type": by, "id": {"user": 12, "agent_bot": BOT, "contact": 55}[by]}
        changes = [change] if change else []
        self._tell({
            "event": event, **self._data(conversation), "changed_attributes": changes,
            "performed_by": who,
        })  # fmt: skip

    def _data(self, conversation: _Conversation) -> dict[str, Any]:
        person = conversation.assignee
        assignee = {"id": person, "name": "Anna", "type": "user"} if person else None
        sender = {"id": 55, "name": "Kim", "type": "contact"}
        return {
            "id": conversation.id, "inbox_id": INBOX, "status": conversation.status,
            "channel": "Channel::WebWidget", "can_reply": True, "labels": conversation.labels,
            "additional_attributes": {}, "custom_attributes": conversation.attributes,
            "contact_inbox": {
                "id": 90, "contact_id": 55, "inbox_id": INBOX, "hmac_verified": False,
                "pubsub_token": "a credential that nobody may keep",
            },
            "meta": {"sender": sender, "assignee": assignee, "team": conversation.team},
            "messages": [], "created_at": int(self.now), "updated_at": self.now,
            "timestamp": int(self.now),
        }  # fmt: skip

    def _tell(self, payload: dict[str, Any]) -> None:
        body = json.dumps(payload).encode()
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Chatwoot would send it now."""
        headers = {"Content-Type": "application/json", "X-Chatwoot-Delivery": str(uuid.uuid4())}
        if self.signed:
            timestamp = str(int(self.now))
            headers["X-Chatwoot-Timestamp"] = timestamp
            headers["X-Chatwoot-Signature"] = signature(SECRET, timestamp, body)
        return Delivery(headers, body)


# The sender of a contact has no type; users and bots have one.
_SENDERS: dict[str, dict[str, Any]] = {
    "customer": {"id": 55, "name": "Kim", "email": "kim@cust.test", "identifier": None},
    "agent": {"id": 12, "name": "Anna", "type": "user", "email": "anna@acme.test"},
    "bot": {"id": BOT, "name": "Termwise", "type": "agent_bot"},
}
