"""Request Tracker 5: a scrip of ours tells of transactions, REST 2 answers.

The scrip (``docs/helpdesk/request-tracker-scrip.pl``) signs as Standard Webhooks do.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from email.parser import HeaderParser
from time import time as time_now
from typing import Any
from urllib.parse import quote

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery, MalformedError, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time, yes
from bot.helpdesk.plain_text import from_html
from bot.helpdesk.wording import kept

_NOBODY = "Nobody"
_WRITTEN = frozenset(["Create", "Correspond", "Comment"])
_SETTLED = frozenset(["resolved", "rejected", "deleted"])
_BULK = frozenset(["bulk", "junk", "list", "auto_reply"])
_REST = "/REST/2.0"
_HIDDEN = frozenset([403, 404])  # a queue that is not there is forbidden to most
_SYSTEM = "RT_System"
_MINUTES, _TICKETS = 60, 10  # how far back we look for what did not reach us, and how wide
_NEWEST = "per_page=100&orderby=id&order=DESC"


class RequestTracker(Connector):
    """Tickets of a Request Tracker; ``user`` is the name of our user there, ``key`` its token.

    Options: none.
    """

    abilities = Abilities(Format.PLAIN)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key", "user")
        account.only()

    def verify(self, delivery: Delivery) -> None:
        """Check the signature and its time; see the seam."""
        signature.check_standard(delivery, self.account.secrets, self.account.window)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        return signature.standard(f"rt-try-{now:.6f}", body, self.account.secrets[0], now), ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what the transaction did; see the seam."""
        found = fields(decoded(delivery.body))
        done, ticket = fields(found.get("transaction"), "transaction"), inner(found, "ticket")
        place = Place(text(ticket, "queue"), text(ticket, "id"))
        kind = text(done, "type")
        if kind in _WRITTEN:
            message = found.get("message")
            return [self._said(place, done, ticket, fields(message))] if message else []
        key, at = f"transaction {text(done, 'id')}", time(done, "created")
        if kind == "Status":
            return _status(key, place, at, done)
        ours = text(inner(done, "creator"), "name", "") == self.account.user
        if kind == "Set" and text(done, "field", "") == "Owner" and not ours:
            return [Moved(key, place, at, self._owner(text(ticket, "owner")))]
        return []

    def _said(self, place: Place, done: Fields, ticket: Fields, message: Fields) -> Said:
        body = text(message, "text", "")
        html = text(message, "type", "") == "text/html"
        creator = inner(done, "creator")
        automatic = text(message, "auto_submitted", "no").casefold() != "no"
        bulk = text(message, "precedence", "").casefold() in _BULK
        return Said(
            key=f"transaction {text(done, 'id')}",
            place=place,
            at=time(done, "created"),
            author=self._author(creator, yes(ticket, "requestor")),
            author_id=text(creator, "name", ""),
            message=text(done, "id"),
            text=from_html(body) if html else body.strip(),
            public=text(done, "type") != "Comment",
            automatic=automatic or bulk,
            channel="email",
            owner=self._owner(text(ticket, "owner", _NOBODY)),
        )

    def _author(self, creator: Fields, requestor: bool) -> Author:
        if text(creator, "name", "") == self.account.user:
            return Author.BOT
        if yes(creator, "system"):
            return Author.SYSTEM
        return Author.CUSTOMER if requestor or not yes(creator, "privileged") else Author.AGENT

    def _owner(self, name: str) -> Owner:
        if name == self.account.user:
            return Owner.BOT
        return Owner.NONE if name == _NOBODY else Owner.PERSON

    def headers(self) -> Mapping[str, str]:
        """Return the authentication token."""
        return {"authorization": f"token {self.account.key}"}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Correspond, comment or change owner and queue; see the seam."""
        ticket = _ticket(effect.place.conversation)
        if isinstance(effect, HandOver):
            yield from self._hand_over(ticket, effect)
            return Receipt()
        if not isinstance(effect, Reply | Note | Suggest):
            raise UnsupportedError("tickets of Request Tracker have no tags")
        verb = "correspond" if isinstance(effect, Reply) else "comment"
        message = {"Content": effect.text, "ContentType": "text/plain"}
        response = yield Call("POST", f"{ticket}/{verb}", message)
        return Receipt(response.headers.get("location", "").rpartition("/")[2])

    def _hand_over(self, ticket: str, effect: HandOver) -> Steps[None]:
        """Change the ticket and look: a change that is refused is answered with 200 too."""
        change = {"Queue": effect.team, "Owner": effect.agent, "Status": "open"}
        yield Call("PUT", ticket, {name: value for name, value in change.items() if value})
        found = (yield Call("GET", ticket)).object()
        if effect.agent and text(inner(found, "Owner"), "id", "") != effect.agent:
            raise UnsupportedError(f"{effect.agent} may not own the ticket, or is not known")
        if not effect.team:
            return
        path = f"{_REST}/queue/{quote(effect.team, safe='')}"
        queue = yield Call("GET", path, accepts=_HIDDEN)
        there = text(inner(found, "Queue"), "id", "")
        if queue.status in _HIDDEN or text(queue.object(), "id", "") != there:
            raise UnsupportedError(f"the ticket may not go to the queue {effect.team}")

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for the words among the newest of ours; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        after = int(effect.message or 0) if isinstance(effect, Reply) else 0
        for part in (yield from _parts(_ticket(effect.place.conversation))):
            ours = text(inner(part, "Creator"), "id", "") == self.account.user
            if ours and int(text(part, "TransactionId")) > after:
                message = yield from _message(text(part, "id"))
                if kept(message["text"], effect.text):
                    return Standing.DONE
        return Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return the ticket's owner; see the seam."""
        found = (yield Call("GET", _ticket(place.conversation))).object()
        return self._owner(text(inner(found, "Owner"), "id", _NOBODY))

    def missed(self) -> Steps[Sequence[Event]]:
        """Return what was written lately: the scrip tells of it once only; see the seam."""
        query = quote(f"LastUpdated > '-{_MINUTES} minutes'")
        wanted = "fields=Queue,Owner,Requestors&fields[Queue]=Name"
        newest = f"per_page={_TICKETS}&orderby=LastUpdated&order=DESC"
        response = yield Call("GET", f"{_REST}/tickets?query={query}&{wanted}&{newest}")
        events: list[Event] = []
        for item in listed(response.object(), "items"):
            events += yield from self._lately(fields(item))
        return events

    def _lately(self, ticket: Fields) -> Steps[list[Event]]:
        """Return what the scrip would have told of a ticket's latest messages."""
        path = _ticket(text(ticket, "id"))
        about = f"fields=Type,Creator,Created&{_NEWEST}"
        history = (yield Call("GET", f"{path}/history?{about}")).object()
        since = self.clock() - _MINUTES * 60
        done = [
            item for item in map(fields, listed(history, "items"))
            if text(item, "Type") in _WRITTEN and time(item, "Created") >= since
        ]  # fmt: skip
        # The newest come first, so what stays for a transaction is its first text.
        parts = (yield from _parts(path)) if done else []
        first = {text(part, "TransactionId"): text(part, "id") for part in parts}
        events: list[Event] = []
        for item in done[::-1]:
            if text(item, "id") in first:
                message = yield from _message(first[text(item, "id")])
                events.append(self._found(ticket, item, message))
        return events

    def _found(self, ticket: Fields, item: Fields, message: Fields) -> Said:
        name = text(inner(item, "Creator"), "id", "")
        requestors = [fields(one) for one in listed(ticket, "Requestors")]
        asks = any(text(one, "id", "") == name for one in requestors)
        owner = text(inner(ticket, "Owner"), "id", _NOBODY)
        # Only administrators see who is privileged: whoever did not ask counts as an agent.
        creator = {"name": name, "privileged": True, "system": name == _SYSTEM}
        done = {
            "id": text(item, "id"), "type": text(item, "Type"), "creator": creator,
            "created": text(item, "Created"),
        }  # fmt: skip
        place = Place(text(inner(ticket, "Queue"), "Name"), text(ticket, "id"))
        return self._said(place, done, {"owner": owner, "requestor": asks}, message)

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check the version and our user."""
        version = text((yield Call("GET", f"{_REST}/rt")).object(), "Version", "?")
        path = f"{_REST}/user/{segment(self.account.user)}"
        user: dict[str, Any] = (yield Call("GET", path)).object()
        may = text(user, "Privileged", "0") == "1"
        five = version.startswith(("5.", "6."))
        return [
            Finding(f"Request Tracker {version}", five, "" if five else "REST 2 needs version 5"),
            Finding(f"user {self.account.user}", may, "" if may else "let the user be privileged"),
        ]


def _status(key: str, place: Place, at: float, done: Fields) -> list[Event]:
    if text(done, "new", "") in _SETTLED:
        return [Closed(key, place, at)]
    return [Closed(key, place, at, True)] if text(done, "old", "") in _SETTLED else []


def _ticket(number: str) -> str:
    return f"{_REST}/ticket/{segment(number)}"


def _parts(ticket: str) -> Steps[list[Fields]]:
    """Return the newest texts of a ticket without their content, which may be large."""
    query = f"fields=Creator,TransactionId,ContentType&{_NEWEST}"
    found = (yield Call("GET", f"{ticket}/attachments?{query}")).object()
    parts = [fields(item) for item in listed(found, "items")]
    return [part for part in parts if text(part, "ContentType", "").startswith("text/")]


def _message(part: str) -> Steps[dict[str, str]]:
    """Return a text as the scrip would tell it."""
    found = (yield Call("GET", f"{_REST}/attachment/{segment(part)}")).object()
    try:
        content = base64.b64decode(text(found, "Content", "")).decode("utf-8", "replace")
    except ValueError:
        raise MalformedError("the content of an attachment is no base64") from None
    head = HeaderParser().parsestr(text(found, "Headers", ""))
    return {
        "text": content, "type": text(found, "ContentType"),
        "auto_submitted": head.get("Auto-Submitted", ""), "precedence": head.get("Precedence", ""),
    }  # fmt: skip
