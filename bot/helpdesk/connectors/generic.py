"""Any helpdesk that can sign a webhook: a contract of our own, after Standard Webhooks.

Headers of both ways: ``webhook-id``, ``webhook-timestamp`` (seconds) and ``webhook-signature``
(``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``; several, separated by blanks).
``docs/helpdesk/generic.md`` describes the bodies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Rated, Said, Verdict
from bot.helpdesk.payload import Fields, fields, inner, listed, one_of, text, time, yes
from bot.helpdesk.plain_text import from_html

_ANYTHING = frozenset(range(300, 600))
_NAMES = {Reply: "reply", Note: "note", Suggest: "suggestion", HandOver: "handoff", Tag: "tag"}


class Generic(Connector):
    """Signed JSON both ways; a receiver that honours ``Idempotency-Key`` gets each effect once.

    Options: ``path`` (where effects go to, ``/`` if not given), ``chat`` (conversations in real
    time, no tickets).
    """

    abilities = Abilities(Format.MARKDOWN, choices=10, choice_longest=200)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets")
        account.only("path", "chat")
        self._path = account.text("path", "/")
        if account.yes("chat"):
            self.abilities = Abilities(Format.MARKDOWN, choices=10, choice_longest=200, chat=True)

    def verify(self, delivery: Delivery) -> None:
        """Check the signature and its time; see the seam."""
        signature.check_standard(delivery, self.account.secrets, self.account.window)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        return signature.standard(f"try-{now:.6f}", body, self.account.secrets[0], now), ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return the event; see the seam."""
        found = fields(decoded(delivery.body))
        kind = text(found, "type")
        conversation = inner(found, "conversation")
        place = Place(text(conversation, "inbox", ""), text(conversation, "id"))
        at = time(found, "at")
        key = f"event {delivery.headers.get('webhook-id', '')}"
        if kind == "message.created":
            return [_said(place, at, conversation, inner(found, "message"))]
        if kind == "conversation.moved":
            return [Moved(key, place, at, one_of(Owner, text(conversation, "owner")))]
        if kind == "conversation.rated":
            return [Rated(key, place, at, one_of(Verdict, text(found, "rating")))]
        if kind in ("conversation.closed", "conversation.opened"):
            return [Closed(key, place, at, kind == "conversation.opened")]
        return []

    def headers(self) -> Mapping[str, str]:
        """Return nothing: each call is signed."""
        return {}

    def examine(self) -> Steps[Sequence[Finding]]:
        """Ask the receiver for nothing: whatever it says, it is there; see the seam."""
        response = yield Call("GET", self._path, accepts=_ANYTHING)
        return [Finding(f"the receiver answers (status {response.status})", True)]

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Send one signed effect; see the seam."""
        content = json.dumps(_body(effect)).encode()
        signed = signature.standard(key, content, self.account.secrets[0], self.clock())
        headers = {**signed, "idempotency-key": key}
        response = yield Call("POST", self._path, content, headers)
        if not response.body:
            return Receipt()
        return Receipt(str(response.object().get("id", "")))

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Say that it may be done again: the receiver knows it by its key."""
        yield from ()
        return Standing.NOT_DONE


def _said(place: Place, at: float, conversation: Fields, found: Fields) -> Said:
    author = inner(found, "author")
    name = text(found, "id")
    owner = text(conversation, "owner", "")
    return Said(
        key=f"message {name}",
        place=place,
        at=at,
        author=one_of(Author, text(author, "kind")),
        author_id=text(author, "id", ""),
        message=name,
        text=text(found, "text", "") or from_html(text(found, "html", "")),
        public=text(found, "visibility", "public") == "public",
        automatic=yes(found, "automatic"),
        channel=text(conversation, "channel", ""),
        language=text(found, "language", ""),
        tags=tuple(str(tag) for tag in listed(conversation, "tags")),
        attachments=len(listed(found, "attachments")),
        owner=one_of(Owner, owner) if owner else None,
        name=text(author, "name", ""),
        link=text(conversation, "url", ""),
    )


def _body(effect: Effect) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": _NAMES[type(effect)],
        "conversation": {"id": effect.place.conversation, "inbox": effect.place.inbox},
    }
    if isinstance(effect, Reply):
        return {**made, "text": effect.text, "choices": list(effect.choices), "to": effect.message}
    if isinstance(effect, Note):
        return {**made, "text": effect.text}
    if isinstance(effect, Suggest):
        return {**made, "text": effect.text, "draft": effect.draft}
    if isinstance(effect, HandOver):
        return {**made, "reason": effect.reason, "team": effect.team, "agent": effect.agent}
    return {**made, "tags": list(effect.tags)}
