"""First sentences are cut where a sentence surely ends, and cited as the slice they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import AnswerKind
from bot.answering.composer import Composer
from bot.answering.context import Context
from bot.answering.draft import Draft, first_sentence
from bot.answering.question import Question, QuestionType
from bot.answering.reading import Reading
from bot.answering.responder import Responder
from bot.formats.markdown import read_entry
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.retrieval.hit import Candidate
from tests.garden import SOURCES, garden
from tests.strategies import nasty_text
from tests.unit.test_composer import assert_verbatim

_LONG = """\
---
id: hot-frame
terms:
  en: {preferred: hot frame}
  de: {preferred: Warmkasten}
---

# English

A hot frame is, e.g. in March, a box of 3.6 m that dung keeps warm. It needs no lid. Cats like it.

# Deutsch

Ein Warmkasten ist z. B. im März ein Kasten, den Mist wärmt. Über ihm liegt kein Deckel.
"""
FILES = {**SOURCES, "hot-frame.md": _LONG}
GLOSSARY = Glossary((read_entry(name, text) for name, text in FILES.items()), "v")
RESPONDER = Responder(GLOSSARY, Composer(GLOSSARY, Names(GLOSSARY)))
ASKED = Question("which one", "en", (), {"define": 1.0})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A rake gathers leaves. It has a tail.", "A rake gathers leaves."),
        ("A rake gathers leaves! It does.", "A rake gathers leaves!"),
        ("Why? Because.", "Why?"),
        ("Tools, e.g. Rakes, gather leaves. Forks too.", "Tools, e.g. Rakes, gather leaves."),
        ("It is 3.6 m long. It bends.", "It is 3.6 m long."),
        ("It is 3.6 m. It bends.", "It is 3.6 m. It bends."),  # "m." may be short for more
        ("In the U.S. Army they dig. Daily.", "In the U.S. Army they dig."),
        ("Rakes (old ones.) Gather.", "Rakes (old ones.) Gather."),
        ("Er sagt „jetzt.“ Dann geht er.", "Er sagt „jetzt.“ Dann geht er."),
        ("Ein Rechen sammelt Laub. Äste nicht.", "Ein Rechen sammelt Laub."),
        ("Das ist z. B. Laub. Und Holz.", "Das ist z. B. Laub."),
        ("Made by Acme Inc. in Ohio. Sold.", "Made by Acme Inc. in Ohio."),
        ("A rake gathers leaves", "A rake gathers leaves"),
        ("A rake.", "A rake."),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_that_is_clear(text: str, sentence: str) -> None:
    assert text[: first_sentence(text)] == sentence


@given(nasty_text() | st.text("aB. !?3\n", max_size=30))
def test_the_first_sentence_is_a_beginning_of_the_text(text: str) -> None:
    end = first_sentence(text)
    assert 0 <= end <= len(text)
    assert end > 0 or not text
    assert end == len(text) or text[end].isspace()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A hot frame is, e.g. in March, a box of 3.6 m that dung keeps warm."),
        ("de", "Ein Warmkasten ist z. B. im März ein Kasten, den Mist wärmt."),
    ],
)
def test_a_shortened_definition_is_the_slice_it_cites(language: str, sentence: str) -> None:
    draft = Draft(GLOSSARY, language)
    draft.shorten(GLOSSARY["hot-frame"])
    (citation,) = draft.citations
    span = citation.span
    assert _LONG[span.offset : span.offset + span.length] == sentence
    assert draft.text().startswith(f"{sentence} [1]\n\n")
    assert span.length < GLOSSARY["hot-frame"].text(language).definition.span.length


def test_candidates_are_listed_with_what_they_are() -> None:
    for language in ("en", "de", "fr"):
        draft = Draft(GLOSSARY, language)
        draft.candidates(entry.id for entry in GLOSSARY)
        assert_verbatim(draft.text(), draft.citations, FILES)
        assert draft.listed == [entry.id for entry in GLOSSARY]
        assert [c.entry for c in draft.citations] == draft.listed
    assert "It needs no lid." not in draft.text()


# ---- what the responder makes of a decision


def test_a_question_back_offers_what_it_lists() -> None:
    beds = ("flower-bed", "seedbed", "hot-frame", "star-fork", "comet-rake")
    answer = RESPONDER.did_you_mean(ASKED, beds, 0.4, {"score": 0.5})
    assert answer.kind is AnswerKind.CLARIFY
    assert [ref.id for ref in answer.alternatives] == list(beds[:4])
    assert answer.listed == answer.alternatives
    assert (answer.confidence, answer.reasons) == (0.4, {"score": 0.5})
    assert_verbatim(answer.text, answer.citations, FILES)


def test_several_readings_are_one_message_as_sure_as_the_weakest() -> None:
    readings = [
        Reading(QuestionType.DEFINE, ("star-fork",), probability=0.9, evidence={"a": 1.0}),
        Reading(QuestionType.ASK_PURPOSE, ("comet-rake",), probability=0.6, evidence={"a": 2.0}),
        Reading(QuestionType.DEFINE, ("star-fork",), probability=0.7, evidence={"a": 3.0}),
    ]
    answer = RESPONDER.answer(ASKED, readings)
    assert [ref.id for ref in answer.concepts] == ["star-fork", "comet-rake"]
    assert (answer.question_type, answer.confidence, answer.reasons) == ("define", 0.6, {"a": 2.0})
    assert_verbatim(answer.text, answer.citations, FILES)


def test_of_a_description_those_that_come_close_are_named_and_offered() -> None:
    def candidate(concept: str, score: float) -> Candidate:
        return Candidate(concept, score, 0.0, 0.0)

    ranking = [candidate("hot-frame", 0.8), candidate("seedbed", 0.78), candidate("star-fork", 0.7)]
    answer = RESPONDER.found(ASKED, QuestionType.FIND_TERM, ranking, 0.9)
    assert [ref.id for ref in answer.concepts] == ["hot-frame"]
    assert [ref.id for ref in answer.listed] == ["hot-frame", "seedbed"]
    _, close = answer.text.split("It could also be:")
    assert close.strip().startswith("- **seedbed**: ")
    assert_verbatim(answer.text, answer.citations, FILES)
    clear = RESPONDER.found(ASKED, QuestionType.FIND_TERM, [ranking[0], ranking[2]], 0.9)
    assert "could also be" not in clear.text
    assert [ref.id for ref in clear.listed] == ["hot-frame"]


def test_a_decline_names_at_most_three_entries() -> None:
    near = ("seedbed", "gone", "star-fork", "comet-rake")
    answer = RESPONDER.decline(ASKED, 0.2, near)
    assert [ref.id for ref in answer.alternatives] == ["seedbed", "star-fork"]
    assert (answer.citations, answer.confidence) == ((), 0.8)
    assert "Nearest" not in RESPONDER.decline(ASKED).text


def test_small_talk_about_an_answer_names_its_source_while_it_is_talked_about() -> None:
    context = Context(("star-fork",), "define", sources=("star-fork.md, line 3",))
    said = {
        kind: RESPONDER.smalltalk(ASKED, kind, context).text
        for kind in (QuestionType.ASK_SOURCE, QuestionType.FEEDBACK_BAD, QuestionType.GREET)
    }
    told = [kind for kind, text in said.items() if "Source: star-fork.md, line 3" in text]
    assert told == [QuestionType.ASK_SOURCE, QuestionType.FEEDBACK_BAD]
    late = replace(context, age=99)
    assert "star-fork" not in RESPONDER.smalltalk(ASKED, QuestionType.ASK_SOURCE, late).text
    assert len(GLOSSARY) == len(garden()) + 1
