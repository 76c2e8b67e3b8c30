"""What a message leaves out is taken from the conversation, and only where it was said there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.context import PATIENCE, Context
from bot.answering.ellipsis import (
    asks_the_same,
    asks_which,
    carried_further,
    carried_on,
    completed,
    equates,
    goes_back,
    points_back,
    sides,
    wanted_language,
)
from bot.answering.question import ASPECTS, Question, QuestionType
from bot.glossary.folding import words
from bot.glossary.mention import Likeness, Mention

T = QuestionType


def said(text: str, *concepts: str, **intents: float) -> Question:
    """Return a question; the concepts are those of a mention of its last word."""
    last = words(text)[-1] if concepts else None
    mentions = (
        (Mention(last.start, last.end, last.text, last.text, concepts, Likeness.EXACT, 1.0),)
        if last
        else ()
    )
    return Question(text, "en", mentions, intents)


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


# ---- comparisons with what was said before


@pytest.mark.parametrize(
    ("text", "kind", "intents", "expected"),
    [
        ("how does it differ from rake", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("what is the difference to the rake", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("und im Unterschied zum Rechen", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("was ist da anders als im rake", T.COMPARE, {"compare": 1.0}, ("spade", "rake")),
        ("what is different in the rake", T.COMPARE, {"compare": 1.0}, ("rake",)),
        ("and rake", T.COMPARE, {"follow_up": 1.0}, ("spade", "rake")),
        ("is it a kind of rake", T.ASK_KIND_OF, {"ask_kind_of": 1.0}, ("spade", "rake")),
        ("and rake", T.ASK_KIND_OF, {"follow_up": 1.0}, ("rake", "tool")),
        ("and is a rake", T.ASK_KIND_OF, {"ask_kind_of": 1.0}, ("rake",)),
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


@pytest.mark.parametrize("text", ["would a rake count as one", "ist ein rake denn auch eins dann"])
def test_one_at_the_end_is_the_topic(text: str) -> None:
    place = text.index("rake")
    mention = Mention(place, place + 4, "rake", "rake", ("rake",))
    question = Question(text, "en", (mention,), {"ask_kind_of": 1.0})
    context = Context(("tool",), "define")
    assert completed(question, T.ASK_KIND_OF, ("rake",), context) == ("rake", "tool")


def test_nothing_is_filled_in_where_nothing_was_said_or_both_were() -> None:
    question = said("how does it differ from rake", "rake", compare=1.0)
    both = ("fork", "rake")
    assert completed(question, T.COMPARE, ("rake",), Context()) == ("rake",)
    assert completed(question, T.COMPARE, ("rake",), Context(("rake",))) == ("rake",)
    assert completed(question, T.COMPARE, both, Context(("spade",))) == both
    two = Context(("spade", "rake"))
    assert completed(question, T.COMPARE, ("rake",), two) == ("spade", "rake")
    assert completed(question, T.ASK_KIND_OF, ("rake",), two) == ("rake",)
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
        ("which one is older", True, True),
        ("which phone has that", True, True),
        ("which phone to buy", False, True),
        ("do both cost money", True, False),
        ("was von beiden ist alt", True, False),
        ("Was davon ist älter", True, True),
        ("item", False, False),
        ("", False, False),
    ],
)
def test_words_stand_for_what_was_said(text: str, back: bool, which: bool) -> None:
    assert (points_back(said(text)), asks_which(said(text))) == (back, which)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("Können Sie mir helfen", False),
        ("ist sie alt", True),
        ("wie alt ist das beet eigentlich", False),
        ("ist das beet", True),
        ("two-factor", False),
    ],
)
def test_articles_and_polite_words_stand_for_nothing(text: str, back: bool) -> None:
    mentions = [
        Mention(w.start, w.end, "beet", "beet", ("bed",)) for w in words(text) if w.folded == "beet"
    ]
    assert points_back(Question(text, "de", tuple(mentions))) is back


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and back to the rake thing", True),
        ("nochmal zur harke", True),
        ("zurück zum anfang", True),
        ("it came back", False),
        ("to the back", False),
    ],
)
def test_somebody_goes_back(text: str, expected: bool) -> None:
    assert goes_back(said(text)) is expected


TWO = Context(("rake", "spade"), "compare", before=("fork",))
ONE = Context(("rake",), "define", before=("fork", "hoe"))
PICKED = Context(("rake",), "ask_cost", before=("rake", "spade"))


@pytest.mark.parametrize(
    ("text", "about", "context", "expected"),
    [
        ("what is the difference", T.COMPARE, TWO, ("rake", "spade")),
        ("which one is older", T.ASK_HISTORY, TWO, ("rake", "spade")),
        ("are both free", T.ASK_COST, TWO, ("rake", "spade")),
        ("who uses them", T.ASK_USERS, TWO, ("rake", "spade")),
        ("what does it cost", T.ASK_COST, TWO, ("rake",)),
        ("tell me more about them", T.TELL_MORE, TWO, ("rake",)),
        ("what is the difference", T.COMPARE, ONE, ("fork", "rake")),
        ("was kosten die beiden", T.ASK_COST, ONE, ("fork", "rake")),
        ("which of them is older", T.ASK_HISTORY, ONE, ("fork", "rake")),
        ("which people use that", T.ASK_USERS, ONE, ("rake",)),
        ("what is safer for kids", T.ASK_SAFETY, ONE, ("fork", "rake")),
        ("und was ist denn billiger", T.ASK_COST, ONE, ("fork", "rake")),
        ("what is safer than it", T.ASK_SAFETY, ONE, ("rake",)),
        ("what makes it safer", T.ASK_SAFETY, ONE, ("rake",)),
        ("what is the difference", T.COMPARE, Context(("rake",)), ("rake",)),
        ("the cost of both", T.ASK_COST, PICKED, ("rake", "spade")),
        ("what does it cost", T.ASK_COST, PICKED, ("rake",)),
        ("shorter", T.SHORTER, Context(("rake", "spade"), "compare"), ("rake", "spade")),
        ("shorter", T.SHORTER, Context(("rake", "spade"), "ask_kind_of"), ("rake",)),
    ],
)
def test_a_question_is_put_to_one_or_to_all_that_was_said(
    text: str, about: QuestionType, context: Context, expected: tuple[str, ...]
) -> None:
    assert sides(said(text), about, context) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("so its basically just a rake", True),
        ("isn't that the same as a rake", True),
        ("das ist doch quasi ein rake", True),
        ("is it safe on a rake", False),
        ("what is that rake", False),
        ("basically a rake", False),
    ],
)
def test_it_is_said_to_be_the_same_as_a_term(text: str, same: bool) -> None:
    assert equates(said(text, "rake")) is same
    assert not equates(said(text))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("please the same for the rake", True),
        ("und das gleiche beim rake", False),
        ("dasselbe bitte für rake", True),
        ("same two questions, rake", True),
        ("is it the same with a rake", False),  # compares
        ("same as a rake?", False),
        ("for a rake", False),
        ("same rake", False),
    ],
)
def test_the_same_is_asked_of_a_term(text: str, same: bool) -> None:
    assert asks_the_same(said(text, "rake"), TWO) is same
    assert not asks_the_same(said(text, "rake"), Context())
    assert not asks_the_same(said(text), TWO)


@pytest.mark.parametrize("text", ["isn't that something else rake", "anders rake", "a same rake"])
def test_what_is_the_same_or_not_is_compared_with_the_topic(text: str) -> None:
    assert completed(said(text, "rake"), T.COMPARE, ("rake",), Context(("hoe",))) == ("hoe", "rake")
    assert completed(said("differs rake", "rake"), T.COMPARE, ("rake",), Context(("hoe",))) == (
        "rake",
    )


def test_what_was_asked_along_is_carried_on() -> None:
    context = Context(("a",), "define", ("ask_cost", "compare", "ask_how"))
    assert carried_further(context) == (T.ASK_COST, T.ASK_HOW)


def test_what_is_asked_of_one_thing_is_carried_on_not_what_that_is() -> None:
    asked = Context(("a",), "ask_kind_of", further=("ask_cost",))
    assert carried_on(asked) is T.ASK_COST
    assert carried_on(replace(asked, concepts=("a", "b"))) is T.ASK_KIND_OF


def test_aspects_are_carried_on_all_of_them() -> None:
    assert all(carried_on(Context(("a",), kind.value)) is kind for kind in ASPECTS)
