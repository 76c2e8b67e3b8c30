"""Words of other fields of life, and which fields are a glossary's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.field_words import FIELDS_FILE, read_field_words
from bot.errors import Code, DataError
from bot.glossary.fields import OtherFields
from bot.glossary.lexicon import Lexicon
from bot.settings import PROJECT
from tests.garden import garden

FIELDS = {
    "en": {
        "sailing": ["mast", "deck", "rudder", "sails", "anchor", "jib"],
        "garden": ["soil", "seed", "root", "spade", "compost", "hedge"],
        "music": ["sonata", "chord", "tune", "opera", "cello", "soil"],
        "law": ["court", "judge", "verdict", "appeal", "clause", "jury"],
        "chess": ["pawn", "rook", "knight", "bishop", "mate", "board"],
    },
    "de": {"sailing": ["segeln", "mast", "ruder"], "music": ["musik", "oper"]},
}
KNOWN = frozenset(("soil", "seed", "root", "spade", "compost", "deck"))


@pytest.fixture
def others() -> OtherFields:
    """The fields, for a glossary of gardens."""
    return OtherFields(FIELDS, KNOWN.__contains__)


def test_what_a_glossary_speaks_of_most_is_its_own_field(others: OtherFields) -> None:
    assert others.own == {"garden"}
    assert OtherFields({}, KNOWN.__contains__).own == frozenset()
    assert OtherFields(FIELDS, lambda _: False).own == frozenset()


@pytest.mark.parametrize(
    ("word", "language", "is_other"),
    [
        ("mast", "en", True),
        ("masts", "en", True),
        ("sail", "en", True),  # the lexicon has the plural
        ("deck", "en", False),  # the glossary uses it
        ("soil", "en", False),
        ("hedge", "en", False),  # of its own field
        ("zebra", "en", False),
        ("segeln", "de", True),
        ("segelboot", "de", True),  # "segeln" is all the same
        ("ruderal", "de", False),
        ("musiktheorie", "de", True),  # a compound begins with one
        ("blasmusik", "de", True),  # ... or ends with one
        ("musiktheorie", "en", False),
        ("mast", "fr", False),
    ],
)
def test_words_of_other_fields_are_told(
    others: OtherFields, word: str, language: str, is_other: bool
) -> None:
    assert others.has(word, language) is is_other


def test_the_lexicon_tells_what_a_glossary_uses() -> None:
    lexicon = Lexicon(garden())
    assert lexicon.has("spade")
    assert not lexicon.has("sonata")
    assert not Lexicon([], lexicon, garden()).has("spade")


def test_the_fields_of_the_project_are_read_folded() -> None:
    fields = read_field_words(PROJECT / FIELDS_FILE)
    assert set(fields) == {"en", "de"}
    assert set(fields["en"]) == set(fields["de"])
    assert len(fields["en"]) > 50
    assert "koecheln" in fields["de"]["cooking-baking"]
    for words in (*fields["en"].values(), *fields["de"].values()):
        assert len(words) == len(set(words))
        assert len(words) > 50


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("music: [1", "expected"),
        ("- music", "the file"),
        ("music: [sonata]", "music"),
        ("music:\n  en: sonata", "music, en"),
        ("music:\n  en: [1]", "music, en"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "fields.yml"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read_field_words(path)
    assert caught.value.code is Code.D002
    assert FIELDS_FILE in str(caught.value)
    assert told in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No such file"):
        read_field_words(tmp_path / "none.yml")
