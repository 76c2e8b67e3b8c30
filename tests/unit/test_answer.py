"""An answer leaves the assistant as JSON of a fixed form."""

from __future__ import annotations

import json

import pytest

from bot.answering.answer import CONTRACT_VERSION, Answer, AnswerKind, Citation, ConceptRef
from bot.app import Assistant
from bot.glossary.section import SectionKind
from bot.glossary.span import Span
from bot.settings import PROJECT

SCHEMA = PROJECT / "docs" / "answer.schema.json"
QUESTIONS = (
    "What is a moon spade?",
    "what is a bed",
    "Wie funktioniert Wurzelbewässerung?",
    "what is the weather",
    "hello",
    "I want to talk to a person",
    "cost of cold frame",
    "",
)


def test_every_part_has_its_place() -> None:
    answer = Answer(
        kind=AnswerKind.ANSWER,
        question_type="ask_cost",
        language="en",
        text="not in the object",
        concepts=(ConceptRef("spade", "spade"),),
        citations=(
            Citation(1, "spade", SectionKind.COST, "Price", Span("a/spade.md", 7, 120, 9), "v1"),
        ),
        missing=(SectionKind.HOW,),
        confidence=0.123456,
        alternatives=(ConceptRef("fork", "fork (F)", 0.98765432),),
        related=(ConceptRef("rake", "rake"),),
        suggestions=("What is a rake?",),
        glossary_version="v1",
        reasons={"weak": 1.0},
    )
    assert answer.to_dict() == {
        "version": CONTRACT_VERSION,
        "kind": "answer",
        "question_type": "ask_cost",
        "language": "en",
        "concepts": [{"id": "spade", "term": "spade"}],
        "sections": [{"concept": "spade", "kind": "cost", "heading": "Price"}],
        "missing": ["how"],
        "citations": [
            {
                "n": 1, "entry": "spade", "section": "cost", "heading": "Price",
                "file": "a/spade.md", "line": 7, "offset": 120, "length": 9,
                "glossary_version": "v1",
            }
        ],
        "confidence": 0.1235,
        "alternatives": [{"id": "fork", "term": "fork (F)", "score": 0.9877}],
        "related": [{"id": "rake", "term": "rake"}],
        "suggestions": ["What is a rake?"],
        "listed": [],
        "glossary_version": "v1",
        "reasons": {"weak": 1.0},
    }  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_object_is_json_with_the_same_keys_for_every_kind(
    assistant: Assistant, text: str
) -> None:
    made = assistant.ask(text).to_dict()
    assert json.loads(json.dumps(made)) == made
    assert set(made) == set(Answer(AnswerKind.DECLINE, "define", "en", "").to_dict())


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_object_fits_the_published_schema(assistant: Assistant, text: str) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"{SCHEMA.name} is not written yet")
    import jsonschema

    jsonschema.validate(assistant.ask(text).to_dict(), json.loads(SCHEMA.read_text("utf-8")))
