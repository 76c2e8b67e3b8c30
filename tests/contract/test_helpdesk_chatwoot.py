"""What only Chatwoot does: bots that may little, clicks that are changes, hand-over in an order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.helpdesk.connector import UnsupportedError
from bot.helpdesk.delivery import ForgedError
from bot.helpdesk.effect import HandOver, Reply, Tag
from bot.helpdesk.event import Author, Closed, Moved, Owner, Said
from tests.contract.test_helpdesk import Bench
from tests.strict_helpdesks.chatwoot import Chatwoot
from tests.strict_helpdesks.peers import PEERS, Peer, received

TOKEN = "a-token-of-some-length-1"


@pytest.fixture
def peer() -> Peer:
    (found,) = (peer for peer in PEERS if peer.kind == "chatwoot")
    return found


@pytest.fixture
def desk() -> Iterator[Chatwoot]:
    chatwoot = Chatwoot()
    with chatwoot.running():
        yield chatwoot


@pytest.fixture
def bench(peer: Peer, desk: Chatwoot) -> Bench:
    return Bench(peer, desk)


def test_a_bot_owns_what_is_pending_and_nothing_else(bench: Bench, desk: Chatwoot) -> None:
    event = bench.asked()
    assert event.owner is Owner.BOT
    desk.agent_takes(event.place.conversation)
    desk.customer_writes("Hello?", event.place.conversation)
    assert [found.owner for found in bench.said()] == [Owner.PERSON]


def test_a_click_in_the_widget_is_the_customers_word_once(bench: Bench, desk: Chatwoot) -> None:
    event = bench.asked()
    effect = Reply(event.place, "Which?", ("What is an SLA?", "What is a KPI?"), event.message,
                   event.to)  # fmt: skip
    message = bench.do(effect)
    bench.events()
    for _ in range(2):  # the message is updated again when it is read
        desk.click(event.place.conversation, int(message), "What is a KPI?")
    first, second = bench.said()
    assert (first.text, first.author, first.public) == ("What is a KPI?", Author.CUSTOMER, True)
    assert first.key == second.key
    assert first.message != message


def test_choices_are_left_out_where_the_channel_cannot_show_them(
    bench: Bench, desk: Chatwoot
) -> None:
    event = bench.asked()
    bench.do(Reply(event.place, "Which?", ("a",), event.message, (("channel", "Channel::Email"),)))
    (said,) = [m for m in desk.conversations[event.place.conversation].messages if m["by"] == "bot"]
    assert said["content_type"] == "text"


def test_it_is_assigned_before_it_is_opened(bench: Bench, desk: Chatwoot) -> None:
    event = bench.asked()
    bench.do(HandOver(event.place, "asked-for-person", "4"))
    assert [r.path.rpartition("/")[2] for r in desk.requests] == ["assignments", "toggle_status"]
    conversation = desk.conversations[event.place.conversation]
    assert (conversation.team, conversation.status) == (4, "open")


def test_an_older_server_lets_no_bot_set_labels(bench: Bench, desk: Chatwoot) -> None:
    desk.labels_allowed = False
    event = bench.asked()
    with pytest.raises(UnsupportedError):
        bench.do(Tag(event.place, ("bot-answered",)))


def test_a_server_that_signs_nothing_needs_a_token_in_the_address(
    peer: Peer, desk: Chatwoot
) -> None:
    desk.signed = False
    desk.customer_writes("What is an SLA?")
    came = received(desk, desk.taken()[0])
    with pytest.raises(ForgedError):
        peer.connector(desk).verify(came)
    unsigned = peer.connector(desk, secrets=(), tokens=(TOKEN,))
    with pytest.raises(ForgedError):
        unsigned.verify(came)
    headers, token = unsigned.sign(came.body, desk.now)
    assert (headers, token) == ({}, TOKEN)


def test_a_resolved_conversation_that_a_customer_reopens_is_ours_again(
    bench: Bench, desk: Chatwoot
) -> None:
    event = bench.asked()
    name = event.place.conversation
    desk.agent_takes(name)
    desk.agent_resolves(name)
    bench.events()
    desk.customer_writes("One more thing?", name)
    found = bench.events()
    assert [e.owner for e in found if isinstance(e, Moved)] == [Owner.BOT]
    assert [e.open for e in found if isinstance(e, Closed)] == [True]
    assert [e.owner for e in found if isinstance(e, Said)] == [Owner.BOT]


def test_a_payload_shows_no_credential_of_the_contact(bench: Bench) -> None:
    bench.desk.customer_writes("What is an SLA?")
    assert b"nobody may keep" in bench.desk.deliveries[0].body
    assert "nobody may keep" not in repr(bench.events())


def test_people_see_it_where_a_bot_may_not_assign(bench: Bench, desk: Chatwoot) -> None:
    event = bench.asked()
    desk.assigns = False
    bench.do(HandOver(event.place, "asked-for-person", agent="12"))
    assert desk.with_person(event.place.conversation)
