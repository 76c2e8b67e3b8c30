"""A desk at work: one effect per message, whatever the helpdesk does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.helpdesk.codec import event_text
from bot.helpdesk.delivery import Delivery
from bot.helpdesk.effect import HandOver, Reply, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Rated, Verdict
from bot.helpdesk.rules import Hours, Mode, RuleBook, Rules
from tests.desk_world import AUTO, HIDING, TICKETS, World

PLACE = Place("inbox", "c1")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("sure", "replied: sure"),
        ("which", "replied: asked-back"),
        ("hello", "replied: small-talk"),
        ("unknown", "replied: declined"),
        ("maybe", "suggested: unsure"),
        ("hardly", "nothing: unsure"),
        ("person", "handed over: asked-for-person"),
        ("broken", "nothing: failed"),
        ("", "nothing: empty"),
        ("sure " + "x" * 3000, "nothing: too-long"),
        ("/sure", "replied: sure"),
    ],
)
def test_outcomes_in_a_chat(world: World, text: str, outcome: str) -> None:
    said = world.say(text)
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == outcome
    assert world.helpdesk.replies()[said.message] == int(outcome.startswith("replied"))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("sure", "suggested: suggest-mode"),
        ("maybe", "suggested: suggest-mode"),
        ("hardly", "nothing: unsure"),
        ("unknown", "nothing: declined"),
        ("hello", "nothing: small-talk"),
        ("person", "handed over: asked-for-person"),
    ],
)
def test_in_suggest_mode_nothing_is_said_to_the_customer(
    world: World, text: str, outcome: str
) -> None:
    world.rules = RuleBook()
    said = world.say(text)
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == outcome
    assert world.helpdesk.of(Reply) == []


@pytest.mark.parametrize("text", ["maybe", "hardly", "broken", "", "hello"])
def test_where_agents_see_nothing_that_is_ours_it_is_handed_over(tmp_path: Path, text: str) -> None:
    world = World(tmp_path, replace(AUTO, small_talk=False), HIDING)
    said = world.say(text, owner=Owner.BOT)
    world.deliver(said)
    world.finish()
    assert world.outcome(said).startswith("handed over: ")
    assert len(world.helpdesk.of(HandOver)) == 1
    world.close()


def test_a_hand_over_carries_what_the_agent_needs(world: World) -> None:
    world.rules = RuleBook(replace(AUTO, team="4", tag=True))
    world.deliver(world.say("sure"))
    world.finish()
    world.deliver(world.say("person <b> [x](javascript:1) 4111 1111 1111 1111"))
    world.finish()
    line, note, target, tag = [effect for _, effect, _ in world.helpdesk.done][2:]
    assert isinstance(line, Reply)
    assert line.text == "Ich gebe das an einen Menschen weiter, der hier antworten wird."
    assert target == HandOver(PLACE, "asked-for-person", team="4")
    assert tag == Tag(PLACE, ("bot-handoff", "bot-reason-asked-for-person"))
    [text] = world.notes()
    assert note.text == text  # type: ignore[union-attr]
    for part in ("asks for a person", "`asked-for-person`", "Question", "> It is so.", "Assistant"):
        assert part in text
    assert "<b>" not in text
    assert "](javascript" not in text
    assert "4111" not in text


def test_declines_in_a_row_hand_over(world: World) -> None:
    messages = [world.say(text) for text in ("unknown", "sure", "unknown", "unknown", "sure")]
    for message in messages:
        world.deliver(message)
        world.finish()
    assert [world.outcome(message) for message in messages] == [
        "replied: declined", "replied: sure", "replied: declined", "handed over: declined-again",
        "nothing: person-owns",
    ]  # fmt: skip


def test_who_says_that_it_did_not_help_is_handed_over(world: World) -> None:
    first, second = world.say("bad"), world.say("bad")
    world.deliver(first)
    world.finish()
    assert world.outcome(first) == "replied: small-talk"  # nothing of ours was before it
    world.deliver(second)
    world.finish()
    assert world.outcome(second) == "handed over: unhelpful"


def test_a_bad_rating_hands_over(world: World) -> None:
    world.deliver(world.say("sure"))
    world.finish()
    world.deliver(Rated("r1", PLACE, world.clock.now, Verdict.BAD))
    world.finish()
    assert [h.reason for h in world.helpdesk.of(HandOver)] == ["unhelpful"]  # type: ignore[union-attr]


def test_rules_hand_over(world: World) -> None:
    world.rules = RuleBook(replace(AUTO, people_words=("Lawyer",), people_tags=("vip",)))
    messages = [world.say("sure, my lawyer", "c1"), world.say("sure", "c2", tags=("vip",))]
    world.deliver(*messages)
    world.finish()
    assert {world.outcome(message) for message in messages} == {"handed over: rule"}


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ({"channels": ("mail",)}, "nothing: channel"),
        ({"with_tags": ("faq",)}, "nothing: tags"),
        ({"without_tags": ("spam",)}, "nothing: tags"),
        ({"languages": ("fr",)}, "nothing: language"),
        ({"mode": Mode.OFF}, "nothing: mode-off"),
    ],
)
def test_rules_keep_it_silent(world: World, rules: dict[str, object], outcome: str) -> None:
    world.rules = RuleBook(replace(AUTO, **rules))  # type: ignore[arg-type]
    said = world.say("sure", channel="web", tags=("spam",), language="en")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == outcome
    assert world.helpdesk.done == []


def test_only_the_first_reply_of_a_ticket_is_public(tmp_path: Path) -> None:
    world = World(tmp_path, replace(AUTO, first_only=True), TICKETS)
    messages = [world.say("sure"), world.say("sure")]
    for message in messages:
        world.deliver(message)
        world.finish()
    assert [world.outcome(m) for m in messages] == ["replied: sure", "suggested: not-first"]
    world.close()


def test_the_assistant_is_silent_from_the_agent_on_until_it_is_given_back(world: World) -> None:
    world.deliver(world.say("I take care", author=Author.AGENT))
    before = world.say("sure")
    world.deliver(before)
    world.finish()
    world.clock.now += 10
    world.deliver(world.say(" /Bot on ", author=Author.AGENT, public=False))
    after = world.say("sure")
    world.deliver(after)
    world.finish()
    assert (world.outcome(before), world.outcome(after)) == (
        "nothing: person-owns", "replied: sure",
    )  # fmt: skip


def test_a_late_signal_gives_nothing_back(world: World) -> None:
    early = world.clock.now - 50
    world.deliver(Moved("v2", PLACE, world.clock.now, Owner.PERSON))
    world.deliver(Moved("v1", PLACE, early, Owner.BOT))
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "nothing: person-owns"


def test_who_takes_over_while_we_answer_is_not_talked_over(world: World) -> None:
    world.assistant.slow = 5
    said = world.say("sure")
    world.deliver(said)
    world.tick()
    world.deliver(world.say("hello, this is Anna", author=Author.AGENT))
    world.finish()
    assert world.outcome(said) == "nothing: person-owns"
    assert world.helpdesk.done == []


def test_who_takes_over_while_the_helpdesk_is_away_is_not_talked_over(world: World) -> None:
    world.helpdesk.weather = ["away"] * 3
    said = world.say("sure")
    world.deliver(said)
    world.pass_time(1)
    world.deliver(world.say("hello, this is Anna", author=Author.AGENT))
    world.finish()
    assert world.outcome(said) == "nothing: person-owns"
    assert world.helpdesk.done == []


def test_the_owner_is_asked_before_anything_is_said(world: World) -> None:
    world.helpdesk.tells_owner = True
    world.helpdesk.owners["c1"] = Owner.PERSON
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "nothing: person-owns"
    world.helpdesk.owners["c1"] = Owner.BOT
    again = world.say("sure")
    world.deliver(again)
    world.finish()
    assert world.outcome(again) == "replied: sure"


def test_who_takes_over_while_we_look_is_not_talked_over(world: World) -> None:
    world.helpdesk.tells_owner = True
    world.helpdesk.slow = 3
    said = world.say("sure")
    world.deliver(said)
    world.pass_time(4)  # decided; now the owner is asked for once more before the reply
    assert world.outcome(said) == "replied: sure"
    world.deliver(world.say("hello, this is Anna", author=Author.AGENT))
    world.finish()
    assert world.outcome(said) == "nothing: person-owns"
    assert world.helpdesk.done == []


def test_the_kill_switch_works_at_once(world: World) -> None:
    world.helpdesk.weather = ["away"]
    first = world.say("sure")
    world.deliver(first)
    world.tick()
    world.do(world.store.switch("shop", True))
    world.finish()
    second = world.say("sure")
    world.deliver(second)
    world.finish()
    assert world.outcome(first) == world.outcome(second) == "nothing: switched-off"
    assert world.helpdesk.of(Reply) == []
    world.do(world.store.switch("shop", False))
    third = world.say("sure")
    world.deliver(third)
    world.finish()
    assert world.outcome(third) == "replied: sure"


def test_what_comes_again_is_answered_once(world: World) -> None:
    said = world.say("sure")
    assert [world.deliver(said), world.deliver(said), world.deliver(said, said)] == [1, 0, 0]
    world.finish()
    assert world.deliver(said) == 0
    world.finish()
    assert world.helpdesk.replies() == {said.message: 1}


@pytest.mark.parametrize("weather", ["away", "429", "503", "500", "timeout", "500-done", "lost"])
@pytest.mark.parametrize("tells_fate", [True, False])
def test_bad_weather_makes_no_second_reply(world: World, weather: str, tells_fate: bool) -> None:
    world.helpdesk.weather = [weather]
    world.helpdesk.tells_fate = tells_fate
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    known = tells_fate or weather in ("away", "429", "503")
    assert world.outcome(said) == ("replied: sure" if known else "nothing: unknown-outcome")
    happened = known or weather in ("500-done", "lost")
    assert world.helpdesk.replies()[said.message] == int(happened)
    assert len(world.helpdesk.of(HandOver)) == int(not known)
    assert bool(world.notes()) == (not known)


def test_an_echo_is_the_receipt_of_a_reply_whose_call_broke_off(world: World) -> None:
    world.helpdesk.weather = ["lost"]
    world.helpdesk.tells_fate = False
    said = world.say("sure")
    world.deliver(said)
    world.tick()
    world.deliver(world.say("It is so [1].", author=Author.BOT))
    world.finish()
    assert world.outcome(said) == "replied: sure"
    assert world.helpdesk.replies() == {said.message: 1}
    assert world.notes() == []


def test_echoes_are_never_answered(world: World) -> None:
    for author in (Author.BOT, Author.SYSTEM):
        world.deliver(world.say("sure", author=author))
        world.deliver(world.say("sure", author=author, public=False))
    world.deliver(world.say("sure", public=False))
    world.finish()
    assert world.assistant.asked == {}
    assert world.helpdesk.done == []


def test_a_reply_refused_for_good_goes_to_people(world: World) -> None:
    world.helpdesk.weather = ["404"]
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "nothing: refused"
    assert "It is so" in world.notes()[0]
    assert len(world.helpdesk.of(HandOver)) == 1


def test_a_reply_that_comes_too_late_goes_to_people(world: World) -> None:
    world.helpdesk.weather = ["away"] * 200
    said = world.say("sure")
    world.deliver(said)
    world.pass_time(3700)
    world.helpdesk.weather = []
    world.finish()
    assert world.outcome(said) == "nothing: too-late"
    assert world.helpdesk.replies() == {}


def test_a_conversation_that_is_gone_holds_nothing_up(world: World) -> None:
    world.helpdesk.tells_owner = True
    world.helpdesk.weather = ["404"] * 3  # twice asked for the owner, then told the reply
    said, other = world.say("sure"), world.say("sure", "c2")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "nothing: refused"
    world.deliver(other)
    world.finish()
    assert world.outcome(other) == "replied: sure"


@pytest.mark.parametrize("tells_owner", [True, False])  # it fails in deciding, or in sending
def test_a_fault_of_ours_holds_nothing_up(world: World, tells_owner: bool) -> None:
    world.helpdesk.tells_owner = tells_owner
    world.helpdesk.tells_fate = False
    world.helpdesk.weather = ["bug"] * 5
    said, next_one = world.say("sure"), world.say("sure")
    world.deliver(said, next_one)
    world.finish()
    assert world.outcome(said) in ("nothing: failed", "nothing: unknown-outcome")
    assert world.outcome(next_one).count(": ") == 1


def test_a_pause_that_the_helpdesk_asks_for_holds_for_all(world: World) -> None:
    world.helpdesk.weather = ["429"]
    began = world.clock.now
    world.deliver(world.say("sure", "c1"))
    world.tick()
    world.deliver(world.say("sure", "c2"), world.say("sure", "c3"))
    world.finish()
    assert [at - began >= 7 for _, _, at in world.helpdesk.done] == [True] * 3


def test_limits_stop_a_loop(world: World) -> None:
    world.rules = RuleBook(replace(AUTO, per_hour=3))
    messages = [world.say("sure") for _ in range(5)]
    for message in messages:
        world.deliver(message)
        world.finish()
    assert [world.outcome(m) for m in messages[2:]] == ["replied: sure", *["nothing: loop"] * 2]
    world.clock.now += 3601
    later = world.say("sure")
    world.deliver(later)
    world.finish()
    assert world.outcome(later) == "replied: sure"


def test_absence_notes_are_not_answered(world: World) -> None:
    said = world.say("sure", automatic=True)
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "nothing: automatic"


def test_messages_out_of_order_are_answered_in_order(world: World) -> None:
    world.assistant.slow = 1
    first = world.say("sure 1")
    world.clock.now += 1
    second = world.say("sure 2")
    third = world.say("sure 3")
    world.deliver(third)
    world.deliver(second)
    world.deliver(first)
    world.finish()
    said = [effect.message for effect in world.helpdesk.of(Reply) if isinstance(effect, Reply)]
    assert said.index(first.message) < said.index(second.message)


def test_a_busy_assistant_is_asked_again(world: World) -> None:
    world.assistant.busy = 4
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    assert world.outcome(said) == "replied: sure"


@pytest.mark.parametrize("when", range(0, 60, 2))
def test_a_kill_at_any_moment_makes_no_second_reply(tmp_path: Path, when: int) -> None:
    """The process dies after so many steps of the event loop."""
    world = World(tmp_path)
    world.helpdesk.slow = 1
    world.assistant.slow = 1
    said = world.say("sure")
    world.deliver(said)
    if when % 4 == 0:
        world.tick()
        world.clock.wake_next()
    for _ in range(when):
        world.do(_step())
    world.kill()
    world.finish()
    assert world.outcome(said) == "replied: sure"
    assert world.helpdesk.replies() == {said.message: 1}
    world.close()


async def _step() -> None:
    await asyncio.sleep(0.0001)


def test_hours_set_the_mode(world: World) -> None:
    hours = Hours(ZoneInfo("Europe/Berlin"), {"thu": ((time(0), time(2)),)}, Mode.SUGGEST)
    world.rules = RuleBook(replace(AUTO, hours=hours))  # the clock begins on Thursday at 1:00 there
    first = world.say("sure")
    world.deliver(first)
    world.finish()
    world.clock.now += 3600
    second = world.say("sure")
    world.deliver(second)
    world.finish()
    assert world.outcome(first) == "suggested: suggest-mode"
    assert world.outcome(second) == "replied: sure"


def test_each_inbox_has_its_rules(world: World) -> None:
    world.rules = RuleBook(Rules(mode=Mode.OFF), {"inbox": AUTO})
    ours = world.say("sure")
    other = replace(world.say("sure"), place=Place("other", "c2"))
    world.deliver(ours, other)
    world.finish()
    assert (world.outcome(ours), world.outcome(other)) == ("replied: sure", "nothing: mode-off")


def test_figures_tell_how_it_goes(world: World) -> None:
    world.deliver(world.say("sure", "c1"), world.say("sure", "c2"), world.say("maybe", "c3"))
    world.finish()
    world.deliver(world.say("It may be so. [1]", "c3", Author.AGENT))
    world.deliver(world.say("no, that is wrong", "c2", Author.AGENT))
    world.deliver(Closed("x", PLACE, world.clock.now))
    world.finish()
    [figures] = world.do(world.store.figures("shop", 0))
    assert figures.outcomes == {"replied: sure": 2, "suggested: unsure": 1}
    assert figures.followed == {"sent": 1}
    assert (figures.answered, figures.deflected) == (2, 1)
    queue = world.do(world.store.queue("shop", world.clock.now))
    assert (queue.messages, queue.effects, queue.oldest) == (0, 0, 0)


def test_texts_are_forgotten_but_messages_stay_known(world: World) -> None:
    said = world.say("sure")
    world.deliver(said)
    world.finish()
    world.do(world.store.forget("shop", world.clock.now + 1e6))
    assert world.do(world.store.lines("shop", "c1", 9)) == []
    assert world.deliver(said) == 0
    world.finish()
    assert world.helpdesk.replies() == {said.message: 1}


def test_a_delivery_is_acknowledged_however_much_is_being_done(world: World) -> None:
    world.assistant.slow = world.helpdesk.slow = 1e6
    world.deliver(*(world.say("sure", f"c{number}") for number in range(100)))
    world.do(asyncio.sleep(0.05))
    assert world.deliver(world.say("sure", "c100")) == 1  # returns although nothing else does


@pytest.mark.parametrize(("kept_after", "said_after"), [(0.3, 0.4), (1e6, 2.0)])
def test_work_lets_deliveries_go_first_but_not_for_ever(
    world: World, kept_after: float, said_after: float
) -> None:
    """While a delivery takes its time to be kept, each step of other work waits a second at most:
    the decision, and the call.
    """
    accept = world.store.accept

    async def slow(desk: str, events: Sequence[Event], received: float) -> int:
        if any(event.place.conversation == "slow" for event in events):
            await world.clock.sleep(kept_after)
        return await accept(desk, events, received)

    world.store.accept = slow  # type: ignore[method-assign]
    waiting = world.loop.create_task(
        world.desk.receive(Delivery({}, delivered(world.say("sure", "slow")), "", world.clock.now))
    )
    world.receiving.append(waiting)
    world.tick()
    began = world.clock.now
    said = world.say("sure")
    world.deliver(said)
    world.tick()
    assert world.helpdesk.replies() == {}
    while not world.helpdesk.replies():
        world.clock.wake_next()
        world.tick()
    assert world.clock.now - began == pytest.approx(said_after, abs=0.11)
    waiting.cancel()


def delivered(*events: Event) -> bytes:
    return json.dumps([event_text(event) for event in events]).encode()
