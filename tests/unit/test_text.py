"""Text is made safe for Rasa before anything looks at it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from bot.text import clean
from tests.strategies import nasty_text


@given(nasty_text())
def test_nothing_is_left_that_can_end_a_process(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert not cleaned.startswith("/")
    assert clean(cleaned) == cleaned
    cleaned.encode()  # no lone surrogate is left
    kinds = {unicodedata.category(c) for c in cleaned if c not in "\n\t"}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}


@given(nasty_text())
def test_no_character_is_made_up_and_no_printable_one_is_lost(text: str) -> None:
    def kept(some: str) -> str:
        return "".join(c for c in some if c.isalnum())

    assert kept(clean(text)) == kept(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  What is a spade?\n", "What is a spade?"),
        ("one\ttwo\nthree", "one\ttwo\nthree"),
        ("one\x00two\ud800three", "one two three"),
        ("either/or", "either/or"),
        ("/greet", "greet"),
        (" //greet", "greet"),
        ("\x00/greet", "greet"),
        ("/", ""),
        ("שלום \u202e", "שלום \u202e"),
    ],
)
def test_a_text_becomes(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["/ /greet", "/\n/restart", "/\x00/greet"])
def test_no_text_begins_with_a_slash(text: str) -> None:
    assert not clean(text).startswith("/")
