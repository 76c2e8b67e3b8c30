"""A Zendesk Support: tickets, and a trigger with the body of our guide."""

from __future__ import annotations

import base64
import hashlib
import hmac
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
USER, TOKEN = "bot@acme.test", "api-token"
BOT, AGENT, CUSTOMER = 900, 901, 55
GROUP = 40
TEMPLATE = Path(__file__).parents[2] / "docs/helpdesk/zendesk-trigger.json"
_STATES = ("new", "open", "pending", "hold", "solved", "closed")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the header value for a body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@dataclass
class _Ticket:
    id: int
    status: str = "new"
    assignee: int | None = None
    group: int | None = None
    tags: list[str] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)
    updated: float = 0.0


class Zendesk(FakeDesk):
    """Tickets; ``admin`` is False for a token that may not see webhooks."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, _Ticket] = {}
        self.admin = True
        self.hooks = [{"id": "01H", "name": "Termwise", "status": "active",
                       "endpoint": "https://bot.acme.test/hook",
                       "subscriptions": ["conditional_ticket_events"]}]  # fmt: skip

    # -- the API

    def check(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(f"{USER}/token", TOKEN):
            raise RefusedError(401, {"error": "Couldn't authenticate you"})

    def unknown(self, request: Request) -> Response:
        return Response(404, {"error": "InvalidEndpoint", "description": "Not found"})

    def routes(self) -> list[tuple[str, str, Handler]]:
        ticket = r"/api/v2/tickets/(?P<id>\d+)"
        return [
            ("PUT", rf"{ticket}(\.json)?", self._update),
            ("GET", rf"{ticket}(\.json)?", self._show),
            ("GET", rf"{ticket}/comments(\.json)?", self._comments),
            ("GET", rf"{ticket}/audits(\.json)?", self._audits),
            ("GET", r"/api/v2/users/me(\.json)?", self._me),
            ("GET", r"/api/v2/webhooks", self._hooks),
        ]

    def _of(self, request: Request) -> _Ticket:
        found = self.tickets.get(request.names["id"])
        if found is None:
            raise RefusedError(404, {"error": "RecordNotFound", "description": "Not found"})
        return found

    def _update(self, request: Request) -> Response:
        ticket, given = self._of(request), request.json()
        only(given, "ticket")
        change = given.get("ticket") or {}
        only(change, "comment", "additional_tags", "remove_tags", "status", "group_id",
             "assignee_id", "safe_update", "updated_stamp", "metadata", "priority")  # fmt: skip
        need(ticket.status != "closed", "Status: closed prevents ticket update")
        if change.get("safe_update"):
            need("updated_stamp" in change, "updated_stamp", 400)
            if change["updated_stamp"] != iso(ticket.updated):
                raise RefusedError(409, {"error": "UpdateConflict"})
        need(change.get("status", "open") in _STATES[1:], "status")
        need(change.get("group_id") in (None, GROUP), "group_id")
        need(change.get("assignee_id") in (None, BOT, AGENT), "assignee_id")
        comment = change.get("comment")
        if comment is not None:
            only(comment, "body", "html_body", "public", "author_id")
            need(("body" in comment) != ("html_body" in comment), "one of body and html_body")
            need(comment.get("author_id", BOT) == BOT, "author_id")
            need(isinstance(comment.get("public", True), bool), "public")
        self._change(ticket, BOT, change, comment)
        return Response(200, {"ticket": self._data(ticket), "audit": ticket.audits[-1]})

    def _change(
        self, ticket: _Ticket, by: int, change: dict[str, Any], comment: dict[str, Any] | None
    ) -> None:
        ticket.updated = max(self.now, ticket.updated + 1)
        ticket.status = change.get("status", ticket.status)
        ticket.assignee = change.get("assignee_id", ticket.assignee)
        if change.get("assignee_id") is None and "assignee_id" in change:
            ticket.assignee = None
        ticket.group = change.get("group_id", ticket.group)
        more = [tag for tag in change.get("additional_tags", []) if tag not in ticket.tags]
        ticket.tags = [t for t in ticket.tags + more if t not in change.get("remove_tags", [])]
        events = []
        if comment is not None:
            html_body = comment.get("html_body") or f"<p>{html.escape(comment['body'])}</p>"
            said = {
                "id": self.number(), "type": "Comment", "author_id": by,
                "public": comment.get("public", True), "created_at": iso(ticket.updated),
                "html_body": f'<div class="zd-comment" dir="auto">{html_body}</div>',
                "plain_body": re.sub(r"<[^>]*>", " ", html_body),
            }  # fmt: skip
            ticket.comments.append(said)
            events.append(said)
        custom = change.get("metadata") or {}
        ticket.audits.append({
            "id": self.number(), "ticket_id": ticket.id, "author_id": by, "events": events,
            "created_at": iso(ticket.updated), "metadata": {"system": {}, "custom": custom},
        })  # fmt: skip
        self._tell(ticket, by)

    def _show(self, request: Request) -> Response:
        return Response(200, {"ticket": self._data(self._of(request))})

    def _comments(self, request: Request) -> Response:
        return Response(200, self._page(request, "comments", self._of(request).comments))

    def _audits(self, request: Request) -> Response:
        return Response(200, self._page(request, "audits", self._of(request).audits))

    def _page(self, request: Request, name: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        size = int(request.query.get("page[size]", ["100"])[0])
        newest = request.query.get("sort", request.query.get("sort_order", ["asc"]))[0]
        ordered = found[::-1] if newest in ("-created_at", "desc") else found
        return {name: ordered[:size], "meta": {"has_more": len(ordered) > size}}

    def _me(self, request: Request) -> Response:
        role = "admin" if self.admin else "agent"
        return Response(200, {"user": {"id": BOT, "name": "Termwise", "role": role}})

    def _hooks(self, request: Request) -> Response:
        if not self.admin:
            return Response(403, {"error": "Forbidden"})
        return Response(200, {"webhooks": self.hooks, "meta": {"has_more": False}})

    def _data(self, ticket: _Ticket) -> dict[str, Any]:
        return {"id": ticket.id, "status": ticket.status, "assignee_id": ticket.assignee,
                "group_id": ticket.group, "tags": ticket.tags, "requester_id": CUSTOMER,
                "updated_at": iso(ticket.updated)}  # fmt: skip

    # -- customers and agents

    def customer_writes(self, text: str, conversation: str = "") -> str:
        found = self.tickets.get(conversation)
        if found is None:
            found = _Ticket(81 + len(self.tickets), updated=self.now)
            self.tickets[str(found.id)] = found
        change = {"status": "open"} if found.status in ("pending", "solved") else {}
        self._change(found, CUSTOMER, change, {"body": text})
        return str(found.id)

    def agent_writes(self, conversation: str, text: str) -> None:
        self._change(self.tickets[conversation], AGENT, {"status": "open"}, {"body": text})

    def agent_notes(self, conversation: str, text: str) -> None:
        self._change(self.tickets[conversation], AGENT, {}, {"body": text, "public": False})

    def agent_takes(self, conversation: str) -> None:
        self._change(self.tickets[conversation], AGENT, {"assignee_id": AGENT}, None)

    def gives_back(self, conversation: str) -> None:
        change = {"assignee_id": BOT, "status": "open"}
        self._change(self.tickets[conversation], AGENT, change, None)

    def shown(self, conversation: str) -> list[Shown]:
        by = {CUSTOMER: "customer", AGENT: "agent", BOT: "bot"}
        return [
            Shown("reply" if said["public"] else "note", said["html_body"], by[said["author_id"]])
            for said in self.tickets[conversation].comments
        ]

    def tags(self, conversation: str) -> list[str]:
        return self.tickets[conversation].tags

    def with_person(self, conversation: str) -> bool:
        found = self.tickets[conversation]
        return found.group == GROUP or found.assignee == AGENT

    # -- what it tells

    def _tell(self, ticket: _Ticket, by: int) -> None:
        """Fill in the body of the trigger as Zendesk does: what stands in a string is escaped."""
        public = [said for said in ticket.comments if said["public"]]
        latest = ticket.comments[-1] if ticket.comments else {}
        role = {CUSTOMER: "End user", AGENT: "Agent", BOT: "Agent"}[by]
        values = {
            "ticket.id": ticket.id, "ticket.status": ticket.status.capitalize(),
            "ticket.assignee.id": ticket.assignee or "", "ticket.group.id": ticket.group or "",
            "ticket.tags": " ".join(ticket.tags), "ticket.via": "Web Widget",
            "ticket.updated_at_with_timestamp": iso(ticket.updated),
            "ticket.latest_public_comment_html": public[-1]["html_body"] if public else "",
            "ticket.public_comments[0].id": public[-1]["id"] if public else "",
            "ticket.public_comments[0].author.id": public[-1]["author_id"] if public else "",
            "ticket.latest_comment.is_public": str(latest.get("public", "")).lower(),
            "ticket.latest_comment.id": latest.get("id", ""),
            "ticket.requester.id": CUSTOMER, "ticket.requester.locale": "English",
            "current_user.id": by, "current_user.role": role,
        }  # fmt: skip

        def filled(found: re.Match[str]) -> str:
            return json.dumps(str(values[found.group(1)]))[1:-1]

        template = TEMPLATE.read_text(encoding="utf-8")
        body = re.sub(r"\{\{\s*([^{}\s]+)\s*\}\}", filled, template).encode()
        self.deliveries.append(self.signed_delivery(body))

    def signed_delivery(self, body: bytes) -> Delivery:
        """Return a body as Zendesk would send it now."""
        timestamp = iso(self.now)
        return Delivery({
            "Content-Type": "application/json; charset=utf-8",
            "X-Zendesk-Webhook-Signature": signature(SECRET, timestamp, body),
            "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
            "X-Zendesk-Webhook-Invocation-Id": f"01H{self.number()}",
        }, body)  # fmt: skip
