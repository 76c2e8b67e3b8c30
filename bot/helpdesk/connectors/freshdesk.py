"""Freshdesk: automation rules tell of tickets, the REST API writes replies and notes.

Rules sign nothing: a header with a secret of ours is all the proof there is. They name neither the
message nor who wrote it, so a message is known by its words, and our own by the line they end with.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import rule_body, signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing
from bot.helpdesk.delivery import Delivery, MalformedError
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, listed, text, yes
from bot.helpdesk.plain_text import from_html
from bot.helpdesk.wording import inert, kept

_HEADER = "x-helpdesk-token"
_OPEN = 2
_PAGE = 100
_PAGES = 10
_LONGEST_TAG = 32
_MOVES = {"taken": Owner.PERSON, "returned": Owner.BOT}


class Freshdesk(Connector):
    """Tickets of a Freshdesk; ``key`` is the API key of our user.

    Options: ``agent`` (the id of our user, needed), ``signature`` (the line that ends what we
    write, by which we know it again).
    """

    abilities = Abilities(Format.HTML)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key")
        account.only("agent", "signature")
        self._us = account.text("agent")
        self._line = account.text("signature", "Termwise (automatic answer)")

    def verify(self, delivery: Delivery) -> None:
        """Check the secret of the rule; see the seam."""
        signature.check_shared(delivery.headers.get(_HEADER, ""), self.account.secrets)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        return {_HEADER: self.account.secrets[0]}, ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what the rule tells; see the seam."""
        found = rule_body.read(delivery.body)
        event, by = text(found, "event"), text(found, "by", "")
        place = Place(text(found, "group", ""), text(found, "ticket"))
        if event in _MOVES:
            when = f"{delivery.received:.0f}"
            key = f"ticket {place.conversation} {event} {when}"
            return [Moved(key, place, delivery.received, _MOVES[event])]
        if event not in ("created", "said", "noted"):
            raise MalformedError(f"{event[:40]!r} is no event of our rules")
        if by not in ("customer", "agent"):
            raise MalformedError("by must be customer or agent")
        words = from_html(text(found, "text", ""))
        return [self._said(place, found, by, words)] if words else []

    def _said(self, place: Place, found: Fields, by: str, words: str) -> Said:
        agent = Author.BOT if words.endswith(self._line) else Author.AGENT
        name = hashlib.sha256(f"{place.conversation}\n{by}\n{words}".encode()).hexdigest()
        return Said(
            key=f"message {name}",
            place=place,
            at=0.0,
            author=agent if by == "agent" else Author.CUSTOMER,
            author_id="",
            message="",
            text=words,
            public=text(found, "event") != "noted",
            channel=text(found, "source", ""),
            owner=Owner.PERSON if text(found, "agent", "") else Owner.NONE,
        )

    def headers(self) -> Mapping[str, str]:
        """Return the API key, as basic authentication has it."""
        return {
            "authorization": "Basic " + base64.b64encode(f"{self.account.key}:X".encode()).decode()
        }

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Reply, note or change the ticket; see the seam."""
        path = f"/api/v2/tickets/{segment(effect.place.conversation)}"
        if isinstance(effect, Tag):
            # Tags are replaced: those that are there have to be sent along.
            there = listed((yield Call("GET", path)).object(), "tags")
            more = [tag[:_LONGEST_TAG] for tag in effect.tags]
            tags = list(dict.fromkeys([*map(str, there), *more]))
            yield Call("PUT", path, {"tags": tags})
            return Receipt()
        if isinstance(effect, HandOver):
            yield Call("PUT", path, _handed_over(effect))
            return Receipt()
        body: dict[str, Any] = {"body": self._signed(effect.text)}
        public = isinstance(effect, Reply)
        if not public:
            body["private"] = True
        response = yield Call("POST", f"{path}/{'reply' if public else 'notes'}", body)
        return Receipt(text(response.object(), "id", ""))

    def _signed(self, words: str) -> str:
        return f"{inert(words)}<p>{html.escape(self._line)}</p>"

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for the words among ours; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        path = f"/api/v2/tickets/{segment(effect.place.conversation)}/conversations"
        for page in range(1, _PAGES + 1):
            response = yield Call("GET", f"{path}?per_page={_PAGE}&page={page}")
            found = [fields(item) for item in listed({"": response.json()}, "")]
            if any(self._is(item, effect) for item in found):
                return Standing.DONE
            if len(found) < _PAGE:
                return Standing.NOT_DONE
        return Standing.UNKNOWN

    def _is(self, item: Fields, effect: Reply | Note | Suggest) -> bool:
        ours = text(item, "user_id", "") == self._us
        private = yes(item, "private") is not isinstance(effect, Reply)
        return ours and private and kept(text(item, "body", ""), self._signed(effect.text))

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return who is responsible for the ticket; see the seam."""
        path = f"/api/v2/tickets/{segment(place.conversation)}"
        whom = text((yield Call("GET", path)).object(), "responder_id", "")
        if whom == self._us:
            return Owner.BOT
        return Owner.PERSON if whom else Owner.NONE

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check our user; rules cannot be seen through the API."""
        us = (yield Call("GET", "/api/v2/agents/me")).object()
        same = text(us, "id", "") == self._us
        return [
            Finding(
                f"the key belongs to agent {text(us, 'id', '?')}", same,
                "" if same else f"set agent to {text(us, 'id', '?')}",
            ),
            Finding("rules cannot be seen through the API: see that all four are on", True),
        ]  # fmt: skip


def _handed_over(effect: HandOver) -> dict[str, Any]:
    change: dict[str, Any] = {"status": _OPEN}
    if effect.team:
        change["group_id"] = int(segment(effect.team))
    if effect.agent:
        change["responder_id"] = int(segment(effect.agent))
    return change
