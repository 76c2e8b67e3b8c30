"""Any request is a message or refused with a reason, and nothing else ever happens."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.message import LONGEST, BadRequestError, Incoming, parse
from tests.strategies import nasty_text

SENDER = re.compile(r"[A-Za-z0-9_.@:+=-]{1,128}")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | nasty_text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty_text(5), inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.fixed_dictionaries({}, optional={"sender": VALUES, "message": VALUES, "x": VALUES})


def body(**fields: object) -> bytes:
    """Return the body of a request."""
    return json.dumps(fields).encode()


def assert_message_or_refusal(data: bytes) -> None:
    """Check that a body is understood as a clean message or refused with a sentence."""
    try:
        message = parse(data)
    except BadRequestError as error:
        assert re.fullmatch(r"(The|Send) .+", str(error))  # noqa: PT017
        return
    assert SENDER.fullmatch(message.sender)
    message.text.encode()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", message.text)
    assert message.too_long == (len(message.text) > LONGEST)


@given(OBJECTS, st.booleans())
def test_any_object_is_a_message_or_refused(fields: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(fields, ensure_ascii=ascii_only)
    assert_message_or_refusal(text.encode("utf-8", "surrogatepass"))


@given(VALUES)
def test_any_json_is_a_message_or_refused(value: object) -> None:
    assert_message_or_refusal(json.dumps(value).encode())


@given(st.binary(max_size=60))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example(b'{"message": "\xed\xa0\x80"}')
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'{"sender": ' + b"9" * 5000 + b"}")
@example(b'{"sender": 1e999, "message": "x"}')
@example(b'{"message": NaN}')
@example('{"message": "x"}'.encode("utf-16"))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    assert_message_or_refusal(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "The request is not UTF-8."),
        (b"", "The request is not valid JSON."),
        (b"{'message': 1}", "The request is not valid JSON."),
        (b"[]", 'Send a JSON object such as {"sender": "me", "message": "..."}.'),
        (b'"hello"', 'Send a JSON object such as {"sender": "me", "message": "..."}.'),
        (body(message=7), "The field message must be a text."),
        (body(message=None), "The field message must be a text."),
        (body(message=["a"]), "The field message must be a text."),
    ],
)
def test_a_refusal_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse(data)
    assert str(caught.value) == reason


def test_a_message_is_taken_with_its_sender() -> None:
    found = parse(body(sender="me@example.org", message=" /What is\x00 a spade? ", more=1))
    assert found == Incoming("me@example.org", "What is  a spade?")
    assert parse(body(sender="me")) == Incoming("me", "")


@pytest.mark.parametrize("sender", ["a", "a" * 128, "A_z.9@x:y+z=-", 42, 0, -7])
def test_a_sender_may_be(sender: object) -> None:
    assert parse(body(sender=sender, message="x")).sender == str(sender)


@pytest.mark.parametrize(
    "sender",
    [
        "a" * 129,
        "a b",
        "ä",
        "a/b",
        "../x",
        "a\n",
        "a\x00",
        "\ud800",
        "<script>",
        1.5,
        [],
        ["a"],
        {},
    ],
)
def test_a_sender_may_not_be(sender: object) -> None:
    with pytest.raises(BadRequestError, match="The field sender must be 1 to 128 letters"):
        parse(body(sender=sender, message="x"))


@pytest.mark.parametrize("sender", [True, False])
def test_a_sender_may_not_be_a_truth_value(sender: bool) -> None:
    with pytest.raises(BadRequestError):
        parse(body(sender=sender, message="x"))


@pytest.mark.parametrize("fields", [{}, {"sender": None}, {"sender": ""}])
def test_strangers_never_share_a_conversation(fields: dict[str, object]) -> None:
    senders = {parse(body(message="x", **fields)).sender for _ in range(50)}
    assert len(senders) == 50
    assert all(SENDER.fullmatch(sender) for sender in senders)


def test_a_message_is_too_long_from_one_character_above_the_limit() -> None:
    assert not parse(body(message="x" * LONGEST)).too_long
    assert parse(body(message="x" * (LONGEST + 1))).too_long
    assert not parse(body(message=" " * LONGEST + "x")).too_long
