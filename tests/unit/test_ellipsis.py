"""What a message leaves out is taken from the conversation, and only where it was said there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.context import PATIENCE, Context
from bot.answering.ellipsis import (
    asks_which,
    carried_on,
    choice,
    chosen_type,
    completed,
    points_back,
    wanted_language,
)
from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.glossary.folding import words
from bot.glossary.mention import Likeness, Mention
from tests.fakes import ASKING
from tests.strategies import nasty_text

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


def said(text: str, *concepts: str, **intents: float) -> Question:
    """Return a question; the concepts are those of a mention of its last word."""
    last = words(text)[-1] if concepts else None
    mentions = (
        (Mention(last.start, last.end, last.text, last.text, concepts, Likeness.EXACT, 1.0),)
        if last
        else ()
    )
    return Question(text, "en", mentions, intents)


def picks(
    text: str, context: Context, kind: QuestionType = T.CHOOSE, *mentioned: str
) -> str | None:
    """Return what a message picks."""
    return choice(said(text, *mentioned), kind, context, NAMES, is_asking)


# ---- choice


@pytest.mark.parametrize("context", [ASKED, LISTED])
@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("the second one", "seedbed"),
        ("2", "seedbed"),
        ("das letzte", "hotbed"),
        ("the fifth", None),
        ("the flower one", "flower-bed"),
        ("das mit den Blumen", "flower-bed"),
        ("saat bitte", None),  # four letters may be part of anything
        ("saatbeete", "seedbed"),
        ("the bed", None),  # all of them are
        ("the shed one", None),
        ("the one", None),
    ],
)
def test_a_choice_is_made_by_place_or_by_a_part_of_the_name(
    context: Context, text: str, picked: str | None
) -> None:
    assert picks(text, context) == picked


def test_while_nothing_is_pending_only_a_choice_is_one() -> None:
    assert picks("flower", ASKED, T.DEFINE) == "flower-bed"
    assert picks("flower", LISTED, T.DEFINE) is None
    assert picks("2", ASKED, T.OUT_OF_SCOPE) == "seedbed"
    assert picks("2", LISTED, T.OUT_OF_SCOPE) is None
    assert picks("how does the second one work", LISTED, T.ASK_HOW) == "seedbed"


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


def test_the_other_one_is_what_was_not_the_topic() -> None:
    two = Context(concepts=("seedbed",), offered=("flower-bed", "seedbed"))
    assert picks("the other one", two) == "flower-bed"
    alone = Context(concepts=("seedbed",), before=("hotbed",), offered=("seedbed",))
    assert picks("and the other one?", alone, T.FOLLOW_UP) == "hotbed"
    assert picks("the other one", Context(concepts=("seedbed",), offered=("seedbed",))) is None


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


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", T.DEFINE),
        ("ask_cost", T.ASK_COST),
        ("compare", T.COMPARE),
        ("list_narrower", T.LIST_NARROWER),
        ("find_term", T.DEFINE),
        ("follow_up", T.DEFINE),
        ("shorter", T.DEFINE),
        ("repeat", T.DEFINE),
        ("tell_more", T.DEFINE),
        ("greet", T.DEFINE),
    ],
)
def test_the_type_of_question_is_carried_on(before: str, expected: QuestionType) -> None:
    assert carried_on(Context(("a",), before)) is expected


@given(st.sampled_from(("", *T)), st.sampled_from(T), st.floats(0, 1))
def test_whatever_was_asked_a_pick_has_an_answer(
    pending: str, kind: QuestionType, follows: float
) -> None:
    context = Context(("a",), "ask_how", offered=BEDS, pending=pending)
    found = chosen_type(said("2", follow_up=follows), kind, context)
    assert found in NAMED_TYPES - PAIRWISE - {T.FOLLOW_UP}
    assert carried_on(Context(("a",), pending)) in NAMED_TYPES - {T.FOLLOW_UP}


# ---- comparisons with what was said before


@pytest.mark.parametrize(
    ("text", "kind", "intents", "expected"),
    [
        ("how does it differ from rake", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("what is the difference to the rake", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("und im Unterschied zum Rechen", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("and rake", T.COMPARE, {"follow_up": 1.0}, ("spade", "rake")),
        ("is it a kind of rake", T.ASK_KIND_OF, {"ask_kind_of": 1.0}, ("spade", "rake")),
        ("and rake", T.ASK_KIND_OF, {"follow_up": 1.0}, ("rake", "tool")),
        ("difference between slack and rake", T.COMPARE, {"compare": 1.0}, ("rake",)),
        ("what is it for, the rake", T.ASK_PURPOSE, {"ask_purpose": 1.0}, ("rake",)),
    ],
)
def test_the_side_that_was_said_before_is_filled_in(
    text: str, kind: QuestionType, intents: dict[str, float], expected: tuple[str, ...]
) -> None:
    question = said(text, "rake", **intents)
    context = Context(("spade", "tool"), kind.value)
    assert completed(question, kind, ("rake",), context) == expected


def test_nothing_is_filled_in_where_nothing_was_said_or_both_were() -> None:
    question = said("how does it differ from rake", "rake", compare=1.0)
    both = ("fork", "rake")
    assert completed(question, T.COMPARE, ("rake",), Context()) == ("rake",)
    assert completed(question, T.COMPARE, ("rake",), Context(("rake",))) == ("rake",)
    assert completed(question, T.COMPARE, both, Context(("spade",))) == both
    old = Context(("spade",), age=PATIENCE)
    assert completed(question, T.COMPARE, ("rake",), old) == ("rake",)


# ---- words that tell


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in English please", "en"),
        ("und auf Deutsch?", "de"),
        ("auf englisch", "en"),
        ("now translate to German", "de"),
        ("the english word", None),
        ("auf Französisch", None),
        ("english", None),
        ("", None),
    ],
)
def test_a_language_is_wanted(text: str, language: str | None) -> None:
    assert wanted_language(text) == language


@pytest.mark.parametrize(
    ("text", "back", "which"),
    [
        ("is it safe", True, False),
        ("was kostet das", True, False),
        ("wofür wird sie genutzt", True, False),
        ("which one is older", False, True),
        ("Was davon ist älter", True, True),
        ("item", False, False),
        ("", False, False),
    ],
)
def test_words_stand_for_what_was_said(text: str, back: bool, which: bool) -> None:
    assert (points_back(said(text)), asks_which(said(text))) == (back, which)


def test_aspects_are_carried_on_all_of_them() -> None:
    assert all(carried_on(Context(("a",), kind.value)) is kind for kind in ASPECTS)
