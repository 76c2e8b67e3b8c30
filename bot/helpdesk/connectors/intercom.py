"""Intercom: signed notifications of some topics, and its REST API.

The signature is HMAC-SHA1 over the body and has no time: what protects from replay is that a
message is answered once, for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import (
    Author,
    Closed,
    Event,
    Moved,
    Owner,
    Place,
    Rated,
    Said,
    Verdict,
)
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time
from bot.helpdesk.plain_text import from_html
from bot.helpdesk.wording import inert, kept

_VERSION = "2.14"
_CUSTOMERS = frozenset(["user", "lead", "contact"])
_CREATED = frozenset(["conversation.user.created"])
_REPLIED = frozenset([
    "conversation.user.replied", "conversation.admin.replied", "conversation.admin.noted",
])  # fmt: skip
_SETTLED = {"conversation.admin.closed": False, "conversation.admin.opened": True}
_GOOD, _BAD = 4, 2  # of 5


class Intercom(Connector):
    """Conversations of an Intercom; ``secrets`` are client secrets, ``key`` an access token.

    Options: ``admin`` (the id of the teammate in whose name we write, needed).
    """

    abilities = Abilities(Format.HTML, longest=10_000, chat=True)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key")
        account.only("admin")
        self._us = account.text("admin")

    def verify(self, delivery: Delivery) -> None:
        """Check the signature; see the seam."""
        shown = signature.from_hex(delivery.headers.get("x-hub-signature", ""), "sha1=")
        signature.check_hmac(shown, self.account.secrets, delivery.body, "sha1")

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        digest = signature.hmac_digest(self.account.secrets[0], body, "sha1")
        return {"x-hub-signature": f"sha1={digest.hex()}"}, ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what a topic we know tells; see the seam."""
        found = fields(decoded(delivery.body))
        topic, item = text(found, "topic"), inner(inner(found, "data"), "item")
        key, at = f"notification {text(found, 'id', '')}", time(found, "created_at")
        if topic in _CREATED or topic in _REPLIED:
            place = self._place(found, item)
            told = [inner(item, "source")] if topic in _CREATED else _parts(item)
            return [self._said(place, at, item, part) for part in told]
        if topic == "conversation.admin.assigned":
            return self._moved(key, self._place(found, item), at, item)
        if topic == "conversation.rating.added":
            return _rated(key, self._place(found, item), at, item)
        if topic in _SETTLED:
            return [Closed(key, self._place(found, item), at, _SETTLED[topic])]
        return []

    def _place(self, found: Fields, item: Fields) -> Place:
        return Place(text(found, "app_id", ""), text(item, "id"))

    def _said(self, place: Place, at: float, item: Fields, part: Fields) -> Said:
        author, source = inner(part, "author"), inner(item, "source")
        channel = text(source, "type", "")
        return Said(
            key=f"part {text(part, 'id')}",
            place=place,
            at=time(part, "created_at") or at,
            author=self._author(author),
            author_id=text(author, "id", ""),
            message=text(part, "id"),
            text=from_html(text(part, "body", "")),
            public=text(part, "part_type", "comment") != "note",
            channel=channel,
            tags=_tags(item),
            attachments=len(listed(part, "attachments")),
            owner=self._owner(item),
            name=text(author, "name", ""),
        )

    def _author(self, author: Fields) -> Author:
        kind = text(author, "type", "")
        if kind in _CUSTOMERS:
            return Author.CUSTOMER
        if kind == "admin":
            return Author.BOT if text(author, "id", "") == self._us else Author.AGENT
        return Author.BOT if kind == "bot" else Author.SYSTEM

    def _owner(self, item: Fields) -> Owner:
        admin = text(item, "admin_assignee_id", "")
        if admin == self._us:
            return Owner.BOT
        return Owner.PERSON if admin not in ("", "0") else Owner.NONE

    def _moved(self, key: str, place: Place, at: float, item: Fields) -> Sequence[Event]:
        """Assignments by ourselves tell nothing new; those by workflows not who has it."""
        authors = [inner(part, "author") for part in _parts(item)]
        people = [a for a in authors if text(a, "type", "") == "admin"]
        if authors and not any(text(a, "id", "") != self._us for a in people):
            return []
        owner = self._owner(item)
        team = text(item, "team_assignee_id", "")
        if owner is Owner.NONE and team not in ("", "0"):
            owner = Owner.PERSON
        return [Moved(key, place, at, owner)]

    def headers(self) -> Mapping[str, str]:
        """Return the access token and the version of the API."""
        return {
            "authorization": f"Bearer {self.account.key}",
            "intercom-version": _VERSION,
            "accept": "application/json",
        }

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write a part or change the conversation; see the seam."""
        path = f"/conversations/{segment(effect.place.conversation)}"
        if isinstance(effect, Tag):
            for name in effect.tags:
                tag = (yield Call("POST", "/tags", {"name": name})).object()
                about = {"id": text(tag, "id"), "admin_id": self._us}
                yield Call("POST", f"{path}/tags", about)
            return Receipt()
        if isinstance(effect, HandOver):
            yield Call("POST", f"{path}/parts", self._handed_over(effect))
            return Receipt()
        response = yield Call("POST", f"{path}/reply", self._reply(effect))
        ours = [part for part in _parts(response.object()) if self._wrote(part)]
        return Receipt(text(ours[-1], "id", "") if ours else "")

    def _reply(self, effect: Reply | Note | Suggest) -> dict[str, Any]:
        kind = "comment" if isinstance(effect, Reply) else "note"
        body = inert(effect.text)
        return {"message_type": kind, "type": "admin", "admin_id": self._us, "body": body}

    def _handed_over(self, effect: HandOver) -> dict[str, Any]:
        kind = "team" if effect.team and not effect.agent else "admin"
        whom = effect.agent or effect.team or "0"
        return {"message_type": "assignment", "type": kind, "admin_id": self._us,
                "assignee_id": whom}  # fmt: skip

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for the words after the message we reply to; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        path = f"/conversations/{segment(effect.place.conversation)}"
        parts = _parts((yield Call("GET", path)).object())
        ids = [text(part, "id", "") for part in parts]
        asked = effect.message if isinstance(effect, Reply) else ""
        after = parts[ids.index(asked) + 1 :] if asked in ids else parts
        done = any(self._is(part, effect) for part in after)
        return Standing.DONE if done else Standing.NOT_DONE

    def _wrote(self, part: Fields) -> bool:
        return self._author(inner(part, "author")) is Author.BOT

    def _is(self, part: Fields, effect: Reply | Note | Suggest) -> bool:
        note = text(part, "part_type", "") == "note"
        fit = self._wrote(part) and note is not isinstance(effect, Reply)
        return fit and kept(text(part, "body", ""), effect.text)

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return whom the conversation is assigned to; see the seam."""
        path = f"/conversations/{segment(place.conversation)}"
        return self._owner((yield Call("GET", path)).object())

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check who the token's own teammate is; topics cannot be seen through the API."""
        us = (yield Call("GET", "/me")).object()
        app = text(inner(us, "app"), "id_code", "?")
        return [
            Finding(f"the token belongs to teammate {text(us, 'id', '?')} of app {app}", True),
            Finding("topics cannot be seen through the API: subscribe those of the guide, no more",
                    True),
        ]  # fmt: skip


def _parts(item: Fields) -> list[Fields]:
    return [
        fields(part) for part in listed(inner(item, "conversation_parts"), "conversation_parts")
    ]


def _tags(item: Fields) -> tuple[str, ...]:
    return tuple(text(fields(tag), "name", "") for tag in listed(inner(item, "tags"), "tags"))


def _rated(key: str, place: Place, at: float, item: Fields) -> list[Event]:
    rating = int(text(inner(item, "conversation_rating"), "rating", "0") or 0)
    if rating >= _GOOD:
        return [Rated(key, place, at, Verdict.GOOD)]
    return [Rated(key, place, at, Verdict.BAD)] if 0 < rating <= _BAD else []
