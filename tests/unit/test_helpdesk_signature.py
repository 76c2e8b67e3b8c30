"""Signatures, against vectors that OpenSSL and Python made."""

from __future__ import annotations

import pytest

from bot.helpdesk.delivery import ForgedError
from bot.helpdesk.signature import (
    check_hmac,
    check_shared,
    check_time,
    from_base64,
    from_hex,
    seconds,
)

BODY = b'{"event":"message_created","id":1}'
SECRET = "golden-secret"
VECTORS = [
    (
        b"1767225600." + BODY, "sha256",
        from_hex("7494339e0066e5e2b96c06220028ac1c5770ffa17b2b9121ed7c11a8d109ab60"),
    ),
    (BODY, "sha1", from_hex("sha1=e9e921bb68eeb7b0bd4a43c0a72913c1f45a35b9", "sha1=")),
    (
        b"2026-01-01T00:00:00Z" + BODY, "sha256",
        from_base64("IwQd/ddLtl+UZjQWtD1oSqgAUmxFPlcOU9LZ2QRG9i0="),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "algorithm", "shown"), VECTORS)
def test_golden_vectors(content: bytes, algorithm: str, shown: tuple[bytes, ...]) -> None:
    check_hmac(shown, ("other", SECRET), content, algorithm)
    with pytest.raises(ForgedError):
        check_hmac(shown, ("other",), content, algorithm)
    with pytest.raises(ForgedError):
        check_hmac(shown, (SECRET,), content + b" ", algorithm)
    with pytest.raises(ForgedError):
        check_hmac((), (SECRET,), content, algorithm)


@pytest.mark.parametrize("shown", ["", "wrong", "ä\udcff"])
def test_a_shared_secret(shown: str) -> None:
    check_shared("right", ("other", "right"))
    with pytest.raises(ForgedError):
        check_shared(shown, ("other", "right", ""))


@pytest.mark.parametrize("told", ["1767225600", "1767225600000", "2026-01-01T00:00:00Z"])
def test_times_are_read(told: str) -> None:
    assert seconds(told) == 1767225600
    check_time(told, 1767225900, 300)
    for now in (1767225901, 1767225299):
        with pytest.raises(ForgedError):
            check_time(told, now, 300)


@pytest.mark.parametrize("told", ["", "now", "-5", "1" * 14, "٣", "2026-01-01T00:00:00", "NaN"])
def test_what_is_no_time_is_refused(told: str) -> None:
    with pytest.raises(ForgedError):
        seconds(told)


@pytest.mark.parametrize("text", ["", "xyz", "sha256=zz", "sha1=00"])
def test_what_is_no_digest_is_none(text: str) -> None:
    assert from_hex(text, "sha256=") == ()
    assert from_base64("!") == from_base64("") == ()
