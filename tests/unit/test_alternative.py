"""The other side of a choice, where it is but the beginning of a name."""

from __future__ import annotations

import pytest

from bot.answering.alternative import other_sides
from bot.answering.question import Question
from bot.glossary.names import Names
from tests.fakes import ASKING
from tests.garden import garden
from tests.unit.test_interpreter import GARDENER, about


@pytest.mark.parametrize(
    ("text", "compares", "sides"),
    [
        ("moon spade or star, what is it", False, ["star"]),
        ("star thing or a moon spade", False, ["star thing", "thing"]),
        ("moon spade vs the five pointed garden", False,
         ["five pointed garden", "five pointed", "five"]),
        ("difference between moon spade and star", True, ["star"]),
        ("difference between moon spade and star", False, []),
        ("moon spade, or star", False, ["star"]),
        ("moon spade or", False, []),
        ("rain or shine, what is a moon spade", False, []),
        ("moon spade or star fork", False, []),
    ],
)  # fmt: skip
def test_what_stands_beside_a_term(text: str, compares: bool, sides: list[str]) -> None:
    question = Question(text, "en", GARDENER.spotter.spot(text))
    found = other_sides(question, lambda word: word in ASKING, compares)
    assert [text[start:end] for start, end in found] == sides


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("comet", "en", "comet rake"),
        ("Kometen", "de", "Kometenrechen"),
        ("Kometen", "en", "Kometenrechen"),  # of another language, where its own has none
        ("careful plant", "en", "careful plant watch"),
        ("star", "en", None),  # too short
        ("irrigation", "en", None),  # begins the names of several
        ("nothing", "en", None),
    ],
)
def test_a_beginning_names_one_concept_or_none(text: str, language: str, name: str | None) -> None:
    found = Names(garden()).beginning(text, language)
    assert (found.text if found else None) == name


def test_the_beginning_of_a_name_is_a_side_and_is_shown() -> None:
    answer = GARDENER.ask("difference between moon spade and comet")
    assert (answer.question_type, about(answer)) == ("compare", ["moon-spade", "comet-rake"])
    assert answer.text.startswith("Showing **comet rake**")
    assert about(GARDENER.ask("purpose of moon spade or comet")) == ["moon-spade", "comet-rake"]
    assert about(GARDENER.ask("purpose of comet")) == []
