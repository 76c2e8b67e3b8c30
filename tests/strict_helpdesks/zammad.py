"""A Zammad: tickets with articles, and a trigger without any loop guard."""

from __future__ import annotations

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
    sha1_signature,
)

SECRET = "golden-secret"
TOKEN = "zammad-token"
NOBODY, BOT, AGENT, CUSTOMER = 1, 4, 5, 8
GROUPS = {"Service Desk": 3, "2nd Level": 6}
_STATES = ("new", "open", "pending reminder", "pending close", "closed", "merged")
_ROLES = {NOBODY: [], BOT: ["Agent"], AGENT: ["Agent"], CUSTOMER: ["Customer"]}
_LOGINS = {NOBODY: "-", BOT: "termwise", AGENT: "anna", CUSTOMER: "kim@cust.test"}


@dataclass
class _Ticket:
    id: int
    state: str = "new"
    group: str = "Service Desk"
    owner: int = NOBODY
    tags: list[str] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    draft: dict[str, Any] = field(default_factory=dict)
    updated: float = 0.0


class Zammad(FakeDesk):
    """``drafts`` tells whether the group has shared drafts; ``channel`` how customers write."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, _Ticket] = {}
        self.drafts = True
        self.channel = "email"
        self.admin = False

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Token token={TOKEN}":
            raise RefusedError(401, {"error": "Authentication required"})

    def unknown(self, request: Request) -> Response:
        return Response(404, {"error": f"No route matches [{request.method}] {request.path}"})

    def routes(self) -> list[tuple[str, str, Handler]]:
        ticket = r"/api/v1/tickets/(?P<id>\d+)"
        return [
            ("GET", r"/api/v1/users/me", self._me),
            ("GET", ticket, self._show),
            ("PUT", ticket, self._update),
            ("GET", f"{ticket}/shared_draft", self._drafted),
            ("PUT", f"{ticket}/shared_draft", self._draft),
            ("POST", r"/api/v1/ticket_articles", self._article),
            ("GET", r"/api/v1/ticket_articles/by_ticket/(?P<id>\d+)", self._articles),
            ("POST", r"/api/v1/tags/add", self._tag),
            ("GET", r"/api/v1/webhooks", self._hooks),
        ]

    def _find(self, name: object) -> _Ticket:
        found = self.tickets.get(str(name))
        if found is None:
            raise RefusedError(404, {"error": f"Couldn't find Ticket with 'id'={name}"})
        return found

    def _me(self, request: Request) -> Response:
        return Response(200, {"id": BOT, "login": "termwise", "roles": ["Agent"], "active": True})

    def _hooks(self, request: Request) -> Response:
        if not self.admin:
            return Response(403, {"error": "Not authorized (token)!"})
        return Response(200, [{"id": 1, "endpoint": "https://bot.acme.test/hook", "active": True,
                               "signature_token": SECRET}])  # fmt: skip

    def _show(self, request: Request) -> Response:
        return Response(200, self._data(self._find(request.names["id"])))

    def _update(self, request: Request) -> Response:
        ticket, given = self._find(request.names["id"]), request.json()
        only(given, "state", "group", "owner_id", "owner", "priority", "article")
        need(given.get("state", "open") in _STATES, "No lookup value found for 'state'")
        need(given.get("group", ticket.group) in GROUPS, "No lookup value found for 'group'")
        logins = {login: number for number, login in _LOGINS.items()}
        need(given.get("owner", "anna") in logins, "No lookup value found for 'owner'")
        need(given.get("owner_id", AGENT) in _ROLES, "owner_id")
        owner = logins[given["owner"]] if "owner" in given else given.get("owner_id", ticket.owner)
        self._change(ticket, BOT, owner, given.get("state"), given.get("group"))
        return Response(200, self._data(ticket))

    def _article(self, request: Request) -> Response:
        given = request.json()
        only(given, "ticket_id", "type", "to", "cc", "subject", "body", "content_type", "internal",
             "sender", "in_reply_to", "preferences")  # fmt: skip
        ticket = self._find(given.get("ticket_id"))
        need(bool(given.get("body")), 'Need at least article: { body: "some text" }')
        kind = given.get("type", "note")
        need(kind in ("note", "email", "web", "chat"), "No lookup value found for 'type'")
        need(given.get("sender", "Agent") == "Agent", "sender")
        need(given.get("content_type", "text/plain") in ("text/plain", "text/html"), "content_type")
        need(kind != "email" or bool(given.get("to")), "No recipient found!")
        article = self._say(ticket, BOT, given["body"], kind, bool(given.get("internal", False)),
                            given.get("content_type", "text/plain"),
                            given.get("preferences", {}))  # fmt: skip
        return Response(201, article)

    def _articles(self, request: Request) -> Response:
        return Response(200, self._find(request.names["id"]).articles)

    def _drafted(self, request: Request) -> Response:
        if not self.drafts:
            raise RefusedError(403, {"error": "Not authorized"})
        there = self._find(request.names["id"]).draft
        return Response(200, {"shared_draft_id": 1 if there else None, "assets": {}})

    def _draft(self, request: Request) -> Response:
        if not self.drafts:
            raise RefusedError(403, {"error": "Not authorized"})
        ticket, given = self._find(request.names["id"]), request.json()
        only(given, "new_article", "ticket_attributes")
        need(isinstance(given.get("new_article"), dict), "new_article")
        ticket.draft = given["new_article"]
        return Response(200, {"shared_draft_id": 1, "assets": {}})

    def _tag(self, request: Request) -> Response:
        given = request.json()
        only(given, "item", "object", "o_id")
        need(given.get("object") == "Ticket", "object")
        ticket = self._find(given.get("o_id"))
        if given["item"] not in ticket.tags:
            ticket.tags.append(given["item"])
        return Response(201, True)

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.tickets.get(conversation)
        if found is None:
            found = _Ticket(81 + len(self.tickets))
            self.tickets[str(found.id)] = found
        elif found.state == "closed":
            found.state = "open"
        self._say(found, CUSTOMER, text, self.channel)
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, text, "email", content_type="text/html")

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, text, "note", internal=True)

    def agent_takes(self, conversation: str) -> None:
        self._change(self.tickets[conversation], AGENT, AGENT, "open", None)

    def gives_back(self, conversation: str) -> None:
        self._change(self.tickets[conversation], AGENT, BOT, "open", None)

    def shown(self, conversation: str) -> list[Shown]:
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        return [
            Shown("note" if a["internal"] else "reply", a["body"], by[a["created_by_id"]])
            for a in self.tickets[conversation].articles
        ]

    def tags(self, conversation: str) -> list[str]:
        return self.tickets[conversation].tags

    def with_person(self, conversation: str) -> bool:
        found = self.tickets[conversation]
        return found.owner == AGENT or found.group == "2nd Level"

    # -- what it tells

    def _change(
        self, ticket: _Ticket, by: int, owner: int, state: str | None, group: str | None
    ) -> None:
        before = (ticket.owner, ticket.state, ticket.group)
        ticket.owner, ticket.state = owner, state or ticket.state
        ticket.group = group or ticket.group
        if before != (ticket.owner, ticket.state, ticket.group):
            self._tell(ticket, None, by)

    def _say(
        self, ticket: _Ticket, by: int, text: str, kind: str, internal: bool = False,
        content_type: str = "text/plain", preferences: dict[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        article = {
            "id": self.number(), "ticket_id": ticket.id, "type": kind, "internal": internal,
            "sender": "Customer" if by == CUSTOMER else "Agent", "content_type": content_type,
            "from": "Kim <kim@cust.test>" if by == CUSTOMER else "Service Desk",
            "subject": "A question",
            "body": text, "created_by_id": by, "preferences": preferences or {},
            "message_id": f"<{self.number()}@cust.test>", "created_at": iso_with_parts(self.now),
        }  # fmt: skip
        ticket.articles.append(article)
        self._tell(ticket, article, by)
        return article

    def _data(self, ticket: _Ticket) -> dict[str, Any]:
        return {
            "id": ticket.id, "number": f"100{ticket.id}", "title": "A question",
            "state": ticket.state, "group_id": GROUPS[ticket.group], "owner_id": ticket.owner,
            "customer_id": CUSTOMER, "updated_at": iso_with_parts(ticket.updated or self.now),
        }  # fmt: skip

    def _tell(self, ticket: _Ticket, article: dict[str, Any] | None, by: int) -> None:
        ticket.updated = max(self.now, ticket.updated) + 1
        told = {
            **self._data(ticket), "group": {"id": GROUPS[ticket.group], "name": ticket.group},
            "owner": _person(ticket.owner), "customer": _person(CUSTOMER),
            "article_count": len(ticket.articles), "create_article_sender": "Customer",
            "article_ids": [a["id"] for a in ticket.articles], "updated_by_id": by,
            "updated_by": _person(by), "tags": ", ".join(ticket.tags),
        }  # fmt: skip
        about: dict[str, Any] = {}
        if article:
            author = {"created_by": _person(article["created_by_id"]), "attachments": []}
            about = {**{k: v for k, v in article.items() if k != "preferences"}, **author}
        body = json.dumps({"ticket": told, "article": about}).encode()
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Zammad would send it."""
        return Delivery({
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zammad User Agent", "X-Zammad-Trigger": "Termwise",
            "X-Zammad-Delivery": str(uuid.uuid4()), "X-Hub-Signature": sha1_signature(SECRET, body),
        }, body)  # fmt: skip


def _person(number: int) -> dict[str, Any]:
    login = _LOGINS[number]
    return {"id": number, "login": login, "roles": _ROLES[number], "vip": False,
            "email": login if "@" in login else f"{login}@acme.test"}  # fmt: skip
