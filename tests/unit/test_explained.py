"""The words of entries are worked out once, and taken over for entries that stay."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.app import Assistant
from bot.glossary.compounds import key_in, key_of
from bot.glossary.folding import forms, words
from bot.glossary.glossary import Glossary
from bot.retrieval.contents import Contents
from bot.retrieval.passage import passages_in
from tests.fakes import fake_assistant


def test_all_words_of_an_entry_are_there_in_all_forms(glossary: Glossary) -> None:
    explained = Contents(glossary).explained
    assert set(explained) == {entry.id for entry in glossary}
    for entry in glossary:
        texts = [passage.text for passage in passages_in(entry, True)]
        said = {form for text in texts for word in words(text) for form in forms(word.folded)}
        assert explained[entry.id] == said


def test_definitions_explain_less(glossary: Glossary) -> None:
    contents = Contents(glossary)
    assert all(contents.defined[c] <= contents.explained[c] for c in contents.explained)
    assert any(contents.defined[c] < contents.explained[c] for c in contents.explained)


@given(data=st.data())
def test_a_compound_is_found_as_in_each_text(glossary: Glossary, data: st.DataObject) -> None:
    explained = Contents(glossary).explained
    entry = data.draw(st.sampled_from(list(glossary)))
    texts = [passage.text for passage in passages_in(entry, True)]
    said = words(data.draw(st.sampled_from(texts)))
    first = data.draw(st.integers(0, len(said) - 1))
    for language in ("en", "de"):
        key = key_of(said[first : first + data.draw(st.integers(1, 3))], language)
        expected = any(key_in(key, text, language) for text in texts)
        assert explained.has(entry.id, key, language) == expected
    assert not explained.has("nowhere", "moon spade", "en")


def test_what_stays_is_taken_over_and_what_changes_is_not(glossary: Glossary) -> None:
    before = Contents(glossary)
    before.explained.prepare(len(before.explained))
    changed, *same = glossary
    term = replace(changed.terms[0], text="quince press")
    entry = replace(changed, terms=(term, *changed.terms[1:]))
    after = Contents(Glossary([entry, *same]), before)
    assert set(after.explained.found) == {each.id for each in same}
    assert after.explained[same[0].id] is before.explained[same[0].id]
    assert "quince" in after.explained[entry.id]


def test_warming_up_leaves_nothing_to_the_first_question(glossary: Glossary) -> None:
    assistant: Assistant = fake_assistant(glossary)
    assert not assistant.contents.explained.found
    assistant.warm_up()
    assert set(assistant.contents.explained.found) == {entry.id for entry in glossary}


def test_only_so_many_are_worked_out_beforehand(glossary: Glossary) -> None:
    explained = Contents(glossary).explained
    explained.prepare(2)
    assert len(explained.found) == 2
