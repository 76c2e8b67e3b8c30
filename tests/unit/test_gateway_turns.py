"""Who waits is let in by turns: a flood keeps nobody else waiting, and nobody waits for long."""

from __future__ import annotations

import asyncio
from collections import Counter, deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gateway.backlog import Backlog
from bot.gateway.client import Client
from bot.gateway.turnstile import Turnstile


def order_of(parties: list[str], width: int, cancelled: frozenset[int] = frozenset()) -> list[str]:
    """Return in which order those who come at once are let in, each for one tick."""

    async def work() -> list[str]:
        turnstile = Turnstile(width)
        came: list[str] = []
        inside = 0

        async def one(party: str) -> None:
            nonlocal inside
            async with turnstile.passing(party):
                inside += 1
                assert inside <= width
                came.append(party)
                try:
                    await asyncio.sleep(0)
                finally:
                    inside -= 1

        tasks = [asyncio.create_task(one(party)) for party in parties]
        await asyncio.sleep(0)
        for number in cancelled:
            tasks[number].cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        return came

    return asyncio.run(work())


def by_turns(parties: list[str]) -> list[str]:
    """Return the round-robin order: the simple way."""
    queues: dict[str, deque[str]] = {}
    for party in parties:
        queues.setdefault(party, deque()).append(party)
    found = []
    while queues:
        for party in list(queues):
            found.append(queues[party].popleft())
            if not queues[party]:
                del queues[party]
    return found


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_parties_come_by_turns(parties: list[str]) -> None:
    first, *rest = parties
    assert order_of(parties, 1) == [first, *by_turns(rest)]


@given(
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=30), st.integers(1, 8),
    st.frozensets(st.integers(0, 29), max_size=10),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_all_come_in_but_those_who_went_away(
    parties: list[str], width: int, cancelled: frozenset[int]
) -> None:
    gone = {number for number in cancelled if number < len(parties)}
    came = Counter(order_of(parties, width, frozenset(gone)))
    assert came <= Counter(parties)
    assert came >= Counter(p for n, p in enumerate(parties) if n not in gone)


def test_a_flood_does_not_keep_another_waiting() -> None:
    came = order_of([*["flood"] * 100, "other"], 4)
    assert came.index("other") <= 5


def test_who_is_called_off_when_let_in_leaves_the_place_to_the_next() -> None:
    async def work() -> None:
        turnstile = Turnstile(1)
        held = asyncio.Event()

        async def hold(party: str) -> str:
            async with turnstile.passing(party):
                await held.wait()
                return party

        first, second, third = (asyncio.create_task(hold(name)) for name in "abc")
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)  # its place is given to the second, which has not run yet
        second.cancel()
        held.set()
        assert await asyncio.wait_for(third, 5) == "c"

    asyncio.run(work())


def test_the_pace_is_the_share_of_a_turn_and_follows_only_what_ends_well() -> None:
    now = 0.0

    async def turn(turnstile: Turnstile, seconds: float, fails: bool = False) -> None:
        nonlocal now
        try:
            async with turnstile.passing("a"):
                now += seconds
                if fails:
                    raise RuntimeError
        except RuntimeError:
            pass

    async def work() -> Turnstile:
        turnstile = Turnstile(8, lambda: now)
        for _ in range(100):
            await turn(turnstile, 0.2)
            await turn(turnstile, 0.0, fails=True)
        return turnstile

    assert asyncio.run(work()).pace == pytest.approx(0.2, rel=0.01)


def test_what_is_ahead_of_a_party_are_its_own_and_a_turn_of_each_other() -> None:
    backlog = Backlog()
    for _ in range(50):
        backlog.add("c1", "flood")
    backlog.add("c2")
    assert backlog.ahead("new") == 2
    assert backlog.ahead("c2") == 1 + 2
    assert backlog.ahead("flood") == 50 + 1


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "y"]))))
@settings(max_examples=100, deadline=None)
def test_what_was_counted_can_be_counted_back(added: list[tuple[str, str]]) -> None:
    backlog = Backlog()
    for conversation, party in added:
        backlog.add(conversation, party)
    assert backlog.total == len(added)
    for conversation, _ in added:
        backlog.remove(conversation)
        backlog.remove("nobody")
    assert backlog.total == 0
    assert backlog.ahead("a") == backlog.ahead("x") == 0
    backlog.begin({"a": 3, "b": 1})
    backlog.drop("a")
    assert (backlog.total, backlog.of("b"), backlog.ahead("a")) == (1, 1, 1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"), ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"), ("testclient", "testclient"), ("", ""),
    ],
)  # fmt: skip
def test_one_subscriber_counts_once(address: str, network: str) -> None:
    assert Client(address, False).network == network
