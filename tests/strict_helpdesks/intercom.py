"""An Intercom: conversations with parts, and the topics that our guide subscribes."""

from __future__ import annotations

import html
import json
import re
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
    sha1_signature,
)

SECRET = "golden-secret"
TOKEN = "intercom-token"
VERSION = "2.14"
BOT, AGENT, TEAM = "900", "901", "40"
CUSTOMER = "67aa"
_TAGS = {"bot-answered": "1"}


@dataclass
class _Conversation:
    id: str
    state: str = "open"
    admin: int | None = None
    team: int | None = None
    source: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class Intercom(FakeDesk):
    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, _Conversation] = {}
        self.names = dict(_TAGS)

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise RefusedError(401, _errors("unauthorized"))
        if request.headers.get("intercom-version") != VERSION:
            raise RefusedError(400, _errors("intercom_version_invalid"))

    def unknown(self, request: Request) -> Response:
        return Response(404, _errors("not_found"))

    def routes(self) -> list[tuple[str, str, Handler]]:
        conversation = r"/conversations/(?P<id>\d+)"
        return [
            ("POST", f"{conversation}/reply", self._reply),
            ("POST", f"{conversation}/parts", self._part),
            ("POST", f"{conversation}/tags", self._tag),
            ("POST", r"/tags", self._make_tag),
            ("GET", conversation, self._show),
            ("GET", r"/me", self._me),
        ]

    def _of(self, request: Request) -> _Conversation:
        found = self.conversations.get(request.names["id"])
        if found is None:
            raise RefusedError(404, _errors("not_found"))
        return found

    def _reply(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "message_type", "type", "admin_id", "body", "reply_options", status=400)
        kind = given.get("message_type")
        need(kind in ("comment", "note", "quick_reply"), "message_type", 400)
        need(given.get("type") == "admin" and given.get("admin_id") == BOT, "admin_id", 400)
        need(bool(given.get("body")), "body", 400)
        options = given.get("reply_options", [])
        need((kind == "quick_reply") == bool(options), "reply_options", 400)
        need(all(set(o) == {"text", "uuid"} for o in options), "reply_options", 400)
        self._say(conversation, BOT, given["body"], kind)
        return Response(200, self._data(conversation))

    def _part(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "message_type", "type", "admin_id", "assignee_id", "body", status=400)
        need(given.get("admin_id") == BOT, "admin_id", 400)
        kind = given.get("message_type")
        need(kind in ("assignment", "open", "close"), "message_type", 400)
        if kind == "assignment":
            team = given.get("type") == "team"
            need(given.get("type") in ("admin", "team"), "type", 400)
            whom = given.get("assignee_id")
            need(whom in (("0", TEAM) if team else ("0", BOT, AGENT)), "assignee_id", 404)
            self._assign(conversation, BOT, int(whom) or None, team)
        else:
            conversation.state = "closed" if kind == "close" else "open"
            self._tell(conversation, "conversation.admin.opened", [])
        return Response(200, self._data(conversation))

    def _make_tag(self, request: Request) -> Response:
        given = request.json()
        only(given, "name", status=400)
        need(bool(given.get("name")), "name", 400)
        number = self.names.setdefault(given["name"], str(len(self.names) + 1))
        return Response(200, {"type": "tag", "id": number, "name": given["name"]})

    def _tag(self, request: Request) -> Response:
        conversation, given = self._of(request), request.json()
        only(given, "id", "admin_id", status=400)
        names = {number: name for name, number in self.names.items()}
        need(given.get("id") in names, "tag", 404)
        need(given.get("admin_id") == BOT, "admin_id", 400)
        if names[given["id"]] not in conversation.tags:
            conversation.tags.append(names[given["id"]])
        return Response(200, {"type": "tag", "id": given["id"], "name": names[given["id"]]})

    def _show(self, request: Request) -> Response:
        need(
            request.query.get("display_as", ["html"])[0] in ("html", "plaintext"), "display_as", 400
        )
        return Response(200, self._data(self._of(request)))

    def _me(self, request: Request) -> Response:
        return Response(
            200, {"type": "admin", "id": BOT, "name": "Termwise", "app": {"id_code": "abc"}}
        )

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.conversations.get(conversation)
        body = f"<p>{html.escape(text)}</p>"
        if found is None:
            found = _Conversation(str(524 + len(self.conversations)))
            self.conversations[found.id] = found
            found.source = {"type": "conversation", "id": str(self.number()), "body": body,
                            "author": _AUTHORS[CUSTOMER]}  # fmt: skip
            self._tell(found, "conversation.user.created", [])
        else:
            found.state = "open"
            self._say(found, CUSTOMER, body, "comment")
        return found.id

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], AGENT, f"<p>{html.escape(text)}</p>", "comment")

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.conversations[conversation], AGENT, f"<p>{html.escape(text)}</p>", "note")

    def agent_takes(self, conversation: str) -> None:
        self._assign(self.conversations[conversation], AGENT, int(AGENT), False)

    def gives_back(self, conversation: str) -> None:
        self._assign(self.conversations[conversation], AGENT, int(BOT), False)

    def shown(self, conversation: str) -> list[Shown]:
        found = self.conversations[conversation]
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        first = Shown("reply", found.source["body"], "customer")
        return [first, *(
            Shown("note" if p["part_type"] == "note" else "reply", p["body"], by[p["author"]["id"]])
            for p in found.parts if p["body"]
        )]  # fmt: skip

    def tags(self, conversation: str) -> list[str]:
        return self.conversations[conversation].tags

    def with_person(self, conversation: str) -> bool:
        found = self.conversations[conversation]
        return found.admin == int(AGENT) or bool(found.team)

    # -- what it tells

    def _say(self, conversation: _Conversation, by: str, body: str, kind: str) -> None:
        part = {"type": "conversation_part", "id": str(self.number()), "part_type": kind,
                "body": body, "author": _AUTHORS[by], "created_at": int(self.now),
                "attachments": []}  # fmt: skip
        conversation.parts.append(part)
        verb = "noted" if kind == "note" else "replied"
        who = "user" if by == CUSTOMER else "admin"
        self._tell(conversation, f"conversation.{who}.{verb}", [part])

    def _assign(self, conversation: _Conversation, by: str, whom: int | None, team: bool) -> None:
        before = (conversation.admin, conversation.team)
        if team:
            conversation.team, conversation.admin = whom, None
        else:
            conversation.admin = whom
            conversation.team = None if str(whom) == BOT or whom is None else conversation.team
        if before == (conversation.admin, conversation.team):
            return
        part = {"type": "conversation_part", "id": str(self.number()), "part_type": "assignment",
                "body": None, "author": _AUTHORS[by], "created_at": int(self.now),
                "assigned_to": {"type": "team" if team else "admin", "id": str(whom)}}  # fmt: skip
        conversation.parts.append(part)
        self._tell(conversation, "conversation.admin.assigned", [part])

    def _data(self, conversation: _Conversation) -> dict[str, Any]:
        return {
            "type": "conversation", "id": conversation.id, "state": conversation.state,
            "open": conversation.state == "open", "admin_assignee_id": conversation.admin,
            "team_assignee_id": conversation.team, "source": conversation.source,
            "updated_at": int(self.now), "tags": {"type": "tag.list", "tags": []},
            "conversation_parts": {"type": "conversation_part.list",
                                   "conversation_parts": conversation.parts,
                                   "total_count": len(conversation.parts)},
        }  # fmt: skip

    def _tell(self, conversation: _Conversation, topic: str, parts: list[dict[str, Any]]) -> None:
        item = self._data(conversation)
        told = {"type": "conversation_part.list", "conversation_parts": parts}
        item["conversation_parts"] = {**told, "total_count": len(parts)}
        body = json.dumps({
            "type": "notification_event", "id": f"notif_{self.number()}", "topic": topic,
            "app_id": "abc", "created_at": int(self.now), "delivery_attempts": 1,
            "first_sent_at": int(self.now),
            "data": {"type": "notification_event_data", "item": item},
        }).encode()  # fmt: skip
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Intercom would send it."""
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature": sha1_signature(SECRET, body),
        }
        return Delivery(headers, body)


_AUTHORS = {
    CUSTOMER: {"type": "user", "id": CUSTOMER, "name": "Kim", "email": "kim@cust.test"},
    AGENT: {"type": "admin", "id": AGENT, "name": "Anna", "email": "anna@acme.test"},
    BOT: {"type": "admin", "id": BOT, "name": "Termwise", "email": "bot@acme.test"},
}


def _errors(code: str) -> dict[str, Any]:
    return {"type": "error.list", "errors": [{"code": code, "message": re.sub("_", " ", code)}]}
