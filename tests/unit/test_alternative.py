"""The other side of a choice, where it is but the beginning of a name."""

from __future__ import annotations

import pytest

from bot.answering.alternative import linked_words, listed_words, measures, other_sides, parallels
from bot.answering.answer import AnswerKind
from bot.answering.question import Question
from bot.glossary.entry import Entry
from bot.glossary.names import Names
from bot.glossary.term import Status, Term
from tests.fakes import ASKING, FakeIntents, fake_assistant
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
    ("text", "found"),
    [
        ("was the moon spade bigger than the old gravelux", ["old gravelux"]),
        ("is a moon spade older than what", []),
        ("more than a rake, is a moon spade", []),
    ],
)
def test_what_a_term_is_measured_by(text: str, found: list[str]) -> None:
    question = Question(text, "en", GARDENER.spotter.spot(text))
    spans = measures(question, lambda word: word in ASKING, compares=True)
    assert [text[start:end] for start, end in spans] == found


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


def test_what_somebody_does_is_no_beginning_of_his_name() -> None:
    names = Names([Entry("planter", (Term("Planter", "de", Status.PREFERRED),), {})])
    assert names.beginning("plant", "de") is None
    assert names.beginning("plante", "de") is not None


def test_the_beginning_of_a_name_is_a_side_and_is_shown() -> None:
    answer = GARDENER.ask("difference between moon spade and comet")
    assert (answer.question_type, about(answer)) == ("compare", ["moon-spade", "comet-rake"])
    assert answer.text.startswith("Showing **comet rake**")
    three = GARDENER.ask("difference between moon spade, star fork and comet")
    assert about(three) == ["moon-spade", "star-fork", "comet-rake"]
    assert about(GARDENER.ask("purpose of moon spade or comet")) == ["moon-spade", "comet-rake"]
    assert about(GARDENER.ask("purpose of comet")) == []


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("does a moon spade count as a bed", ["a bed"]),
        ("hat ein Mondspaten was ein Eimer nicht hat", ["ein Eimer"]),
        ("is a moon spade kept on a bed", []),  # where
        ("is moon spade a bed", []),
        ("is a moon spade the bed", []),
        ("a bed", []),
        ("", []),
    ],
)
def test_words_with_an_article_may_be_terms_beside_one(text: str, others: list[str]) -> None:
    question = Question(text, "en", GARDENER.spotter.spot(text))
    assert [text[start:end] for start, end in parallels(question)] == others


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("when would I pick a bed over the moon spade", ["bed"]),
        ("moon spade, bed: what is the difference", ["bed"]),
        ("wieso nicht Beet anstelle von einem Mondspaten", ["Beet"]),
        ("my aunt says bed, my uncle says moon spade", ["bed"]),
        ("the bed difference of a moon spade", []),
        ("is a moon spade good in bed", []),
        ("a bed", []),
        ("", []),
    ],
)
def test_a_word_may_be_a_term_where_something_joins_it_to_one(text: str, others: list[str]) -> None:
    mentions = tuple(m for m in GARDENER.spotter.spot(text) if "bed" not in m.text.lower())
    question = Question(text, "en", tuple(m for m in mentions if m.text != "Beet"))
    joined = [text[start:end] for start, end in linked_words(question)]
    assert [word for word in joined if word in ("bed", "Beet")] == others


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("moon spade, star fork, kettle: which of them", ["kettle"]),
        ("kettle, moon spade or star fork", ["kettle"]),
        ("difference between kettle, moon spade and star fork", ["kettle"]),
        ("for my kettle, moon spade or star fork", []),
        ("moon spade, star fork, kettle facts please", []),
        ("moon spade and star fork", []),
    ],
)
def test_a_list_of_terms_may_hold_an_everyday_word(text: str, others: list[str]) -> None:
    question = Question(text, "en", GARDENER.spotter.spot(text))
    assert [text[start:end] for start, end in listed_words(question)] == others


def test_an_everyday_word_is_compared_where_that_makes_a_comparison() -> None:
    class Reads(FakeIntents):
        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            several = masked_text.count("<term>") > 1
            return {"ask_kind_of" if several and "count" in masked_text else "define": 0.95}

    gardener = fake_assistant(garden(), intents=Reads())
    both = gardener.ask("does a moon spade count as a bed")
    assert (both.kind, both.question_type) == (AnswerKind.CLARIFY, "ask_kind_of")  # which bed
    alone = gardener.ask("what is a moon spade if a bed")
    assert (about(alone), alone.question_type) == (["moon-spade"], "define")
    joined = gardener.ask("count a moon spade over bed")
    assert joined.question_type == "ask_kind_of"
