"""What somebody picks is one of the things offered or said, and only where that is clear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.choice import affirmed, choice, chosen_type, counted, described_choice
from bot.answering.context import PATIENCE, Context
from bot.answering.ellipsis import carried_on
from bot.answering.question import NAMED_TYPES, PAIRWISE, QuestionType
from tests.fakes import ASKING
from tests.strategies import nasty_text
from tests.unit.test_ellipsis import said

T = QuestionType
NAMES = {
    "flower-bed": frozenset(("flower", "bed", "blumenbeet", "beet")),
    "seedbed": frozenset(("seedbed", "bed", "saatbeet", "beet")),
    "hotbed": frozenset(("hotbed", "bed", "mistbeet", "beet")),
}
BEDS = tuple(NAMES)
ASKED = Context(offered=BEDS, pending="ask_cost")
"""We asked back which of the beds is meant."""
LISTED = Context(concepts=("garden",), question_type="list_narrower", offered=BEDS)
"""The beds were listed, and nothing was asked."""


def is_asking(word: str) -> bool:
    """Tell whether a word belongs to asking."""
    return word in ASKING or word in ("one", "please", "yes", "no")


def picks(
    text: str, context: Context, kind: QuestionType = T.CHOOSE, *mentioned: str
) -> str | None:
    """Return what a message picks."""
    return choice(said(text, *mentioned), kind, context, NAMES, is_asking)


# ---- choice


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("the second one", "seedbed"),
        ("2", "seedbed"),
        ("das letzte", "hotbed"),
        ("the fifth", None),
    ],
)
def test_an_answer_to_a_question_back_may_be_a_place(text: str, picked: str | None) -> None:
    assert picks(text, ASKED) == picked
    assert picks(text, ASKED, T.OUT_OF_SCOPE) == picked
    assert picks(text, LISTED) is None  # spelled out instead: see the interpreter


@pytest.mark.parametrize("context", [ASKED, LISTED])
@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("the flower one", "flower-bed"),
        ("das mit den Blumen", "flower-bed"),
        ("saat bitte", None),  # four letters may be part of anything
        ("saatbeete", "seedbed"),
        ("the bed", None),  # all of them are
        ("the shed one", None),
        ("the one", None),
    ],
)
def test_a_choice_is_made_by_a_part_of_the_name(
    context: Context, text: str, picked: str | None
) -> None:
    assert picks(text, context) == picked


def test_while_nothing_is_pending_only_a_choice_is_one() -> None:
    assert picks("flower", ASKED, T.DEFINE) == "flower-bed"
    assert picks("flower", LISTED, T.DEFINE) is None


def test_a_named_candidate_is_picked() -> None:
    assert picks("seedbed", ASKED, T.DEFINE, "seedbed") == "seedbed"
    assert picks("the first seedbed", ASKED, T.DEFINE, "seedbed") == "seedbed"
    assert picks("fork", ASKED, T.DEFINE, "star-fork") is None


def test_while_something_is_pending_only_that_is_picked() -> None:
    waiting = Context(offered=("flower-bed",), pending="define")
    assert picks("seedbed", waiting) is None
    assert picks("seedbed", Context(concepts=("x",), offered=("x",))) == "seedbed"


@pytest.mark.parametrize("kind", [T.AFFIRM, T.FEEDBACK_GOOD])
def test_yes_takes_the_only_candidate(kind: QuestionType) -> None:
    one = Context(offered=("seedbed",), pending="define")
    assert picks("yes please", one, kind) == "seedbed"
    assert picks("yes please", ASKED, kind) is None
    assert picks("yes please", Context(concepts=("a",), offered=("a",)), kind) is None
    assert picks("no", one, T.DENY) is None


def test_places_are_counted_in_what_was_listed_or_said_last() -> None:
    listed = Context(concepts=("seedbed",), before=("garden",), offered=BEDS)
    assert counted(listed) == BEDS
    assert counted(Context(("seedbed",), before=("hotbed",), offered=("seedbed",))) == (
        "hotbed",
        "seedbed",
    )
    assert counted(Context(("a",), offered=BEDS, age=PATIENCE)) == ()
    assert counted(Context(("a",), offered=BEDS, age=PATIENCE, pending="define")) == BEDS


HORSE = "the one with horse dung"


@pytest.mark.parametrize(
    ("text", "context", "kind", "told"),
    [
        (HORSE, ASKED, T.FIND_TERM, HORSE),
        (f"i mean {HORSE}", ASKED, T.FIND_TERM, HORSE),
        (f"tell me about {HORSE}", LISTED, T.TELL_MORE, HORSE),
        ("das mit dem Dung", LISTED, T.CHOOSE, "das mit dem Dung"),
        ("was ist das mit dem Dung", LISTED, T.DEFINE, "das mit dem Dung"),
        ("the smelly patch", ASKED, T.DEFINE, "the smelly patch"),
        ("how old is the smelly one, please", LISTED, T.ASK_HISTORY, "the smelly one"),
        ("how old is the one", LISTED, T.ASK_HISTORY, ""),
        ("the price of horse dung", LISTED, T.ASK_COST, ""),
        ("the one", ASKED, T.CHOOSE, ""),  # nothing is told
        ("the one horses warm, what is it", LISTED, T.DEFINE, "the one horses warm, what is it"),
        ("how do those smelly bits work", LISTED, T.ASK_HOW, ""),
        ("how do those smelly ones work", LISTED, T.ASK_HOW, "those smelly ones"),
        ("und der aus glas, was kostet der", LISTED, T.ASK_COST, "der aus glas, was kostet der"),
        ("eine Harke, die auf Rasen kratzt", LISTED, T.FIND_TERM, ""),  # a relative clause
        ("horse dung", ASKED, T.FIND_TERM, ""),
        ("tell me about one with horse dung", LISTED, T.TELL_MORE, ""),
        ("the one that you fill with horse dung by hand in early March", ASKED, T.CHOOSE, ""),
        (HORSE, Context(("a",), offered=("a",)), T.CHOOSE, ""),
        (HORSE, Context(("a",), offered=("b",)), T.CHOOSE, HORSE),
    ],
)
def test_a_choice_is_described(text: str, context: Context, kind: QuestionType, told: str) -> None:
    assert described_choice(said(text), kind, context, is_asking) == told


def test_a_name_in_a_description_is_no_new_question_only_beside_a_thing() -> None:
    name, thing = said("the rake", "rake"), said("the ugly garden rake", "rake")
    assert described_choice(said("the ugly stuff of the rake", "rake"), T.DEFINE, ASKED, is_asking)
    assert not described_choice(thing, T.DEFINE, LISTED, is_asking)
    assert not described_choice(name, T.DEFINE, ASKED, is_asking)


def test_a_long_message_is_no_choice() -> None:
    text = "well the second one is what I have been looking for"
    assert picks(text, ASKED) is None
    assert picks(" ".join(text.split()[:8]), ASKED) == "seedbed"


@given(nasty_text(), st.sampled_from(T), st.sampled_from((ASKED, LISTED, Context())))
def test_whatever_is_said_only_what_may_be_picked_is(
    text: str, kind: QuestionType, context: Context
) -> None:
    assert picks(text, context, kind) in (None, *NAMES)


# ---- what is asked about what was picked


@pytest.mark.parametrize(
    ("context", "kind", "follows", "expected"),
    [
        (ASKED, T.CHOOSE, 0.0, T.ASK_COST),  # what was asked before we asked back
        (ASKED, T.ASK_HOW, 0.0, T.ASK_HOW),
        (Context(offered=BEDS, pending="compare"), T.CHOOSE, 0.0, T.DEFINE),
        (Context(offered=BEDS, pending="find_term"), T.CHOOSE, 0.0, T.DEFINE),
        (Context(offered=BEDS, pending="follow_up"), T.CHOOSE, 0.0, T.DEFINE),
        (Context(("a",), "ask_cost", offered=BEDS), T.CHOOSE, 0.5, T.ASK_COST),
        (Context(("a",), "ask_cost", offered=BEDS), T.CHOOSE, 0.1, T.DEFINE),
        (LISTED, T.CHOOSE, 0.9, T.DEFINE),
        (LISTED, T.COMPARE, 0.0, T.DEFINE),
    ],
)
def test_a_pick_is_asked(
    context: Context, kind: QuestionType, follows: float, expected: QuestionType
) -> None:
    assert chosen_type(said("the second one", follow_up=follows), kind, context) is expected


@given(st.sampled_from(("", *T)), st.sampled_from(T), st.floats(0, 1))
def test_whatever_was_asked_a_pick_has_an_answer(
    pending: str, kind: QuestionType, follows: float
) -> None:
    context = Context(("a",), "ask_how", offered=BEDS, pending=pending)
    found = chosen_type(said("2", follow_up=follows), kind, context)
    assert found in NAMED_TYPES - PAIRWISE - {T.FOLLOW_UP}
    assert carried_on(Context(("a",), pending)) in NAMED_TYPES - {T.FOLLOW_UP}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the chatty one, nothing with pictures", "the chatty one"),
        ("ne keine Werbung, das im Chat", "das im Chat"),
        ("not that", "not that"),  # nothing is left
        ("the second one", "the second one"),
        ("", ""),
    ],
)
def test_what_is_denied_is_left_out(text: str, meant: str) -> None:
    assert affirmed(text) == meant
