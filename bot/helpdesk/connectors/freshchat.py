"""Freshchat: webhooks signed with the account's RSA key, and its REST API.

The signature is RSA (PKCS#1 v1.5) with SHA-256 over the body and has no time: what protects from
replay is that a message is answered once, for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import time as time_now
from typing import Any

from bot.helpdesk import rsa_signature, signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time, yes
from bot.helpdesk.wording import kept

_KINDS = {"user": Author.CUSTOMER, "agent": Author.AGENT, "bot": Author.BOT}
_SEEN = 50


class Freshchat(Connector):
    """Conversations of a Freshchat; ``secrets`` are public keys in base64, ``key`` an API token.

    Options: ``agent`` (the id of the agent in whose name we write, needed).
    """

    abilities = Abilities(Format.PLAIN, longest=4000, chat=True)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "secrets", "key")
        account.only("agent")
        self._us = account.text("agent")
        try:
            self._keys = [rsa_signature.public_key(told) for told in account.secrets]
        except ValueError as error:
            account.refuse("secrets", str(error))

    def verify(self, delivery: Delivery) -> None:
        """Check the signature; see the seam."""
        shown = signature.from_base64(delivery.headers.get("x-freshchat-signature", ""))
        rsa_signature.check(shown, self._keys, delivery.body)

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return the message or the assignment; see the seam."""
        found = fields(decoded(delivery.body))
        action, data = text(found, "action"), inner(found, "data")
        at, told = time(found, "action_time"), text(found, "action_time", "")
        if action == "message_create":
            return [self._said(at, fields(data.get("message"), "message"))]
        if action == "conversation_assignment":
            return self._moved(at, told, inner(data, "assignment"))
        if action not in ("conversation_resolution", "conversation_reopen"):
            return []
        opened = action == "conversation_reopen"
        about = inner(data, "reopen" if opened else "resolve") or data
        place = _place(inner(about, "conversation"))
        return [Closed(f"{action} {place.conversation} {told}", place, at, opened)]

    def _said(self, at: float, message: Fields) -> Said:
        private = text(message, "message_type", "normal") == "private"
        bots_note = yes(message, "botsPrivateNote")
        parts = [fields(part) for part in listed(message, "message_parts")]
        words = [text(inner(part, "text"), "content", "") for part in parts if "text" in part]
        actor = text(message, "actor_id", "")
        kind = _KINDS.get(text(message, "actor_type"), Author.SYSTEM)
        return Said(
            key=f"message {text(message, 'id')}",
            place=_place(message),
            at=time(message, "created_time") or at,
            author=Author.BOT if actor == self._us or bots_note else kind,
            author_id=actor,
            message=text(message, "id"),
            text="\n".join(words),
            public=not private and not bots_note,
            channel=text(message, "message_source", ""),
            attachments=len(parts) - len(words),
        )

    def _moved(self, at: float, told: str, assignment: Fields) -> Sequence[Event]:
        if text(assignment, "assignor_id", "") == self._us:
            return []
        place = _place(inner(assignment, "conversation"))
        whom = text(assignment, "to_agent_id", "")
        # A group alone tells nothing: rules of the account put each new conversation into one.
        if not whom:
            return []
        key = f"assignment {place.conversation} {whom} {told}"
        return [Moved(key, place, at, self._owner(whom))]

    def _owner(self, agent: str) -> Owner:
        if agent == self._us:
            return Owner.BOT
        return Owner.PERSON if agent else Owner.NONE

    def headers(self) -> Mapping[str, str]:
        """Return the API token."""
        return {"authorization": f"Bearer {self.account.key}"}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write a message or assign the conversation; see the seam."""
        path = f"/v2/conversations/{segment(effect.place.conversation)}"
        if isinstance(effect, HandOver):
            yield Call("PUT", path, _handed_over(effect))
            return Receipt()
        if not isinstance(effect, Reply | Note | Suggest):
            raise UnsupportedError("conversations of Freshchat have no tags")
        message = {
            "message_parts": [{"text": {"content": effect.text}}],
            "message_type": "normal" if isinstance(effect, Reply) else "private",
            "actor_type": "agent", "actor_id": self._us,
        }  # fmt: skip
        response = yield Call("POST", f"{path}/messages", message)
        return Receipt(text(response.object(), "id", ""))

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look for the words among the newest of ours, down to what we reply to; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        conversation = segment(effect.place.conversation)
        path = f"/v2/conversations/{conversation}/messages?items_per_page={_SEEN}"
        messages = listed((yield Call("GET", path)).object(), "messages")
        asked = effect.message if isinstance(effect, Reply) else ""
        for message in map(fields, messages):  # the newest first
            if asked and text(message, "id", "") == asked:
                return Standing.NOT_DONE
            if self._is(message, effect):
                return Standing.DONE
        return Standing.NOT_DONE if len(messages) < _SEEN else Standing.UNKNOWN

    def _is(self, message: Fields, effect: Reply | Note | Suggest) -> bool:
        private = text(message, "message_type", "normal") == "private"
        if text(message, "actor_id", "") != self._us or private is isinstance(effect, Reply):
            return False
        parts = [inner(fields(part), "text") for part in listed(message, "message_parts")]
        words = "\n".join(text(part, "content", "") for part in parts)
        return kept(words, effect.text)

    def look(self, place: Place) -> Steps[Owner | None]:
        """Return whom the conversation is assigned to; see the seam."""
        path = f"/v2/conversations/{segment(place.conversation)}"
        return self._owner(text((yield Call("GET", path)).object(), "assigned_agent_id", ""))

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check the token; webhooks cannot be seen through the API."""
        account = (yield Call("GET", "/v2/accounts/configuration")).object()
        named = text(account, "organisation_id", "")
        return [
            Finding(f"account of organisation {named or '?'}", bool(named),
                    "" if named else "make a new API token"),
            Finding("webhooks cannot be seen through the API: see that it is on", True),
        ]  # fmt: skip


def _place(found: Fields) -> Place:
    return Place(text(found, "channel_id", ""), text(found, "conversation_id"))


def _handed_over(effect: HandOver) -> dict[str, Any]:
    change = {"assigned_group_id": effect.team, "assigned_agent_id": effect.agent}
    whom = {name: value for name, value in change.items() if value}
    if whom:
        return {"status": "assigned", **whom}
    return {"status": "new", "assigned_agent_id": ""}  # among what waits for anybody
