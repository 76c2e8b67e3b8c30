"""Every vocabulary knows just the words it was given, and forgives slips in words of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.word_list import COMMON, WordList, common_words, telling_words
from bot.glossary.folding import fold
from bot.glossary.spotting import Vocabulary
from tests.fakes import FakeVocabulary
from tests.strategies import nasty_text

MakeVocabulary = Callable[[Iterable[str], Iterable[str]], FakeVocabulary | WordList]


def word_list(question_words: Iterable[str], common: Iterable[str]) -> WordList:
    """Return the real vocabulary, without the stop words of any language."""
    return WordList(question_words, common, ())


VOCABULARIES: tuple[MakeVocabulary, ...] = (FakeVocabulary, word_list)
each_vocabulary = pytest.mark.parametrize("make", VOCABULARIES)
ASKING = ("what", "is", "difference", "explain", "between")
EVERYDAY = ("cake", "explains", "garden")
MADE_UP = st.lists(st.text("abc", min_size=1, max_size=9), max_size=6)


@each_vocabulary
@given(asking=MADE_UP, common=MADE_UP, word=st.text("abc", max_size=9) | nasty_text(3))
def test_just_the_given_words_are_known(
    make: MakeVocabulary, asking: list[str], common: list[str], word: str
) -> None:
    vocabulary = make(asking, common)
    assert vocabulary.is_question_word(word) == (word in asking)
    assert vocabulary.is_common(word) == (word in common)
    if word in asking:
        assert vocabulary.means_asking(word)
    elif word in common or len(word) < 3:
        assert not vocabulary.means_asking(word)
    assert vocabulary.is_filler(word) == (word in asking)


@each_vocabulary
@given(asking=MADE_UP, common=MADE_UP, word=st.text("abc", max_size=9))
def test_there_is_no_doubt_about_words_of_asking_and_their_slips(
    make: MakeVocabulary, asking: list[str], common: list[str], word: str
) -> None:
    vocabulary: Vocabulary = make(asking, common)
    assert vocabulary.doubt(word) == (0.0 if vocabulary.means_asking(word) else 1.0)


def test_the_more_questions_use_a_word_the_less_doubt_there_is() -> None:
    uses = {"plan": 1, "explain": 2, "buy": 3, "what": 4, "is": 900}
    vocabulary = WordList(uses, ("cake",), ())
    doubts = [vocabulary.doubt(word) for word in ("cake", "plan", "explain", "buy", "what", "is")]
    assert doubts == [1.0, 1 / 2, 1 / 3, 1 / 4, 0.0, 0.0]
    assert vocabulary.doubt("expalin") == vocabulary.doubt("explain")
    assert [word for word in uses if vocabulary.is_filler(word)] == ["what", "is"]
    assert all(vocabulary.is_question_word(word) for word in uses)


def test_stop_words_are_sure_to_say_nothing() -> None:
    vocabulary = WordList({"the": 1, "rake": 1}, (), ("en",))
    assert (vocabulary.doubt("the"), vocabulary.is_filler("the")) == (0.0, True)
    assert (vocabulary.doubt("rake"), vocabulary.is_filler("rake")) == (0.5, False)


@given(asking=MADE_UP, common=MADE_UP, word=st.text("abc", max_size=9))
def test_fake_and_real_forgive_the_same_slips(
    asking: list[str], common: list[str], word: str
) -> None:
    found = {make(asking, common).means_asking(word) for make in VOCABULARIES}
    assert len(found) == 1


@each_vocabulary
@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("explain", True),
        ("explian", True),
        ("expalin", True),
        ("exlpani", False),
        ("diference", True),
        ("difrence", True),
        ("dfrnce", False),
        ("betwen", True),
        ("explains", False),  # an everyday word of its own
        ("waht", True),  # two letters swapped
        ("whta", True),
        ("hwat", False),  # the first letter is rarely wrong
        ("whut", False),  # too short to tell
        ("si", False),
        ("garden", False),
        ("", False),
    ],
)
def test_a_slip_in_a_long_word_is_forgiven(make: MakeVocabulary, word: str, meant: bool) -> None:
    vocabulary = make(ASKING, EVERYDAY)
    assert vocabulary.means_asking(word) is meant
    assert vocabulary.means_asking(word) is meant  # also when asked again


def test_a_misspelt_word_is_put_right() -> None:
    vocabulary = word_list(ASKING, EVERYDAY)
    assert vocabulary.meant("diference") == "difference"
    assert [vocabulary.meant(word) for word in ("cake", "zzzzz", "is")] == ["cake", "zzzzz", "is"]


def test_the_stop_words_of_the_languages_belong_to_asking() -> None:
    vocabulary = WordList((), (), ("en", "de", "xx"))
    assert vocabulary.is_question_word("the")
    assert vocabulary.is_question_word("fuer")
    assert not vocabulary.is_question_word("spade")
    assert not word_list((), ()).is_question_word("the")


def test_common_words_are_folded_sorted_and_of_all_languages() -> None:
    found = common_words(["en", "de"])
    assert found == sorted(set(found))
    assert {"garden", "garten", "fuer", "ueber"} <= set(found)
    assert not {"für", "Garten", "spdae"} & set(found)
    assert all(fold(word) == word for word in found[::50])
    assert set(common_words(["en"])) < set(found)
    assert COMMON > 0


def test_an_unknown_language_has_no_common_words() -> None:
    assert common_words(["xx"]) == []
    assert common_words([]) == []


def test_telling_words_tell_a_language_from_the_others() -> None:
    found = {code: set(known) for code, known in telling_words(["en", "de"]).items()}
    assert {"hallo", "danke", "moin", "tschuess", "bitte", "nein"} <= found["de"]
    assert {"thanks", "please", "yes"} <= found["en"]
    assert not {"ok", "hi", "hey", "super", "test"} & (found["en"] | found["de"])
    assert not found["en"] & found["de"]


def test_with_one_language_all_its_words_tell_it() -> None:
    assert telling_words(["de"])["de"] == common_words(["de"])
    assert telling_words(["xx"]) == {"xx": []}
