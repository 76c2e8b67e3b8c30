"""A Freshdesk: tickets, and an automation rule with the body of our guide."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
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
    iso,
    need,
    only,
)

SECRET = "golden-secret"
KEY = "freshdesk-key"
BOT, AGENT, CUSTOMER = 4, 5, 8
GROUP = 40
OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5
TEMPLATE = Path(__file__).parents[2] / "docs/helpdesk/freshdesk-webhook.json"
_NAMES = {OPEN: "Open", PENDING: "Pending", RESOLVED: "Resolved", CLOSED: "Closed"}


@dataclass
class _Ticket:
    id: int
    status: int = OPEN
    responder: int | None = None
    group: int | None = None
    tags: list[str] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    updated: float = 0.0


class Freshdesk(FakeDesk):
    """Nothing is signed; the rules send a header with a secret that we chose.

    ``escapes`` tells whether what is filled into a body is escaped for JSON: nobody says.
    """

    def __init__(self) -> None:
        super().__init__()
        self.escapes = True
        self.tickets: dict[str, _Ticket] = {}

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(KEY, "X"):
            raise RefusedError(
                401, {"code": "invalid_credentials", "message": "You have to be logged in"}
            )

    def unknown(self, request: Request) -> Response:
        return Response(404)

    def routes(self) -> list[tuple[str, str, Handler]]:
        ticket = r"/api/v2/tickets/(?P<id>\d+)"
        return [
            ("GET", r"/api/v2/agents/me", self._me),
            ("GET", ticket, self._show),
            ("PUT", ticket, self._update),
            ("POST", f"{ticket}/reply", self._reply),
            ("POST", f"{ticket}/notes", self._note),
            ("GET", f"{ticket}/conversations", self._conversations),
        ]

    def _of(self, request: Request) -> _Ticket:
        found = self.tickets.get(request.names["id"])
        if found is None:
            raise RefusedError(404)
        return found

    def _me(self, request: Request) -> Response:
        return Response(200, {"id": BOT, "type": "support_agent", "scope": 1,
                              "contact": {"name": "Termwise"}})  # fmt: skip

    def _show(self, request: Request) -> Response:
        return Response(200, self._data(self._of(request)))

    def _update(self, request: Request) -> Response:
        ticket, given = self._of(request), request.json()
        only(given, "status", "responder_id", "group_id", "tags", "priority", status=400)
        need(given.get("status", OPEN) in _NAMES, "status", 400)
        need(given.get("responder_id") in (None, BOT, AGENT), "responder_id", 400)
        need(given.get("group_id") in (None, GROUP), "group_id", 400)
        tags = given.get("tags", [])
        need(isinstance(tags, list) and all(isinstance(t, str) and len(t) <= 32 for t in tags),
             "tags", 400)  # fmt: skip
        if "tags" in given:
            ticket.tags = list(tags)  # replaces them all
        ticket.responder = given.get("responder_id", ticket.responder)
        ticket.group = given.get("group_id", ticket.group)
        ticket.status = given.get("status", ticket.status)
        if given.get("responder_id"):
            self._tell(ticket, "taken", BOT)
        return Response(200, self._data(ticket))

    def _reply(self, request: Request) -> Response:
        ticket, given = self._of(request), request.json()
        only(given, "body", "from_email", "user_id", "cc_emails", "bcc_emails", status=400)
        need(bool(given.get("body")), "body", 400)
        need(given.get("user_id", BOT) == BOT, "user_id", 400)
        return Response(201, self._say(ticket, BOT, given["body"], False))

    def _note(self, request: Request) -> Response:
        ticket, given = self._of(request), request.json()
        only(given, "body", "private", "incoming", "user_id", "notify_emails", status=400)
        need(bool(given.get("body")), "body", 400)
        return Response(201, self._say(ticket, BOT, given["body"], given.get("private", True)))

    def _conversations(self, request: Request) -> Response:
        size = int(request.query.get("per_page", ["30"])[0])
        page = int(request.query.get("page", ["1"])[0])
        need(1 <= size <= 100, "per_page", 400)
        found = self._of(request).conversations  # the oldest first
        return Response(200, found[(page - 1) * size : page * size])

    def _data(self, ticket: _Ticket) -> dict[str, Any]:
        return {"id": ticket.id, "status": ticket.status, "responder_id": ticket.responder,
                "group_id": ticket.group, "tags": ticket.tags, "requester_id": CUSTOMER,
                "updated_at": iso(ticket.updated)}  # fmt: skip

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.tickets.get(conversation)
        body = f"<div>{html.escape(text)}</div>"
        if found is None:
            found = _Ticket(81 + len(self.tickets), updated=self.now)
            self.tickets[str(found.id)] = found
            # The first words are the ticket's description, and no conversation.
            self._tell(found, "created", CUSTOMER, body)
        else:
            found.status = OPEN
            self._say(found, CUSTOMER, body, False)
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, f"<div>{html.escape(text)}</div>", False)

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, f"<div>{html.escape(text)}</div>", True)

    def agent_takes(self, conversation: str) -> None:
        found = self.tickets[conversation]
        found.responder = AGENT
        self._tell(found, "taken", AGENT)

    def gives_back(self, conversation: str) -> None:
        found = self.tickets[conversation]
        found.responder, found.group, found.status = None, None, OPEN
        self._tell(found, "returned", AGENT)

    def shown(self, conversation: str) -> list[Shown]:
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        return [
            Shown("note" if said["private"] else "reply", said["body"], by[said["user_id"]])
            for said in self.tickets[conversation].conversations
        ]

    def tags(self, conversation: str) -> list[str]:
        return self.tickets[conversation].tags

    def with_person(self, conversation: str) -> bool:
        found = self.tickets[conversation]
        return found.responder == AGENT or found.group == GROUP

    # -- what it tells

    def _say(self, ticket: _Ticket, by: int, body: str, private: bool) -> dict[str, Any]:
        said = {
            "id": self.number(), "ticket_id": ticket.id, "user_id": by, "body": body,
            "body_text": re.sub(r"<[^>]*>", " ", body).strip(), "private": private,
            "incoming": by == CUSTOMER, "created_at": iso(self.now),
        }  # fmt: skip
        ticket.conversations.append(said)
        self._tell(ticket, "noted" if private else "said", by, body)
        return said

    def _tell(self, ticket: _Ticket, event: str, by: int, text: str = "") -> None:
        """Fill in the body of the rule for that event: escaped or not."""
        ticket.updated = max(self.now, ticket.updated + 1)
        emails = {None: "", BOT: "bot@acme.test", AGENT: "anna@acme.test"}
        values = {
            "ticket.id": ticket.id, "ticket.status": _NAMES[ticket.status],
            "ticket.agent.email": emails[ticket.responder], "ticket.source": "Email",
            "ticket.group.name": "People" if ticket.group else "",
            "ticket.tags": ", ".join(ticket.tags), "ticket.latest_public_comment": text,
        }  # fmt: skip
        template = TEMPLATE.read_text(encoding="utf-8").replace("EVENT", event)
        template = template.replace("AUTHOR", "customer" if by == CUSTOMER else "agent")

        def filled(found: re.Match[str]) -> str:
            value = str(values[found.group(1)])
            return json.dumps(value)[1:-1] if self.escapes else value

        body = re.sub(r"\{\{\s*([^{}\s]+)\s*\}\}", filled, template).encode()
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Freshdesk would send it: the secret of the rule is all there is."""
        return Delivery({"Content-Type": "application/json", "X-Helpdesk-Token": SECRET}, body)
