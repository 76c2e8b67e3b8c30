"""The socket as widgets meet it, over a real database and a Rasa of the tests' own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio
from starlette.applications import Starlette

from bot.gateway import session as sessions
from bot.gateway.app import make_app
from bot.gateway.door import Door
from bot.gateway.handover import EndReason, Handover, PersonMessage, State
from bot.gateway.sockets import audience, events
from bot.gateway.sockets.audience import Listener
from bot.gateway.sockets.shapes import answer
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import Message, Outcome, Reply, StoreUnavailableError, Turn
from tests.gateway_fakes import FakeRasa, door_settings
from tests.socket_client import ClosedError, Json, SocketClient, connected

ANYWHERE = {"per_session": 1000, "per_address": 10_000, "sessions_per_address": 1000}
PAGE = "https://www.example.org"


@dataclass
class House:
    """A front door and the Rasa behind it."""

    app: Starlette
    door: Door
    rasa: FakeRasa

    def client(self, **headers: str) -> Any:
        """Return a connection to be opened."""
        return connected(self.app, headers=headers)

    async def http(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request."""
        transport = httpx.ASGITransport(self.app, client=("203.0.113.5", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.request(method, path, **more)


@asynccontextmanager
async def opened(state: Path, **door: Any) -> AsyncIterator[House]:
    rasa = FakeRasa()
    given = {**ANYWHERE, "origins": (PAGE,), **door}
    settings = door_settings(state, "0.0.0.0", **given)
    made = Door(settings, SqlStore(SqliteDatabase(state / "door.db")), rasa)
    await made.start()
    try:
        yield House(make_app(made), made, rasa)
    finally:
        await made.stop()


Scene = Callable[[House], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    """Run a scene at a front door that is open to the world."""

    def run(scene: Scene, **door: Any) -> None:
        async def work() -> None:
            async with opened(tmp_path, **door) as house:
                await asyncio.wait_for(scene(house), 60)

        asyncio.run(work())

    return run


def code(ack: Json) -> str:
    return str(ack["error"]["code"])


async def settle() -> None:
    """Give what must not happen the time to happen."""
    await asyncio.sleep(0.15)


async def until(true: Callable[[], Any]) -> None:
    """Wait for what must happen; a scene has its time for that."""
    while not true():
        await asyncio.sleep(0.005)


class TestAsking:
    def test_an_answer_comes_by_itself(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                ack = await me.call("user_uttered", {"message": " /what is rcs ", "id": "a"})
                assert ack == {"number": 1, "id": "a", "repeated": False}
                [said] = await me.wait("bot_uttered")
                assert (said["number"], said["reply_to"]) == (1, "a")
                assert said["text"] == "re: what is rcs"
                assert said["custom"] == {"kind": "answer", "language": "en"}
                assert said["outcome"] == "answered"

        play(scene)

    def test_an_answer_comes_where_rooms_are_joined_by_coroutines(
        self, play: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """python-socketio from 5.10 on: Rasa's channel does not await it, and is mute."""

        async def enter_room(*given: object) -> None:
            await original(*given)

        def original(*given: object) -> Any:
            entered = joined(*given)
            return entered if asyncio.iscoroutine(entered) else asyncio.sleep(0)

        joined = socketio.AsyncServer.enter_room
        monkeypatch.setattr(socketio.AsyncServer, "enter_room", enter_room)

        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                await me.call("user_uttered", {"message": "hi"})
                assert [said["text"] for said in await me.wait("bot_uttered")] == ["re: hi"]

        play(scene)

    def test_an_ack_means_that_it_is_kept(self, play: Any) -> None:
        async def scene(house: House) -> None:
            house.rasa.away = True
            async with house.client() as me:
                await me.session()
                ack = await me.call("user_uttered", {"message": "hi", "id": "a"})
                assert await house.door.store.waiting()
            async with house.client() as again:
                found = await again.session(session_id=me.told("session_confirm")[0])
                assert [turn["number"] for turn in found["history"]] == [ack["number"]]
                house.rasa.away = False
                assert [said["text"] for said in await again.wait("bot_uttered")] == ["re: hi"]

        play(scene)

    def test_what_cannot_be_kept_is_not_acknowledged(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()

                async def fails(*_: Any) -> Any:
                    raise StoreUnavailableError("away")

                house.door.store.accept = fails  # type: ignore[method-assign]
                ack = await me.call("user_uttered", {"message": "hi", "id": "a"})
                assert code(ack) == "unavailable"
                assert ack["error"]["retry_after"] > 0

        play(scene)

    def test_a_resend_is_one_message_with_one_answer(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                sent = {"message": "hi", "id": "a"}
                acks = await asyncio.gather(*(me.call("user_uttered", sent) for _ in range(5)))
                assert {ack["number"] for ack in acks} == {1}
                assert [ack["repeated"] for ack in acks].count(False) == 1
                await me.wait("bot_uttered")
                assert (await me.call("user_uttered", sent))["repeated"]
                await settle()
                assert len(me.told("bot_uttered")) == 1
                assert [text for _, text in house.rasa.taken] == ["hi"]
                assert code(await me.call("user_uttered", {"message": "ho", "id": "a"})) == (
                    "other_text"
                )

        play(scene)

    def test_a_resend_of_what_was_answered_long_ago_has_the_answer(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
                for name in "ab":
                    await me.call("user_uttered", {"message": name, "id": name})
                await me.wait("bot_uttered", 2)
            async with house.client() as me:
                await me.session(session_id=token, after=1)
                ack = await me.call("user_uttered", {"message": "a", "id": "a"})
                assert ack["answer"]["text"] == "re: a"
                ack = await me.call("user_uttered", {"message": "b", "id": "b"})
                assert "answer" not in ack  # it came with the history

        play(scene)

    def test_messages_keep_their_order(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                for number in range(15):
                    await me.emit("user_uttered", {"message": f"m{number}", "id": f"i{number}"})
                said = await me.wait("bot_uttered", 15)
                assert [one["text"] for one in said] == [f"re: m{n}" for n in range(15)]
                assert [one["number"] for one in said] == list(range(1, 16))

        play(scene)

    def test_order_holds_where_some_take_longer_to_accept(self, play: Any) -> None:
        async def scene(house: House) -> None:
            still, pauses = house.door.sessions.still, iter((0.05, 0.02, 0.0))

            async def slower(session: Any) -> Any:
                await asyncio.sleep(next(pauses))
                return await still(session)

            house.door.sessions.still = slower  # type: ignore[method-assign]
            async with house.client() as me:
                await me.session()
                sent = [me.call("user_uttered", {"message": f"m{n}"}) for n in range(3)]
                assert [ack["number"] for ack in await asyncio.gather(*sent)] == [1, 2, 3]

        play(scene)

    def test_who_waits_is_told_so_and_told_of_a_failure(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                for text, outcome in (("mute", "failed"), ("poison", "quarantined")):
                    await me.call("user_uttered", {"message": text})
                    said = await me.wait("bot_uttered", 1 if text == "mute" else 2)
                    assert said[-1]["outcome"] == outcome
                    assert said[-1]["text"].endswith(".")
                await me.wait("typing", 4)
                assert [told["on"] for told in me.told("typing")] == [True, False] * 2

        play(scene)

    def test_an_answer_is_one_event(self) -> None:
        buttons = [{"title": "More", "payload": "tell me more"}]
        said = [{"text": "One.\n\nTwo.", "custom": {"kind": "answer"}, "buttons": buttons}]
        message = Message(1, "c", 1, "a", "q", "session", "t", 0.0)
        found = answer(Turn(message, Reply(Outcome.ANSWERED, [*said, {"text": "Three."}]), 5.0))
        assert found is not None
        assert found["text"] == "One.\n\nTwo.\n\nThree."
        assert found["custom"] == {"kind": "answer"}
        assert found["quick_replies"] == [{"content_type": "text", **buttons[0]}]
        assert found["made"] == 5.0


class TestSessions:
    def test_an_id_of_a_client_is_never_adopted(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as other:
                mine = await me.session(session_id="known-to-others")
                theirs = await other.session(session_id="known-to-others")
                assert not mine["resumed"]
                assert mine["conversation"] != theirs["conversation"]
                await me.call("user_uttered", {"message": "secret", "session_id": "x"})
                await me.wait("bot_uttered")
                await settle()
                assert other.told("bot_uttered") == []

        play(scene)

    @pytest.mark.parametrize("how", ["tampered", "foreign", "expired", "revoked", "conversation"])
    def test_a_token_that_is_not_good_gives_a_new_session(
        self, play: Any, monkeypatch: pytest.MonkeyPatch, how: str
    ) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
                token = found["session_id"]
                await me.call("user_uttered", {"message": "secret"})
            if how == "tampered":
                # The last letter has bits that mean nothing; the one before it has none.
                token = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
            elif how == "foreign":
                other = sessions.Sessions(house.door.store, ["x" * 32])
                token = other.token((await house.door.sessions.check(token))[0])
            elif how == "expired":
                monkeypatch.setattr(sessions, "IDLE", -1)
            elif how == "revoked":
                await house.door.end((await house.door.sessions.check(token))[0])
            else:
                token = found["conversation"]
            async with house.client() as thief:
                stolen = await thief.session(session_id=token)
                assert not stolen["resumed"]
                assert stolen["history"] == []
                assert stolen["conversation"] != found["conversation"]

        play(scene)

    def test_a_session_of_the_api_goes_on_here(self, play: Any) -> None:
        async def scene(house: House) -> None:
            token = (await house.http("POST", "/v1/session")).json()["token"]
            signed = {"Authorization": f"Bearer {token}"}
            await house.http("POST", "/v1/ask", json={"text": "hi"}, headers=signed)
            async with house.client() as me:
                found = await me.session(session_id=token)
                assert found["resumed"]
                assert found["history"][0]["answer"]["text"] == "re: hi"
                await house.http("POST", "/v1/ask", json={"text": "ho"}, headers=signed)
                assert (await me.wait("user_message"))[0]["text"] == "ho"
                assert (await me.wait("bot_uttered"))[0]["text"] == "re: ho"

        play(scene)

    @pytest.mark.parametrize("ours", [True, False])
    def test_an_old_token_is_replaced(
        self, play: Any, monkeypatch: pytest.MonkeyPatch, ours: bool
    ) -> None:
        """A widget made for Rasa forgets its transcript where the id changes: it keeps its own."""
        monkeypatch.setattr(events, "RENEWED_AFTER", 0)

        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
            await asyncio.sleep(2.1)  # tokens have whole seconds
            async with house.client() as me:
                await me.emit(
                    "session_request", {"session_id": token, **({"v": 1} if ours else {})}
                )
                [confirmed] = await me.wait("session_confirm")
                assert (confirmed != token) is ours
                assert (await house.door.sessions.check(confirmed))[0]

        play(scene)

    def test_a_long_connection_gets_younger_tokens(
        self, play: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audience, "_LOOK", 0.05)
        monkeypatch.setattr(audience, "RENEWED_AFTER", 0.1)

        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                [told, *_] = await me.wait("session_token")
                session, _ = await house.door.sessions.check(told["session_id"])
                assert session.conversation
                assert told["expires_in"] == sessions.IDLE

        play(scene)

    @pytest.mark.parametrize("by", ["api", "elsewhere", "rotation"])
    def test_a_session_that_ended_hears_nothing_more(
        self, play: Any, monkeypatch: pytest.MonkeyPatch, by: str
    ) -> None:
        monkeypatch.setattr(audience, "_LOOK", 0.05)
        monkeypatch.setattr(sessions, "_GRACE", -1)

        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
                signed = {"Authorization": f"Bearer {token}"}
                if by == "api":
                    await house.http("DELETE", "/v1/session", headers=signed)
                elif by == "rotation":
                    await house.http("POST", "/v1/session/rotate", headers=signed)
                else:  # another gateway
                    await house.door.sessions.revoke((await house.door.sessions.check(token))[0])
                await asyncio.wait_for(me.ended.wait(), 10)
                assert me.told("refused")[0]["error"]["code"] == "session_ended"

        play(scene)

    def test_a_message_of_a_session_that_ended_is_refused(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
                await house.door.sessions.revoke((await house.door.sessions.check(token))[0])
                await me.emit("user_uttered", {"message": "hi"})
                await asyncio.wait_for(me.ended.wait(), 10)
                assert await house.door.store.waiting() == {}
                assert house.rasa.taken == []

        play(scene)

    def test_a_connection_has_one_session(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
                assert code(await me.session()) == "bad_request"
                ack = await me.call("user_uttered", {"message": "hi"})
                assert ack["number"] == 1
                assert (await house.door.store.place(found["conversation"])).last == 1

        play(scene)


class TestBeforeTheSession:
    def test_a_message_that_comes_first_is_answered_in_the_session(self, play: Any) -> None:
        """A client flushes what it kept while it was offline before its program may speak."""

        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
            async with house.client() as me:
                await me.emit("user_uttered", {"message": "kept", "session_id": token})
                found = await me.session(session_id=token)
                assert found["resumed"]
                assert (await me.wait("bot_uttered"))[0]["text"] == "re: kept"
                names = [name for name, _ in me.events]
                assert names.index("session_confirm") < names.index("bot_uttered")

        play(scene)

    def test_who_never_asks_for_a_session_is_answered(
        self, play: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(events, "_EARLY", 0.05)

        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("user_uttered", {"message": "hi"})
                assert await me.wait("bot_uttered") == [{"text": "re: hi"}]
                assert len(me.told("session_confirm")) == 1

        play(scene)

    def test_order_holds_before_the_session_too(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                for number in range(8):
                    await me.emit("user_uttered", {"message": f"m{number}", "id": f"{number}"})
                await me.session()
                said = await me.wait("bot_uttered", 8)
                assert [one["text"] for one in said] == [f"re: m{n}" for n in range(8)]

        play(scene)


class TestTabs:
    def test_every_tab_gets_everything_once(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as one, house.client() as two, house.client() as three:
                token = (await one.session())["session_id"]
                await two.session(session_id=token)
                await three.session(session_id=token)
                await asyncio.gather(
                    *(
                        tab.call("user_uttered", {"message": f"{name} {n}", "id": f"{name}{n}"})
                        for n in range(5)
                        for name, tab in (("one", one), ("two", two))
                    )
                )
                for tab, others in ((one, 5), (two, 5), (three, 10)):
                    said = await tab.wait("bot_uttered", 10)
                    assert [said["number"] for said in said] == list(range(1, 11))
                    await tab.wait("user_message", others)
                await settle()
                for tab, others in ((one, 5), (two, 5), (three, 10)):
                    assert len(tab.told("bot_uttered")) == 10
                    assert len(tab.told("user_message")) == others
                assert not {m["id"][:3] for m in one.told("user_message")} & {"one"}

        play(scene)

    def test_history_and_news_never_overlap(self, play: Any) -> None:
        """Tabs that come at any moment have each message once, from one way or the other."""

        async def scene(house: House) -> None:
            async with house.client() as first:
                token = (await first.session())["session_id"]
                found: list[tuple[SocketClient, Json]] = []

                async def another() -> None:
                    tab = SocketClient(house.app)
                    await tab.open()
                    found.append((tab, await tab.session(session_id=token)))

                for number in range(12):
                    await first.emit("user_uttered", {"message": f"m{number}", "id": str(number)})
                    await asyncio.sleep(0.004 * (number % 4))
                    await another()
                await first.wait("bot_uttered", 12)
                await settle()
                for tab, begun in found:
                    had = [t["number"] for t in begun["history"] if t["answer"]]
                    told = [said["number"] for said in tab.told("bot_uttered")]
                    assert had + told == list(range(1, 13))
                    asked = [t["number"] for t in begun["history"]]
                    heard = [said["number"] for said in tab.told("user_message")]
                    assert asked + heard == list(range(1, 13))
                    await tab.close()

        play(scene)

    def test_a_tab_that_is_gone_is_forgotten(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
            listening = house.door.audience
            await until(lambda: not (listening._listeners or listening._tellers or listening._news))

        play(scene)


class TestHistory:
    async def _talk(self, house: House, count: int) -> str:
        async with house.client() as me:
            token = str((await me.session())["session_id"])
            for number in range(1, count + 1):
                await me.call("user_uttered", {"message": f"m{number}", "id": f"i{number}"})
            await me.wait("bot_uttered", count)
        return token

    @pytest.mark.parametrize(
        ("asked", "numbers", "earlier"),
        [
            ({}, [1, 2, 3, 4, 5, 6], False),
            ({"after": 4}, [5, 6], False),
            ({"after": 6}, [], False),
            ({"after": 99}, [], False),
            ({"last": 2}, [5, 6], True),
            ({"last": 0}, [], True),
            ({"after": 3, "last": 2}, [5, 6], True),
            ({"after": 4, "last": 2}, [5, 6], False),
        ],
    )
    def test_it_begins_where_the_client_left(
        self, play: Any, asked: Json, numbers: list[int], earlier: bool
    ) -> None:
        async def scene(house: House) -> None:
            token = await self._talk(house, 6)
            async with house.client() as me:
                found = await me.session(session_id=token, **asked)
                assert [turn["number"] for turn in found["history"]] == numbers
                assert found["earlier"] is earlier
                assert found["number"] == 6
                await me.call("user_uttered", {"message": "next"})
                assert [said["number"] for said in await me.wait("bot_uttered")] == [7]

        play(scene)

    def test_an_answer_that_came_meanwhile_is_there(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                token = (await me.session())["session_id"]
                await me.call("user_uttered", {"message": "slow", "id": "a"})
            while await house.door.store.waiting():
                await asyncio.sleep(0.005)
            async with house.client() as me:
                found = await me.session(session_id=token)
                assert found["history"][0]["answer"]["text"] == "re: slow"
                await settle()
                assert me.told("bot_uttered") == []

        play(scene)

    def test_what_is_due_comes_however_short_the_history(self, play: Any) -> None:
        async def scene(house: House) -> None:
            house.rasa.away = True
            async with house.client() as me:
                token = (await me.session())["session_id"]
                for name in "abc":
                    await me.call("user_uttered", {"message": name, "id": name})
            async with house.client() as me:
                found = await me.session(session_id=token, last=0, after=3)
                assert [turn["outcome"] for turn in found["history"]] == ["pending"] * 3
                house.rasa.away = False
                said = await me.wait("bot_uttered", 3)
                assert [one["number"] for one in said] == [1, 2, 3]

        play(scene)

    def test_older_messages_may_be_fetched(self, play: Any) -> None:
        async def scene(house: House) -> None:
            token = await self._talk(house, 6)
            async with house.client() as me:
                assert code(await me.call("history", {"before": 3})) == "not_signed_in"
                await me.session(session_id=token, last=1)
                found = await me.call("history", {"before": 6, "last": 2})
                assert [turn["number"] for turn in found["history"]] == [4, 5]
                assert found["earlier"]
                found = await me.call("history", {"before": 4})
                assert [turn["answer"]["text"] for turn in found["history"]] == [
                    "re: m1", "re: m2", "re: m3",
                ]  # fmt: skip
                assert not found["earlier"]
                assert (await me.call("history", {"before": 0}))["history"] == []

        play(scene)


class TestWidgetsOfRasa:
    """What widgets that know nothing of ours send, and what they can read."""

    def test_they_get_their_shapes_and_no_more(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("session_request", {"session_id": None})
                [token] = await me.wait("session_confirm")
                assert isinstance(token, str)
                sent = {"message": "hi", "session_id": token, "customData": {"language": "en"}}
                await me.emit("user_uttered", {**sent, "metadata": {"slot": 1}})
                assert await me.wait("bot_uttered") == [{"text": "re: hi"}]
                await settle()
                assert {name for name, _ in me.events} == {"session_confirm", "bot_uttered"}

        play(scene)

    def test_they_keep_their_session(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("session_request", {"session_id": None})
                [token] = await me.wait("session_confirm")
                await me.emit("user_uttered", {"message": "slow"})
                while not await house.door.store.waiting():
                    await asyncio.sleep(0.001)
            await settle()
            async with house.client() as me:
                await me.emit("session_request", {"session_id": token})
                assert await me.wait("session_confirm") == [token]
                assert await me.wait("bot_uttered") == [{"text": "re: slow"}]
                await me.emit("user_uttered", {"message": "hi"})
                assert await me.wait("bot_uttered", 2) == [{"text": "re: slow"}, {"text": "re: hi"}]

        play(scene)

    def test_places_in_a_conversation_differ(self, play: Any) -> None:
        """What one tab lacks, another that has it does not get again."""

        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
                await me.call("user_uttered", {"message": "hi"})
                await house.door.tell(found["conversation"], PersonMessage("Ana", "Hello."))
                await me.wait("bot_uttered", 2)
                told: list[Any] = []

                async def send(event: str, payload: Any) -> None:
                    told.append(payload)

                session, _ = await house.door.sessions.check(found["session_id"])
                house.door.audience.join(Listener(send, me.close, session, False))
                await until(lambda: len(told) >= 2)
                await settle()
                assert told == [{"text": "re: hi"}, {"text": "Hello."}]
                assert len(me.told("bot_uttered")) == 2
                assert me.told("user_message") == []

        play(scene)

    def test_nothing_is_told_twice_after_a_reload(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("session_request", {})
                [token] = await me.wait("session_confirm")
                await me.emit("user_uttered", {"message": "hi"})
                await me.wait("bot_uttered")
            async with house.client() as me:
                await me.emit("session_request", {"session_id": token})
                await me.wait("session_confirm")
                await settle()
                assert me.told("bot_uttered") == []

        play(scene)

    @pytest.mark.parametrize(
        "payload", [None, 7, "x", [], {"session_id": 7}, {"session_id": {"a": 1}}, {"x": "\ud800"}]
    )
    def test_odd_requests_get_a_session(self, play: Any, payload: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("session_request", payload)
                assert len((await me.wait("session_confirm"))[0]) > 60

        play(scene)

    def test_they_are_refused_in_words(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.emit("session_request", {})
                for _ in range(3):
                    await me.emit("user_uttered", {"message": "hi"})
                said = await me.wait("bot_uttered", 3)
                assert sorted(one["text"] for one in said)[0].startswith("Too many requests")
                assert all(set(one) == {"text"} for one in said)

        play(scene, per_session=2)

    def test_quick_replies_are_theirs(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async def turn(message: Message) -> Reply:
                buttons = [{"title": "More", "payload": "more"}]
                said = {"text": "One.", "buttons": buttons, "custom": {"kind": "answer"}}
                return Reply(Outcome.ANSWERED, [said])

            house.rasa.turn = turn  # type: ignore[method-assign]
            async with house.client() as me:
                await me.emit("user_uttered", {"message": "hi"})
                await me.emit("session_request", {})
                [said] = await me.wait("bot_uttered")
                reply = {"content_type": "text", "title": "More", "payload": "more"}
                assert said == {"text": "One.", "quick_replies": [reply]}

        play(scene)


class TestHandover:
    def test_its_states_and_what_a_person_says_come_once_and_in_order(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as rasas:
                found = await me.session()
                await rasas.emit("session_request", {"session_id": found["session_id"]})
                await rasas.wait("session_confirm")
                of = found["conversation"]
                assert found["handover"] is None
                for news in (
                    Handover(State.REQUESTED),
                    Handover(State.WAITING, place=2, wait=60),
                    Handover(State.CONNECTED, agent="Ana"),
                    PersonMessage("Ana", "Hello."),
                    Handover(State.ENDED, reason=EndReason.AGENT),
                ):
                    await house.door.tell(of, news)
                states = await me.wait("handover", 4)
                assert [told["state"] for told in states] == [
                    "requested", "waiting", "connected", "ended",
                ]  # fmt: skip
                assert [told["note"] for told in states] == [1, 2, 3, 5]
                assert (states[1]["place"], states[1]["wait"]) == (2, 60)
                assert states[2]["agent"] == "Ana"
                assert states[3]["reason"] == "agent"
                [said] = await me.wait("bot_uttered")
                assert said["author"] == {"kind": "person", "name": "Ana"}
                assert (said["text"], said["note"]) == ("Hello.", 4)
                assert await rasas.wait("bot_uttered") == [{"text": "Hello."}]
                assert rasas.told("handover") == []

        play(scene)

    def test_it_is_there_after_a_reload(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
            token, of = found["session_id"], found["conversation"]
            await house.door.tell(of, Handover(State.CONNECTED, agent="Ana"))
            await house.door.tell(of, PersonMessage("Ana", "Hello."))
            async with house.client() as me:
                found = await me.session(session_id=token, after_note=1)
                assert [note["event"] for note in found["notes"]] == ["bot_uttered"]
                assert found["handover"]["state"] == "connected"
                await house.door.tell(of, PersonMessage("Ana", "Bye."))
                assert [said["text"] for said in await me.wait("bot_uttered")] == ["Bye."]

        play(scene)

    @pytest.mark.parametrize("step", ["offered", "requested", "waiting", "connected"])
    def test_it_is_cancelled_at_every_step_by_who_asked(self, play: Any, step: str) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as other_tab:
                found = await me.session()
                await other_tab.session(session_id=found["session_id"])
                await house.door.tell(found["conversation"], Handover(State(step)))
                for _ in range(2):
                    assert await me.call("handover", {"wish": "cancel"}) == {}
                for tab in (me, other_tab):
                    told = await tab.wait("handover", 2)
                    assert [one["state"] for one in told] == [step, "ended"]
                    assert told[-1]["reason"] == "user"
                await settle()
                assert len(me.told("handover")) == 2
                assert (await me.call("user_uttered", {"message": "hi"}))["number"] == 1
                assert [said["text"] for said in await me.wait("bot_uttered")] == ["re: hi"]

        play(scene)

    def test_an_offer_is_taken_once(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
                for wish in ("request", "cancel"):
                    refused = await me.call("handover", {"wish": wish})
                    assert refused["error"]["code"] == "not_found"
                await house.door.tell(found["conversation"], Handover(State.OFFERED))
                both = (me.call("handover", {"wish": "request"}) for _ in range(2))
                assert await asyncio.gather(*both) == [{}, {}]
                assert await me.call("handover", {"wish": "cancel"}) == {}
                await me.wait("handover", 3)
                await settle()
                told = [one["state"] for one in me.told("handover")]
                assert told == ["offered", "requested", "ended"]
                late = await me.call("handover", {"wish": "request"})
                assert late["error"]["code"] == "not_found"

        play(scene)

    def test_the_assistant_is_silent_while_a_person_is_connected(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as rasas:
                found = await me.session()
                await rasas.emit("session_request", {"session_id": found["session_id"]})
                await rasas.wait("session_confirm")
                await house.door.tell(found["conversation"], Handover(State.CONNECTED))
                await me.call("user_uttered", {"message": "for Ana"})
                [silent] = await me.wait("bot_uttered")
                assert (silent["outcome"], silent["text"]) == ("silent", "")
                await house.door.tell(found["conversation"], Handover(State.ENDED))
                await me.call("user_uttered", {"message": "for the bot"})
                assert (await me.wait("bot_uttered", 2))[1]["text"] == "re: for the bot"
                assert await rasas.wait("bot_uttered") == [{"text": "re: for the bot"}]
                assert [text for _, text in house.rasa.taken] == ["for the bot"]

        play(scene)

    def test_its_state_is_known_however_much_a_person_said(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                found = await me.session()
                await house.door.tell(found["conversation"], Handover(State.CONNECTED))
                for n in range(101):
                    await house.door.tell(found["conversation"], PersonMessage("Ana", f"{n}"))
            async with house.client() as me:
                again = await me.session(session_id=found["session_id"])
                assert again["handover"]["state"] == "connected"

        play(scene)


class TestErrors:
    @pytest.mark.parametrize(
        ("event", "payload", "expected"),
        [
            ("nothing", {}, "unknown_event"),
            ("user_uttered", {}, "bad_request"),
            ("user_uttered", None, "bad_request"),
            ("user_uttered", {"message": 7}, "bad_request"),
            ("user_uttered", {"message": "hi", "id": "a b"}, "bad_request"),
            ("user_uttered", {"message": "hi", "id": "a\n"}, "bad_request"),
            ("user_uttered", {"message": "x" * 2001}, "too_long"),
            ("terms", {"begins": ""}, "bad_request"),
            ("terms", {"begins": "a", "limit": 1000}, "bad_request"),
            ("terms", {"begins": "a"}, "unavailable"),
            ("feedback", {"number": 1, "verdict": "helpful"}, "not_found"),
            ("feedback", {"number": 1, "verdict": "odd"}, "bad_request"),
            ("handover", {"wish": "cancel"}, "not_found"),
            ("handover", {"wish": "odd"}, "bad_request"),
            ("history", {"before": -1}, "bad_request"),
            ("history", {"before": 10**50}, "bad_request"),
        ],
    )
    def test_they_say_what(self, play: Any, event: str, payload: Any, expected: str) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                error = (await me.call(event, payload))["error"]
                assert error["code"] == expected
                assert error["text"].endswith(".")

        play(scene)

    @pytest.mark.parametrize(
        "asked",
        [{"after": -1}, {"after": "1"}, {"last": 101}, {"last": 1.5}, {"session_id": 7}, {"v": 2}],
    )
    def test_requests_of_ours_are_read_strictly(self, play: Any, asked: Json) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                assert code(await me.session(**asked)) == "bad_request"
                assert "session_id" in await me.session()  # it may try again

        play(scene)

    def test_whole_numbers_may_be_floats(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                assert "history" in await me.session(after=0.0, last=3.0, after_note=0.0)
                assert "history" in await me.call("history", {"before": 3.0, "last": 2.0})

        play(scene)

    def test_a_fault_of_ours_is_told_and_says_nothing_of_us(
        self, play: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()

                async def fails(*_: Any) -> Any:
                    raise RuntimeError("/path/of/ours")

                house.door.accept = fails  # type: ignore[method-assign]
                ack = await me.call("user_uttered", {"message": "hi"})
                assert code(ack) == "internal"
                assert "path" not in json.dumps(ack)
                assert "hi" not in [word for one in caplog.messages for word in one.split()]

        play(scene)

    def test_limits_are_those_of_the_api(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as other:
                await me.session()
                acks = [await me.call("user_uttered", {"message": "hi"}) for _ in range(5)]
                assert [("error" in ack) for ack in acks] == [False] * 3 + [True] * 2
                assert code(acks[-1]) == "too_often"
                assert acks[-1]["error"]["retry_after"] > 0
                await other.session()
                assert "error" not in await other.call("user_uttered", {"message": "hi"})

        play(scene, per_session=3)

    def test_events_count_for_their_address(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                acks = [await me.call("terms", {"begins": "a"}) for _ in range(10)]
                assert code(acks[0]) == "unavailable"
                assert code(acks[-1]) == "too_often"

        play(scene, per_address=8)

    def test_sessions_are_counted(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as one, house.client() as two:
                assert "error" not in await one.session()
                assert code(await two.session()) == "too_often"

        play(scene, sessions_per_address=1)

    def test_too_many_that_wait_are_refused(self, play: Any) -> None:
        async def scene(house: House) -> None:
            house.rasa.away = True
            async with house.client() as me:
                await me.session()
                acks = [await me.call("user_uttered", {"message": "hi"}) for _ in range(3)]
                assert code(acks[2]) == "overloaded"

        play(scene, pending=2)

    def test_feedback_is_kept(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as other:
                await me.session()
                await other.session()
                await me.call("user_uttered", {"message": "hi"})
                await me.wait("bot_uttered")
                given = {"number": 1, "verdict": "helpful"}
                assert await me.call("feedback", given) == {}
                assert code(await other.call("feedback", given)) == "not_found"

        play(scene)


class TestOrigins:
    @pytest.mark.parametrize(
        "origin",
        ["https://evil.example", "null", "https://www.example.org.evil.example", "file://",
         "http://www.example.org", "https://www.example.org:8443", "https://WWW.example.org"],
    )  # fmt: skip
    def test_pages_of_other_sites_do_not_connect(self, play: Any, origin: str) -> None:
        async def scene(house: House) -> None:
            with pytest.raises(ClosedError) as refused:
                await SocketClient(house.app, headers={"origin": origin}).open()
            assert refused.value.status == 403
            response = await house.http(
                "GET", "/socket.io/?EIO=4&transport=polling", headers={"origin": origin}
            )
            assert response.status_code == 403
            assert "sid" not in response.text

        play(scene)

    def test_those_on_the_list_do(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client(origin=PAGE) as me:
                await me.session()
            response = await house.http(
                "GET", "/socket.io/?EIO=4&transport=polling", headers={"origin": PAGE}
            )
            assert response.status_code == 200
            # One header, not two: browsers take the answer for foreign otherwise.
            assert response.headers.get_list("access-control-allow-origin") == [PAGE]
            assert "access-control-allow-credentials" not in response.headers

        play(scene)


class TestFrames:
    """What breaks a connection breaks nothing else, and costs next to nothing."""

    @pytest.mark.parametrize(
        "frame",
        ["", "x", "4", "4[", "4" + "[" * 5000, "2" + "[" * 5000, "7", "b4aGk=", "0{}", "4x",
         "42" + "x" * 64_000, "\ud800", "4\ud800"],
    )  # fmt: skip
    def test_what_is_no_frame_ends_the_connection(self, play: Any, frame: str) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me, house.client() as other:
                await me.frame(frame)
                await asyncio.wait_for(me.ended.wait(), 10)
                assert "session_id" in await other.session()

        play(scene)

    @pytest.mark.parametrize(
        "frame",
        ["42", "42{}", "42[]", "42[7]", "42[{}]", "42null", '42"x"', "42[" + "[" * 20_000,
         "4299999", "43[]", "44{}", "46[]", "49", "42" + "1" * 200 + "[]", "40", "40/other,",
         '451-["user_uttered",{"_placeholder":true,"num":0}]', '42/other,["user_uttered",{}]',
         '42["user_uttered",' + "9" * 200 + "]", '42["disconnect"]', '42["connect",{}]'],
    )  # fmt: skip
    def test_what_is_no_event_changes_nothing(self, play: Any, frame: str) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.session()
                await me.frame(frame)
                ack = await me.call("user_uttered", {"message": "hi", "id": "a"})
                assert ack["number"] == 1
                assert len(await me.wait("bot_uttered")) == 1

        play(scene)

    def test_binary_data_ends_the_connection(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                await me.binary(b"4hello")
                await asyncio.wait_for(me.ended.wait(), 10)

        play(scene)

    def test_a_flood_ends_the_connection(self, play: Any) -> None:
        async def scene(house: House) -> None:
            async with house.client() as me:
                for _ in range(150):
                    await me.frame("3")
                await asyncio.wait_for(me.ended.wait(), 10)

        play(scene)

    def test_an_address_has_so_many_connections(self, play: Any) -> None:
        async def scene(house: House) -> None:
            opened = []
            for _ in range(100):
                client = SocketClient(house.app)
                await client.open()
                opened.append(client)
            with pytest.raises(ClosedError) as refused:
                await SocketClient(house.app).open()
            assert refused.value.status == 429
            await SocketClient(house.app, "203.0.113.6").open()
            for client in opened:
                await client.close()
            await SocketClient(house.app).open()

        play(scene)

    @pytest.mark.parametrize(
        ("query", "status"),
        [("EIO=3&transport=polling", 400), ("EIO=4&transport=smoke", 400),
         ("EIO=4&transport=polling&j=0", 400), ("EIO=4&transport=polling&sid=guess", 400)],
    )  # fmt: skip
    def test_odd_handshakes_are_refused(self, play: Any, query: str, status: int) -> None:
        async def scene(house: House) -> None:
            response = await house.http("GET", f"/socket.io/?{query}")
            assert response.status_code == status
            assert "___eio" not in response.text

        play(scene)


class TestPolling:
    async def _open(self, house: House) -> str:
        response = await house.http("GET", "/socket.io/?EIO=4&transport=polling")
        return f"/socket.io/?EIO=4&transport=polling&sid={json.loads(response.text[1:])['sid']}"

    async def _read(self, house: House, path: str, wanted: str) -> str:
        text = ""
        while wanted not in text:
            text += (await house.http("GET", path)).text
        return text

    def test_it_works_without_websocket(self, play: Any) -> None:
        async def scene(house: House) -> None:
            path = await self._open(house)
            await house.http("POST", path, content="40")
            await self._read(house, path, "40{")
            sent = ['421["session_request",{"v":1}]', '422["user_uttered",{"message":"hi"}]']
            await house.http("POST", path, content="\x1e".join(sent))
            text = await self._read(house, path, "re: hi")
            assert '"number":1' in text

        play(scene)

    @pytest.mark.parametrize(
        ("content", "status"),
        [("x" * 64_001, 413), ("d=42[]", 400), ("bAAAA", 400), ("4" + "[" * 50_000, 400),
         ("\x1e".join(["3"] * 40), 200), ("\udcff", 400), ("42[", 200)],
    )  # fmt: skip
    def test_odd_bodies_break_nothing(self, play: Any, content: str, status: int) -> None:
        async def scene(house: House) -> None:
            path = await self._open(house)
            raw = content.encode("utf-8", "surrogateescape")
            assert (await house.http("POST", path, content=raw)).status_code == status
            await house.http("POST", path, content="40")
            assert "40{" in await self._read(house, path, "40{")

        play(scene)

    def test_a_body_in_chunks_is_read(self, play: Any) -> None:
        async def scene(house: House) -> None:
            path = await self._open(house)

            async def chunks() -> AsyncIterator[bytes]:
                yield b"4"
                yield b"0"

            await house.http("POST", path, content=chunks())
            assert "40{" in await self._read(house, path, "40{")

        play(scene)

    def test_headers_are_those_of_everything(self, play: Any) -> None:
        async def scene(house: House) -> None:
            response = await house.http("GET", "/socket.io/?EIO=4&transport=polling")
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["cache-control"] == "no-store"
            assert "set-cookie" not in response.headers

        play(scene)


def test_nothing_of_a_message_is_logged(
    play: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)

    async def scene(house: House) -> None:
        async with house.client() as me:
            token = (await me.session(session_id="canary-guess"))["session_id"]
            for text in ("canary-text", "mute canary-mute", "poison canary-poison"):
                await me.call("user_uttered", {"message": text, "id": "canary-id"[: len(text)]})
            await me.frame('42["canary-event",{"canary-key":1}]')
            await me.frame("42[canary-broken")
            await me.call("user_uttered", {"message": 7, "canary": "canary-field"})
            await me.wait("bot_uttered", 1)
            logged = "\n".join(record.getMessage() for record in caplog.records)
            assert "canary" not in logged + "".join(capfd.readouterr())
            assert token not in logged
            assert b"canary" not in house.door.metrics.text()

    play(scene)


def test_settings_are_shared_with_the_api(tmp_path: Path) -> None:
    """A front door that is for this machine only does not limit it."""

    async def work() -> None:
        settings = replace(door_settings(tmp_path, per_session=1, per_address=1))
        door = Door(settings, SqlStore(SqliteDatabase(tmp_path / "door.db")), FakeRasa())
        await door.start()
        async with connected(make_app(door), "127.0.0.1") as me:
            await me.session()
            acks = [await me.call("user_uttered", {"message": "hi"}) for _ in range(5)]
            assert [ack["number"] for ack in acks] == [1, 2, 3, 4, 5]
        await door.stop()

    asyncio.run(work())
