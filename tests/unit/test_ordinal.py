"""Which item of a list somebody means, in two languages."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.ordinal import LAST, MIDDLE, OTHER, chosen, ordinal, places
from tests.strategies import nasty_text

ITEMS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)
PLACES = st.sampled_from((0, 1, 2, 3, 4, LAST, OTHER, MIDDLE))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first one", 0),
        ("2", 1),
        ("2.", 1),
        ("the 3rd please", 2),
        ("option four", 3),
        ("no. 5", 4),
        ("the last", LAST),
        ("the latter", LAST),
        ("the former", 0),
        ("and the other one?", OTHER),
        ("das erste", 0),
        ("der zweite bitte", 1),
        ("Das DRITTE", 2),
        ("die vierte", 3),
        ("das fünfte", 4),
        ("das fuenfte", 4),
        ("Nummer zwei", 1),
        ("Nr. drei", 2),
        ("letzteres", LAST),
        ("die unterste", LAST),
        ("den anderen", OTHER),
        ("the second, not the first", 1),
    ],
)
def test_a_place_is_named(text: str, place: int) -> None:
    assert ordinal(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what are the two differences",
        "eins",
        "one of these",
        "secondly",
        "22",
        "Zweitens",
        "six",
    ],
)
def test_no_place_is_named(text: str) -> None:
    assert ordinal(text) is None


@given(nasty_text())
def test_any_text_names_a_place_or_none(text: str) -> None:
    assert ordinal(text) in (None, 0, 1, 2, 3, 4, LAST, OTHER, MIDDLE)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("how old is the second one", ["the second one"]),
        ("and the last", ["the last"]),
        ("is the latter free", ["the latter"]),
        ("what does number two cost", ["number two"]),
        ("option 3 please", ["option 3"]),
        ("2", ["2"]),
        ("back to the first topic", ["the first topic"]),
        ("compare the first and the third", ["the first", "the third"]),
        ("und wie alt ist ersteres", ["ersteres"]),
        ("von letzterer ein Bild", ["letzterer"]),
        ("the middle one", ["the middle one"]),
        ("latter please", ["latter"]),
        ("erklär mir das zweite genauer", ["das zweite"]),
        ("die erste Variante", ["die erste Variante"]),
        ("and the one from before", ["the one from before"]),
        ("und bei dem von vorhin?", ["dem von vorhin"]),
        ("the previous one", ["the previous one"]),
        ("what did people use before", []),
        ("before", []),
        ("my former job was fine", []),
        ("when was the first message sent", []),
        ("are there other kinds", []),
        ("how long does it last", []),
        ("the second world war", []),
        ("what are the two differences", []),
        ("it has 2 wheels and 4 doors", []),
    ],
)
def test_phrases_that_stand_for_an_item(text: str, named: list[str]) -> None:
    assert [text[place.start : place.end] for place in places(text)] == named


@given(nasty_text())
def test_phrases_do_not_overlap(text: str) -> None:
    found = places(text)
    assert all(place.start < place.end for place in found)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


def test_the_middle_one_is_one_of_three() -> None:
    assert chosen(MIDDLE, ["a", "b", "c"], []) == "b"
    assert chosen(MIDDLE, ["a", "b"], []) is None


@given(PLACES, ITEMS, ITEMS)
def test_what_is_chosen_was_offered(place: int, offered: list[str], topic: list[str]) -> None:
    found = chosen(place, offered, topic)
    assert found is None or found in offered
    if place >= 0:
        assert found == dict(enumerate(offered)).get(place)
    if place == LAST:
        assert found == next(reversed(offered), None)
    if place == OTHER and found:
        assert set(offered) - set(topic) == {found}


def test_the_other_one_is_clear_with_one_left_only() -> None:
    assert chosen(OTHER, ["a", "b"], ["a"]) == "b"
    assert chosen(OTHER, ["a", "b", "c"], ["a"]) is None
    assert chosen(OTHER, ["a"], ["a"]) is None
