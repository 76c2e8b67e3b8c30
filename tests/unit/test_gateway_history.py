"""The checker itself: it must see every fault that is put into a history."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.faults.history import FAULTS, Seen, Sent, Taken, check

Parts = tuple[list[Sent], list[Seen], list[Taken]]


def good(seed: int) -> Parts:
    """A run in which nothing went wrong for the server: some acknowledgements were not seen."""
    dice = random.Random(seed)
    sent, seen, taken = [], [], []
    names = [(f"c{n % 4}", f"m{n}") for n in range(60)]
    for conversation, name in names:
        acknowledged = dice.random() < 0.8
        for _ in range(0 if acknowledged else dice.randint(1, 3)):
            sent.append(Sent(conversation, name, False))
        sent.append(Sent(conversation, name, acknowledged))
        arrived = acknowledged or dice.random() < 0.5
        if arrived:
            outcome = "quarantined" if dice.random() < 0.1 else "answered"
            seen.append(Seen(conversation, name, outcome))
            if outcome == "answered" or dice.random() < 0.5:
                taken.append(Taken(conversation, name))
    return sent, seen, taken


@pytest.mark.parametrize("seed", range(20))
def test_a_good_history_is_clean(seed: int) -> None:
    sent, seen, taken = good(seed)
    verdict = check(sent, seen, taken)
    assert verdict.clean, verdict
    assert verdict.attempts == len(sent)
    assert verdict.accepted == len({s for s in sent if s.acknowledged})
    assert verdict.recovered == len(seen) - verdict.accepted
    assert check(sent, seen).clean


def acknowledged(parts: Parts) -> set[tuple[str, str]]:
    return {(one.conversation, one.name) for one in parts[0] if one.acknowledged}


def without_a_reply(parts: Parts, dice: random.Random) -> str:
    chosen = dice.choice([s for s in parts[1] if (s.conversation, s.name) in acknowledged(parts)])
    parts[1].remove(chosen)
    return "lost"


def without_a_turn(parts: Parts, dice: random.Random) -> str:
    answered = {(s.conversation, s.name) for s in parts[1] if s.outcome == "answered"}
    must = answered & acknowledged(parts)
    parts[2].remove(dice.choice([t for t in parts[2] if (t.conversation, t.name) in must]))
    return "lost"


def with_a_reply_twice(parts: Parts, dice: random.Random) -> str:
    parts[1].append(parts[1][-1])
    return "duplicated"


def with_a_turn_twice(parts: Parts, dice: random.Random) -> str:
    place = dice.randrange(len(parts[2]))
    parts[2].insert(place, parts[2][place])
    return "duplicated"


def with_replies_swapped(parts: Parts, dice: random.Random) -> str:
    _swap(parts[1], dice)
    return "reordered"


def with_turns_swapped(parts: Parts, dice: random.Random) -> str:
    _swap(parts[2], dice)
    return "reordered"


def _swap(found: list[Seen] | list[Taken], dice: random.Random) -> None:
    places = [n for n, one in enumerate(found) if one.conversation == f"c{dice.randrange(4)}"]
    while len(places) < 2:
        places = [n for n, one in enumerate(found) if one.conversation == "c1"]
    one, other = dice.sample(places, 2)
    same = found[one].conversation
    while found[other].conversation != same or one == other:
        one, other = dice.sample(range(len(found)), 2)
        same = found[one].conversation
    found[one], found[other] = found[other], found[one]  # type: ignore[call-overload]


def with_a_foreign_reply(parts: Parts, dice: random.Random) -> str:
    chosen = parts[1][dice.randrange(len(parts[1]))]
    parts[1].append(Seen("c9", chosen.name, "answered"))
    return "unexpected"


def with_a_made_up_turn(parts: Parts, dice: random.Random) -> str:
    parts[2].insert(0, Taken("c1", "nobody sent this"))
    return "unexpected"


DOCTORS: list[Callable[[Parts, random.Random], str]] = [
    without_a_reply, without_a_turn, with_a_reply_twice, with_a_turn_twice, with_replies_swapped,
    with_turns_swapped, with_a_foreign_reply, with_a_made_up_turn,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("doctor", DOCTORS, ids=lambda doctor: doctor.__name__)
def test_a_doctored_history_is_seen_through(
    doctor: Callable[[Parts, random.Random], str], seed: int
) -> None:
    parts = good(seed)
    fault = doctor(parts, random.Random(seed))
    verdict = check(*parts)
    assert getattr(verdict, fault), verdict
    assert not verdict.clean
    others = [name for name in FAULTS if name != fault]
    assert [len(getattr(verdict, name)) for name in others] == [0, 0, 0], verdict


def test_nothing_at_all_is_clean() -> None:
    assert check([], [], []).clean
