"""Whatever order things come in and whatever breaks: nothing lost or twice, nobody talked over.

The model knows only what was delivered and acknowledged; the checker compares it with what the
helpdesk was made to do and with what was recorded.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.helpdesk.decision import Decision, Does
from bot.helpdesk.effect import Reply, Suggest
from bot.helpdesk.event import Author, Event, Moved, Owner, Place, Said
from bot.helpdesk.reason import Reason
from tests.desk_world import AUTO, CHAT, HIDING, KINDS, TICKETS, World

CONVERSATIONS = ("c1", "c2")
MOSTLY_SURE = ["sure"] * len(KINDS) + sorted(KINDS)
WEATHERS = ("away", "429", "503", "500", "timeout", "500-done", "lost", "404", "fine")
UNCERTAIN = "nothing: unknown-outcome"
JOINED = "nothing: joined"


class Talk(RuleBasedStateMachine):
    """People talk, agents step in, the helpdesk has weather, the process dies."""

    abilities = CHAT
    rules = AUTO

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.world = World(self._folder, self.rules, self.abilities)
        self.made: list[Event] = []
        self.held: list[Event] = []
        self.asked: dict[str, Said] = {}
        self.signals: list[tuple[str, float, Owner]] = []
        self.handed: set[str] = set()
        self.faults: list[str] = []
        self.world.helpdesk.spoken = self._spoken
        self.world.decided = self._decided

    def teardown(self) -> None:
        try:
            self.world.helpdesk.weather = []
            for event in self.held:
                self._deliver(event)
            self.world.finish()
            self.check_all()
        finally:
            self.world.close()
            shutil.rmtree(self._folder)

    def _deliver(self, event: Event) -> None:
        new = self.world.deliver(event)
        told = signal(event)
        if new and told:
            self.signals.append((event.place.conversation, event.at, told))
        if isinstance(event, Said) and event.author is Author.CUSTOMER:
            self.asked.setdefault(event.key, event)

    def _make(self, event: Event, late: bool) -> None:
        self.made.append(event)
        self.world.clock.now += 1  # no two things happen at the same time
        if late:
            self.held.append(event)
        else:
            self._deliver(event)

    @rule(
        kind=st.sampled_from(MOSTLY_SURE), conversation=st.sampled_from(CONVERSATIONS),
        late=st.booleans(), ours=st.booleans(), weather=st.sampled_from(("", *WEATHERS)),
    )  # fmt: skip
    def customer_writes(
        self, kind: str, conversation: str, late: bool, ours: bool, weather: str
    ) -> None:
        self.world.helpdesk.weather += [weather] if weather else []
        owner = Owner.BOT if ours else None
        self._make(self.world.say(kind, conversation, owner=owner), late)

    @rule(conversation=st.sampled_from(CONVERSATIONS), late=st.booleans())
    def agent_replies(self, conversation: str, late: bool) -> None:
        self._make(self.world.say("I am Anna", conversation, Author.AGENT), late)

    @rule(
        conversation=st.sampled_from(CONVERSATIONS),
        owner=st.sampled_from([*Owner, Owner.BOT, Owner.BOT]),
        late=st.booleans(),
    )  # fmt: skip
    def conversation_moves(self, conversation: str, owner: Owner, late: bool) -> None:
        place = Place("inbox", conversation)
        name = f"move {self.world.number()}"
        self._make(Moved(name, place, self.world.clock.now, owner), late)

    @rule(conversation=st.sampled_from(CONVERSATIONS), writes=st.booleans())
    def agent_takes_what_was_given_to_us(self, conversation: str, writes: bool) -> None:
        """The signal that gave it to us comes after that of the agent who took it again."""
        place = Place("inbox", conversation)
        name, at = f"move {self.world.number()}", self.world.clock.now
        self.world.clock.now += 1
        self.agent_replies(conversation, False)
        self._make(Moved(name, place, at, Owner.BOT), False)
        if writes:
            self.customer_writes("sure", conversation, False, False, "fine")

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def late_event_comes(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.held) - 1))
        self._deliver(self.held.pop(place))

    @precondition(lambda self: set(map(id, self.made)) - set(map(id, self.held)))
    @rule(data=st.data())
    def event_comes_again(self, data: st.DataObject) -> None:
        came = [event for event in self.made if event not in self.held]
        self._deliver(data.draw(st.sampled_from(came)))

    @rule(weather=st.lists(st.sampled_from(WEATHERS), max_size=6), fate=st.booleans())
    def weather_changes(self, weather: list[str], fate: bool) -> None:
        self.world.helpdesk.weather = list(weather)
        self.world.helpdesk.tells_fate = fate

    @rule(slow=st.sampled_from((0.0, 3.0)), tells_owner=st.booleans())
    def things_take_time(self, slow: float, tells_owner: bool) -> None:
        self.world.assistant.slow = self.world.helpdesk.slow = slow
        self.world.helpdesk.tells_owner = tells_owner

    @rule(seconds=st.sampled_from((0.0, 1.0, 4.0, 30.0)))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(off=st.sampled_from((False, False, False, True)))
    def switch_is_set(self, off: bool) -> None:
        self.world.do(self.world.store.switch("shop", off))

    @rule()
    def process_dies(self) -> None:
        self.world.kill()
        for event in self.asked.values():  # what was decided as the process died
            if self.world.outcome(event).startswith("handed over"):
                self._decided(event, Decision(Does.HAND_OVER, Reason.UNSURE))

    @invariant()
    def nothing_twice(self) -> None:
        self.world.tick()
        for message, count in self.world.helpdesk.replies().items():
            assert count <= 1, f"{message} got {count} replies"

    @invariant()
    def nobody_is_talked_over(self) -> None:
        assert self.faults == []

    def _spoken(self, effect: Reply) -> None:
        """Look, as the call begins, at who has the conversation by all that we know."""
        if self.owner(effect.place.conversation) is Owner.PERSON:
            self.faults.append(f"{effect} is said in a person's conversation")

    def owner(self, conversation: str) -> Owner:
        """Return who has a conversation by what was acknowledged and decided, in that order."""
        owner, since = Owner.NONE, 0.0
        for place, at, told in self.signals:
            if place == conversation and at >= since:
                owner, since = told, at
        return owner

    def _decided(self, event: Event, decision: Decision) -> None:
        if decision.does is Does.HAND_OVER and event.key not in self.handed:
            self.handed.add(event.key)
            self.signals.append((event.place.conversation, event.at, Owner.PERSON))

    def check_all(self) -> None:
        """Compare what was asked, recorded and done, when nothing is left to do."""
        replies = self.world.helpdesk.replies()
        suggested: defaultdict[str, int] = defaultdict(int)
        for effect in self.world.helpdesk.of(Suggest):
            suggested[effect.place.conversation] += 1
        recorded: defaultdict[str, int] = defaultdict(int)
        for said in self.asked.values():
            outcome = self.world.outcome(said)
            assert outcome.count(": ") == 1, f"{said} was lost"
            if outcome == UNCERTAIN:
                continue
            expected = int(outcome.startswith("replied"))
            assert replies.get(said.message, 0) == expected, (said, outcome)
            recorded[said.place.conversation] += int(outcome.startswith("suggested"))
            if outcome == JOINED:
                assert self._told_with_another(said), f"{said} was joined to nothing"
        for conversation, count in suggested.items():
            assert count <= recorded[conversation], "a suggestion came twice"
        assert set(replies) <= {said.message for said in self.asked.values()}

    def _told_with_another(self, said: Said) -> bool:
        """Tell whether a message after this one in its conversation got an outcome of its own."""
        others = [
            other
            for other in self.asked.values()
            if other.place == said.place and other.at > said.at
        ]
        return any(self.world.outcome(other) != JOINED for other in others)


def signal(event: Event) -> Owner | None:
    """Return what an event says of the owner."""
    if isinstance(event, Moved):
        return event.owner
    agent = isinstance(event, Said) and event.author is Author.AGENT and event.public
    return Owner.PERSON if agent else None


class Tickets(Talk):
    abilities = TICKETS


class Hidden(Talk):
    abilities = HIDING


class Bursts(Talk):
    """Messages are a second apart, so that those of one customer belong together."""

    rules = replace(AUTO, join=1.5)


TRIALS = settings(
    max_examples=int(os.environ.get("HELPDESK_TRIALS", "20")), stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("machine", [Talk, Tickets, Hidden, Bursts])
def test_nothing_lost_nothing_twice_nobody_talked_over(machine: type[Talk]) -> None:
    run_state_machine_as_test(machine, settings=TRIALS)
