"""Proofs that a delivery comes from the helpdesk: over raw bytes, in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from bot.helpdesk.delivery import Delivery, ForgedError

_SHORTEST_TOKEN = 20  # characters of what stands in an address


def hmac_digest(secret: str, content: bytes, algorithm: str = "sha256") -> bytes:
    """Return the HMAC of some bytes."""
    return hmac.new(secret.encode(), content, getattr(hashlib, algorithm)).digest()


def check_hmac(
    shown: Iterable[bytes], secrets: Iterable[str], content: bytes, algorithm: str = "sha256"
) -> None:
    """Let pass what is signed with one of the secrets.

    Args:
        shown: digests from the headers, decoded (:func:`from_hex`, :func:`from_base64`).
        secrets: all that are in use.
        content: what was signed, as it came over the wire.
        algorithm: the hash.

    Raises:
        ForgedError: no digest fits.
    """
    digests = tuple(shown)
    good = False
    for secret in secrets:
        expected = hmac_digest(secret, content, algorithm)
        for digest in digests:  # all of them: the time tells nothing
            good |= hmac.compare_digest(expected, digest)
    if not good:
        raise ForgedError("the signature does not fit" if digests else "there is no signature")


def check_standard(delivery: Delivery, secrets: Iterable[str], window: float) -> None:
    """Let pass what is signed now as Standard Webhooks say.

    Raises:
        ForgedError: the signature does not fit, or was made at another time.
    """
    headers = delivery.headers
    name, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    shown = [
        digest
        for part in headers.get("webhook-signature", "").split()[:8]
        if part.startswith("v1,")
        for digest in from_base64(part[3:])
    ]
    signed = f"{name}.{when}.".encode("utf-8", "replace") + delivery.body
    check_hmac(shown, secrets, signed)
    check_time(when, delivery.received, window)


def standard(name: str, content: bytes, secret: str, now: float) -> dict[str, str]:
    """Return the headers that sign some bytes as Standard Webhooks say."""
    when = str(int(now))
    digest = hmac_digest(secret, f"{name}.{when}.".encode() + content)
    return {
        "webhook-id": name,
        "webhook-timestamp": when,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def check_shared(shown: str, known: Iterable[str]) -> None:
    """Let pass who shows one of the secrets itself.

    Raises:
        ForgedError: none is shown.
    """
    given = shown.encode("utf-8", "replace")
    good = False
    for secret in known:
        good |= hmac.compare_digest(given, secret.encode())
    if not good or not shown:
        raise ForgedError("the secret does not fit" if shown else "there is no secret")


def check_time(told: str, now: float, window: float) -> None:
    """Let pass what was signed now.

    Args:
        told: seconds (or milliseconds) since the epoch, or a time as in ISO 8601.
        now: seconds since the epoch.
        window: seconds that both clocks may differ.

    Raises:
        ForgedError: it is no time, or another.
    """
    if abs(now - seconds(told)) > window:
        raise ForgedError("the signature is too old, or a clock is wrong")


def seconds(told: str) -> float:
    """Return seconds since the epoch.

    Raises:
        ForgedError: the text is no time.
    """
    text = told.strip()
    if text.isascii() and text.isdecimal() and len(text) <= 13:
        return int(text) / (1000 if len(text) == 13 else 1)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ForgedError("there is no time in the signature")
    return found.timestamp()


def from_hex(text: str, prefix: str = "") -> tuple[bytes, ...]:
    """Return the digest in hexadecimal digits behind a prefix; none if there is none."""
    if not text.startswith(prefix):
        return ()
    try:
        return (binascii.unhexlify(text[len(prefix) :].strip()),)
    except ValueError:
        return ()


def from_base64(text: str) -> tuple[bytes, ...]:
    """Return a digest in base64; none if there is none."""
    try:
        return (base64.b64decode(text.strip(), validate=True),) if text.strip() else ()
    except ValueError:
        return ()


def strong_token(token: str) -> bool:
    """Return whether a token in an address is hard to guess."""
    return len(token) >= _SHORTEST_TOKEN
