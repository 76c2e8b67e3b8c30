"""Zendesk Support: a trigger tells of tickets, the REST API writes comments.

The body of the trigger is ours (``docs/helpdesk/zendesk-trigger.json``). It repeats the latest
public comment with every change: a comment is known by its id.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import time as time_now
from typing import Any

from bot.helpdesk import rule_body, signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing
from bot.helpdesk.delivery import Delivery
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time
from bot.helpdesk.plain_text import from_html
from bot.helpdesk.wording import inert

_SYSTEM = "-1"
_END_USER = "end user"
_MARK = "termwise"
_SEEN = 100  # the newest changes among which we look for ours


class Zendesk(Connector):
    """Tickets of a Zendesk; ``user`` is the address of our user there, ``key`` an API token.

    Options: ``agent`` (the id of our user, needed).
    """

    abilities = Abilities(Format.HTML)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key", "user")
        account.only("agent")
        self._us = account.text("agent")

    def verify(self, delivery: Delivery) -> None:
        """Check the signature and its time; see the seam."""
        headers = delivery.headers
        when = headers.get("x-zendesk-webhook-signature-timestamp", "")
        shown = signature.from_base64(headers.get("x-zendesk-webhook-signature", ""))
        signed = when.encode("utf-8", "replace") + delivery.body
        signature.check_hmac(shown, self.account.secrets, signed)
        signature.check_time(when, delivery.received, self.account.window)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        when = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = signature.hmac_digest(self.account.secrets[0], when.encode() + body)
        return {
            "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
            "x-zendesk-webhook-signature-timestamp": when,
        }, ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return the latest comment and who has the ticket; see the seam."""
        found = rule_body.read(delivery.body)
        place = Place(text(found, "group", ""), text(found, "ticket"))
        user, updated = text(found, "user", ""), text(found, "updated", "")
        events: list[Event] = []
        if text(found, "comment", ""):
            events.append(self._said(place, found))
        key, at = f"ticket {place.conversation} {updated}", time(found, "updated")
        if text(found, "status", "").casefold() == "closed":
            return [*events, Closed(key, place, at)]
        staff = text(found, "role", "").casefold() != _END_USER
        owner = self._owner(text(found, "assignee", ""))
        # A ticket without an assignee tells nothing: it may wait in the group we gave it to.
        if staff and user not in (self._us, _SYSTEM) and owner is not Owner.NONE:
            events.append(Moved(key, place, at, owner))
        return events

    def _said(self, place: Place, found: Fields) -> Said:
        author = text(found, "author", "")
        customer = author == text(found, "requester", "")
        by_user = author == text(found, "user", "")
        if by_user and text(found, "role", "").casefold() == _END_USER:
            customer = True  # somebody in copy
        return Said(
            key=f"comment {text(found, 'comment')}",
            place=place,
            at=time(found, "updated") if by_user else 0.0,
            author=Author.BOT if author == self._us else _kind(customer),
            author_id=author,
            message=text(found, "comment"),
            text=from_html(text(found, "text", "")),
            channel=text(found, "channel", ""),
            tags=tuple(text(found, "tags", "").split()),
            owner=self._owner(text(found, "assignee", "")),
        )

    def _owner(self, assignee: str) -> Owner:
        if assignee == self._us:
            return Owner.BOT
        return Owner.PERSON if assignee else Owner.NONE

    def headers(self) -> Mapping[str, str]:
        """Return the token, as basic authentication has it."""
        name = f"{self.account.user}/token:{self.account.key}"
        return {"authorization": "Basic " + base64.b64encode(name.encode()).decode()}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Comment on the ticket or change it; see the seam."""
        path = f"/api/v2/tickets/{segment(effect.place.conversation)}.json"
        response = yield Call("PUT", path, {"ticket": self._change(effect, key)})
        events = listed(inner(response.object(), "audit"), "events")
        comments = [fields(event) for event in events if fields(event).get("type") == "Comment"]
        return Receipt(text(comments[0], "id", "") if comments else "")

    def _change(self, effect: Effect, key: str) -> dict[str, Any]:
        if isinstance(effect, Tag):
            return {"additional_tags": list(effect.tags)}
        if isinstance(effect, HandOver):
            whom = int(segment(effect.agent)) if effect.agent else None
            change: dict[str, Any] = {"status": "open", "assignee_id": whom}
            return {**change, "group_id": int(segment(effect.team))} if effect.team else change
        public = isinstance(effect, Reply)
        comment = {"html_body": inert(effect.text), "public": public, "author_id": int(self._us)}
        return {"comment": comment, "metadata": {_MARK: key}}

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for our mark in the newest changes; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        ticket = segment(effect.place.conversation)
        query = f"page[size]={_SEEN}&sort=-created_at"
        response = yield Call("GET", f"/api/v2/tickets/{ticket}/audits.json?{query}")
        audits = [fields(audit) for audit in listed(response.object(), "audits")]
        marks = [text(inner(inner(audit, "metadata"), "custom"), _MARK, "") for audit in audits]
        return Standing.DONE if key in marks else Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return the ticket's assignee; see the seam."""
        path = f"/api/v2/tickets/{segment(place.conversation)}.json"
        ticket = inner((yield Call("GET", path)).object(), "ticket")
        return self._owner(text(ticket, "assignee_id", ""))

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check our user and, where the token may see it, the webhook."""
        us = inner((yield Call("GET", "/api/v2/users/me.json")).object(), "user")
        same, role = text(us, "id", "") == self._us, text(us, "role", "end-user")
        hooks = yield Call("GET", "/api/v2/webhooks", accepts=frozenset([403]))
        return [
            Finding(
                f"the token belongs to user {text(us, 'id', 'nobody')}", same,
                "" if same else "set agent to that id, and see that user and key fit",
            ),
            Finding(f"the user's role is {role}", role != "end-user",
                    "" if role != "end-user" else "make the user an agent"),
            _hook(hooks.status, hooks.object() if hooks.status == 200 else {}),
        ]  # fmt: skip


def _kind(customer: bool) -> Author:
    return Author.CUSTOMER if customer else Author.AGENT


def _hook(status: int, found: Fields) -> Finding:
    if status != 200:
        return Finding("webhooks cannot be seen with this token (the user is no admin)", True)
    hooks = [fields(hook) for hook in listed(found, "webhooks")]
    good = [
        hook for hook in hooks
        if text(hook, "status", "") == "active"
        and "conditional_ticket_events" in listed(hook, "subscriptions")
    ]  # fmt: skip
    remedy = "" if good else "create a webhook for triggers in the Admin Center"
    return Finding(f"{len(good)} active webhooks for triggers", bool(good), remedy)
