"""A message is cut where another question may begin, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.clauses import (
    asks,
    begins_asking,
    breaks,
    clauses,
    halves,
    is_asked,
    last_question,
    name_wanted,
    pauses,
    sentences,
    spelt_out,
    surroundings,
)
from tests.strategies import nasty_text

Cut = Callable[[str], list[tuple[int, int]]]
MESSAGES = st.lists(
    st.sampled_from(
        ("what is", "a star fork", "and", "und", ",", "?", ". ", "how", "wie", "oder", "so", "rake")
    )
    | nasty_text(3)
).map(" ".join)


def parts(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    """Return the texts of spans without what stands at their edges."""
    return [text[start:end].strip(" ,;?!.") for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is a rake", ["what is a rake"]),
        ("what is a rake and how does it work", ["what is a rake", "and how does it work"]),
        ("what is a rake? who uses it?", ["what is a rake", "who uses it"]),
        ("was ist ein Rechen und wozu dient er", ["was ist ein Rechen", "und wozu dient er"]),
        ("Was ist X, und bitte wie geht es", ["Was ist X", "und bitte wie geht es"]),
        ("I dig. What is a rake", ["I dig", "What is a rake"]),
        ("what is a rake and a fork", ["what is a rake and a fork"]),
        ("rakes cost 3.50, forks more", ["rakes cost 3.50, forks more"]),
        ("what is a rake?!", ["what is a rake"]),
        ("what is a rake, since when is it", ["what is a rake", "since when is it"]),
        (
            "was ist ein Rechen, seit wann gibt es ihn",
            ["was ist ein Rechen", "seit wann gibt es ihn"],
        ),
        ("what is a rake, with which I dig", ["what is a rake", "with which I dig"]),
        ("what is a rake, with is", ["what is a rake, with is"]),
        ("what is a rake, with", ["what is a rake, with"]),
        ("and? so?", []),
        ("", []),
    ],
)
def test_a_message_is_cut_before_another_question(text: str, expected: list[str]) -> None:
    assert parts(text, clauses(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pros and cons of a rake", ["pros", "and cons of a rake"]),
        ("Zweck sowie Kosten, Vorteile", ["Zweck", "sowie Kosten", "Vorteile"]),
        ("pros, and cons", ["pros", "and cons"]),
        ("how does it work", ["how does it work"]),
        ("sand andes", ["sand andes"]),
        ("pros n cons of a rake", ["pros", "n cons of a rake"]),
        ("pros & cons", ["pros", "& cons"]),
    ],
)
def test_halves_are_parted_by_conjunctions(text: str, expected: list[str]) -> None:
    assert parts(text, halves(text)) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("my roof leaks, what is a rake", "rake", ["what is a rake"]),
        ("a rake because my lawn is full", "lawn", ["my lawn is full"]),
        ("mein Chef sagt Rechen, weil es regnet", "Rechen", ["Rechen"]),
        ("the slack of a rope", "slack", ["the slack of a rope"]),
        ("rake", "fork", []),
    ],
)
def test_the_surroundings_of_a_name_are_its_clause(
    text: str, name: str, expected: list[str]
) -> None:
    places = [(text.index(name), text.index(name) + len(name))] if name in text else []
    assert parts(text, surroundings(text, places)) == expected


@pytest.mark.parametrize("cut", [clauses, halves])
@given(text=MESSAGES)
def test_parts_are_in_order_and_say_something(cut: Cut, text: str) -> None:
    spans = cut(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert any(sign.isalnum() for sign in text[start:end])
        last = end


@given(text=MESSAGES, data=st.data())
def test_the_surroundings_hold_the_places_and_nothing_twice(text: str, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), max_size=3)) if text else []
    spans = surroundings(text, [(start, start + 1) for start in starts])
    assert all(any(low <= start < high for low, high in spans) for start in starts)
    assert all(any(low <= start < high for start in starts) for low, high in spans)
    assert len(set(spans)) == len(spans)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("thanks, and who uses it?", ["thanks,", " and who uses it?"]),
        ("ok. good: what is it", ["ok.", " good:", " what is it"]),
        ("web 2.0 and all", ["web 2.0 and all"]),
        ("and, please", []),
        ("", []),
    ],
)
def test_a_message_is_cut_at_its_pauses(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in pauses(text)] == parts


def test_sentences_end_at_marks_and_lines_and_nowhere_else() -> None:
    text = "What is a rake? No, and how\nget me a person, please"
    expected = ["What is a rake", "No, and how\n", "get me a person, please"]
    assert parts(text, sentences(text)) == expected


def test_a_tag_is_no_question() -> None:
    assert len(clauses("ein Rechen ist was anderes, oder wie")) == 1
    assert len(clauses("ist das ein Rechen oder wie heißt das")) == 2


def test_a_story_is_cut_at_commas_too() -> None:
    text = "what is a rake, my boss wants one, and how does it cost 3,50"
    expected = ["what is a rake", "my boss wants one", "and how does it cost 3,50"]
    assert parts(text, breaks(text)) == expected
    assert len(clauses(text)) == 2


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("so what is a rake", "en", True),
        ("is a rake good", "en", True),
        ("my rake is good", "en", False),
        ("there was a rake", "en", False),  # that is German for "what"
        ("es war einmal, was ein rechen ist", "de", True),
        ("da stand was von einem rechen", "de", False),  # "etwas"
        ("a rake?", "en", True),
        ("", "en", False),
    ],
)
def test_a_clause_asks_by_its_words(text: str, language: str, expected: bool) -> None:
    assert is_asked(text, language) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is a rake", True),
        ("a rake, is it heavy", True),
        ("please explain rakes", True),
        ("a man who has a rake", False),
        ("when it rains on a rake", False),
        ("rakes, pitchforks; spades", False),
        ("", False),
    ],
)
def test_a_text_asks_at_its_beginning_or_behind_a_comma(text: str, expected: bool) -> None:
    assert asks(text) is expected


def test_the_last_question_begins_at_its_last_asking_word() -> None:
    text = "he said what he said and now how heavy which rake is"
    start = last_question(text, text.index("rake"))
    assert text[start:] == "which rake is"
    assert text[last_question(text, text.index("how")) :].startswith("what")
    assert last_question(text, 3) == 0
    assert last_question("the rake is here", 4) == 0
    text = "the shed where the rake is kept"
    assert text[last_question(text, text.index("rake")) :].startswith("where")
    assert last_question(text, text.index("rake"), describes=True) == 0


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("it lifts plants, what is that called", "what is that called"),
        ("es hebt Pflanzen, wie heißt das noch", "wie heißt das noch"),
        ("es hebt Pflanzen: wie sagt man dazu?", "wie sagt man dazu?"),
        ("it lifts plants, there is a word for it", "there is a word for it"),
        ("it lifts plants, term?", "term?"),
        ("it lifts plants", ""),
        ("what is it called", ""),  # describes nothing
        ("Er hat einen Rechen, was heißt das", ""),  # asks what it means
        ("it lifts plants, and what i am looking for today here at last is a name", ""),
        ("", ""),
    ],
)
def test_a_name_is_wanted_at_the_end(text: str, wish: str) -> None:
    start = name_wanted(text)
    assert (text[start:].strip() if start else "") == wish


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("who has it", True),
        ("and seit wann", True),
        ("my uncle asks who has it", False),
        ("since yesterday", False),
        ("", False),
    ],
)
def test_a_clause_begins_with_an_asking_word(text: str, begins: bool) -> None:
    assert begins_asking(text) is begins


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("vor- und nachteile des Rechens", "vorteile und nachteile des Rechens"),
        ("Vor- oder Nachteile", "Vorteile oder Nachteile"),
        ("Obst- und Gemüse", "Obst- und Gemüse"),  # no such word
        ("a two- and a half", "a two- and a half"),
        ("vor und nachteile", "vor und nachteile"),
    ],
)
def test_what_two_words_share_is_said_twice(text: str, spelt: str) -> None:
    assert spelt_out(text, frozenset(("vorteile", "nachteile")).__contains__) == spelt
