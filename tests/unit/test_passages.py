"""Entries are cut into passages that carry their name, and Markdown is made plain."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.retrieval.passage import passages_of, plain
from tests.strategies import nasty_text


def test_every_section_is_a_passage_but_differences(glossary: Glossary) -> None:
    found = [(p.concept, p.language, p.kind) for p in passages_of(glossary)]
    expected = [
        (entry.id, language, section.kind)
        for entry in glossary
        for language, text in entry.texts.items()
        for section in (text.definition, *text.sections)
    ]
    assert found == [row for row in expected if row[2] is not SectionKind.DIFFERENCES]
    assert len(found) < len(expected)


def test_a_passage_begins_with_its_name_and_heading(glossary: Glossary) -> None:
    spade = [p.text for p in passages_of([glossary["moon-spade"]])]
    assert spade[0].startswith("moon spade: A moon spade is a garden tool")
    assert spade[1] == (
        "moon spade, Characteristics: The blade is as wide as a hand, and sharp on both sides. "
        "The handle is made of ash."
    )
    assert any(text.startswith("Mondspaten, Zweck: Er hebt") for text in spade)
    timer = passages_of([glossary["irrigation-timer"]])
    assert timer[0].text.startswith("irrigation timer (IT): ")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- one\n* two\n  + three", "one two three"),
        ("**bold** and 2 * 3 - 1", "bold and 2 * 3 - 1"),
        ("a\r\n\r\nb", "a b"),
        ("", ""),
    ],
)
def test_markdown_becomes_plain(markdown: str, expected: str) -> None:
    assert plain(markdown) == expected


@given(nasty_text())
def test_plain_text_is_one_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1
    assert plain(text) == plain(text).strip()
