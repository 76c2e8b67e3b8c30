"""The suite of all connectors against a real Request Tracker 5 instead of our fake of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.helpdesk.connector import Standing
from bot.helpdesk.effect import HandOver
from tests.contract import test_helpdesk as suite
from tests.real_helpdesks.request_tracker import BOT, RealRequestTracker
from tests.real_helpdesks.rt_server import RtServer, missing
from tests.strict_helpdesks.peers import PEERS
from tests.strict_helpdesks.request_tracker import RequestTracker
from tests.strict_helpdesks.server import Delivery

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[RtServer, list[Delivery]]]:
    with RealRequestTracker.server() as running:
        yield running


@pytest.fixture
def bench(server: tuple[RtServer, list[Delivery]]) -> suite.Bench:
    rt, deliveries = server
    deliveries.clear()
    desk: Any = RealRequestTracker(rt, deliveries)
    (peer,) = (peer for peer in PEERS if peer.kind == "request-tracker")
    made = suite.Bench(peer, desk)
    made.connector = peer.connector(desk, key=rt.tokens[BOT])
    return made


test_a_customers_words = suite.test_a_customers_words_arrive_once_and_plain
test_hostile_words = suite.test_hostile_words_arrive_as_they_were_written
test_told_again = suite.test_a_message_that_is_told_again_has_the_same_key
test_our_own_words = suite.test_our_own_words_are_known_as_ours
test_reply_and_note = suite.test_a_reply_is_shown_to_the_customer_and_a_note_is_not
test_an_agents_words = suite.test_an_agents_words_are_an_agents_and_notes_are_internal
test_a_person_takes_it = suite.test_a_person_who_takes_it_is_told_and_seen
test_given_back = suite.test_it_is_given_back_by_the_helpdesks_own_signal
test_handed_over = suite.test_what_we_hand_over_is_with_people_and_not_taken_back_by_its_echo
test_writes_on = suite.test_the_customer_who_writes_on_after_a_hand_over_does_not_take_it_back
test_tags = suite.test_tags_are_added_to_those_that_are_there
test_same_words = (
    suite.test_the_same_words_said_before_do_not_count_where_the_product_tells_them_apart
)
test_proof = suite.test_every_delivery_proves_where_it_comes_from
test_changed_body = suite.test_a_changed_body_is_refused_where_bodies_are_signed
test_old_delivery = suite.test_an_old_delivery_is_refused_where_its_time_is_signed
test_two_secrets = suite.test_secrets_are_changed_without_a_gap
test_missed = suite.test_what_was_not_delivered_is_asked_for_and_has_the_same_key
test_doctor = suite.test_the_doctor_finds_a_good_account_good_and_a_bad_one_bad


def test_what_we_wrote_is_found_again(bench: suite.Bench) -> None:
    event = bench.asked()
    for number, effect in enumerate(suite.effects(bench, event)):
        assert bench.run(bench.connector.settle(effect, f"k{number}")) is Standing.NOT_DONE
        bench.do(effect, f"k{number}")
        assert bench.run(bench.connector.settle(effect, f"k{number}")) is Standing.DONE


def test_a_hand_over_to_nobody_there_is_is_told(bench: suite.Bench) -> None:
    event = bench.asked()
    for effect in (
        HandOver(event.place, "rule", "", "stranger"),
        HandOver(event.place, "rule", "X"),
    ):
        with pytest.raises(suite.UnsupportedError):
            bench.do(effect)


def test_mail_of_a_program_is_told_as_such(bench: suite.Bench) -> None:
    desk: Any = bench.desk
    desk.rt.mail("I am away.", "Away", Auto_Submitted="auto-replied")
    (event,) = bench.said()
    assert event.automatic


def test_html_mail_arrives_plain(bench: suite.Bench) -> None:
    event = bench.asked()
    bench.desk.agent_writes(event.place.conversation, "<p>It is <b>bold</b> &amp; true.</p>")
    told = [found for found in bench.said() if found.key != event.key]
    assert [found.text for found in told] == ["It is bold & true."]


def test_our_fake_posts_what_the_real_scrip_posts(bench: suite.Bench) -> None:
    """The same things done in both: the same keys, and the same values but for ids and times."""
    with RequestTracker().running() as fake:
        shapes = []
        for desk in (bench.desk, fake):
            conversation = desk.customer_writes("What is an SLA?")
            desk.agent_takes(conversation)
            desk.agent_writes(conversation, "Hello")
            desk.agent_notes(conversation, "A note")
            desk.gives_back(conversation)
            told = [json.loads(delivery.body) for delivery in desk.taken()]
            shapes.append(sorted((_shape(one) for one in told), key=json.dumps))
    assert shapes[0] == shapes[1]


def _shape(told: dict[str, Any]) -> dict[str, Any]:
    done, ticket = told["transaction"], told["ticket"]
    for part, name in ((done, "id"), (done, "created"), (ticket, "id")):
        assert isinstance(part.pop(name), int)
    for name in ("old", "new"):
        done[name] = done[name] if done["type"] == "Status" else bool(done[name])
    if told["message"]:
        told["message"]["text"] = told["message"]["text"].strip()
    shape: dict[str, Any] = json.loads(json.dumps(told, sort_keys=True))
    return shape
