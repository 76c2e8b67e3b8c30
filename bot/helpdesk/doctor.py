"""The doctor of the helpdesks: does the account fit, is the way back open, do the clocks agree?"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot.helpdesk.call import Call, Response
from bot.helpdesk.caller import (
    BrokenOffError,
    Client,
    LaterError,
    NotSentError,
    RefusedCallError,
    run,
)
from bot.helpdesk.connector import Connector, Finding, UnsupportedError
from bot.helpdesk.delivery import Delivery, ForgedError, MalformedError

_SKEW = 60.0  # seconds that clocks may differ
_PROBE = b'{"termwise": "a delivery that tells nothing"}'


class _Watched:
    """A client that remembers the time of day the helpdesk told."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.date = ""

    async def send(self, call: Call) -> Response:
        response = await self._client.send(call)
        self.date = response.headers.get("date", self.date)
        return response

    async def close(self) -> None:
        await self._client.close()


async def examine(
    connector: Connector, client: Client, public: str, reach: Client
) -> Sequence[Finding]:
    """Return what was found.

    Args:
        connector: the account.
        client: takes calls to the helpdesk; closed in the end.
        public: the address by which the helpdesk reaches us; empty if it is not known.
        reach: takes calls to our own gateway.
    """
    watched = _Watched(client)
    findings = [*_signature(connector), await _gateway(connector, reach)]
    try:
        findings += await run(connector.examine(), watched)
    except (LaterError, RefusedCallError, MalformedError) as error:
        remedy = f"{error}. Look at `address`, `user` and `key`, and whether the helpdesk is up."
        findings.append(Finding("the helpdesk answers", False, remedy))
    finally:
        await watched.close()
    return [*findings, *_clock(watched.date), *_private(connector, public)]


def _signature(connector: Connector) -> Sequence[Finding]:
    """Try what the helpdesk would send, and what it would not."""
    now = time.time()
    try:
        headers, token = connector.sign(_PROBE, now)
    except UnsupportedError:
        remedy = "Nobody but this helpdesk can sign: send a message in a test conversation."
        return [Finding("a signature can be tried", False, remedy)]
    good = Delivery(headers, _PROBE, token, now)
    forged = replace(good, headers={name: f"{value}x" for name, value in headers.items()})
    forged = replace(forged, token=f"{token}x" if token else "")
    passes = _verified(connector, good) and not _verified(connector, forged)
    remedy = "" if passes else "Look at `secrets` and `tokens`."
    return [Finding("what is signed passes, what is not is refused", passes, remedy)]


def _verified(connector: Connector, delivery: Delivery) -> bool:
    try:
        connector.verify(delivery)
    except ForgedError:
        return False
    return True


async def _gateway(connector: Connector, reach: Client) -> Finding:
    """Deliver to the gateway that runs, as the helpdesk would."""
    what = "the gateway that runs takes deliveries"
    try:
        status = (await reach.send(delivery_call(connector, _PROBE, time.time()))).status
    except UnsupportedError:
        return Finding(what, False, "It cannot be tried, for want of a signature.")
    except (NotSentError, BrokenOffError) as error:
        return Finding(what, False, f"No gateway answers ({error}). Start `termwise serve`.")
    remedies = {
        401: "It has other secrets: start it again.",
        404: "It does not know this helpdesk: start it with HELPDESK set, or again.",
    }
    return Finding(what, status in (200, 400), remedies.get(status, f"It says {status}."))


def delivery_call(connector: Connector, body: bytes, now: float) -> Call:
    """Return the call by which the helpdesk would deliver a body.

    Raises:
        UnsupportedError: nobody but the helpdesk can sign.
    """
    headers, token = connector.sign(body, now)
    path = f"/webhooks/helpdesk/{connector.account.name}" + (f"/{token}" if token else "")
    return Call("POST", path, body, headers)


def _clock(date: str) -> Sequence[Finding]:
    if not date:
        return []
    try:
        skew = abs(parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return []
    remedy = "" if skew <= _SKEW else f"They differ by {skew:.0f} s: set this machine's clock."
    return [Finding("both clocks agree", skew <= _SKEW, remedy)]


def _private(connector: Connector, public: str) -> Sequence[Finding]:
    """Tell where a helpdesk would not deliver, because our address is a private one."""
    hint = connector.abilities.shy
    if not hint:
        return []
    what = "the helpdesk delivers to our address"
    if not public:
        return [Finding(what, False, f"PUBLIC_URL is not set, so it is not known. {hint}")]
    return [Finding(what, not _is_private(public), hint if _is_private(public) else "")]


def _is_private(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        found = {str(place[4][0]) for place in socket.getaddrinfo(host, None)}
    except OSError:
        return True
    return any(not ipaddress.ip_address(one.split("%")[0]).is_global for one in found)
