"""The seam to a helpdesk: bytes in, events out; effects in, HTTP calls out; no input or output.

A connector never connects. What takes calls is a generator that yields each :class:`Call` and is
given its :class:`Response`; the same code runs against recorded bytes, a fake and the real thing::

    def perform(self, effect, key):
        response = yield Call("POST", "/api/messages", {"text": effect.text})
        return Receipt(str(response.object()["id"]))

Whoever drives it (``bot.helpdesk.caller``) sends the call to the address of the account and nowhere
else, adds :meth:`Connector.headers`, follows no redirect, and deals with time-outs, 429 and 5xx.
"""

from __future__ import annotations

import abc
import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.helpdesk.abilities import Abilities
from bot.helpdesk.account import Account
from bot.helpdesk.call import Steps
from bot.helpdesk.delivery import Delivery
from bot.helpdesk.effect import Effect
from bot.helpdesk.event import Event, Owner, Place


class UnsupportedError(Exception):
    """The helpdesk cannot do that; the effect is recorded as left out."""


class Standing(enum.StrEnum):
    """Whether an effect whose call broke off took place."""

    DONE = "done"
    NOT_DONE = "not done"  # or doing it again is harmless
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An effect was performed; ``message`` is the helpdesk's id of what we wrote, if it told it."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``termwise helpdesk doctor``: ``remedy`` is empty where all is well."""

    what: str
    good: bool
    remedy: str = ""


class Connector(abc.ABC):
    """One account at one helpdesk.

    Args:
        account: address, secrets and options; a connector reads all options when it is made.
        clock: seconds since the epoch.

    Raises:
        SettingError: the account is not complete.
    """

    abilities: Abilities

    def __init__(self, account: Account, clock: Callable[[], float] = time.time) -> None:
        self.account = account
        self.clock = clock

    @abc.abstractmethod
    def verify(self, delivery: Delivery) -> None:
        """Let pass what the helpdesk sent, and nothing else.

        Raises:
            ForgedError: the signature, its time or the token is not right.
        """

    def sign(self, body: bytes, now: float) -> tuple[Mapping[str, str], str]:
        """Return headers and token with which the helpdesk would deliver a body at that time.

        It is what our own tools try a delivery with.

        Raises:
            UnsupportedError: nobody but the helpdesk can sign.
        """
        raise UnsupportedError("its signatures")

    @abc.abstractmethod
    def parse(self, delivery: Delivery) -> Sequence[Event]:
        """Return what a verified delivery tells; nothing for kinds of events we do not need.

        Texts come out plain. Whatever is written by our own user or bot is ``Author.BOT``. The key
        of a message is made of the message's id, since helpdesks tell of one message more than
        once; that of other events of the delivery's id, or of what changed and when.

        Raises:
            MalformedError: it is not what the helpdesk's documentation says.
        """

    @abc.abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Return the headers that let us in; they are never logged."""

    @abc.abstractmethod
    def perform(self, effect: Effect, key: str) -> Steps[Receipt]:
        """Do it.

        Args:
            effect: what to do.
            key: a name of this effect, the same whenever it is tried again.

        Raises:
            UnsupportedError: the helpdesk cannot do that.
        """

    def settle(self, effect: Effect, key: str) -> Steps[Standing]:
        """Find out whether an effect took place, after a call that broke off.

        Only asked for replies, notes and suggestions; the others may be done again.
        """
        yield from ()
        return Standing.UNKNOWN

    def look(self, place: Place) -> Steps[Owner | None]:
        """Ask who owns a conversation now, before something is said in it.

        None where that cannot be asked. ``Owner.NONE`` takes nothing back from a person.
        """
        yield from ()
        return None

    def missed(self) -> Steps[Sequence[Event]]:
        """Ask for what happened lately, where the helpdesk delivers nothing twice.

        Events have the keys that their deliveries would have given them, so that none is taken
        twice.
        """
        yield from ()
        return ()

    def examine(self) -> Steps[Sequence[Finding]]:
        """Check what can be checked without changing anything: who we are, what we may do."""
        yield from ()
        return ()
