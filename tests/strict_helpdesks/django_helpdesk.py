"""A django-helpdesk: tickets with follow-ups over its API, and its two unsigned webhooks.

What it does was read off a real one (2.6.1), which the tests of ``make test-helpdesk`` drive.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
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

TOKEN = "a-token-of-some-length-1"
USER, PASSWORD = "termwise", "django-password"
BOT, AGENT = 2, 3
QUEUES = {"support": 1, "second-level": 4}
OPEN, REOPENED = 1, 2
_TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}|\{%.*?%\}", re.DOTALL)


@dataclass
class _Ticket:
    id: int
    title: str
    description: str
    queue: str = "support"
    status: int = OPEN
    assigned: int | None = None
    follow_ups: list[dict[str, Any]] = field(default_factory=list)


class DjangoHelpdesk(FakeDesk):
    """A comment is rendered as a template of Django's when it is stored, as in the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, _Ticket] = {}

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(USER, PASSWORD):
            raise RefusedError(401, {"detail": "Invalid username/password."})
        if not request.path.endswith("/"):
            raise RefusedError(404, {"detail": "Not found."})

    def unknown(self, request: Request) -> Response:
        return Response(404, {"detail": "Not found."})

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", r"/api/tickets/", self._list),
            ("GET", r"/api/followups/", self._list),
            ("POST", r"/api/followups/", self._follow_up),
            ("GET", r"/api/tickets/(?P<id>\d+)/", self._show),
            ("PATCH", r"/api/tickets/(?P<id>\d+)/", self._update),
        ]

    def _list(self, request: Request) -> Response:
        return Response(200, {"count": 0, "next": None, "previous": None, "results": []})

    def _find(self, name: object) -> _Ticket:
        found = self.tickets.get(str(name))
        if found is None:
            raise RefusedError(404, {"detail": "No Ticket matches the given query."})
        return found

    def _show(self, request: Request) -> Response:
        return Response(200, self._data(self._find(request.names["id"])))

    def _follow_up(self, request: Request) -> Response:
        given = request.json()
        only(given, "ticket", "user", "comment", "public", "new_status", "title", status=400)
        need(str(given.get("ticket")) in self.tickets, "ticket", 400)
        ticket = self._find(given["ticket"])
        if "title" in given:
            ticket.title = given["title"]  # it is the ticket's that changes
        need(given.get("user") in (BOT, None), "user", 400)
        comment = _rendered(given.get("comment", ""), ticket)
        return Response(201, self._say(ticket, given.get("user"), comment, given["public"]))

    def _update(self, request: Request) -> Response:
        """A change through the API fires no webhook."""
        ticket, given = self._find(request.names["id"]), request.json()
        only(given, "assigned_to", "status", "queue", status=400)
        need(given.get("assigned_to") in (None, BOT, AGENT), "assigned_to", 400)
        need(given.get("queue", 1) in QUEUES.values(), "queue", 400)
        need(given.get("status", OPEN) in range(1, 6), "status", 400)
        ticket.assigned = given.get("assigned_to", ticket.assigned)
        ticket.status = given.get("status", ticket.status)
        names = {number: name for name, number in QUEUES.items()}
        ticket.queue = names[given.get("queue", QUEUES[ticket.queue])]
        return Response(200, self._data(ticket))

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.tickets.get(conversation)
        if found is None:
            found = _Ticket(1 + len(self.tickets), "A question", text)
            self.tickets[str(found.id)] = found
            self._tell(found)
        else:
            self._say(found, None, text, True)
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, text, True)

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, text, False)

    def agent_takes(self, conversation: str) -> None:
        self.tickets[conversation].assigned = AGENT
        self._say(self.tickets[conversation], AGENT, "", False)

    def gives_back(self, conversation: str) -> None:
        self.tickets[conversation].assigned = BOT
        self._say(self.tickets[conversation], AGENT, "", False)

    def shown(self, conversation: str) -> list[Shown]:
        ticket = self.tickets[conversation]
        by = {None: "customer", AGENT: "agent", BOT: "bot"}
        return [Shown("reply", ticket.description, "customer"), *(
            Shown("reply" if told["public"] else "note", told["comment"], by[told["user"]])
            for told in ticket.follow_ups if told["comment"]
        )]  # fmt: skip

    def tags(self, conversation: str) -> list[str]:
        return []

    def with_person(self, conversation: str) -> bool:
        found = self.tickets[conversation]
        return found.assigned == AGENT or found.queue == "second-level"

    # -- what it tells

    def _say(self, ticket: _Ticket, user: int | None, comment: str, public: bool) -> dict[str, Any]:
        told = {
            "id": self.number(), "ticket": ticket.id, "user": user, "title": "Comment",
            "comment": comment, "public": public, "new_status": None, "time_spent": None,
            "date": datetime.fromtimestamp(self.now, UTC).isoformat(), "followupattachment_set": [],
        }  # fmt: skip
        ticket.follow_ups.append(told)
        self._tell(ticket, told["id"])
        return told

    def _data(self, ticket: _Ticket) -> dict[str, Any]:
        return {
            "id": ticket.id, "queue": QUEUES[ticket.queue], "title": ticket.title,
            "description": ticket.description, "resolution": None,
            "submitter_email": "kim@cust.test", "assigned_to": ticket.assigned,
            "status": ticket.status, "on_hold": False, "priority": 3,
            "followup_set": ticket.follow_ups,  # private ones included
        }  # fmt: skip

    def _tell(self, ticket: _Ticket, follow_up: int = 0) -> None:
        told: dict[str, Any] = {"ticket": self._data(ticket), "queue_slug": ticket.queue}
        if follow_up:
            told["followup_id"] = follow_up
        self.deliveries.append(self.signed_delivery(json.dumps(told).encode()))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as it would be sent: nothing but the address proves anything."""
        return Delivery({"Content-Type": "application/json"}, body, TOKEN)


def _rendered(comment: str, ticket: _Ticket) -> str:
    """Return what Django's template language makes of a comment: names and literals."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1) or ""
        if len(name) >= 2 and name[0] == name[-1] == '"':
            return name[1:-1]
        return "kim@cust.test" if name == "ticket.submitter_email" else ""

    return _TAG.sub(value, comment)
