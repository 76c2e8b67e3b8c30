"""What a customer writes in several short messages is one question, and gets one answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.helpdesk.burst import first_burst
from bot.helpdesk.event import Author, Event, Place, Rated, Said, Verdict
from bot.helpdesk.store import Work
from tests.desk_world import AUTO, TICKETS, World

PAUSE = 1.5
JOINED = "nothing: joined"
PLACE = Place("inbox", "c1")


def work(number: int, at: float, text: str = "hi", **more: object) -> Work:
    said = Said(f"k{number}", PLACE, at, Author.CUSTOMER, "kim", f"m{number}", text)
    return Work(number, replace(said, **more), 1000.0 + number)  # type: ignore[arg-type]


def test_messages_close_together_are_one_with_the_words_of_all() -> None:
    waiting = [work(1, 10.0, "what is", attachments=1), work(2, 11.0, "RCS"), work(3, 12.5, "pls")]
    burst = first_burst(waiting, PAUSE)
    assert [before.seq for before in burst.before] == [1, 2]
    assert isinstance(burst.work.event, Said)
    assert (burst.work.event.text, burst.work.event.message) == ("what is\nRCS\npls", "m3")
    assert burst.work.event.attachments == 1


@pytest.mark.parametrize(
    "other",
    [
        work(2, 20.0),  # a while later
        work(2, 10.5, author_id="lee"),
        work(2, 10.5, automatic=True),
        work(2, 10.5, author=Author.AGENT),
        work(2, 10.5, "x" * 2000),
        Work(2, Rated("r", PLACE, 10.5, Verdict.BAD), 1002.0),
    ],
)
def test_what_does_not_belong_together_is_not_joined(other: Work) -> None:
    burst = first_burst([work(1, 10.0), other], PAUSE)
    assert (burst.before, burst.work) == ((), work(1, 10.0))


def test_without_a_pause_every_message_is_one() -> None:
    assert first_burst([work(1, 10.0), work(2, 10.0)], 0.0).work == work(1, 10.0)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, replace(AUTO, join=PAUSE))
    yield world
    world.close()


def write(world: World, *texts: str) -> list[Said]:
    """Let the customer write a message a second."""
    made = []
    for text in texts:
        world.clock.now += 1.0
        made.append(world.say(text))
        world.deliver(made[-1])
    return made


def outcomes(world: World, *said: Said) -> list[str]:
    return [world.outcome(one) for one in said]


def test_a_burst_gets_one_answer_to_its_last_message(world: World) -> None:
    said = write(world, "sure", "really", "pls")
    world.finish()
    assert outcomes(world, *said) == [JOINED, JOINED, "replied: sure"]
    assert world.helpdesk.replies() == {said[-1].message: 1}
    assert world.assistant.asked == {("c1", said[-1].message): ["sure\nreally\npls"]}
    assert world.tally.decisions == {JOINED: 2, "replied: sure": 1}


def test_a_message_that_comes_after_the_pause_is_answered_by_itself(world: World) -> None:
    said = write(world, "sure")
    world.finish()
    said += write(world, "maybe")
    world.finish()
    assert outcomes(world, *said) == ["replied: sure", "suggested: unsure"]


def test_what_was_written_apart_and_delivered_at_once_is_answered_one_by_one(world: World) -> None:
    early, late = world.say("sure"), world.say("sure")
    world.deliver(replace(early, at=late.at - 60), late)
    world.finish()
    assert world.helpdesk.replies() == {early.message: 1, late.message: 1}


def test_two_fragments_are_not_two_declines_in_a_row(world: World) -> None:
    said = write(world, "unknown", "thing")
    world.finish()
    assert outcomes(world, *said) == [JOINED, "replied: declined"]


def test_a_kill_while_it_waits_for_more_loses_and_doubles_nothing(world: World) -> None:
    said = write(world, "sure", "really")
    world.kill()
    said += write(world, "pls")
    world.finish()
    assert outcomes(world, *said) == [JOINED, JOINED, "replied: sure"]
    assert world.helpdesk.replies() == {said[-1].message: 1}


def test_tickets_do_not_wait(tmp_path: Path) -> None:
    world = World(tmp_path, replace(AUTO, join=PAUSE), TICKETS)
    said = world.say("sure")
    world.deliver(said)
    world.tick()
    assert world.outcome(said) == "replied: sure"
    world.close()


def test_waiting_for_more_keeps_no_other_conversation_waiting(world: World) -> None:
    """More conversations wait for more than are worked on at a time."""
    said: list[Event] = [world.say("sure", f"c{number}") for number in range(40)]
    world.deliver(*said)
    world.pass_time(PAUSE + 0.1)
    assert len(world.helpdesk.replies()) == 40
