"""Chatwoot: as the agent bot of an inbox, or beside the agents by an account webhook.

As an agent bot it owns conversations that are ``pending``; agents see them once they are ``open``.
Sources of payloads and calls: Chatwoot's own code (agent_bot_listener, webhooks/trigger,
event_data_presenter, access_token_auth_helper).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import time as time_now

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Response, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, UnsupportedError
from bot.helpdesk.delivery import Delivery, decoded
from bot.helpdesk.effect import Effect, HandOver, Reply, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time, yes

_SHY = (
    "Chatwoot 4.14 and later delivers nothing to private addresses: set "
    "SAFE_FETCH_ALLOW_PRIVATE_NETWORK=true in its environment, or use a public address."
)
_AUTHORS = {"user": Author.AGENT, "agent_bot": Author.BOT}
_WITH_CHOICES = ("Channel::WebWidget", "Channel::Whatsapp", "Channel::Telegram", "Channel::Api")
_NOT_ALLOWED = frozenset({401, 403})
_GONE = frozenset({404, 422})
_CLOSED = ("resolved",)


class Chatwoot(Connector):
    """Conversations of one Chatwoot account.

    ``key`` is the access token of the agent bot, ``secrets`` those that sign its webhook; a server
    that signs nothing needs ``tokens`` in the webhook's address instead. Options: ``account`` (its
    number), ``agent_bot`` (false beside the agents, by an account webhook). ``team`` and ``agent``
    of a hand-over are numbers.
    """

    abilities = Abilities(
        Format.MARKDOWN, choices=10, choice_longest=100, chat=True, hidden_while_bot=True,
        overloaded=500, shy=_SHY,
    )  # fmt: skip

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "key", *(() if account.tokens else ("secrets",)))
        account.only("account", "agent_bot")
        self._base = f"/api/v1/accounts/{segment(account.text('account'))}/conversations"
        self._is_bot = account.yes("agent_bot", True)

    def verify(self, delivery: Delivery) -> None:
        """Check the signature, or the token in the address where nothing is signed."""
        if not self.account.secrets:
            signature.check_shared(delivery.token, self.account.tokens)
            return
        when = delivery.headers.get("x-chatwoot-timestamp", "")
        shown = delivery.headers.get("x-chatwoot-signature", "")
        digests = signature.from_hex(shown, "sha256=")
        signature.check_hmac(digests, self.account.secrets, _signed(when, delivery.body))
        signature.check_time(when, delivery.received, self.account.window)
        if self.account.tokens:
            signature.check_shared(delivery.token, self.account.tokens)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the headers of a delivery; see the seam."""
        token = self.account.tokens[0] if self.account.tokens else ""
        if not self.account.secrets:
            return {}, token
        when = str(int(now))
        digest = signature.hmac_digest(self.account.secrets[0], _signed(when, body))
        return {
            "x-chatwoot-timestamp": when, "x-chatwoot-signature": f"sha256={digest.hex()}"
        }, token  # fmt: skip

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what happened; see the seam."""
        found = fields(decoded(delivery.body))
        name = text(found, "event", "")
        if name == "message_created":
            return self._created(found)
        if name == "message_updated":
            return self._chosen(found)
        if name in ("conversation_status_changed", "conversation_updated"):
            return self._changed(found)
        return []

    def _created(self, found: Fields) -> Sequence[Event]:
        author = _author(found)
        mail = inner(inner(found, "content_attributes"), "email")
        said = self._said(found, author, text(found, "content", ""))
        return [replace(said, automatic=bool(mail.get("auto_reply")))]

    def _chosen(self, found: Fields) -> Sequence[Event]:
        """Return a click on a choice of ours, which comes as a change of our own message."""
        values = listed(inner(found, "content_attributes"), "submitted_values")
        picked = [text(fields(value, "a choice"), "value", "") for value in values]
        if _author(found) is not Author.BOT or not any(picked):
            return []
        said = self._said(found, Author.CUSTOMER, "\n".join(part for part in picked if part))
        return [replace(said, key=f"choice {said.message}", message=f"choice-{said.message}")]

    def _said(self, found: Fields, author: Author, words: str) -> Said:
        conversation, sender = inner(found, "conversation"), inner(found, "sender")
        name, channel = text(found, "id"), text(conversation, "channel", "")
        return Said(
            key=f"message {name}",
            place=_place(conversation),
            at=time(found, "created_at"),
            author=author,
            author_id=text(sender, "id", ""),
            message=name,
            text=words,
            public=not yes(found, "private"),
            channel=channel,
            tags=tuple(str(label) for label in listed(conversation, "labels")),
            attachments=len(listed(found, "attachments")),
            owner=self._owner(conversation),
            name=text(sender, "name", ""),
            link=self._link(conversation),
            to=(("channel", channel),),
        )

    def _changed(self, found: Fields) -> Sequence[Event]:
        """Return a change of status or assignee; the same change comes as more than one event."""
        place, at = _place(found), time(found, "updated_at")
        if text(inner(found, "performed_by"), "type", "") == "agent_bot":
            return []
        changed = dict(_changes(found))
        events: list[Event] = []
        owner = self._owner(found)
        if owner and ("status" in changed or "assignee_id" in changed):
            key = f"owner {place.conversation} {owner} {at}"
            events.append(Moved(key, place, at, owner))
        if "status" in changed:
            events.append(
                Closed(
                    f"status {place.conversation} {changed['status']} {at}", place, at,
                    changed["status"] not in _CLOSED,
                )
            )  # fmt: skip
        return events

    def _owner(self, conversation: Fields) -> Owner | None:
        """Return the owner as the status and the assignee tell; None while it is settled."""
        status = text(conversation, "status", "")
        if status in _CLOSED:
            return None
        assignee = inner(inner(conversation, "meta"), "assignee")
        person = bool(assignee) and text(assignee, "type", "user") == "user"
        if self._is_bot:
            return Owner.BOT if status == "pending" else Owner.PERSON
        return Owner.PERSON if person else Owner.NONE

    def _link(self, conversation: Fields) -> str:
        account = self._base.split("/")[4]
        name = segment(text(conversation, "id"))
        return f"{self.account.address}/app/accounts/{account}/conversations/{name}"

    def headers(self) -> Mapping[str, str]:
        """Return the access token; proxies drop the name with underscores."""
        return {"api-access-token": self.account.key}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write a message, hand over or label; see the seam."""
        place = f"{self._base}/{segment(effect.place.conversation)}"
        if isinstance(effect, HandOver):
            return (yield from _hand_over(place, effect))
        if isinstance(effect, Tag):
            return (yield from _label(place, effect))
        body: dict[str, object] = {
            "content": effect.text,
            "message_type": "outgoing",
            "private": not isinstance(effect, Reply),
        }
        if isinstance(effect, Reply) and effect.choices and _shows_choices(effect):
            items = [{"title": choice, "value": choice} for choice in effect.choices]
            body |= {"content_type": "input_select", "content_attributes": {"items": items}}
        response = yield Call("POST", f"{place}/messages", body)
        return Receipt(text(response.object(), "id", ""))

    def look(self, place: Place) -> Steps[Owner | None]:
        """Ask for the conversation, which bots may do in newer versions only; see the seam."""
        path = f"{self._base}/{segment(place.conversation)}"
        response = yield Call("GET", path, accepts=_NOT_ALLOWED | _GONE)
        if response.status != 200:
            return None
        return self._owner(response.object())

    def examine(self) -> Steps[Sequence[Finding]]:
        """Ask for a conversation that is not there; see the seam."""
        response = yield Call("GET", f"{self._base}/0", accepts=_NOT_ALLOWED | _GONE)
        return [_token_finding(response)]


