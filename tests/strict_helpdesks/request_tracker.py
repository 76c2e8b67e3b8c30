"""A Request Tracker 5: tickets over REST 2, and the scrip of our guide.

What it says was read off a real one (5.0.3), which the tests of ``make test-helpdesk`` drive.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from tests.strict_helpdesks.server import (
    Delivery,
    FakeDesk,
    Handler,
    RefusedError,
    Request,
    Response,
    Shown,
    standard_signature,
)

SECRET = "golden-secret"
TOKEN = "1-27-6e42ec99c4d947134c553071cff6adc3"
NOBODY, BOT, AGENT, CUSTOMER = "Nobody", "termwise", "anna", "kim@cust.test"
_STATES = ("new", "open", "stalled", "resolved", "rejected")
_QUEUES = ("General", "Second level")
_IDS = {NOBODY: "6", BOT: "27", AGENT: "29"}


@dataclass
class _Ticket:
    id: int
    status: str = "new"
    owner: str = NOBODY
    queue: str = "General"
    said: list[dict[str, Any]] = field(default_factory=list)


class RequestTracker(FakeDesk):
    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, _Ticket] = {}

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != f"token {TOKEN}":
            raise RefusedError(401, {"message": "Unauthorized"})

    def unknown(self, request: Request) -> Response:
        return Response(404, {"message": "Not Found"})

    def routes(self) -> list[tuple[str, str, Handler]]:
        ticket = r"/REST/2.0/ticket/(?P<id>\d+)"
        return [
            ("GET", r"/REST/2.0/rt", lambda request: Response(200, {"Version": "5.0.3"})),
            ("GET", rf"/REST/2.0/user/{BOT}", self._user),
            ("GET", r"/REST/2.0/queue/(?P<name>[\w%]+)", self._queue),
            ("GET", ticket, self._show),
            ("PUT", ticket, self._update),
            ("POST", f"{ticket}/(?P<kind>correspond|comment)", self._message),
            ("GET", f"{ticket}/attachments", self._attachments),
            ("GET", f"{ticket}/history", self._history),
            ("GET", r"/REST/2.0/tickets", self._search),
            ("GET", r"/REST/2.0/attachment/(?P<id>\d+)", self._attachment),
        ]

    def _user(self, request: Request) -> Response:
        return Response(200, {"Name": BOT, "Privileged": 1, "Disabled": "0"})

    def _queue(self, request: Request) -> Response:
        name = unquote(request.names["name"])
        if name not in _QUEUES:
            return Response(403, {"message": "Forbidden"})
        return Response(200, {"Name": name, "id": _QUEUES.index(name) + 1})

    def _of(self, request: Request) -> _Ticket | None:
        return self.tickets.get(request.names["id"])

    def _body(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type") != "application/json":
            raise RefusedError(415, {"message": "Unsupported Media Type"})
        return request.json()

    def _message(self, request: Request) -> Response:
        ticket, given = self._of(request), self._body(request)
        if given.get("Content") and not given.get("ContentType"):
            message = "ContentType is a required field for application/json"
            raise RefusedError(400, {"message": message})
        if ticket is None:
            raise RefusedError(400, {"message": "Permission Denied"})
        if given.get("ContentType") not in ("text/plain", "text/html"):
            raise RefusedError(400, {"message": "ContentType"})
        kind = request.names["kind"].capitalize()
        number = self._say(ticket, BOT, kind, given["Content"], given["ContentType"])
        return Response(201, [f"{kind} added"], {"Location": f"/REST/2.0/transaction/{number}"})

    def _update(self, request: Request) -> Response:
        """A change that fails is answered with 200 too: only the words tell."""
        ticket, given = self._of(request), self._body(request)
        if ticket is None:
            raise RefusedError(404, {"message": "No ticket with that ID"})
        told = []
        for name, value in given.items():
            change = {"Owner": self._own, "Status": self._set, "Queue": self._move}.get(name)
            told += [change(ticket, BOT, value)] if change else []
        return Response(200, told)

    def _own(self, ticket: _Ticket, by: str, whom: str) -> str:
        if whom not in (NOBODY, AGENT, BOT):
            return "Ticket 1: That user does not exist"
        if whom == BOT:
            return "Ticket 1: That user may not own tickets in that queue"
        if whom == ticket.owner:
            return "Ticket 1: That user already owns that ticket"
        before, ticket.owner = ticket.owner, whom
        self._tell(ticket, by, "Set", change=("Owner", _IDS[before], _IDS[whom]))
        return f"Ticket 1: Owner changed from {before} to {whom}"

    def _set(self, ticket: _Ticket, by: str, status: str) -> str:
        if status not in _STATES:
            return f"Ticket 1: Status '{status}' isn't a valid status for this ticket."
        if status == ticket.status:
            return f"Ticket 1: Status is already {status}"
        before, ticket.status = ticket.status, status
        self._tell(ticket, by, "Status", change=("Status", before, status))
        return f"Ticket 1: Status changed from '{before}' to '{status}'"

    def _move(self, ticket: _Ticket, by: str, queue: str) -> str:
        if queue not in _QUEUES:
            return "Ticket 1: That queue does not exist"
        before, ticket.queue = ticket.queue, queue
        if before != queue:
            self._tell(ticket, by, "Set", change=("Queue", "1", "2"))
        return f"Ticket 1: Queue changed from {before} to {queue}"

    def _show(self, request: Request) -> Response:
        ticket = self._of(request)
        if ticket is None:
            raise RefusedError(404, {"message": "No ticket with that ID"})
        return Response(200, {
            "id": ticket.id, "type": "ticket", "Status": ticket.status,
            "Owner": {"type": "user", "id": ticket.owner},
            "Queue": {"type": "queue", "id": str(_QUEUES.index(ticket.queue) + 1)},
        })  # fmt: skip

    def _search(self, request: Request) -> Response:
        """The fake knows one query only: what changed lately, and all did."""
        if request.query.get("query") != ["LastUpdated > '-60 minutes'"]:
            raise RefusedError(400, {"message": "Bad query"})
        items = [
            {"type": "ticket", "id": str(ticket.id), "Owner": {"type": "user", "id": ticket.owner},
             "Queue": {"type": "queue", "id": "1", "Name": ticket.queue},
             "Requestors": [{"type": "user", "id": CUSTOMER}]}
            for ticket in self.tickets.values()
        ]  # fmt: skip
        return Response(200, {"items": items, "total": len(items), "page": 1, "pages": 1})

    def _attachment(self, request: Request) -> Response:
        """Alone, an attachment's content is base64; in a list it is not."""
        for ticket in self.tickets.values():
            for said in ticket.said:
                if str(said["id"] + 1) == request.names["id"]:
                    content = base64.encodebytes(said["Content"].encode()).decode()
                    return Response(200, {**said, "Content": content})
        raise RefusedError(404, {"message": "Not Found"})

    def _history(self, request: Request) -> Response:
        ticket = self._of(request)
        if ticket is None:
            raise RefusedError(404, {"message": "No ticket with that ID"})
        items = [
            {"type": "transaction", "id": said["TransactionId"], "Type": said["kind"],
             "Created": said["Created"], "Creator": said["Creator"]}
            for said in ticket.said[::-1]
        ]  # fmt: skip
        return Response(200, {"items": items, "total": None, "page": 1, "pages": None})

    def _attachments(self, request: Request) -> Response:
        ticket = self._of(request)
        if ticket is None:
            raise RefusedError(404, {"message": "No ticket with that ID"})
        fields = request.query.get("fields", [""])[0].split(",")
        size = int(request.query.get("per_page", ["20"])[0])
        newest = request.query.get("order", ["ASC"])[0] == "DESC"
        found = ticket.said[::-1] if newest else ticket.said
        items = [
            {"type": "attachment", "id": str(said["id"] + 1),
             **{name: said[name] for name in fields if name in said}}
            for said in found[:size]
        ]  # fmt: skip
        return Response(200, {"items": items, "page": 1, "per_page": size, "total": None})

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "", automatic: str = "") -> str:
        found = self.tickets.get(conversation)
        kind = "Correspond"
        if found is None:
            found = _Ticket(1 + len(self.tickets))
            self.tickets[str(found.id)] = found
            kind = "Create"
        self._say(found, CUSTOMER, kind, text + "\n", "text/plain", automatic)
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, "Correspond", text, "text/html")

    def agent_notes(self, conversation: str, text: str) -> None:
        self._say(self.tickets[conversation], AGENT, "Comment", text, "text/plain")

    def agent_takes(self, conversation: str) -> None:
        self._own(self.tickets[conversation], AGENT, AGENT)

    def gives_back(self, conversation: str) -> None:
        self._own(self.tickets[conversation], AGENT, NOBODY)

    def shown(self, conversation: str) -> list[Shown]:
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        return [
            Shown("note" if said["kind"] == "Comment" else "reply", said["Content"],
                  by[said["Creator"]["id"]])
            for said in self.tickets[conversation].said
        ]  # fmt: skip

    def tags(self, conversation: str) -> list[str]:
        return []

    def with_person(self, conversation: str) -> bool:
        found = self.tickets[conversation]
        return found.owner == AGENT or found.queue == "Second level"

    # -- what it tells

    def _say(
        self, ticket: _Ticket, by: str, kind: str, text: str, content_type: str, automatic: str = ""
    ) -> int:
        number = self.number()
        ticket.said.append({
            "id": number, "kind": kind, "Content": text, "ContentType": content_type,
            "Creator": {"type": "user", "id": by}, "TransactionId": str(number),
            "Headers": f"Subject: A question\nAuto-Submitted: {automatic}" if automatic else "",
            "Created": datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        })  # fmt: skip
        reopened = ticket.status == "resolved" or (ticket.status == "new" and by != CUSTOMER)
        if kind == "Correspond" and reopened:  # a scrip that runs before ours does that
            self._set(ticket, "RT_System", "open")
        told = {"text": text, "type": content_type, "auto_submitted": automatic, "precedence": ""}
        self._tell(ticket, by, kind, told, number=number)
        return number

    def _tell(
        self, ticket: _Ticket, by: str, kind: str, message: dict[str, str] | None = None,
        change: tuple[str, str, str] = ("", "", ""), number: int = 0,
    ) -> None:  # fmt: skip
        number = number or self.number()
        told = {
            "type": "rt.transaction",
            "transaction": {
                "id": number, "type": kind, "field": change[0], "old": change[1] or None,
                "new": change[2] or None, "created": int(self.now),
                "creator": {
                    "name": by, "privileged": by in (BOT, AGENT), "system": by == "RT_System",
                },
            },
            "ticket": {
                "id": ticket.id, "queue": ticket.queue, "status": ticket.status,
                "owner": ticket.owner, "subject": "A question", "requestor": by == CUSTOMER,
            },
            "message": message,
        }  # fmt: skip
        self.deliveries.append(self.signed_delivery(json.dumps(told).encode()))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as the scrip would send it now."""
        name, timestamp = f"rt-{json.loads(body)['transaction']['id']}", str(int(self.now))
        return Delivery({
            "Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": timestamp,
            "webhook-signature": standard_signature(SECRET, name, timestamp, body),
        }, body)  # fmt: skip
