"""The widget's run: sums over a channel, what a browser wrote, and what is said without one."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.legacy.server import WebSocketServerProtocol, serve

from bot.benchmark.channel.browser import Browser, Visit, find_browser, judged
from bot.benchmark.channel.clients import over_sockets
from bot.benchmark.channel.result import WidgetResult
from bot.benchmark.channel.talk import Channel, Talk
from bot.benchmark.machine import Machine
from bot.errors import BenchmarkError

MACHINE = Machine(2, 0.5, "Linux", "3.11", "3.6", "abc")
GOOD = Channel.of([Talk({"a": 0.0}, {"a": 0.5}, Counter("a"))])


def test_figures_are_summed_over_runs_and_hide_nothing() -> None:
    first = Talk(
        {"a": 10.0, "b": 10.0, "c": 11.0, "d": 11.5}, {"a": 10.1, "b": 10.2, "c": 12.0},
        Counter(a=1, b=2, c=1),
    )  # fmt: skip
    second = Talk({"a": 50.0}, {"a": 50.4, "x": 50.9}, Counter(a=1, x=1))
    found = Channel.of([first, second])
    assert (found.asked, found.lost, found.twice, found.strange) == (5, 1, 1, 1)
    assert sorted(found.milliseconds) == pytest.approx([100, 200, 400, 1000])
    assert found.seconds == pytest.approx(2.0 + 0.9)
    assert found.per_second == pytest.approx(4 / 2.9)
    assert found.p50 == pytest.approx(300)
    assert found.p95 == pytest.approx(910)


@pytest.mark.parametrize(
    "talk",
    [
        Talk(),
        Talk({"a": 0.0, "b": 0.0}, {"a": 1.0}, Counter("a")),
        Talk({"a": 0.0}, {"a": 1.0}, Counter("aa")),
        Talk({"a": 0.0}, {"a": 1.0, "b": 1.0}, Counter("ab")),
    ],
    ids=["nothing", "lost", "twice", "strange"],
)
def test_one_message_that_went_wrong_fails_the_run(talk: Talk) -> None:
    assert GOOD.met
    assert not Channel.of([talk]).met
    assert not WidgetResult([], "", 1, Channel.of([talk]), GOOD, MACHINE).met
    assert not WidgetResult([], "", 1, GOOD, Channel.of([talk]), MACHINE).met


def test_the_first_of_two_answers_counts() -> None:
    talk = Talk()
    talk.ask("a")
    talk.hear("a")
    first = talk.heard["a"]
    talk.hear("a")
    assert talk.heard["a"] == first
    assert talk.answers["a"] == 2


def test_a_visit_is_timed_from_the_click_and_from_the_question() -> None:
    wrote = {"clicked": 1000, "usable": 1080.5, "asked": 1200, "answered": 1350, "text": "RSS: …"}
    right, wrong = judged([wrote, wrote], ["rss", "sms"])
    assert right == Visit(usable=80.5, answer=150, first_answer=350, good=True)
    assert not wrong.good
    result = WidgetResult([right, wrong], "", 1, GOOD, GOOD, MACHINE)
    assert not result.met
    assert ["right answers", "1 of 2 visits"] in result.table()


def test_median_and_worst_of_the_visits_are_told() -> None:
    visits = [Visit(usable, 10, usable + 20, True) for usable in (30.0, 10.0, 90.0)]
    result = WidgetResult(visits, "", 1, GOOD, GOOD, MACHINE)
    assert result.met
    assert ["click to a usable chat", "30 ms", "90 ms"] in result.table()
    assert ["click to the first answer", "50 ms", "110 ms"] in result.table()
    assert json.loads(json.dumps(result.to_json()))["sums"]["socket"]["per_second"] == 2.0


@pytest.fixture
def widget(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").touch()
    (tmp_path / "node_modules" / "playwright-core").mkdir(parents=True)
    return tmp_path


def found(widget: Path, *programs: str, caller: dict[str, str] | None = None) -> Browser | str:
    return find_browser(widget, {name: f"/x/{name}" for name in programs}.get, caller or {})


def test_the_browser_is_found(widget: Path) -> None:
    assert found(widget, "node", "chromium") == Browser("/x/node", "/x/chromium")
    assert found(widget, "node", "google-chrome") == Browser("/x/node", "/x/google-chrome")
    assert found(widget, "node", caller={"CHROMIUM": "/y"}) == Browser("/x/node", "/y")


def test_what_is_missing_is_said_and_fails_nothing(widget: Path) -> None:
    said = [found(widget, "chromium"), found(widget, "node")]
    (widget / "node_modules" / "playwright-core").rmdir()
    said.append(found(widget, "node", "chromium"))
    (widget / "dist" / "manifest.json").unlink()
    said.append(found(widget, "node", "chromium"))
    for words, named in zip(said, ("node", "Chromium", "playwright", "not built"), strict=True):
        assert isinstance(words, str)
        assert named in words
        result = WidgetResult([], words, 1, GOOD, GOOD, MACHINE)
        assert result.met
        assert ["in a browser", f"left out: {words}"] in result.table()


@asynccontextmanager
async def server(answers: Sequence[int]) -> AsyncIterator[str]:
    """Speak the protocol; each question gets the next number of answers, then always one."""
    left = list(answers)

    async def talk(wire: WebSocketServerProtocol, _: str = "") -> None:
        await wire.send('0{"sid": "x"}')
        assert await wire.recv() == "40"
        await wire.send('40{"sid": "y"}')
        async for frame in wire:
            if frame == "3":
                continue
            begin = str(frame).index("[")
            call, (event, given) = frame[2:begin], json.loads(frame[begin:])
            if event == "session_request":
                assert given == {"v": 1}
                await wire.send(f"43{call}[{json.dumps({'session_id': 't'})}]")
                continue
            taken = {"error": {"code": "too_often"}} if left[:1] == [-1] else {"number": 1}
            await wire.send(f"43{call}[{json.dumps(taken)}]")
            await wire.send("2")
            said = {"reply_to": given["id"], "outcome": "answered", "text": given["message"]}
            for again in range(left.pop(0) if left else 1):
                await asyncio.sleep(0.1 * again)
                await wire.send(f"42{json.dumps(['bot_uttered', said])}")

    async with serve(talk, "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


async def over(answers: Sequence[int]) -> Channel:
    async with server(answers) as url:
        return Channel.of([await over_sockets(url, 1, 0.3, patience=0.5)])


def test_a_socket_asks_again_and_again_and_counts_what_it_gets() -> None:
    found = asyncio.run(over([1, 2, 1]))
    assert found.asked > 3
    assert (found.lost, found.twice, found.strange) == (0, 1, 0)


def test_a_second_answer_to_the_last_question_is_heard() -> None:
    found = asyncio.run(over([2] * 100_000))
    assert found.twice == found.asked > 0


def test_a_question_without_an_answer_is_lost() -> None:
    found = asyncio.run(over([1, 0]))
    assert (found.asked, found.lost) == (2, 1)


def test_a_refused_question_ends_the_run() -> None:
    with pytest.raises(BenchmarkError, match="too_often"):
        asyncio.run(over([1, -1]))


def test_a_server_that_is_gone_ends_the_run() -> None:
    with pytest.raises(BenchmarkError, match="did not hold"):
        asyncio.run(over_sockets("http://127.0.0.1:1", 1, 0.1))
