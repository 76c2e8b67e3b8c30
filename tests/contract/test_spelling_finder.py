"""Every spelling finder finds a name at the least distance, or none where none is near enough."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.rapidfuzz_spellings import RapidfuzzSpellings
from bot.glossary.entry import Entry
from bot.glossary.names import Names
from bot.glossary.spotting import SpellingFinder
from bot.glossary.term import Status, Term
from tests import oracle
from tests.fakes import FakeSpellings, edits_between
from tests.garden import garden

FINDERS: tuple[Callable[[Names], SpellingFinder], ...] = (FakeSpellings, RapidfuzzSpellings)
GARDEN = Names(garden())
MADE_UP = st.text("abc", min_size=1, max_size=9)
each_finder = pytest.mark.parametrize("make", FINDERS)


def names(*texts: str, status: Status = Status.PREFERRED) -> Names:
    """Return English names, one concept each."""
    return Names(
        Entry(f"concept-{number}", (Term(text, "en", status),), {})
        for number, text in enumerate(texts)
    )


def assert_nearest(finder: SpellingFinder, among: Names, squeezed: str, edits: int) -> None:
    """Compare with the oracle: the distance must be the least, whichever name has it."""
    distance, nearest = oracle.nearest(among, squeezed, edits)
    hit = finder.nearest(squeezed, edits)
    assert (hit is None) == (not nearest)
    if hit:
        name, score = hit
        assert name in nearest
        alike = any(near.squeezed[:1] == squeezed[:1] for near in nearest)
        assert (name.squeezed[:1] == squeezed[:1]) == alike
        longest = max(len(squeezed), len(name.squeezed))
        assert score == pytest.approx(1 - distance / longest)
        assert finder.nearest(squeezed, edits) == hit


@each_finder
@given(
    texts=st.lists(MADE_UP, max_size=8, unique=True),
    squeezed=MADE_UP,
    edits=st.integers(0, 3),
)
def test_among_any_names_the_nearest_is_found(
    make: Callable[[Names], SpellingFinder], texts: list[str], squeezed: str, edits: int
) -> None:
    among = names(*texts)
    assert_nearest(make(among), among, squeezed, edits)


@each_finder
@given(data=st.data())
def test_in_the_garden_the_nearest_is_found(
    make: Callable[[Names], SpellingFinder], data: st.DataObject
) -> None:
    letters = list(data.draw(st.sampled_from(GARDEN.all)).squeezed)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(letters)))
        letters[place : place + data.draw(st.integers(0, 2))] = data.draw(st.sampled_from(" abe"))
    squeezed = "".join(letters).replace(" ", "")
    assert_nearest(make(GARDEN), GARDEN, squeezed, data.draw(st.integers(0, 3)))


@each_finder
@pytest.mark.parametrize(
    ("squeezed", "distance"),
    [("spade", 0), ("spdae", 1), ("spad", 1), ("spades", 1), ("sqade", 1), ("psdae", 2)],
)
def test_a_swap_of_neighbours_is_one_edit(
    make: Callable[[Names], SpellingFinder], squeezed: str, distance: int
) -> None:
    finder = make(names("spade"))
    hit = finder.nearest(squeezed, distance)
    assert hit is not None
    assert hit[1] == pytest.approx(1 - distance / max(len(squeezed), 5))
    if distance:
        assert finder.nearest(squeezed, distance - 1) is None


@each_finder
def test_abbreviations_and_short_names_are_never_guessed(
    make: Callable[[Names], SpellingFinder],
) -> None:
    assert make(names("spade", status=Status.ABBREVIATION)).nearest("spade", 1) is None
    assert make(names("hoe")).nearest("hoe", 1) is None
    assert make(names("hoe")).nearest("hose", 1) is None


MANY = names(
    *(f"x{''.join(letters)}" for letters in product("abcdefghij", repeat=3)), "abcdabcdabcd"
)
FINDER_OF_MANY = RapidfuzzSpellings(MANY)


@settings(max_examples=15)
@given(squeezed=st.text("abcdxyzq", min_size=2, max_size=14), edits=st.integers(0, 3))
def test_among_many_names_the_first_of_the_nearest_is_found(squeezed: str, edits: int) -> None:
    distance, nearest = oracle.nearest(MANY, squeezed, edits)
    hit = FINDER_OF_MANY.nearest(squeezed, edits)
    assert (hit[0] if hit else None) == (nearest[0] if nearest else None)
    if hit:
        longest = max(len(squeezed), len(hit[0].squeezed))
        assert hit[1] == pytest.approx(1 - distance / longest)


@each_finder
def test_among_no_names_nothing_is_near(make: Callable[[Names], SpellingFinder]) -> None:
    assert make(names()).nearest("spade", 3) is None
    assert make(names("spade")).nearest("", 3) is None


@each_finder
def test_a_short_name_does_not_hide_a_longer_one(
    make: Callable[[Names], SpellingFinder],
) -> None:
    among = names("hoe", "hover")
    assert_nearest(make(among), among, "hove", 1)


@given(MADE_UP, MADE_UP)
def test_the_distance_of_the_fake_is_that_of_the_table(one: str, other: str) -> None:
    assert edits_between(one, other) == oracle.osa(one, other) == oracle.osa(other, one)