def _hand_over(place: str, effect: HandOver) -> Steps[Receipt]:
    """Assign first, so that Chatwoot's own assignment does not come between; then open.

    It is opened also where a bot may not assign, or where team or agent are gone: people see it.
    """
    if effect.team or effect.agent:
        whom = ("team_id", effect.team) if effect.team else ("assignee_id", effect.agent)
        body = {whom[0]: int(segment(whom[1]))}
        yield Call("POST", f"{place}/assignments", body, accepts=_GONE | _NOT_ALLOWED)
    yield Call("POST", f"{place}/toggle_status", {"status": "open"})
    return Receipt()


def _label(place: str, effect: Tag) -> Steps[Receipt]:
    """Set the labels it has and ours: the call replaces them all."""
    response = yield Call("GET", f"{place}/labels", accepts=_NOT_ALLOWED)
    if response.status in _NOT_ALLOWED:
        raise UnsupportedError("labels by a bot")
    before = [str(label) for label in listed(response.object(), "payload")]
    labels = [*before, *(tag for tag in effect.tags if tag not in before)]
    response = yield Call("POST", f"{place}/labels", {"labels": labels}, accepts=_NOT_ALLOWED)
    if response.status in _NOT_ALLOWED:
        raise UnsupportedError("labels by a bot")
    return Receipt()


def _token_finding(response: Response) -> Finding:
    if response.status in _GONE or response.status == 200:
        return Finding("the access token belongs to this account", True)
    remedy = (
        "Either the token or the account's number is wrong, or this version of Chatwoot lets no "
        "bot read conversations (then ask a question in a test conversation)."
    )
    return Finding("the access token belongs to this account", False, remedy)


def _author(found: Fields) -> Author:
    """Return who wrote: contacts come without a type, and only what is incoming is theirs."""
    kind = text(found, "message_type", "")
    sender = text(inner(found, "sender"), "type", "")
    if kind == "incoming":
        return _AUTHORS.get(sender, Author.CUSTOMER)
    return _AUTHORS.get(sender, Author.SYSTEM) if kind == "outgoing" else Author.SYSTEM


def _place(conversation: Fields) -> Place:
    return Place(text(conversation, "inbox_id", ""), text(conversation, "id"))


def _changes(found: Fields) -> Iterable[tuple[str, str]]:
    for change in listed(found, "changed_attributes"):
        for name, values in fields(change, "a change").items():
            yield name, text(fields(values, "a change"), "current_value", "")


def _shows_choices(effect: Reply) -> bool:
    return dict(effect.to).get("channel", "") in _WITH_CHOICES


def _signed(when: str, body: bytes) -> bytes:
    return f"{when}.".encode("utf-8", "replace") + body
