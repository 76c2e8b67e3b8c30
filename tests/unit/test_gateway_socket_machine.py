"""Anything that tabs may do, in any order: nothing is lost, doubled, reordered or overheard."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from bot.gateway.app import make_app
from bot.gateway.door import Door
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from tests.gateway_fakes import FakeRasa, door_settings
from tests.socket_client import ClosedError, Json, SocketClient

T = TypeVar("T")
ANYBODY = {"per_session": 10**6, "per_address": 10**6, "sessions_per_address": 10**6,
           "pending": 1000}  # fmt: skip
BAD = ["", "x", "4[", "42", '42["user_uttered"]', '42["user_uttered",7]', "43[]", '42["x",{}]',
       '42["user_uttered",{"message":"a","id":" "}]', '42["connect",{}]', "40", "41"]  # fmt: skip
ODD: list[Json] = [
    {}, {"message": None}, {"message": ["x"]}, {"message": "x", "id": 7}, {"message": "x" * 2001},
    {"message": "x", "id": "ü"},
]  # fmt: skip


@dataclass(eq=False)
class Person:
    """Somebody with a conversation: ``sent`` is text by id, ``numbers`` what the acks said."""

    name: str
    token: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class Tab:
    """A connection; ``after`` is where its history was to begin, ``begun`` what it got then."""

    client: SocketClient
    person: Person
    after: int
    begun: Json
    ours: bool
    own: set[int] = field(default_factory=set)


class Tabs(RuleBasedStateMachine):
    people = Bundle("people")
    tabs = Bundle("tabs")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.rasa = FakeRasa()
        self.open: list[Tab] = []
        self.everybody: list[Person] = []
        self.do(self._start())

    async def _start(self) -> None:
        door = door_settings(self.folder, "0.0.0.0", **ANYBODY)
        self.door = Door(door, SqlStore(SqliteDatabase(self.folder / "door.db")), self.rasa)
        await self.door.start()
        self.app = make_app(self.door)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    def teardown(self) -> None:
        self.rasa.away = False
        self.do(self._settle())
        self._check(whole=True)
        for tab in self.open:
            self.do(tab.client.close())
        self.do(self.door.stop())
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()
        shutil.rmtree(self.folder)

    async def _settle(self) -> None:
        """Wait until every message has its answer and every tab its events."""
        while await self.door.store.waiting():
            await asyncio.sleep(0.005)
        for _ in range(20):
            await asyncio.sleep(0.005)

    # ---- what may happen

    @initialize(target=people)
    def two_people(self) -> Any:
        self.everybody = [Person("Ada"), Person("Bob")]
        return multiple(*self.everybody)

    @rule(
        target=tabs, person=people, share=st.sampled_from([0.0, 0.5, 1.0]), last=st.integers(0, 9)
    )
    def a_tab_of_ours(self, person: Person, share: float, last: int) -> Any:
        answered = max((n for n in person.numbers.values()), default=0)
        after = int(answered * share)
        return self.do(self._joined(person, after, {"after": after, "last": last}))

    async def _joined(self, person: Person, after: int, asked: Json) -> Tab:
        client = SocketClient(self.app)
        await client.open()
        begun = await client.session(session_id=person.token, **asked)
        assert begun["resumed"] is bool(person.token)
        person.token = begun["session_id"]
        tab = Tab(client, person, after, begun, True)
        self.open.append(tab)
        return tab

    @rule(target=tabs, person=people)
    def a_tab_of_a_widget_made_for_rasa(self, person: Person) -> Any:
        return self.do(self._joined_as_rasas(person))

    async def _joined_as_rasas(self, person: Person) -> Tab:
        client = SocketClient(self.app)
        await client.open()
        await client.emit("session_request", {"session_id": person.token or None})
        [token] = await client.wait("session_confirm")
        assert person.token in ("", token)
        person.token = token
        tab = Tab(client, person, 0, {}, False)
        self.open.append(tab)
        return tab

    @rule(tab=tabs, count=st.integers(1, 4), kind=st.sampled_from(["", "", "slow", "mute"]))
    def somebody_asks(self, tab: Tab, count: int, kind: str) -> None:
        self.do(self._asked(tab, count, kind))

    async def _asked(self, tab: Tab, count: int, kind: str) -> None:
        person, sending = tab.person, []
        if tab not in self.open:
            return
        names = [f"{person.name}{len(person.sent) + number}" for number in range(count)]
        for name in names:
            person.sent[name] = f"{kind} {name}".strip()
            payload = {"message": person.sent[name], "id": name}
            sending.append(tab.client.call("user_uttered", payload))
        for name, ack in zip(names, await asyncio.gather(*sending), strict=True):
            assert ack["id"] == name
            assert not ack["repeated"]
            person.numbers[name] = ack["number"]
            tab.own.add(ack["number"])

    @rule(tab=tabs, which=st.integers(0, 99))
    def somebody_sends_again(self, tab: Tab, which: int) -> None:
        if tab in self.open and tab.person.numbers:
            self.do(self._again(tab, sorted(tab.person.numbers)[which % len(tab.person.numbers)]))

    async def _again(self, tab: Tab, name: str) -> None:
        person = tab.person
        again = {"message": person.sent[name], "id": name}
        ack = await tab.client.call("user_uttered", again)
        assert (ack["number"], ack["repeated"]) == (person.numbers[name], True)
        if ack.get("answer"):
            assert ack["answer"]["reply_to"] == name
        other = await tab.client.call("user_uttered", {"message": "other", "id": name})
        assert other["error"]["code"] == "other_text"

    @rule(tab=tabs, payload=st.sampled_from(ODD))
    def somebody_sends_what_does_not_fit(self, tab: Tab, payload: Json) -> None:
        if tab in self.open and tab.ours:
            assert "error" in self.do(tab.client.call("user_uttered", payload))

    @rule(tab=consumes(tabs), frame=st.sampled_from(["", *BAD]))
    def a_tab_ends_or_goes_mad(self, tab: Tab, frame: str) -> None:
        if tab in self.open:
            self.open.remove(tab)
            self.do(self._mad(tab, frame) if frame else tab.client.close())

    async def _mad(self, tab: Tab, frame: str) -> None:
        await tab.client.frame(frame)
        await asyncio.sleep(0.01)
        with suppress(ClosedError):
            await tab.client.close()

    @rule(token=st.sampled_from(["Ada", "1", "default", "0" * 32]))
    def somebody_guesses(self, token: str) -> None:
        self.do(self._guessed(token))

    async def _guessed(self, token: str) -> None:
        client = SocketClient(self.app)
        await client.open()
        begun = await client.session(session_id=token)
        assert not begun["resumed"]
        assert begun["history"] == []
        await client.close()

    @rule(tab=tabs, last=st.integers(0, 9))
    def a_tab_comes_while_an_answer_is_due(self, tab: Tab, last: int) -> None:
        """Rasa is away: somebody asks, comes back with another tab, and only then is answered."""
        self.rasa.away = True
        self.do(self._asked(tab, 2, ""))
        self.do(self._joined(tab.person, 0, {"last": last}))
        self.rasa.away = False

    @rule(away=st.booleans())
    def rasa_goes_or_comes(self, away: bool) -> None:
        self.rasa.away = away

    @rule()
    def time_goes_by(self) -> None:
        self.do(asyncio.sleep(0.03))

    # ---- what must hold

    @invariant()
    def nothing_is_doubled_reordered_or_overheard(self) -> None:
        self._check(whole=False)

    def _check(self, whole: bool) -> None:
        for tab in self.open:
            said = [one for one in tab.client.told("bot_uttered") if "error" not in one]
            if tab.ours:
                self._check_ours(tab, said, whole)
            own = [text for text in tab.person.sent.values() if not text.startswith("mute")]
            for one in said:
                if one["text"].startswith("re: "):
                    assert one["text"].removeprefix("re: ") in own
        for person in self.everybody:
            numbers = sorted(person.numbers.values())
            assert numbers == list(range(1, len(numbers) + 1))
            taken = [text for _, text in self.rasa.taken if person.name in text]
            assert len(taken) == len(set(taken))
            if whole:
                good = [text for text in person.sent.values() if not text.startswith("mute")]
                assert sorted(taken) == sorted(good)

    def _check_ours(self, tab: Tab, said: list[Json], whole: bool) -> None:
        begun = tab.begun["history"]
        had = [turn["number"] for turn in begun if turn["answer"]]
        got = had + [one["number"] for one in said]
        assert got == list(range(got[0], got[0] + len(got))) if got else True
        for one in said:
            if one["outcome"] == "answered":
                assert one["text"] == f"re: {tab.person.sent[one['reply_to']]}"
        if whole:
            first = min([*(turn["number"] for turn in begun), tab.begun["number"] + 1])
            assert first <= max(tab.after, tab.begun["number"]) + 1
            last = len(tab.person.numbers)
            assert got == list(range(first, last + 1))
            heard = {one["number"] for one in tab.client.told("user_message")}
            assert len(heard) == len(tab.client.told("user_message"))
            assert not heard & {turn["number"] for turn in begun}
            assert not heard & tab.own


RUNS = int(os.environ.get("SOCKET_RUNS", "25"))
TestTabs = Tabs.TestCase
TestTabs.settings = settings(
    max_examples=RUNS, stateful_step_count=25, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
