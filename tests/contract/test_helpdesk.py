"""One suite for all connectors, each against a strict fake of its helpdesk over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest

from bot.errors import SettingError
from bot.helpdesk import caller
from bot.helpdesk.call import Steps
from bot.helpdesk.caller import LaterError
from bot.helpdesk.connector import Connector, Standing, UnsupportedError
from bot.helpdesk.delivery import Delivery as Received
from bot.helpdesk.delivery import ForgedError, MalformedError
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Event, Moved, Owner, Said
from bot.helpdesk.http_client import HttpClient
from tests.strict_helpdesks.freshchat import new_public_key
from tests.strict_helpdesks.freshdesk import Freshdesk
from tests.strict_helpdesks.peers import PEERS, Peer, received
from tests.strict_helpdesks.server import FakeDesk, Fault, Shown

T = TypeVar("T")
HOSTILE = '<b>x</b> & "q" \\ {{ticket.id}} {% raw %} \' , "by": "agent"}'


class Bench:
    """A fake that runs, and the connector that talks to it."""

    def __init__(self, peer: Peer, desk: FakeDesk) -> None:
        self.peer = peer
        self.desk = desk
        self.connector: Connector = peer.connector(desk)
        self._keys = 0

    def events(self, random: Random | None = None) -> list[Event]:
        """Return what the deliveries so far tell, each verified."""
        found: list[Event] = []
        for delivery in self.desk.taken(random):
            came = received(self.desk, delivery)
            self.connector.verify(came)
            found += self.connector.parse(came)
        return found

    def said(self) -> list[Said]:
        return [event for event in self.events() if isinstance(event, Said)]

    def asked(self, text: str = "What is an SLA?") -> Said:
        """Let a customer ask; return what arrived."""
        self.desk.customer_writes(text)
        (event,) = self.said()
        return event

    def run(self, steps: Steps[T]) -> T:
        """Take the calls as the core does, over HTTP."""

        async def work() -> T:
            headers = self.connector.headers()
            client = HttpClient(self.connector.account, headers, plain=True)
            try:
                return await caller.run(steps, client)
            finally:
                await client.close()

        return asyncio.run(work())

    def do(self, effect: Effect, key: str = "") -> str:
        self._keys += 1
        return self.run(self.connector.perform(effect, key or f"effect-{self._keys}")).message

    def shown(self, event: Said, by: str = "bot") -> list[Shown]:
        return [said for said in self.desk.shown(event.place.conversation) if said.by == by]


@pytest.fixture(params=PEERS, ids=[peer.kind for peer in PEERS])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    peer: Peer = request.param
    with peer.fake().running() as desk:
        yield Bench(peer, desk)


def reply(event: Said, text: str = "An SLA is a promise.") -> Reply:
    return Reply(event.place, text, (), event.message, event.to)


def note(event: Said, text: str = "Perhaps: an SLA is a promise.") -> Note:
    return Note(event.place, text)


def test_a_customers_words_arrive_once_and_plain(bench: Bench) -> None:
    event = bench.asked()
    assert (event.text, event.author, event.public) == ("What is an SLA?", Author.CUSTOMER, True)
    assert event.owner in (Owner.NONE, Owner.BOT, None)
    bench.desk.customer_writes("And a KPI?", event.place.conversation)
    (second,) = [found for found in bench.said() if found.key != event.key]
    assert second.text == "And a KPI?"
    assert second.place == event.place


def test_hostile_words_arrive_as_they_were_written(bench: Bench) -> None:
    assert bench.asked(HOSTILE).text == HOSTILE


def test_words_that_a_rule_did_not_escape_change_nothing_but_themselves() -> None:
    (peer,) = (peer for peer in PEERS if peer.kind == "freshdesk")
    desk = Freshdesk()
    desk.escapes = False
    with desk.running():
        bench = Bench(peer, desk)
        for text in (
            HOSTILE,
            'x", "by": "agent", "text": "y',
            'say "yes"',
            "back\\slash",
            "two\nlines",
        ):
            event = bench.asked(text)
            assert event.author is Author.CUSTOMER
            assert event.place.conversation in desk.tickets


def test_a_message_that_is_told_again_has_the_same_key(bench: Bench) -> None:
    bench.desk.customer_writes("What is an SLA?")
    told = [event for event in bench.events(Random(1)) if isinstance(event, Said)]
    assert len(told) == 2
    assert told[0].key == told[1].key


def test_our_own_words_are_known_as_ours(bench: Bench) -> None:
    event = bench.asked()
    bench.do(reply(event))
    if bench.peer.notes:
        bench.do(note(event), "k2")
    told = {found.key: found for found in bench.said() if found.key != event.key}
    assert told
    assert {found.author for found in told.values()} == {Author.BOT}


def test_a_reply_is_shown_to_the_customer_and_a_note_is_not(bench: Bench) -> None:
    event = bench.asked()
    bench.do(reply(event))
    (shown,) = bench.shown(event)
    assert shown.kind == "reply"
    assert "An SLA is a promise." in shown.text
    if not bench.peer.notes:
        with pytest.raises(UnsupportedError):
            bench.do(note(event))
        return
    bench.do(note(event), "k2")
    bench.do(Suggest(event.place, "Suggested: a promise", "a promise"), "k3")
    assert [said.kind for said in bench.shown(event)] == ["reply", "note", "note"]


def test_an_agents_words_are_an_agents_and_notes_are_internal(bench: Bench) -> None:
    event = bench.asked()
    bench.desk.agent_writes(event.place.conversation, "I am on it.")
    told = [found for found in bench.said() if found.key != event.key]
    assert [(found.text, found.author) for found in told] == [("I am on it.", Author.AGENT)]
    assert told[0].public
    if not bench.peer.notes or bench.peer.kind == "zendesk":  # its trigger tells public comments
        return
    bench.desk.agent_notes(event.place.conversation, "/bot on")
    (noted,) = [found for found in bench.said() if found.text == "/bot on"]
    assert (noted.author, noted.public) == (Author.AGENT, False)


def test_a_person_who_takes_it_is_told_and_seen(bench: Bench) -> None:
    event = bench.asked()
    assert bench.run(bench.connector.look(event.place)) is not Owner.PERSON
    bench.desk.agent_takes(event.place.conversation)
    moved = [found for found in bench.events() if isinstance(found, Moved)]
    assert [found.owner for found in moved] == [Owner.PERSON]
    assert moved[0].place.conversation == event.place.conversation
    seen = bench.run(bench.connector.look(event.place))
    assert seen is (Owner.PERSON if bench.peer.looks else None)


def test_it_is_given_back_by_the_helpdesks_own_signal(bench: Bench) -> None:
    event = bench.asked()
    bench.desk.agent_takes(event.place.conversation)
    bench.events()
    bench.desk.gives_back(event.place.conversation)
    moved = [found for found in bench.events() if isinstance(found, Moved)]
    assert moved
    assert {found.owner for found in moved} <= {Owner.BOT, Owner.NONE}


@pytest.mark.parametrize("whom", ["team", "agent", "nobody"])
def test_what_we_hand_over_is_with_people_and_not_taken_back_by_its_echo(
    bench: Bench, whom: str
) -> None:
    event = bench.asked()
    team = bench.peer.team if whom == "team" else ""
    agent = bench.peer.agent if whom == "agent" else ""
    effect = HandOver(event.place, "asked-for-person", team, agent)
    bench.do(effect)
    bench.do(effect)  # again: nothing changes
    if team or agent:
        assert bench.desk.with_person(event.place.conversation)
    moved = [found for found in bench.events() if isinstance(found, Moved)]
    assert {found.owner for found in moved} <= {Owner.PERSON}


def test_the_customer_who_writes_on_after_a_hand_over_does_not_take_it_back(bench: Bench) -> None:
    event = bench.asked()
    bench.do(HandOver(event.place, "asked-for-person", bench.peer.team))
    bench.desk.customer_writes("Hello?", event.place.conversation)
    moved = [found for found in bench.events() if isinstance(found, Moved)]
    assert {found.owner for found in moved} <= {Owner.PERSON}


def test_tags_are_added_to_those_that_are_there(bench: Bench) -> None:
    event = bench.asked()
    if not bench.peer.tags:
        with pytest.raises(UnsupportedError):
            bench.do(Tag(event.place, ("bot-answered",)))
        return
    bench.do(Tag(event.place, ("vip",)))
    bench.do(Tag(event.place, ("bot-answered",)))
    bench.do(Tag(event.place, ("bot-answered",)))
    assert bench.desk.tags(event.place.conversation) == ["vip", "bot-answered"]


def effects(bench: Bench, event: Said) -> list[Effect]:
    notes: list[Effect] = [note(event)] if bench.peer.notes else []
    return [reply(event, "An <i>SLA</i> is &amp; was a promise."), *notes]


def test_what_was_written_before_the_answer_got_lost_is_found(bench: Bench) -> None:
    event = bench.asked()
    for number, effect in enumerate(effects(bench, event)):
        bench.desk.faults.append(Fault(lost=True))
        with pytest.raises(LaterError) as error:
            bench.do(effect, f"k{number}")
        assert not error.value.sure
        settled = bench.run(bench.connector.settle(effect, f"k{number}"))
        if settled is Standing.NOT_DONE and bench.peer.once:
            bench.do(effect, f"k{number}")
        else:
            assert settled is (Standing.DONE if bench.peer.settles else Standing.UNKNOWN)
        assert len(bench.shown(event)) == number + 1


def test_what_was_not_written_is_not_found(bench: Bench) -> None:
    event = bench.asked()
    bench.do(reply(event, "Something else."))
    for number, effect in enumerate(effects(bench, event), 1):
        bench.desk.faults.append(Fault(429, {"Retry-After": "7"}))
        with pytest.raises(LaterError) as error:
            bench.do(effect, f"k{number}")
        assert (error.value.sure, error.value.after) == (True, 7)
        settled = bench.run(bench.connector.settle(effect, f"k{number}"))
        assert settled is (Standing.NOT_DONE if bench.peer.settles else Standing.UNKNOWN)


def test_the_same_words_said_before_do_not_count_where_the_product_tells_them_apart(
    bench: Bench,
) -> None:
    first = bench.asked()
    bench.do(reply(first), "k1")
    bench.desk.customer_writes("Say that again?", first.place.conversation)
    (second,) = (found for found in bench.said() if found.text == "Say that again?")
    settled = bench.run(bench.connector.settle(reply(second), "k2"))
    if bench.peer.kind == "freshdesk":  # messages have no ids there: rather once too few
        assert settled is Standing.DONE
    else:
        assert settled is (Standing.NOT_DONE if bench.peer.settles else Standing.UNKNOWN)


def test_what_the_helpdesk_takes_once_is_there_once(bench: Bench) -> None:
    if not bench.peer.once:
        pytest.skip("there is no such key")
    event = bench.asked()
    for _ in range(3):
        bench.do(reply(event), "the same")
    assert len(bench.shown(event)) == 1


def test_what_was_not_delivered_is_asked_for_and_has_the_same_key(bench: Bench) -> None:
    if bench.peer.kind != "request-tracker":
        pytest.skip("deliveries are repeated there, or the connector has its own test")
    event = bench.asked()
    bench.do(reply(event))
    bench.do(note(event))
    bench.desk.agent_writes(event.place.conversation, "<p>I am on it.</p>")
    bench.desk.customer_writes("And a KPI?", event.place.conversation)
    delivered = {found.key: found for found in bench.said()}
    missed = bench.run(bench.connector.missed())
    here = [found for found in missed if found.place == event.place]
    asked = {found.key: found for found in here if isinstance(found, Said)}
    assert asked[event.key].text == event.text
    for key, found in delivered.items():
        assert asked[key].text == found.text
        assert (asked[key].author, asked[key].public) == (found.author, found.public)
        assert asked[key].at == pytest.approx(found.at, abs=2)
        assert asked[key].automatic is found.automatic


def test_nothing_is_sent_that_a_template_would_fill_in(bench: Bench) -> None:
    if bench.peer.kind not in ("freshdesk", "intercom", "zendesk"):
        pytest.skip("nothing is filled in there")
    event = bench.asked()
    bench.do(reply(event, "{{ticket.requester.email}} {% assign a = 1 %}"))
    (shown,) = bench.shown(event)
    assert "{{" not in shown.text
    assert "{%" not in shown.text
    assert "}}" not in shown.text


def test_every_delivery_proves_where_it_comes_from(bench: Bench) -> None:
    bench.desk.customer_writes("What is an SLA?")
    (delivery,) = bench.desk.taken()
    good = received(bench.desk, delivery)
    bench.connector.verify(good)
    for name in bench.peer.headers:
        without = {key: value for key, value in good.headers.items() if key != name.lower()}
        for forged in ("", "x", "sha1=00", "v1,AAAA", "\udcff", "ä" * 300):
            with pytest.raises(ForgedError):
                bench.connector.verify(replace(good, headers={**without, name.lower(): forged}))
        with pytest.raises(ForgedError):
            bench.connector.verify(replace(good, headers=without))
    if not bench.peer.headers:
        for forged in ("", "x", good.token[:-1], "\udcff"):
            with pytest.raises(ForgedError):
                bench.connector.verify(replace(good, token=forged))
    with pytest.raises(ForgedError):
        bench.peer.connector(bench.desk, **_other(bench.peer)).verify(good)


def test_a_changed_body_is_refused_where_bodies_are_signed(bench: Bench) -> None:
    bench.desk.customer_writes("What is an SLA?")
    good = received(bench.desk, bench.desk.taken()[0])
    changed = replace(good, body=good.body.replace(b"SLA", b"KPI"))
    if not bench.peer.signs:
        bench.connector.verify(changed)  # a shared secret is all there is, as the guides say
        return
    with pytest.raises(ForgedError):
        bench.connector.verify(changed)


def test_our_own_tools_sign_as_the_helpdesk_does(bench: Bench) -> None:
    body = bench.desk.signed_delivery(b'{"transaction": {"id": 1}}').body
    try:
        headers, token = bench.connector.sign(body, bench.desk.now)
    except UnsupportedError:
        assert bench.peer.kind == "freshchat"  # its key is nobody else's
        return
    bench.connector.verify(Received(headers, body, token, bench.desk.now))
    assert set(headers) <= {name.lower() for name in bench.peer.headers}


@pytest.mark.parametrize("late", [-400.0, 400.0])
def test_an_old_delivery_is_refused_where_its_time_is_signed(bench: Bench, late: float) -> None:
    bench.desk.customer_writes("What is an SLA?")
    came = received(bench.desk, bench.desk.taken()[0], late=late)
    if not bench.peer.stale:
        bench.connector.verify(came)
        return
    with pytest.raises(ForgedError):
        bench.connector.verify(came)


def test_secrets_are_changed_without_a_gap(bench: Bench) -> None:
    bench.desk.customer_writes("What is an SLA?")
    good = received(bench.desk, bench.desk.taken()[0])
    (name, other), *_ = _other(bench.peer).items()
    both = (*other, *getattr(bench.connector.account, name))
    bench.peer.connector(bench.desk, **{name: both}).verify(good)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"1", b"\xff", b'{"a":', b"[" * 100_000, b'{"text": "x"}',
     b'{"ticket": 1, "type": [], "action": {}, "topic": 0, "events": 1, "text": ""}',
     b'{"events": [1]}', b'{"transaction": {"type": "Create"}, "message": {}}'],
)  # fmt: skip
def test_a_strange_body_is_malformed_and_nothing_worse(bench: Bench, body: bytes) -> None:
    came = replace(received(bench.desk, bench.desk.signed_delivery(b'{"transaction": {"id": 1}}')),
                   body=body)  # fmt: skip
    with suppress(MalformedError):
        assert not [event for event in bench.connector.parse(came) if isinstance(event, Said)]


@pytest.mark.parametrize("name", ["1/../2", "..", "1?x=1", "", "1 2", "ä", "1%2f2"])
def test_a_strange_id_leads_nowhere(bench: Bench, name: str) -> None:
    event = bench.asked()
    if bench.peer.kind == "generic":
        pytest.skip("ids are no part of a path there")
    there = len(bench.desk.requests)
    place = replace(event.place, conversation=name)
    for effect in (Reply(place, "x", (), "1", event.to), HandOver(place, "rule")):
        with pytest.raises(MalformedError):
            bench.do(effect)
    assert len(bench.desk.requests) == there


def test_the_doctor_finds_a_good_account_good_and_a_bad_one_bad(bench: Bench) -> None:
    found = bench.run(bench.connector.examine())
    assert found
    assert [finding for finding in found if not finding.good] == []
    assert [finding for finding in found if finding.remedy] == []
    if bench.peer.kind == "generic":
        return  # whatever it says, it is there
    bench.connector = bench.peer.connector(bench.desk, key="wrong")
    if bench.peer.kind in ("chatwoot", "django-helpdesk"):
        told = bench.run(bench.connector.examine())
        assert any(not finding.good and finding.remedy for finding in told)
        return
    with pytest.raises(LaterError, match="401"):
        bench.run(bench.connector.examine())


def test_an_account_that_is_not_complete_is_refused_by_name(bench: Bench) -> None:
    proof = "secrets" if bench.peer.secret else "tokens"
    empty: dict[str, object] = (
        {proof: ()} if bench.peer.kind == "generic" else {proof: (), "key": ""}
    )
    for field, value in empty.items():
        with pytest.raises(SettingError, match=field):
            bench.peer.connector(bench.desk, **{field: value})
    with pytest.raises(SettingError, match="unheard_of"):
        bench.peer.connector(bench.desk, options={**bench.peer.options, "unheard_of": 1})
    for name in bench.peer.needed:
        left = {key: value for key, value in bench.peer.options.items() if key != name}
        with pytest.raises(SettingError, match=name):
            bench.peer.connector(bench.desk, options=left)


def test_no_credential_is_in_an_event_or_shown_with_the_account(bench: Bench) -> None:
    event = bench.asked()
    for secret in (bench.peer.key, bench.peer.secret, *bench.peer.tokens):
        if secret:
            assert secret not in repr(event)
            assert secret not in repr(bench.connector.account)


def _other(peer: Peer) -> dict[str, tuple[str, ...]]:
    """Return what proves deliveries of another account."""
    if peer.tokens:
        return {"tokens": ("another-token-of-length",)}
    return {"secrets": (new_public_key() if peer.kind == "freshchat" else "another secret",)}
