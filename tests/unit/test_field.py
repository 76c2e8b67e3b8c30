"""Phrases that say which field a term is of, and others that do not."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.answering.field import field_phrases, said_again
from bot.glossary.mention import Mention
from tests.strategies import nasty_text

ASKING = frozenset("what is does mean how who a the on was ist bedeutet wie".split())


def phrases(text: str, name: str = "rake") -> list[str]:
    """Return the phrases found for the first place of a name."""
    start = text.index(name)
    mention = Mention(start, start + len(name), name, name, ("rake",))
    return [text[low:high] for low, high in field_phrases(text, mention, ASKING.__contains__)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is a rake in music theory", ["music theory"]),
        ("what does rake mean in the old navy?", ["old navy"]),
        ("rake of a roof", ["roof"]),
        ("what does rake mean of a roof", []),  # what follows the verb is no name any more
        ("was bedeutet rake beim segeln, so im wind", ["segeln"]),
        ("rake aus dem märchen, wie ist der", ["märchen"]),
        ("what is a rake, the extinct kind of fish", ["extinct kind of fish"]),
        ("rake the extinct fish", ["extinct fish"]),
        ("what is a rake, a friend asked", []),
        ("is rake the same", []),
        ("rake the other way round", []),
        ("in cricket, what is a rake", ["cricket"]),
        ("in cricket what does rake mean in golf", ["golf", "cricket"]),
        ("what is a rake. in short", []),
        ("who has a rake like im 5", []),
        ("my rake broke in a storm", []),
        ("what is a rake", []),
        ("what is a rake in 2024", []),
        ("a rake from the 90s", []),
        ("rake", []),
        ("what is a rake in the", []),
        ("what is a rake at the helm on a ship", ["helm", "ship"]),
        ("what is a rake in the wind, on a ship", ["wind"]),
        ("what does rake mean, the theatre thing", ["theatre"]),
        ("what does rake mean, the old sailing thing", ["old sailing"]),
        ("what does rake mean, the sail", []),
        ("what does rake mean, a sail thing", []),
        ("the rake came up in a lecture, what is it", []),
        ("i met rake in the manual, what is it", []),  # where somebody read it
        ("rake in the manual of ships", ["manual of ships"]),
        ("how did the rake change in the course of time", ["course of time"][:0]),
        ("what is a rake in plain words", []),  # tells how to answer
        ("rake - the four letters, what is it", []),
        ("rake in one two three four five six", ["one two three four five"]),
    ],
)
def test_a_phrase_says_the_field(text: str, expected: list[str]) -> None:
    assert phrases(text) == expected


def test_an_asking_word_may_be_kept_from_standing_between() -> None:
    mention = Mention(10, 14, "rake", "rake", ("rake",))
    for verbs, count in ((0, 0), (1, 1)):
        found = field_phrases("what does rake mean in golf", mention, ASKING.__contains__, verbs)
        assert len(found) == count


def test_in_english_im_says_i_am() -> None:
    text = "im trying to understand the rake"
    mention = Mention(28, 32, "rake", "rake", ("rake",))
    found = {
        language: field_phrases(text, mention, ASKING.__contains__, language=language)
        for language in ("en", "de")
    }
    assert (found["en"], bool(found["de"])) == ([], True)


@given(nasty_text(40))
def test_any_text_has_phrases_within_it(text: str) -> None:
    mention = Mention(0, min(3, len(text)), text[:3], "x", ("x",))
    for start, end in field_phrases(text, mention, ASKING.__contains__):
        assert mention.end <= start < end <= len(text)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("did the rake live here? i mean the old animal", "en", ["old animal"]),
        ("did the rake live here? the old animals i mean, not yours", "en", ["old animals"]),
        ("how old is the rake, as in the card game with jokers", "en", ["card game with jokers"]),
        ("wie alt wird rake, also das tier im zoo", "de", ["tier im zoo"]),
        ("wie alt wird rake, das tier mein ich", "de", ["tier"]),
        ("is rake also the game", "en", []),
        ("rake is old and i mean old", "en", []),
        ("i mean the animal, is it a rake", "en", []),  # tells something before
        ("does rake work, i mean the what", "en", []),
    ],
)
def test_somebody_says_again_what_is_meant(text: str, language: str, expected: list[str]) -> None:
    start = text.index("rake")
    mention = Mention(start, start + 4, "rake", "rake", ("rake",))
    found = said_again(text, mention, ASKING.__contains__, language)
    assert [text[low:high] for low, high in found] == expected
