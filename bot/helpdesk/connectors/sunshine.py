"""Zendesk Messaging: Sunshine Conversations v2 with a switchboard.

A delivery proves itself by a shared secret in a header: there is no signature and no time, so the
address must be HTTPS, and what protects from replay is the id of each event.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Reply
from bot.helpdesk.event import Author, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time

_SWITCHES = frozenset(["switchboard:passControl", "switchboard:releaseControl"])
_TRIGGERS = frozenset([*_SWITCHES, "conversation:message"])
_AGENT = "__zendesk_msg.agent.id"  # in the metadata of what an agent wrote
_MARK = "termwise"
_SEEN = 100
# The limit is 4096 UTF-16 units, of which a character may need two.
_LONGEST = 2048


class Sunshine(Connector):
    """Conversations of Zendesk Messaging; ``user`` and ``key`` are key id and secret of the app.

    Options: ``app`` and ``integration`` (ids, needed), ``name`` (our name in the switchboard),
    ``agents`` (that of the people), ``summary_field`` (a ticket field that takes the reason of a
    hand-over), ``display_name``.
    """

    # Browsers show 40 characters of a choice.
    abilities = Abilities(Format.PLAIN, longest=_LONGEST, choices=10, choice_longest=40, chat=True)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key", "user")
        account.only("app", "integration", "name", "agents", "summary_field", "display_name")
        self._base = f"/sc/v2/apps/{segment(account.text('app'))}"
        self._integration = segment(account.text("integration"))
        self._name = account.text("name", "termwise")
        self._agents = account.text("agents", "zd-agentWorkspace")
        self._summary = account.text("summary_field", "")
        self._display = account.text("display_name", "Termwise")

    def verify(self, delivery: Delivery) -> None:
        """Check the shared secret; see the seam."""
        signature.check_shared(delivery.headers.get("x-api-key", ""), self.account.secrets)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        return {"x-api-key": self.account.secrets[0]}, ""

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return messages and changes of the switchboard; see the seam."""
        found = fields(decoded(delivery.body))
        app = text(inner(found, "app"), "id", "")
        told = [fields(event) for event in listed(found, "events")]
        events = [self._event(app, event) for event in told]
        return [event for event in events if event]

    def _event(self, app: str, found: Fields) -> Event | None:
        kind, payload = text(found, "type"), inner(found, "payload")
        conversation = inner(payload, "conversation")
        at = time(found, "createdAt")
        if kind == "conversation:message":
            place = Place(app, text(conversation, "id"))
            return self._said(place, at, conversation, inner(payload, "message"))
        if kind in _SWITCHES:
            place = Place(app, text(conversation, "id"))
            return Moved(f"event {text(found, 'id')}", place, at, self._owner(conversation))
        return None

    def _said(self, place: Place, at: float, conversation: Fields, message: Fields) -> Said:
        content, author = inner(message, "content"), inner(message, "author")
        return Said(
            key=f"message {text(message, 'id')}",
            place=place,
            at=time(message, "received") or at,
            author=_author(author, message),
            author_id=text(author, "userId", ""),
            message=text(message, "id"),
            text=text(content, "text", ""),
            channel=text(inner(message, "source"), "type", ""),
            attachments=int(text(content, "type", "text") != "text"),
            owner=self._owner(conversation),
            name=text(author, "displayName", ""),
        )

    def _owner(self, conversation: Fields) -> Owner:
        active = inner(conversation, "activeSwitchboardIntegration")
        return Owner.BOT if text(active, "name", "") == self._name else Owner.PERSON

    def headers(self) -> Mapping[str, str]:
        """Return the key of the app, as basic authentication has it."""
        name = f"{self.account.user}:{self.account.key}"
        return {"authorization": "Basic " + base64.b64encode(name.encode()).decode()}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write a message or pass the control on; see the seam."""
        path = f"{self._base}/conversations/{segment(effect.place.conversation)}"
        if isinstance(effect, HandOver):
            yield Call("POST", f"{path}/passControl", self._passed(effect))
            return Receipt()
        if not isinstance(effect, Reply):
            # There are no notes, and tags only for the ticket that a hand-over makes.
            raise UnsupportedError("Zendesk Messaging has no notes and no tags of its own")
        response = yield Call("POST", f"{path}/messages", self._message(effect, key))
        said = listed(response.object(), "messages")
        return Receipt(text(fields(said[0]), "id", "") if said else "")

    def _message(self, effect: Reply, key: str) -> dict[str, Any]:
        content: dict[str, Any] = {"type": "text", "text": effect.text}
        if effect.choices:
            content["actions"] = [
                {"type": "reply", "text": choice, "payload": f"choice {number}"}
                for number, choice in enumerate(effect.choices, 1)
            ]
        author = {"type": "business", "subtypes": ["AI"], "displayName": self._display}
        return {"author": author, "content": content, "metadata": {_MARK: key}}

    def _passed(self, effect: HandOver) -> dict[str, Any]:
        """What the ticket is to show has to be said before it exists."""
        told = {"dataCapture.systemField.tags": f"termwise,termwise-{effect.reason}"}
        if effect.team:
            told["dataCapture.systemField.group_id"] = effect.team
        if effect.agent:
            told["dataCapture.systemField.assignee_id"] = effect.agent
        if self._summary:
            told[f"dataCapture.ticketField.{self._summary}"] = effect.reason
        return {"switchboardIntegration": self._agents, "metadata": told}

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for our mark in the newest messages; see the seam."""
        conversation = segment(effect.place.conversation)
        path = f"{self._base}/conversations/{conversation}/messages?page[size]={_SEEN}"
        found = listed((yield Call("GET", path)).object(), "messages")
        marks = [text(inner(fields(message), "metadata"), _MARK, "") for message in found]
        return Standing.DONE if key in marks else Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return who has the control; see the seam."""
        path = f"{self._base}/conversations/{segment(place.conversation)}"
        return self._owner(inner((yield Call("GET", path)).object(), "conversation"))

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check the app and what its webhook subscribes."""
        app = inner((yield Call("GET", self._base)).object(), "app")
        path = f"{self._base}/integrations/{self._integration}/webhooks"
        hooks = listed((yield Call("GET", path)).object(), "webhooks")
        triggers = {str(name) for hook in hooks for name in listed(fields(hook), "triggers")}
        missing = sorted(_TRIGGERS - triggers)
        return [
            Finding(f"app {text(app, 'displayName', '?')}", True),
            Finding(
                f"{len(hooks)} webhooks of the integration", bool(hooks) and not missing,
                f"subscribe {', '.join(missing)}" if missing else "",
            ),
        ]  # fmt: skip


def _author(author: Fields, message: Fields) -> Author:
    if text(author, "type") == "user":
        return Author.CUSTOMER
    agent = text(inner(message, "metadata"), _AGENT, "")
    return Author.AGENT if agent else Author.BOT
