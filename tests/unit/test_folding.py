"""Two spellings of one name fold to the same text, and words know where they stand."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.folding import fold, german_stem, singular, spoken, squeeze, stem, words
from tests.strategies import nasty_text

GERMAN = st.text("abcnrtzäöüßÄÖÜé -", max_size=15)
PLAIN_WORDS = st.lists(st.text("abdgo", min_size=1, max_size=6), min_size=1, max_size=4)


@given(nasty_text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(nasty_text(8))
def test_spoken_words_are_those_with_places(text: str) -> None:
    assert spoken(text) == [word.folded for word in words(text)]


@given(GERMAN)
def test_case_composition_and_spelled_out_umlauts_do_not_matter(text: str) -> None:
    spelled_out = text
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled_out = spelled_out.replace(umlaut, letters).replace(umlaut.upper(), letters.title())
    variants = (text.upper(), text.lower(), unicodedata.normalize("NFD", text), spelled_out)
    assert {fold(variant) for variant in variants} == {fold(text)}


@given(PLAIN_WORDS, st.sampled_from(("en", "de")))
def test_spaces_hyphens_and_dots_do_not_matter_for_the_squeezed_name(
    parts: list[str], language: str
) -> None:
    variants = {joint.join(parts) for joint in (" ", "-", "–", ".", " / ", "_")}
    assert {squeeze(variant, language) for variant in variants} == {"".join(parts)}


@pytest.mark.parametrize("variant", ["E-Mails", "e mails", "emails", "EMAIL", "É-mail", "Email's"])
def test_one_name_has_many_spellings(variant: str) -> None:
    assert squeeze(variant, "en") == "email"


@pytest.mark.parametrize("text", ["Bewässerung", "Çay", "हिन्दी"])
def test_a_composed_name_is_the_same_word_decomposed(text: str) -> None:
    (word,) = words(unicodedata.normalize("NFD", text))
    assert word.folded == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("οδός", "οδόσ"),
        ("aren’t", "aren't"),
        ("ﬁg", "FIG"),
        ("½", "1\u20442"),
        ("STRASSE", "straße"),
    ],
)
def test_letters_that_look_different_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_words_stay_different() -> None:
    different = ["rose", "rosé wine", "rosa", "ro se n", "3 roses", "röse"]
    assert len({squeeze(text, "en") for text in different}) == len(different)


@given(nasty_text())
def test_the_place_of_a_word_slices_it_out_of_the_text(text: str) -> None:
    found = words(text)
    for word in found:
        assert text[word.start : word.end] == word.text
        assert word.folded in (fold(word.text), fold(word.text[:-1]))  # the plural of IM is IMs
    ends = [word.end for word in found]
    assert all(end <= word.start for end, word in zip(ends, found[1:], strict=False))


@given(nasty_text())
def test_every_letter_and_digit_is_in_a_word(text: str) -> None:
    inside = {i for word in words(text) for i in range(word.start, word.end)}
    assert {i for i, c in enumerate(text) if c.isalnum()} <= inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm in, aren’t I?", ["I'm", "in", "aren’t", "I"]),
        ("C++ and C#, not C.", ["C++", "and", "C#", "not", "C"]),
        ("R.C.S. e-mail snake_case", ["R", "C", "S", "e", "mail", "snake", "case"]),
        ("\x00…\u202e ,", []),
        ("'quoted'", ["quoted"]),
    ],
)
def test_a_text_splits_into(text: str, expected: list[str]) -> None:
    assert [word.text for word in words(text)] == expected


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("spades", "spade"), ("berries", "berry"), ("ties", "tie"), ("ditches", "ditch"),
        ("boxes", "box"), ("grasses", "grass"), ("grass", "grass"), ("crocus", "crocus"),
        ("iris", "iris"), ("gas", "gas"), ("us", "us"), ("gardener's", "gardener"),
    ],
)  # fmt: skip
def test_an_english_plural_becomes(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize("word", ["cookie", "movie", "cache", "niche", "axe"])
def test_a_word_in_e_has_the_stem_of_its_plural(word: str) -> None:
    assert singular(word + "s") == singular(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("garten", "gart"), ("spatens", "spaten"), ("beete", "beet"), ("beeten", "beet"),
        ("tonnen", "tonne"), ("rechen", "rech"), ("gerates", "gerat"), ("rosen", "rose"),
        ("pensionen", "pension"), ("regeln", "regel"), ("gaertnern", "gaertner"),
    ],
)  # fmt: skip
def test_inflected_german_words_are_equal(one: str, other: str) -> None:
    assert german_stem(one) == german_stem(other) or german_stem(one) == other


@given(st.text("abenrsmß", max_size=12), st.sampled_from(("en", "de", "fr")))
def test_a_stem_begins_the_word_and_is_never_nothing(word: str, language: str) -> None:
    found = stem(word, language)
    if language == "de":
        assert word.startswith(found)
        assert len(found) >= min(len(word), 4)
    assert bool(found) == bool(word)
    assert len(found) <= len(word)
