"""Signatures with RSA (PKCS#1 v1.5, SHA-256); the only module that imports cryptography."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.helpdesk.delivery import ForgedError

_ARMOUR = "-----"
PublicKey = rsa.RSAPublicKey


def public_key(told: str) -> PublicKey:
    """Return a key from base64 of its DER form (SubjectPublicKeyInfo), with or without PEM lines.

    Raises:
        ValueError: it is none, or has less than 2048 bits.
    """
    bare = "".join(line.strip() for line in told.splitlines() if not line.startswith(_ARMOUR))
    try:
        found = serialization.load_der_public_key(base64.b64decode(bare, validate=True))
    except (ValueError, TypeError):
        raise ValueError("it is no public key in base64") from None
    if not isinstance(found, rsa.RSAPublicKey) or found.key_size < 2048:
        raise ValueError("it is no RSA key of at least 2048 bits")
    return found


def check(shown: Iterable[bytes], keys: Sequence[PublicKey], content: bytes) -> None:
    """Let pass what is signed with one of the keys.

    Raises:
        ForgedError: no signature fits.
    """
    signatures = list(shown)
    if not any(_fits(one, key, content) for one in signatures for key in keys):
        raise ForgedError("the signature does not fit" if signatures else "there is no signature")


def _fits(shown: bytes, key: PublicKey, content: bytes) -> bool:
    try:
        key.verify(shown, content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
