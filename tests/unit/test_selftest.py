"""The self-test: which questions an entry is asked for with, and how a reply is judged."""

from __future__ import annotations

from bot.answering.answer import Answer, AnswerKind, ConceptRef
from bot.answering.selftest import SelfTest, described, reply_of, run, self_tests
from bot.app import Assistant
from bot.glossary.glossary import Glossary


def test_each_name_and_each_definition_is_asked(glossary: Glossary) -> None:
    asked = [q for q in self_tests(glossary) if q.concept == "moon-spade"]
    assert {q.text for q in asked if q.named} == {
        "What is moon spade?", "What is crescent spade?", "Was ist Mondspaten?"
    }  # fmt: skip
    assert {q.language for q in asked if not q.named} == {"en", "de"}


def test_a_definition_is_asked_without_its_names(glossary: Glossary) -> None:
    for question in self_tests(glossary):
        if not question.named:
            terms = glossary[question.concept].terms
            assert not any(term.text.casefold() in question.text.casefold() for term in terms)


def test_a_masked_definition_needs_enough_words(glossary: Glossary) -> None:
    entry = glossary["moon-spade"]
    assert described(entry, "en", "A moon spade cuts roots.") == ""
    said = described(entry, "en", "The moon spades quickly cut through roots and stones.")
    assert said == "The something quickly cut through roots and stones"


def test_of_a_large_glossary_a_sample_is_asked(glossary: Glossary) -> None:
    sample = self_tests(glossary, most=5)
    assert len({q.concept for q in sample}) == 5
    assert sample == self_tests(glossary, most=5)


def answer(kind: AnswerKind, about: str = "", offered: tuple[str, ...] = ()) -> Answer:
    refs = (ConceptRef(about, about),) if about else ()
    others = tuple(ConceptRef(each, each) for each in offered)
    return Answer(kind, "define", "en", "", concepts=refs, alternatives=others)


def test_replies_are_judged() -> None:
    named = SelfTest("?", "a", "en", True)
    text = SelfTest("?", "a", "en", False)
    right = reply_of(named, answer(AnswerKind.ANSWER, "a"))
    assert (right.back, right.first, right.confused) == (True, "a", False)
    asked_back = reply_of(named, answer(AnswerKind.CLARIFY, offered=("b", "a")))
    assert (asked_back.back, asked_back.confused) == (True, False)
    other = reply_of(named, answer(AnswerKind.ANSWER, "b"))
    assert (other.back, other.first, other.confused) == (False, "b", True)
    declined = reply_of(text, answer(AnswerKind.DECLINE, offered=("b", "a")))
    assert (declined.back, declined.first, declined.confused) == (False, "b", True)
    nothing = reply_of(text, answer(AnswerKind.DECLINE))
    assert (nothing.back, nothing.confused) == (False, False)


def test_most_of_a_sound_glossary_comes_back(assistant: Assistant) -> None:
    replies = run(self_tests(assistant.glossary), assistant.ask)
    named = [reply for reply in replies if reply.question.named]
    assert sum(reply.back for reply in named) > 0.8 * len(named)
