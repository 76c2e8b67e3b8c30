"""django-helpdesk 2.6: webhooks without a signature, so a token in their address; API by password.

The new-ticket and the follow-up webhook lead to the same address; the second has ``followup_id``.
Changes made through the API fire no webhook, so the ticket is looked at before anything is said.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from time import time as time_now

from bot.helpdesk import signature
from bot.helpdesk.abilities import Abilities, Format
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Steps, segment
from bot.helpdesk.connector import Connector, Finding, Receipt, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery, MalformedError, decoded
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Said
from bot.helpdesk.markup import same_words
from bot.helpdesk.ownership import TAKE_BACK, TAKE_OVER
from bot.helpdesk.payload import Fields, fields, inner, listed, text, time, yes
from bot.helpdesk.plain_text import from_html

_REOPENED, _SETTLED = 2, ("3", "4", "5")
_PAGE = 100  # tickets that are asked for at once
_BRACE = re.compile(r"[{}]")


class DjangoHelpdesk(Connector):
    """Tickets of django-helpdesk.

    ``user`` and ``key`` are name and password of a staff user of the bot's own. Options: ``bot``
    (that user's number). Inboxes are the numbers of queues; ``team`` of a hand-over is one too,
    ``agent`` the number of a user.
    """

    abilities = Abilities(Format.MARKDOWN)

    def __init__(self, account: Account, clock: Callable[[], float] = time_now) -> None:
        super().__init__(account, clock)
        account.need("address", "tokens", "user", "key")
        account.only("bot")
        self._bot = account.text("bot")

    def verify(self, delivery: Delivery) -> None:
        """Check the token in the address: django-helpdesk signs nothing."""
        signature.check_shared(delivery.token, self.account.tokens)

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return the token; see the seam."""
        return {}, self.account.tokens[0]

    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what happened to the ticket; see the seam."""
        found = fields(decoded(delivery.body))
        ticket = inner(found, "ticket")
        place = _place(ticket)
        follow_up = text(found, "followup_id", "")
        if not follow_up:
            return [self._opened(place, ticket)]
        told = [one for one in _follow_ups(ticket) if text(one, "id") == follow_up]
        if not told:
            raise MalformedError("the follow-up is not among those of the ticket")
        return self._followed(place, ticket, told[0])

    def _opened(self, place: Place, ticket: Fields) -> Said:
        [first, *_] = [*_follow_ups(ticket), {}]
        title, body = text(ticket, "title", ""), _plain(text(ticket, "description", ""))
        return Said(
            key=f"ticket {place.conversation}",
            place=place,
            at=time(first, "date"),
            author=self._author(first),
            author_id=text(first, "user", ""),
            message="0",
            text=body or title,
            channel="ticket",
            attachments=len(listed(first, "followupattachment_set")),
            owner=self._owner(ticket),
            link=self._link(place),
        )

    def _followed(self, place: Place, ticket: Fields, told: Fields) -> Sequence[Event]:
        name, at, author = text(told, "id"), time(told, "date"), self._author(told)
        comment, public = _plain(text(told, "comment", "")), yes(told, "public")
        owner = self._owner(ticket)
        events: list[Event] = []
        if comment:
            events.append(
                Said(
                    key=f"followup {name}", place=place, at=at, author=author,
                    author_id=text(told, "user", ""), message=name, text=comment, public=public,
                    channel="ticket", attachments=len(listed(told, "followupattachment_set")),
                    owner=owner, link=self._link(place),
                )
            )  # fmt: skip
        spoken = bool(comment) and public
        if author is Author.AGENT and owner is not Owner.NONE and not spoken:
            events.append(Moved(f"owner {name}", place, at, owner))
        status = text(told, "new_status", "")
        if author is not Author.BOT and status in _SETTLED:
            events.append(Closed(f"status {name}", place, at))
        if author is not Author.BOT and status == str(_REOPENED):
            events.append(Closed(f"status {name}", place, at, open=True))
        return events

    def _author(self, follow_up: Fields) -> Author:
        user = text(follow_up, "user", "")
        if not user:
            return Author.CUSTOMER
        return Author.BOT if user == self._bot else Author.AGENT

    def _owner(self, ticket: Fields) -> Owner:
        assigned = text(ticket, "assigned_to", "")
        if not assigned:
            return Owner.NONE
        return Owner.BOT if assigned == self._bot else Owner.PERSON

    def _link(self, place: Place) -> str:
        return f"{self.account.address}/tickets/{segment(place.conversation)}/"

    def headers(self) -> Mapping[str, str]:
        """Return user and password."""
        pair = f"{self.account.user}:{self.account.key}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Write a follow-up or change the ticket; see the seam."""
        ticket = segment(effect.place.conversation)
        if isinstance(effect, HandOver):
            return (yield from self._hand_over(ticket, effect))
        if isinstance(effect, Tag):
            raise UnsupportedError("tags")
        body = {
            "ticket": int(ticket), "user": int(self._bot), "comment": escaped(effect.text),
            "public": isinstance(effect, Reply),
        }  # fmt: skip
        response = yield Call("POST", "/api/followups/", body)
        return Receipt(text(response.object(), "id", ""))

    def _hand_over(self, ticket: str, effect: HandOver) -> Steps[Receipt]:
        """Take it off the bot, and open what was settled."""
        found = (yield Call("GET", f"/api/tickets/{ticket}/")).object()
        change: dict[str, object] = {}
        if effect.agent:
            change["assigned_to"] = int(segment(effect.agent))
        elif self._owner(found) is Owner.BOT:
            change["assigned_to"] = None
        if effect.team:
            change["queue"] = int(segment(effect.team))
        if text(found, "status", "") in _SETTLED:
            change["status"] = _REOPENED
        if change:
            yield Call("PATCH", f"/api/tickets/{ticket}/", change)
        return Receipt()

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Look whether the ticket has our words, after those they reply to; see the seam."""
        if not isinstance(effect, Reply | Note | Suggest):
            return Standing.NOT_DONE
        path = f"/api/tickets/{segment(effect.place.conversation)}/"
        found = (yield Call("GET", path)).object()
        after = int(effect.message) if isinstance(effect, Reply) and effect.message else 0
        done = any(
            self._author(told) is Author.BOT
            and int(text(told, "id")) > after
            and yes(told, "public") is isinstance(effect, Reply)
            and same_words(text(told, "comment", ""), effect.text)
            for told in _follow_ups(found)
        )
        return Standing.DONE if done else Standing.NOT_DONE

    def look(self, place: Place) -> Steps[Owner | None]:
        """Tell from the ticket as it is now; see the seam.

        An assignment counts most, then the last that an agent said or told us in a note.
        """
        found = (yield Call("GET", f"/api/tickets/{segment(place.conversation)}/")).object()
        owner = self._owner(found)
        if owner is not Owner.NONE:
            return owner
        for told in _follow_ups(found):
            if self._author(told) is Author.AGENT:
                owner = _told_owner(told, owner)
        return owner

    def missed(self) -> Steps[Sequence[Event]]:
        """Return what is in the newest open tickets: a delivery that failed is not repeated."""
        path = f"/api/tickets/?status=1,{_REOPENED}"
        counted = (yield Call("GET", f"{path}&page_size=1")).object()
        last = max(1, -(-int(text(counted, "count", "0")) // _PAGE))
        found = (yield Call("GET", f"{path}&page_size={_PAGE}&page={last}")).object()
        events: list[Event] = []
        for listed_ticket in listed(found, "results"):
            ticket = fields(listed_ticket, "a ticket")
            place = _place(ticket)
            opened, *later = _follow_ups(ticket) or [{}]
            events.append(self._opened(place, ticket))
            for told in later if opened else ():
                events.extend(self._followed(place, ticket, told))
        return events

    def examine(self) -> Steps[Sequence[Finding]]:
        """Look whether the user may read tickets and follow-ups; see the seam."""
        findings = []
        for what, path in (("tickets", "/api/tickets/"), ("follow-ups", "/api/followups/")):
            call = Call("GET", f"{path}?page_size=1", accepts=frozenset({401, 403, 404}))
            response = yield call
            good = response.status == 200
            remedy = _REMEDIES.get(response.status, "")
            findings.append(Finding(f"the user may read {what}", good, remedy))
        return findings


_REMEDIES = {
    401: "Name and password (user, key) are not right.",
    403: "Name and password (user, key) are not right, or the user is no member of staff.",
    404: "Set HELPDESK_ACTIVATE_API_ENDPOINT = True, and give the address that /api/ is under.",
}


def escaped(comment: str) -> str:
    """Return a comment that comes out as it is, though django-helpdesk renders it as a template."""
    return _BRACE.sub(lambda found: '{{ "' + found[0] + '" }}', comment)


def _told_owner(told: Fields, owner: Owner) -> Owner:
    comment = text(told, "comment", "").strip()
    if yes(told, "public"):
        return Owner.PERSON if comment else owner
    if comment.casefold() == TAKE_BACK:
        return Owner.BOT
    return Owner.PERSON if comment.casefold() == TAKE_OVER else owner


def _place(ticket: Fields) -> Place:
    return Place(text(ticket, "queue"), text(ticket, "id"))


def _follow_ups(ticket: Fields) -> list[Fields]:
    return sorted(
        (fields(one, "followup_set") for one in listed(ticket, "followup_set")),
        key=lambda one: int(text(one, "id")),
    )


def _plain(comment: str) -> str:
    return from_html(comment) if re.search(r"<(p|div|br|html|table)\b", comment, re.I) else comment
