"""Every phrase finder finds just what comparing every stretch with every name finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.spacy_phrases import SpacyPhrases, stop_words
from bot.glossary.entry import Entry
from bot.glossary.folding import fold, words
from bot.glossary.names import Names
from bot.glossary.spotting import PhraseFinder
from bot.glossary.term import Status, Term
from tests import oracle
from tests.fakes import FakePhrases
from tests.garden import garden
from tests.strategies import glossaries, nasty_text, questions

FINDERS: tuple[Callable[[Names], PhraseFinder], ...] = (FakePhrases, SpacyPhrases)
GARDEN = Names(garden())
OVER_GARDEN = [make(GARDEN) for make in FINDERS]
each_finder = pytest.mark.parametrize("make", FINDERS)


def assert_finds_all(finder: PhraseFinder, names: Names, text: str) -> None:
    """Compare with the oracle, whatever the order."""
    sentence = words(text)
    found = sorted(finder.find(sentence), key=repr)
    assert found == sorted(oracle.phrases(names, sentence), key=repr)


@pytest.mark.parametrize("finder", OVER_GARDEN, ids=["fake", "spacy"])
@given(text=st.one_of(questions(GARDEN), nasty_text()))
def test_in_the_garden_just_the_names_are_found(finder: PhraseFinder, text: str) -> None:
    assert_finds_all(finder, GARDEN, text)


@each_finder
@given(data=st.data())
def test_in_any_glossary_just_the_names_are_found(
    make: Callable[[Names], PhraseFinder], data: st.DataObject
) -> None:
    names = Names(data.draw(glossaries()))
    finder = make(names)
    pieces = [name.text for name in names.all] + ["abe", "und", "-"]
    for _ in range(3):
        assert_finds_all(finder, names, " ".join(data.draw(st.lists(st.sampled_from(pieces)))))


@each_finder
def test_overlapping_and_repeated_names_are_all_found(
    make: Callable[[Names], PhraseFinder],
) -> None:
    found = make(GARDEN).find(words("root irrigation system, irrigation timer irrigation"))
    assert sorted((first, last, name.text) for first, last, name in found) == [
        (0, 3, "Root Irrigation System"),  # the full form of the German abbreviation
        (0, 3, "root irrigation system"),
        (1, 2, "irrigation"),
        (3, 4, "irrigation"),
        (3, 5, "irrigation timer"),
        (5, 6, "irrigation"),
    ]


@each_finder
def test_a_name_of_two_languages_is_found_in_both(make: Callable[[Names], PhraseFinder]) -> None:
    found = make(GARDEN).find(words("ris"))
    assert sorted(name.language for _, _, name in found) == ["de", "en"]


@each_finder
def test_nothing_is_found_in_nothing_or_among_no_names(
    make: Callable[[Names], PhraseFinder],
) -> None:
    assert list(make(GARDEN).find([])) == []
    assert list(make(Names([])).find(words("a moon spade"))) == []


@each_finder
def test_asking_again_finds_the_same(make: Callable[[Names], PhraseFinder]) -> None:
    finder = make(GARDEN)
    first = list(finder.find(words("moon spade and bed")))
    assert list(finder.find(words("never seen zzyzx"))) == []
    assert list(finder.find(words("moon spade and bed"))) == first


@each_finder
def test_a_word_that_folds_to_nothing_is_passed_over(make: Callable[[Names], PhraseFinder]) -> None:
    assert [word.folded for word in words("\uff9e spade")] == ["", "spade"]
    assert list(make(GARDEN).find(words("\uff9e")))[:1] == []
    make(Names([Entry("x", (Term("\uff9e", "en", Status.PREFERRED),), {})]))


@pytest.mark.parametrize(("language", "word"), [("en", "the"), ("de", "fuer"), ("de", "und")])
def test_stop_words_are_folded(language: str, word: str) -> None:
    found = stop_words(language)
    assert word in found
    assert all(fold(each) == each for each in found)


def test_a_language_that_spacy_does_not_know_has_no_stop_words() -> None:
    assert stop_words("xx-none") == frozenset()
