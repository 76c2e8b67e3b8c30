"""Names of several words that hold a term and are something else."""

from pathlib import Path

import pytest
from hypothesis import given

from bot.adapters.compound_files import COMPOUNDS_FOLDER, LANGUAGES, read_compounds
from bot.errors import Code, DataError
from bot.glossary.compounds import LONGEST, Compounds, key_in, key_of
from bot.glossary.folding import words
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from bot.settings import PROJECT
from tests.fakes import (
    ASKING,
    FakeIntents,
    FakePhrases,
    FakeSpellings,
    FakeVocabulary,
    fake_assistant,
)
from tests.garden import garden
from tests.strategies import questions

NAMES = Names(garden())


def keys(language: str, *compounds: str) -> dict[str, list[str]]:
    return {language: [key_of(words(each), language) for each in compounds]}


def spotter(compounds: Compounds) -> Spotter:
    return Spotter(
        NAMES, FakePhrases(NAMES), FakeSpellings(NAMES), FakeVocabulary(ASKING), compounds
    )


def named(text: str, compounds: Compounds) -> list[str]:
    return [mention.text for mention in spotter(compounds).spot(text)]


UNUSED = Compounds(
    keys("en", "call a bed a bed", "moon spade beard", "full moon spade", "bed rest")
    | keys("de", "schwarzer Mondspaten"),
    lambda concept, key, language: False,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("what is a moon spade", ["moon spade"]),
        ("what is a moon spade beard", []),
        ("what are Moon Spade Beards?", []),
        ("what is a moon-spade beard", []),
        ("what is a moon spade, beard?", ["moon spade"]),  # not said together
        ("what is a full moon spade of today", []),
        ("why call a bed a bed", []),
        ("the moon spade beard of a man with a bed", ["bed"]),
        ("was sind schwarze Mondspaten", []),
        ("was sind Mondspaten, schwarze", ["Mondspaten"]),
    ],
)
def test_a_part_of_another_name_is_no_term(text: str, terms: list[str]) -> None:
    assert named(text, UNUSED) == terms


def test_a_compound_that_the_entry_uses_is_of_its_field() -> None:
    asked: list[tuple[str, str, str]] = []

    def uses(concept: str, key: str, language: str) -> bool:
        asked.append((concept, key, language))
        return True

    used = Compounds(keys("en", "moon spade beard"), uses)
    assert named("what is a moon spade beard", used) == ["moon spade"]
    assert asked == [("moon-spade", "moon spade beard", "en")]


def test_a_name_that_is_listed_itself_stays_a_term() -> None:
    listed = Compounds(keys("en", "moon spade"), lambda concept, key, language: False)
    assert named("what is a moon spade", listed) == ["moon spade"]


@given(questions(NAMES))
def test_compounds_only_take_terms_away(text: str) -> None:
    assert {*named(text, UNUSED)} <= {*named(text, Compounds({}, lambda *_: False))}


def test_an_assistant_keeps_what_its_entries_say_themselves() -> None:
    class WithCompounds(FakeIntents):
        compounds = keys("en", "moon spade beard", "first moon spade")

    spot = fake_assistant(garden(), intents=WithCompounds()).spotter.spot
    assert [m.text for m in spot("who made the first moon spade")] == ["moon spade"]
    assert spot("what is a moon spade beard") == ()


def test_a_compound_is_found_between_whole_words() -> None:
    assert key_in("warm front", "The Warm Fronts of spring", "en")
    assert not key_in("warm front", "lukewarm front", "en")


def test_the_compounds_of_the_project_are_read() -> None:
    read = read_compounds(PROJECT / COMPOUNDS_FOLDER)
    assert set(read) == set(LANGUAGES)
    assert "signal to noise ratio" in read["en"]
    assert key_of(words("schwarzes Brett"), "de") in read["de"]
    for listed in read.values():
        assert len(listed) == len(set(listed)) > 5_000
        assert all(2 <= len(key.split()) <= LONGEST for key in listed)


@pytest.mark.parametrize(
    ("line", "told"), [("spade", "line 2"), ("a b c d e f", "2 to 5 words"), ("", "''")]
)
def test_a_line_that_is_no_compound_is_refused(tmp_path: Path, line: str, told: str) -> None:
    for language in LANGUAGES:
        (tmp_path / f"{language}.txt").write_text(f"spade beard\n{line}\n")
    with pytest.raises(DataError) as caught:
        read_compounds(tmp_path)
    assert caught.value.code is Code.D002
    assert told in str(caught.value)


def test_a_missing_file_and_one_that_is_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read_compounds(tmp_path)
    for language in LANGUAGES:
        (tmp_path / f"{language}.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="not UTF-8"):
        read_compounds(tmp_path)
