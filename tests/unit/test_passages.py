"""Entries are cut into passages that carry their name, and Markdown is made plain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bot.app import Assistant
from bot.glossary.entry import EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.retrieval.passage import (
    SENTENCES_UP_TO,
    has_sentences,
    passages_in,
    passages_of,
    plain,
)
from tests.fakes import fake_assistant
from tests.strategies import nasty_text


def test_every_section_is_a_passage_but_differences(glossary: Glossary) -> None:
    found = [(p.concept, p.language, p.kind) for p in passages_of(glossary) if not p.sentence]
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


def test_a_wording_is_a_passage_as_it_is(glossary: Glossary) -> None:
    spade = replace(glossary["moon-spade"], described={"en": ("the thing",), "de": ("das Ding",)})
    found = passages_of([spade, glossary["star-fork"]])
    wordings = [(p.concept, p.language, p.text) for p in found if not p.kind and not p.sentence]
    assert wordings == [("moon-spade", "en", "the thing"), ("moon-spade", "de", "das Ding")]
    rest = [p for p in found if p.kind is not None]
    plain_ones = passages_of([glossary["moon-spade"], glossary["star-fork"]])
    assert rest == [p for p in plain_ones if not p.sentence]


WORDING = "thing grandpa hums at while it drizzles"


def test_a_wording_is_found_and_never_shown(glossary: Glossary, assistant: Assistant) -> None:
    entries = [
        replace(e, described={"en": (WORDING,)}) if e.id == "dew-barrel" else e for e in glossary
    ]
    worded = fake_assistant(Glossary(entries, glossary.version))
    text = f"what do you call the {WORDING}"
    assert [ref.id for ref in assistant.ask(text).concepts] != ["dew-barrel"]
    answer = worded.ask(text)
    assert [ref.id for ref in answer.concepts] == ["dew-barrel"]
    for question in (text, "tell me more about the dew barrel", "what is a dew barrel"):
        shown = str(worded.ask(question).to_dict()) + worded.ask(question).text
        assert "grandpa" not in shown
        assert "hums" not in shown


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


def test_sentences_of_a_definition_are_passages_without_the_name(glossary: Glossary) -> None:
    definition = glossary["moon-spade"].texts["en"].definition
    text = "A moon spade (z.B. small) digs. It is **sharp**! Yes. " + "More of it comes here. " * 9
    entry = replace(
        glossary["moon-spade"],
        texts={"en": EntryText(replace(definition, text=text), ())},
    )
    sentences = [p.text for p in passages_of([entry]) if p.sentence]
    assert sentences == [
        "A moon spade (z.B. small) digs.", "It is sharp!", "More of it comes here.",
    ]  # fmt: skip
    worded = replace(entry, described={"en": ("the thing",)})
    assert not any(p.sentence for p in passages_of([worded]))
    assert not any(p.sentence for p in passages_in(entry, has_sentences(SENTENCES_UP_TO + 1)))
    assert all(p.lexical == "" for p in passages_of([entry]) if p.sentence)
