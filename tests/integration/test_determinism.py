"""The same question gets the same answer, whoever asked what before and in which process."""

from __future__ import annotations

import random

import pytest

from bot.answering.context import Context
from bot.answering.phrases import phrase
from bot.answering.question import Question, QuestionType
from bot.app import Assistant
from tests.integration.questions import LANGUAGES


def test_what_was_asked_before_does_not_matter(assistant: Assistant) -> None:
    questions = [
        phrase("example", language, term=entry.preferred(language))
        for language in LANGUAGES
        for entry in list(assistant.glossary)[::7]
    ]
    there = {question: assistant.ask(question) for question in questions}
    back = {question: assistant.ask(question) for question in reversed(questions)}
    assert there == back


def test_the_order_of_a_set_does_not_matter() -> None:
    types = sorted(QuestionType)
    intents = {kind.value: 1 / (place + 3) for place, kind in enumerate(types)}
    question = Question("a question", "en", (), intents)
    sums = set()
    for seed in range(100):
        random.Random(seed).shuffle(types)
        sums.add(question.probability(*types))
    assert len(sums) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag", "Vielen Dank!", "Tschüss", "Wer bist du?", "Was kannst du?", "Quelle?",
        "Hallo", "Danke", "Moin", "Nein", "ok danke", "Hilfe",
    ],
)  # fmt: skip
def test_a_first_word_in_german_is_answered_in_german(assistant: Assistant, text: str) -> None:
    assert assistant.ask(text).language == "de"


@pytest.mark.parametrize("text", ["ok", "hi", "hey", "test", "42", "thanks", "hello"])
def test_a_first_word_that_is_not_german_is_answered_in_english(
    assistant: Assistant, text: str
) -> None:
    assert assistant.ask(text).language == "en"


@pytest.mark.parametrize("text", ["ok", "hi", "hey"])
def test_a_word_of_both_languages_stays_with_the_conversation(
    assistant: Assistant, text: str
) -> None:
    assert assistant.ask(text, Context(language="de")).language == "de"
