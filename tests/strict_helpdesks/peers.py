"""Every helpdesk of the tests with the connector for it: what one suite runs against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.helpdesk.account import Account, Option
from bot.helpdesk.connector import Connector
from bot.helpdesk.delivery import Delivery as Received
from bot.helpdesk.registry import connector
from tests.strict_helpdesks import (
    chatwoot,
    django_helpdesk,
    freshchat,
    freshdesk,
    generic,
    intercom,
    request_tracker,
    sunshine,
    zammad,
    zendesk,
)
from tests.strict_helpdesks.server import Delivery, FakeDesk


@dataclass(frozen=True)
class Peer:
    """A product: its fake, the account that fits, and what it has.

    ``team`` and ``agent`` are whom a conversation is handed over to, empty where that is not
    possible. ``stale`` tells whether an old signature is refused, ``settles`` whether what we
    wrote is found again, ``looks`` whether the helpdesk can be asked who has a conversation.
    ``headers`` are what proves a delivery, ``tokens`` what ends its address instead; ``signs``
    tells whether the proof covers the body, ``once`` whether the helpdesk itself sees to it that
    an effect takes place once. ``needed`` are options without which the connector does not start.
    """

    kind: str
    fake: Callable[[], FakeDesk]
    secret: str
    key: str
    user: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    team: str = ""
    agent: str = ""
    notes: bool = True
    tags: bool = True
    stale: bool = False
    headers: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    looks: bool = True
    settles: bool = True
    once: bool = False
    signs: bool = True
    needed: tuple[str, ...] = ()

    def account(self, url: str, **more: Any) -> Account:
        """Return the account at that address."""
        account = Account("shop", self.kind, url, (self.secret,), self.tokens, self.key, self.user,
                          options=self.options)  # fmt: skip
        return replace(account, **more)

    def connector(self, desk: FakeDesk, **more: Any) -> Connector:
        """Return the connector to a running fake."""
        made = connector(self.account(desk.url, **more))
        made.clock = lambda: desk.now
        return made


def received(desk: FakeDesk, delivery: Delivery, late: float = 0.0) -> Received:
    """Return a delivery as it reaches the connector."""
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    return Received(headers, delivery.body, delivery.token, desk.now + late)


PEERS = (
    Peer(
        "chatwoot", chatwoot.Chatwoot, chatwoot.SECRET, chatwoot.TOKEN,
        options={"account": chatwoot.ACCOUNT}, team="4", agent="12", stale=True, settles=False,
        needed=("account",), headers=("X-Chatwoot-Signature", "X-Chatwoot-Timestamp"),
    ),
    Peer(
        "django-helpdesk", django_helpdesk.DjangoHelpdesk, "", django_helpdesk.PASSWORD,
        django_helpdesk.USER, options={"bot": django_helpdesk.BOT}, team="4", agent="3", tags=False,
        tokens=(django_helpdesk.TOKEN,), signs=False, needed=("bot",),
    ),
    Peer(
        "generic", generic.Generic, generic.SECRET, "", options={"path": "/effects"}, team="4",
        agent="12", stale=True, looks=False,
        once=True,
        headers=("webhook-signature", "webhook-timestamp", "webhook-id"),
    ),
    Peer(
        "freshchat", freshchat.Freshchat, freshchat.public_key(), freshchat.TOKEN,
        options={"agent": freshchat.BOT}, team=freshchat.GROUP, agent=freshchat.AGENT, tags=False,
        needed=("agent",), headers=("X-Freshchat-Signature",),
    ),
    Peer(
        "freshdesk", freshdesk.Freshdesk, freshdesk.SECRET, freshdesk.KEY,
        options={"agent": freshdesk.BOT}, team=str(freshdesk.GROUP), agent=str(freshdesk.AGENT),
        signs=False, needed=("agent",), headers=("X-Helpdesk-Token",),
    ),
    Peer(
        "intercom", intercom.Intercom, intercom.SECRET, intercom.TOKEN,
        options={"admin": intercom.BOT}, team=intercom.TEAM, agent=intercom.AGENT,
        needed=("admin",), headers=("X-Hub-Signature",),
    ),
    Peer(
        "request-tracker", request_tracker.RequestTracker, request_tracker.SECRET,
        request_tracker.TOKEN, request_tracker.BOT, team="Second level",
        agent=request_tracker.AGENT, tags=False, stale=True,
        headers=("webhook-signature", "webhook-timestamp", "webhook-id"),
    ),
    Peer(
        "sunshine", sunshine.Sunshine, sunshine.SHARED, sunshine.SECRET, sunshine.KEY,
        options={"app": sunshine.APP, "integration": sunshine.INTEGRATION}, team="40", agent="901",
        notes=False, tags=False, signs=False, needed=("app", "integration"), headers=("X-API-Key",),
    ),
    Peer(
        "zammad", zammad.Zammad, zammad.SECRET, zammad.TOKEN, options={"agent": zammad.BOT},
        team="2nd Level", agent="anna", needed=("agent",), headers=("X-Hub-Signature",),
    ),
    Peer(
        "zendesk", zendesk.Zendesk, zendesk.SECRET, zendesk.TOKEN, zendesk.USER,
        options={"agent": zendesk.BOT}, team=str(zendesk.GROUP), agent=str(zendesk.AGENT),
        stale=True, needed=("agent",),
        headers=("X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"),
    ),
)  # fmt: skip
