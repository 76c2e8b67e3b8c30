"""Words that stand for something said before are found, and a name is put in their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.reference import Reference, by_part, by_place, by_pronoun, replaced
from tests.strategies import nasty_text

BEDS = ("flower-bed", "seedbed", "hotbed")
NAMES = {
    "seedbed": frozenset(("seedbed", "sowing")),
    "hotbed": frozenset(("hotbed", "dunging")),
    "frame": frozenset(("frame", "sowing", "it")),
}


def is_asking(word: str) -> bool:
    """Tell whether a word belongs to asking."""
    return word in ("does", "free", "genau")


def term(concept: str) -> str:
    """Return the name of a concept."""
    return concept.upper()


def spelled(text: str, *references: Reference | None) -> str:
    """Return the text with names in the place of references."""
    return replaced(text, [each for each in references if each], term)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how old is the second one", "how old is SEEDBED"),
        ("why would anybody want the first one at all", "why would anybody want FLOWER-BED at all"),
        ("is the first one cheaper than the last?", "is FLOWER-BED cheaper than HOTBED?"),
        ("what does the middle one cost", "what does SEEDBED cost"),
        ("the very first on your list", "FLOWER-BED on your list"),
        ("wozu das zweite überhaupt", "wozu SEEDBED überhaupt"),
        ("des zweite", "SEEDBED"),
        ("the latter's price", "HOTBED price"),
        ("und von letzterem ein bild", "und von HOTBED ein bild"),
        ("the fourth one and the first one", "the fourth one and the first one"),
        ("when was the first seedbed dug", "when was the first seedbed dug"),
        ("", ""),
    ],
)
def test_places_stand_for_what_was_offered(text: str, expected: str) -> None:
    assert spelled(text, *by_place(text, BEDS, ())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how do the first two work", "how do FLOWER-BED, SEEDBED work"),
        ("und die letzten beiden?", "und SEEDBED, HOTBED?"),
        ("and the other two?", "and FLOWER-BED, HOTBED?"),
        ("the others, are they free", "FLOWER-BED, HOTBED, are they free"),
        ("the other two things", "FLOWER-BED, HOTBED"),
        ("the other three", "the other three"),
        ("the first two steps", "the first two steps"),
        ("the second two", "the second two"),
        ("das mittlere, wer nutzt das", "SEEDBED, wer nutzt das"),
    ],
)
def test_several_places_stand_for_several(text: str, expected: str) -> None:
    assert spelled(text, *by_place(text, BEDS, BEDS[1:2])) == expected


def test_the_other_one_is_what_was_not_the_topic() -> None:
    assert spelled("the other one", *by_place("the other one", BEDS[:2], BEDS[:1])) == "SEEDBED"
    assert by_place("the other one", BEDS, BEDS[:1]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does the dunging stink", "does HOTBED stink"),
        ("und dunging", "und HOTBED"),
        ("how is the sowing done", "how is SEEDBED done"),  # the first group has but one such
        ("it", "it"),  # too short to be a part of a name
        ("who does it", "who does it"),
    ],
)
def test_a_part_of_a_name_stands_for_it(text: str, expected: str) -> None:
    groups = [{"seedbed": NAMES["seedbed"]}, NAMES]
    assert spelled(text, by_part(text, groups, is_asking)) == expected


def test_a_part_of_several_names_stands_for_none() -> None:
    assert by_part("the sowing", [NAMES], is_asking) is None
    assert by_part("the dunging", [NAMES], lambda word: True) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do i need a rake for it", "do i need a rake for SEEDBED"),
        ("is that free", "is SEEDBED free"),
        ("is that rake free", "is that rake free"),
        ("kann man damit graben", "kann man mit SEEDBED graben"),
        ("was ist das genau", "was ist SEEDBED genau"),
        ("was ist das wetter", "was ist das wetter"),
        ("is a rake free", "is a rake free"),
        ("can you water em", "can you water SEEDBED"),
        ("kann man die genau messen", "kann man SEEDBED genau messen"),
        ("kann man die Kosten messen", "kann man die Kosten messen"),
        ("graben Sie genau", "graben Sie genau"),
        ("Sie genau", "SEEDBED genau"),
    ],
)
def test_a_pronoun_stands_for_the_topic(text: str, expected: str) -> None:
    assert spelled(text, by_pronoun(text, "seedbed", is_asking)) == expected


def test_a_reference_moves_with_its_text() -> None:
    assert Reference(5, 7, "seedbed", "mit").moved(-5) == Reference(0, 2, "seedbed", "mit")


@given(nasty_text(), st.sampled_from((BEDS, BEDS[:2], ())))
def test_names_stand_where_they_are_said_to(text: str, offered: tuple[str, ...]) -> None:
    pronoun = by_pronoun(text, "seedbed", is_asking)
    for references in (by_place(text, offered, ()), (pronoun,) if pronoun else ()):
        new, placed = replaced(text, references, term)
        assert [new[p.start : p.end] for p in placed] == [term(r.concept) for r in references]
        assert len(placed) == len(references)
