"""A Freshchat: conversations, and webhooks signed with the account's RSA key."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

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

TOKEN = "freshchat-token"
BOT, AGENT, CUSTOMER = (f"{n:08d}-0000-4000-8000-000000000000" for n in (4, 5, 8))
GROUP = "00000040-0000-4000-8000-000000000000"
_STATES = ("new", "assigned", "resolved", "reopened")


@cache
def key() -> rsa.RSAPrivateKey:
    """Return the account's key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key() -> str:
    """Return the public key as the console shows it."""
    return _shown(key().public_key())


def new_public_key() -> str:
    """Return the public key of some other account."""
    return _shown(rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key())


def _shown(public: rsa.RSAPublicKey) -> str:
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(public.public_bytes(*form)).decode()


def signature(body: bytes) -> str:
    """Return the header value for a body."""
    return base64.b64encode(key().sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()


@dataclass
class _Conversation:
    id: str
    status: str = "new"
    agent: str = ""
    group: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


class Freshchat(FakeDesk):
    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, _Conversation] = {}

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise RefusedError(401, {"code": 401, "status": "UNAUTHENTICATED", "message": "no"})

    def unknown(self, request: Request) -> Response:
        return Response(404, {"code": 404, "status": "NOT_FOUND", "message": "no"})

    def routes(self) -> list[tuple[str, str, Handler]]:
        conversation = r"/v2/conversations/(?P<id>[0-9a-f-]{36})"
        return [
            ("POST", f"{conversation}/messages", self._message),
            ("GET", f"{conversation}/messages", self._messages),
            ("GET", conversation, self._show),
            ("PUT", conversation, self._update),
            ("GET", r"/v2/accounts/configuration", self._account),
        ]

    def _of(self, request: Request) -> _Conversation:
        found = self.conversations.get(request.names["id"])
        if found is None:
            raise RefusedError(404, {"code": 404, "status": "NOT_FOUND", "message": "no"})
        return found

    def _message(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "message_parts", "reply_parts", "message_type", "actor_type", "actor_id",
             status=400)  # fmt: skip
        parts = given.get("message_parts")
        fit = isinstance(parts, list) and parts and all(set(p) == {"text"} for p in parts)
        need(bool(fit), "message_parts", 400)
        need(all(0 < len(p["text"]["content"]) <= 10_000 for p in parts), "content", 400)
        need(given.get("message_type", "normal") in ("normal", "private"), "message_type", 400)
        need(given.get("actor_type") in ("bot", "agent"), "actor_type", 400)
        need(given["actor_type"] == "bot" or given.get("actor_id") in (BOT, AGENT), "actor_id", 400)
        text = "\n".join(p["text"]["content"] for p in parts)
        private = given.get("message_type") == "private"
        return Response(201, self._say(conversation, given["actor_type"], BOT, text, private))

    def _messages(self, request: Request) -> Response:
        size = int(request.query.get("items_per_page", ["20"])[0])
        need(1 <= size <= 50, "items_per_page", 400)
        found = self._of(request).messages[::-1][:size]  # the newest first
        return Response(200, {"messages": found, "pagination": {}})

    def _show(self, request: Request) -> Response:
        return Response(200, self._data(self._of(request)))

    def _update(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "status", "assigned_agent_id", "assigned_group_id", "properties", status=400)
        need(given.get("status") in _STATES, "status", 400)
        need(given.get("assigned_agent_id", AGENT) in ("", BOT, AGENT), "assigned_agent_id", 400)
        need(given.get("assigned_group_id", GROUP) in ("", GROUP), "assigned_group_id", 400)
        if given["status"] == "assigned":
            whom = given.get("assigned_agent_id") or given.get("assigned_group_id")
            need(bool(whom), "assigned needs somebody", 400)
        conversation.properties.update(given.get("properties", {}))
        self._assign(conversation, BOT, given["status"],
                     given.get("assigned_agent_id", conversation.agent),
                     given.get("assigned_group_id", conversation.group))  # fmt: skip
        return Response(200, self._data(conversation))

    def _account(self, request: Request) -> Response:
        return Response(200, {"organisation_id": 7, "app_id": "c6ec"})

    def _data(self, conversation: _Conversation) -> dict[str, Any]:
        return {
            "conversation_id": conversation.id, "app_id": "c6ec", "channel_id": "304d",
            "status": conversation.status, "assigned_agent_id": conversation.agent,
            "assigned_group_id": conversation.group, "properties": conversation.properties,
        }  # fmt: skip

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.conversations.get(conversation)
        if found is None:
            found = _Conversation(str(uuid.uuid4()))
            self.conversations[found.id] = found
        self._say(found, "user", CUSTOMER, text, False)
        return found.id

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], "agent", AGENT, text, False)

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], "agent", AGENT, text, True)

    def agent_takes(self, conversation: str) -> None:
        found = self.conversations[conversation]
        self._assign(found, AGENT, "assigned", AGENT, found.group)

    def gives_back(self, conversation: str) -> None:
        self._assign(self.conversations[conversation], AGENT, "assigned", BOT, "")

    def shown(self, conversation: str) -> list[Shown]:
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        return [
            Shown("note" if said["message_type"] == "private" else "reply",
                  said["message_parts"][0]["text"]["content"], by[said["actor_id"]])
            for said in self.conversations[conversation].messages
        ]  # fmt: skip

    def tags(self, conversation: str) -> list[str]:
        return []

    def with_person(self, conversation: str) -> bool:
        found = self.conversations[conversation]
        return found.agent == AGENT or bool(found.group)

    # -- what it tells

    def _say(
        self, conversation: _Conversation, kind: str, actor: str, text: str, private: bool
    ) -> dict[str, Any]:
        message = {
            "id": str(uuid.uuid4()), "conversation_id": conversation.id, "channel_id": "304d",
            "app_id": "c6ec", "interaction_id": f"{self.number()}-1", "actor_type": kind,
            "actor_id": actor, "message_type": "private" if private else "normal",
            "message_parts": [{"text": {"content": text}}],
            "created_time": iso_with_parts(self.now),
        }  # fmt: skip
        conversation.messages.append(message)
        told = {**message, "user_id": CUSTOMER, "restrictResponse": False,
                "botsPrivateNote": private and kind == "bot", "message_source": "web"}  # fmt: skip
        if kind == "user":
            del told["message_type"]  # it is often missing
        self._tell("message_create", kind, actor, {"message": told})
        return message

    def _assign(
        self, conversation: _Conversation, by: str, status: str, agent: str, group: str
    ) -> None:
        before = (conversation.agent, conversation.group, conversation.status)
        conversation.agent, conversation.group, conversation.status = agent, group, status
        if status == "resolved" and before[2] != status:
            resolve = {"resolver": "agent", "resolver_id": by, "interaction_id": "1"}
            about = {"resolve": {**resolve, "conversation": self._data(conversation)}}
            self._tell("conversation_resolution", "agent", by, about)
        elif before != (agent, group, status):
            self._tell("conversation_assignment", "agent", by, {"assignment": {
                "assignor": "agent", "assignor_id": by, "from_agent_id": before[0],
                "to_agent_id": agent, "from_group_id": before[1], "to_group_id": group,
                "conversation": self._data(conversation), "interaction_id": "1",
            }})  # fmt: skip

    def _tell(self, action: str, kind: str, actor: str, data: dict[str, Any]) -> None:
        told = {"actor": {"actor_type": kind, "actor_id": actor}, "action": action,
                "action_time": iso_with_parts(self.now), "data": data}  # fmt: skip
        self.deliveries.append(self.signed_delivery(json.dumps(told).encode()))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Freshchat would send it."""
        return Delivery({
            "Content-Type": "application/json", "X-Freshchat-Signature": signature(body),
            "X-Freshchat-Payload-Version": "2020-06-30", "X-Retry-Count": "0",
        }, body)  # fmt: skip
