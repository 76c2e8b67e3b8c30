"""The generic connector, and the seam that it is the example of."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import SettingError
from bot.helpdesk.account import Account
from bot.helpdesk.call import segment as path_segment
from bot.helpdesk.connector import Connector, Standing
from bot.helpdesk.connectors.generic import Generic
from bot.helpdesk.delivery import Delivery, ForgedError, MalformedError
from bot.helpdesk.effect import HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Moved, Owner, Place, Rated, Said, Verdict
from bot.helpdesk.registry import KINDS, connector
from tests.connector_driver import NOW, answering, body_of, delivery, drive, ok

ACCOUNT = Account("shop", "generic", "https://desk.example.org", secrets=("newer", "older"))
PLACE = Place("7", "412")
MESSAGE = {
    "type": "message.created", "at": "2026-01-01T00:00:00Z",
    "conversation": {"id": 412, "inbox": "7", "channel": "web", "tags": ["vip"], "owner": "bot"},
    "message": {
        "id": "m1", "html": "<p>What is an <b>SLA</b>?</p><blockquote>old</blockquote>",
        "author": {"kind": "customer", "id": "55", "name": "Kim"}, "attachments": [{}],
    },
}  # fmt: skip


@pytest.fixture
def desk() -> Connector:
    return Generic(ACCOUNT, clock=lambda: NOW)


def signed(body: bytes, secret: str, when: float = NOW, received: float = NOW) -> Delivery:
    digest = hmac.new(secret.encode(), f"d1.{when:.0f}.".encode() + body, hashlib.sha256).digest()
    return delivery(
        body, received=received, webhook_id="d1", webhook_timestamp=f"{when:.0f}",
        webhook_signature=f"v2,x v1,{base64.b64encode(digest).decode()}",
    )  # fmt: skip


@pytest.mark.parametrize("secret", ACCOUNT.secrets)
def test_what_is_signed_with_a_secret_in_use_passes(desk: Connector, secret: str) -> None:
    desk.verify(signed(b'{"a": 1}', secret))


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (signed(b"{}", "foreign"), "does not fit"),
        (replace(signed(b"{}", "newer"), body=b"{ }"), "does not fit"),
        (delivery(b"{}"), "no signature"),
        (signed(b"{}", "newer", received=NOW + 301), "too old"),
        (signed(b"{}", "newer", received=NOW - 301), "too old"),
        (delivery(b"{}", webhook_signature="v1,!!!", webhook_timestamp="x"), "no signature"),
    ],
)
def test_what_is_not_is_refused(desk: Connector, forged: Delivery, why: str) -> None:
    with pytest.raises(ForgedError, match=why):
        desk.verify(forged)


def test_a_message_is_read(desk: Connector) -> None:
    assert desk.parse(delivery(MESSAGE)) == [
        Said(
            key="message m1", place=PLACE, at=NOW, author=Author.CUSTOMER, author_id="55",
            message="m1", text="What is an SLA?", channel="web", tags=("vip",), attachments=1,
            owner=Owner.BOT, name="Kim",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (
            {"type": "conversation.moved", "conversation": {"owner": "person"}},
            (Moved, Owner.PERSON),
        ),
        ({"type": "conversation.rated", "rating": "bad"}, (Rated, Verdict.BAD)),
        ({"type": "conversation.closed"}, (Closed, False)),
        ({"type": "conversation.opened"}, (Closed, True)),
    ],
)
def test_other_events_are_known_by_their_delivery(
    desk: Connector, body: dict[str, Any], event: tuple[type, object]
) -> None:
    conversation = {"id": "412", "inbox": "7", **body.get("conversation", {})}
    found = desk.parse(delivery({**body, "conversation": conversation, "at": NOW}, webhook_id="d9"))
    assert found == [event[0]("event d9", PLACE, NOW, event[1])]


def test_what_we_do_not_need_tells_nothing(desk: Connector) -> None:
    assert desk.parse(delivery({"type": "typing", "conversation": {"id": "1"}})) == []


@pytest.mark.parametrize(
    "body",
    [
        b"\xff", b"[]", b"{}", b"[" * 100_000, {"type": "message.created"},
        {**MESSAGE, "message": {}}, {**MESSAGE, "at": "soon"}, {**MESSAGE, "at": "1" * 40},
        {"type": "conversation.moved", "conversation": {"id": "1", "owner": "me"}},
    ],
)  # fmt: skip
def test_a_malformed_body_is_told(desk: Connector, body: object) -> None:
    with pytest.raises(MalformedError):
        desk.parse(delivery(body))


@pytest.mark.parametrize(
    ("effect", "body"),
    [
        (
            Reply(PLACE, "An SLA is …", ("What is an OLA?",), "m1"),
            {"type": "reply", "text": "An SLA is …", "choices": ["What is an OLA?"], "to": "m1"},
        ),
        (Note(PLACE, "unsure"), {"type": "note", "text": "unsure"}),
        (
            Suggest(PLACE, "0.7: SLA", "SLA"),
            {"type": "suggestion", "text": "0.7: SLA", "draft": "SLA"},
        ),
        (
            HandOver(PLACE, "asked", team="4"),
            {"type": "handoff", "reason": "asked", "team": "4", "agent": ""},
        ),
        (Tag(PLACE, ("bot-answered",)), {"type": "tag", "tags": ["bot-answered"]}),
    ],
)
def test_effects_go_out_signed(desk: Connector, effect: Any, body: dict[str, Any]) -> None:
    calls, answer = answering(ok({"id": 9}))
    assert drive(desk.perform(effect, "k1"), answer).message == "9"
    [call] = calls
    assert (call.method, call.path, call.headers["idempotency-key"]) == ("POST", "/", "k1")
    assert body_of(call) == {"conversation": {"id": "412", "inbox": "7"}, **body}
    desk.verify(Delivery(call.headers, call.body, "", NOW))  # type: ignore[arg-type]


def test_an_effect_may_be_sent_again_after_a_call_that_broke_off(desk: Connector) -> None:
    calls, answer = answering()
    assert drive(desk.settle(Note(PLACE, "x"), "k1"), answer) is Standing.NOT_DONE
    assert calls == []


@pytest.mark.parametrize(
    ("account", "told"),
    [
        (replace(ACCOUNT, secrets=()), "shop.secrets"),
        (replace(ACCOUNT, options={"paht": "/x"}), "shop.paht"),
        (replace(ACCOUNT, options={"chat": "yes"}), "shop.chat"),
        (replace(ACCOUNT, kind="pigeon"), "shop.kind"),
    ],
)
def test_an_account_that_is_not_complete_is_refused(account: Account, told: str) -> None:
    with pytest.raises(SettingError, match=rf"S061.*{told}"):
        connector(account)


def test_secrets_do_not_show_in_logs() -> None:
    account = replace(ACCOUNT, key="let-me-in", tokens=("t0ken",))
    assert not any(word in repr(account) for word in ("newer", "let-me-in", "t0ken"))


def test_every_kind_is_there() -> None:
    assert isinstance(connector(ACCOUNT), Generic)
    assert "generic" in KINDS


@pytest.mark.parametrize("value", ["", "..", ".", "a/b", "a?b", "a%2fb", "ä", "1" * 201, "a\n"])
def test_an_id_cannot_lead_to_another_path(value: str) -> None:
    with pytest.raises(MalformedError):
        path_segment(value)
    assert path_segment(412) == "412"
