"""The language of a message is told by its words; where nothing tells, the conversation's stays."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.app import Assistant
from tests.fakes import fake_assistant
from tests.garden import garden
from tests.strategies import nasty_text

GARDENER = fake_assistant(garden())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the purpose of this?", "en"),
        ("Was ist der Zweck davon?", "de"),
        ("WAS IST DAS", "de"),
        ("wofür?", "de"),
        ("what does Mondspaten mean", "en"),
        ("was heißt moon spade auf Deutsch", "de"),
        ("and how is that done with the thing", "en"),
        ("und wie macht man das mit dem Ding", "de"),
    ],
)
def test_function_words_tell_whatever_the_conversation(
    assistant: Assistant, text: str, language: str
) -> None:
    assert [assistant.language(text, spoken) for spoken in ("", "en", "de")] == [language] * 3


@pytest.mark.parametrize("text", ["", "???", "42", "\x00\ud800", "xyzzy", "is ist"])
def test_where_nothing_tells_the_conversation_decides(assistant: Assistant, text: str) -> None:
    assert assistant.language(text, "de") == "de"
    assert assistant.language(text, "en") == "en"
    assert assistant.language(text) == "en"


@given(nasty_text())
def test_any_text_is_in_a_language_of_the_glossary(text: str) -> None:
    assert GARDENER.language(text) in ("en", "de")
