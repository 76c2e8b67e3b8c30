"""Zammad: a trigger tells of articles and changes, the REST API writes articles.

The signature of Zammad's webhooks is HMAC-SHA1 over the body and has no time: what protects from
replay is that an article is answered once, for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time, yes
from bot.helpdesk.plain_text import from_html
from bot.helpdesk.wording import kept

_UNASSIGNED = "1"  # Zammad's system user, whom it names as owner where there is none
_SETTLED = frozenset(["closed", "merged"])
_BY_MAIL = frozenset(["email", "web"])
_MARK = "termwise"


class Zammad(Connector):
    """Tickets of a Zammad.

    Options: ``agent`` (the id of our user, needed), ``drafts`` (suggestions go into the shared
    draft of a ticket too, where it has none yet).
    """

    abilities = Abilities(Format.HTML)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key")
        account.only("agent", "drafts")
        self._us = account.text("agent")
        self._drafts = account.yes("drafts")

    def verify(self, delivery: Delivery) -> None:
        """Check the signature, and the token of the address if there is one; see the seam."""
        shown = signature.from_hex(delivery.headers.get("x-hub-signature", ""), "sha1=")
        signature.check_hmac(shown, self.account.secrets, delivery.body, "sha1")
        if self.account.tokens:
            signature.check_shared(delivery.token, self.account.tokens)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        digest = signature.hmac_digest(self.account.secrets[0], body, "sha1")
        token = self.account.tokens[0] if self.account.tokens else ""
        return {"x-hub-signature": f"sha1={digest.hex()}"}, token

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return the article, or what changed; see the seam."""
        found = fields(decoded(delivery.body))
        ticket, article = fields(found.get("ticket"), "ticket"), inner(found, "article")
        place = Place(text(inner(ticket, "group"), "name", ""), text(ticket, "id"))
        if article:
            return [self._said(place, ticket, article)]
        if text(ticket, "updated_by_id", "") == self._us:
            return []
        return list(self._changes(place, ticket))

    def _said(self, place: Place, ticket: Fields, article: Fields) -> Said:
        body = text(article, "body", "")
        html = text(article, "content_type", "text/html").startswith("text/html")
        channel = text(article, "type", "")
        customer = inner(ticket, "customer")
        return Said(
            key=f"article {text(article, 'id')}",
            place=place,
            at=time(article, "created_at"),
            author=self._author(article),
            author_id=text(article, "created_by_id", ""),
            message=text(article, "id"),
            text=from_html(body) if html else body.strip(),
            public=not yes(article, "internal"),
            automatic=yes(inner(article, "preferences"), "is-auto-response"),
            channel=channel,
            tags=_tags(ticket),
            attachments=len(listed(article, "attachments")),
            owner=self._owner(ticket),
            name=text(customer, "firstname", ""),
            to=tuple(_reply_to(channel, ticket, article, customer).items()),
        )

    def _author(self, article: Fields) -> Author:
        if text(article, "created_by_id", "") == self._us:
            return Author.BOT
        sender = text(article, "sender", "")
        if sender == "System":
            return Author.SYSTEM
        roles = listed(inner(article, "created_by"), "roles")
        # What an agent types for a customer on the phone has a customer as its sender.
        staff = sender != "Customer" or "Agent" in roles or "Admin" in roles
        return Author.AGENT if staff else Author.CUSTOMER

    def _owner(self, ticket: Fields) -> Owner:
        owner = text(ticket, "owner_id", _UNASSIGNED)
        if owner == self._us:
            return Owner.BOT
        return Owner.NONE if owner == _UNASSIGNED else Owner.PERSON

    def _changes(self, place: Place, ticket: Fields) -> Sequence[Event]:
        """A change does not say of what: a ticket that nobody has tells nothing."""
        at, owner = time(ticket, "updated_at"), self._owner(ticket)
        key = f"ticket {place.conversation} {text(ticket, 'updated_at', '')}"
        if text(ticket, "state", "") in _SETTLED:
            return [Closed(key, place, at)]
        return [] if owner is Owner.NONE else [Moved(key, place, at, owner)]

    def headers(self) -> Mapping[str, str]:
        """Return the access token."""
        return {"authorization": f"Token token={self.account.key}"}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write an article or change the ticket; see the seam."""
        ticket = segment(effect.place.conversation)
        if isinstance(effect, Tag):
            for tag in effect.tags:
                about = {"item": tag, "object": "Ticket", "o_id": int(ticket)}
                yield Call("POST", "/api/v1/tags/add", about)
            return Receipt()
        if isinstance(effect, HandOver):
            yield Call("PUT", f"/api/v1/tickets/{ticket}", _handed_over(effect))
            return Receipt()
        article = {**_article(effect), "ticket_id": int(ticket), "preferences": {_MARK: key}}
        response = yield Call("POST", "/api/v1/ticket_articles", article)
        if isinstance(effect, Suggest) and self._drafts:
            yield from self._draft(ticket, effect.draft)
        return Receipt(text(response.object(), "id", ""))

    def _draft(self, ticket: str, draft: str) -> Steps[None]:
        """Fill the shared draft, but never overwrite what an agent has begun."""
        path = f"/api/v1/tickets/{ticket}/shared_draft"
        none = frozenset([403, 404])  # the group has no drafts
        found = yield Call("GET", path, accepts=none)
        if found.status in none or found.object().get("shared_draft_id") is not None:
            return
        article = {"body": draft, "content_type": "text/html", "type": "email"}
        yield Call("PUT", path, {"new_article": article, "ticket_attributes": {}}, accepts=none)

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for the article by our mark, else by its words; see the seam."""
        ticket = segment(effect.place.conversation)
        response = yield Call("GET", f"/api/v1/ticket_articles/by_ticket/{ticket}")
        found = [fields(item) for item in listed({"": response.json()}, "")]
        ours = [item for item in found if text(item, "created_by_id", "") == self._us]
        done = any(_is(item, effect, key) for item in ours)
        return Standing.DONE if done else Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return the ticket's owner; see the seam."""
        response = yield Call("GET", f"/api/v1/tickets/{segment(place.conversation)}")
        return self._owner(response.object())

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check user, role and, where the token may see it, the webhook."""
        us = (yield Call("GET", "/api/v1/users/me")).object()
        same = text(us, "id", "") == self._us
        agent = "Agent" in listed(us, "roles") or not listed(us, "roles")
        hooks = yield Call("GET", "/api/v1/webhooks", accepts=frozenset([401, 403]))
        return [
            Finding(
                f"the token belongs to user {text(us, 'id', '?')}", same,
                "" if same else f"set agent to {text(us, 'id', '?')}",
            ),
            Finding("the user is an agent", agent, "" if agent else "give the user the role Agent"),
            _hook(hooks.status, hooks.json() if hooks.status == 200 else []),
        ]  # fmt: skip


def _hook(status: int, hooks: Any) -> Finding:
    if status != 200:
        return Finding("webhooks cannot be seen with this token (it lacks admin.webhook)", True)
    signed = [hook for hook in hooks if hook.get("active") and hook.get("signature_token")]
    remedy = "" if signed else "add a webhook with a signature token under Manage > Webhook"
    return Finding(f"{len(signed)} active webhooks with a signature", bool(signed), remedy)


def _tags(ticket: Fields) -> tuple[str, ...]:
    told = ticket.get("tags")
    tags = told.split(",") if isinstance(told, str) else listed(ticket, "tags")
    return tuple(str(tag).strip() for tag in tags if str(tag).strip())


def _reply_to(channel: str, ticket: Fields, article: Fields, customer: Fields) -> dict[str, str]:
    found = {
        "type": channel,
        "to": text(customer, "email", ""),
        "subject": text(article, "subject", "") or text(ticket, "title", ""),
        "in_reply_to": text(article, "message_id", ""),
    }
    return {name: value for name, value in found.items() if value}


def _article(effect: Effect) -> dict[str, Any]:
    if isinstance(effect, Note | Suggest):
        return {"type": "note", "internal": True, "content_type": "text/html", "body": effect.text}
    if not isinstance(effect, Reply):
        raise UnsupportedError("no such effect")
    to = dict(effect.to)
    if to.get("type") not in _BY_MAIL or "to" not in to:
        raise UnsupportedError(f"replies by {to.get('type', 'an unknown channel')} are not sent")
    article = {
        "type": "email", "internal": False, "sender": "Agent", "content_type": "text/html",
        "body": effect.text, "to": to["to"], "subject": to.get("subject", ""),
        "in_reply_to": to.get("in_reply_to", ""),
    }  # fmt: skip
    return {name: value for name, value in article.items() if value != ""}


def _handed_over(effect: HandOver) -> dict[str, Any]:
    change: dict[str, Any] = {"state": "open"}
    if effect.team:
        change["group"] = effect.team
    if effect.agent:
        name = "owner_id" if effect.agent.isdecimal() else "owner"
        change[name] = int(effect.agent) if effect.agent.isdecimal() else effect.agent
    return change


def _is(item: Fields, effect: Effect, key: str) -> bool:
    if not isinstance(effect, Reply | Note | Suggest):
        return False
    if text(inner(item, "preferences"), _MARK, "") == key:
        return True
    public = isinstance(effect, Reply)
    later = not isinstance(effect, Reply) or int(text(item, "id")) > int(effect.message or 0)
    same = kept(text(item, "body", ""), effect.text)
    return later and same and yes(item, "internal") is not public
