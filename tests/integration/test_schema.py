"""``docs/answer.schema.json`` says what answers are: real ones fit, wrong ones do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import ValidationError

from bot.answering.answer import CONTRACT_VERSION, Answer, AnswerKind
from bot.answering.question import (
    NAMED_TYPES,
    PAIRWISE,
    SMALLTALK,
    Question,
    QuestionType,
)
from bot.app import Assistant
from bot.glossary.section import SectionKind
from bot.settings import Settings
from tests.integration.questions import LANGUAGES, about, pairs

Validate = Callable[[Any], None]


@pytest.fixture(scope="module")
def schema(settings: Settings) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (settings.project / "docs" / "answer.schema.json").read_text(encoding="utf-8")
    )
    return loaded


@pytest.fixture
def answer(assistant: Assistant) -> dict[str, Any]:
    """An answer with everything in it, as it leaves the server."""
    one, other = next(pairs(assistant.glossary))
    found = assistant.answerer.answer(about(QuestionType.COMPARE, "en", one, other))
    return through_json(found)


def through_json(answer: Answer) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(answer.to_dict()))
    return loaded


def test_the_schema_names_what_the_code_names(schema: dict[str, Any]) -> None:
    properties, definitions = schema["properties"], schema["$defs"]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert properties["version"]["const"] == CONTRACT_VERSION
    assert set(properties["kind"]["enum"]) == {kind.value for kind in AnswerKind}
    assert set(properties["question_type"]["enum"]) == {kind.value for kind in QuestionType}
    assert set(definitions["section_kind"]["enum"]) == {kind.value for kind in SectionKind}


def test_the_schema_explains_every_field(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    for part in (schema, *definitions.values()):
        assert part["description"]
        if "properties" in part:
            assert part["additionalProperties"] is False
            for name, field in part["properties"].items():
                named = definitions.get(field.get("$ref", "").rpartition("/")[2], {})
                assert field.get("description") or named.get("description"), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(QuestionType))
def test_answers_to_every_type_of_question_fit(
    assistant: Assistant, validate: Validate, kind: QuestionType, language: str
) -> None:
    entries = list(assistant.glossary)[::10]
    for entry in entries:
        validate(through_json(assistant.answerer.answer(about(kind, language, entry))))
        without = Question(entry.preferred(language), language, (), {kind.value: 1.0})
        validate(through_json(assistant.answerer.answer(without)))
    if kind in PAIRWISE:
        for one, other in pairs(assistant.glossary):
            validate(through_json(assistant.answerer.answer(about(kind, language, one, other))))


def test_answers_of_every_kind_fit(assistant: Assistant, validate: Validate) -> None:
    entry = next(iter(assistant.glossary))
    questions = [
        about(QuestionType.DEFINE, "en", entry),
        Question("more", "en", (), {QuestionType.TELL_MORE.value: 1.0}),
        Question("asdf qwer", "en", (), {QuestionType.OUT_OF_SCOPE.value: 1.0}),
        Question("a house by the water", "en", (), {QuestionType.OUT_OF_SCOPE.value: 1.0}),
        *(Question("hello", "en", (), {kind.value: 1.0}) for kind in sorted(SMALLTALK)),
        Question("a person", "en", (), {QuestionType.ASK_HUMAN.value: 1.0}),
        Question("", "en"),
        Question("\N{GRINNING FACE}", "en"),
    ]
    kinds = set()
    for question in questions:
        answer = assistant.answerer.answer(question)
        validate(through_json(answer))
        kinds.add(answer.kind)
    assert kinds == set(AnswerKind)


def test_named_questions_about_nothing_known_fit(assistant: Assistant, validate: Validate) -> None:
    for kind in sorted(NAMED_TYPES):
        question = Question("a house by the water", "en", (), {kind.value: 1.0})
        answer = assistant.answerer.answer(question)
        validate(through_json(answer))
        assert answer.kind is not AnswerKind.SMALLTALK


def test_a_missing_field_does_not_fit(answer: dict[str, Any], validate: Validate) -> None:
    validate(answer)
    for name in answer:
        with pytest.raises(ValidationError):
            validate({key: value for key, value in answer.items() if key != name})


def test_an_unknown_field_does_not_fit(answer: dict[str, Any], validate: Validate) -> None:
    for path in ((), ("concepts", 0), ("sections", 0), ("citations", 0), ("related", 0)):
        changed = copy.deepcopy(answer)
        part: Any = changed
        for step in path:
            part = part[step]
        part["more"] = "x"
        with pytest.raises(ValidationError):
            validate(changed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 2),
        ("version", "1"),
        ("kind", "maybe"),
        ("kind", "decline"),  # it has citations
        ("question_type", "ask_everything"),
        ("language", ""),
        ("language", "English, please"),
        ("concepts", []),
        ("citations", []),
        ("missing", ["everything"]),
        ("confidence", 1.01),
        ("confidence", "high"),
        ("alternatives", [{"id": "x", "term": "x", "score": 7}]),
        ("suggestions", [""]),
        ("glossary_version", "newest"),
        ("reasons", {"why": "because"}),
        ("reasons", {"rule": "magic"}),
        ("reasons", {"matched": [{"text": "rcs"}]}),
        ("reasons", {"judge": {"name": "named"}}),
    ],
)
def test_a_wrong_value_does_not_fit(
    answer: dict[str, Any], validate: Validate, name: str, value: object
) -> None:
    with pytest.raises(ValidationError):
        validate({**answer, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 0), ("line", 0), ("offset", -1), ("length", 0), ("length", 1.5), ("file", "/etc/x"),
        ("section", "everything"), ("entry", ""), ("glossary_version", ""),
    ],
)  # fmt: skip
def test_a_wrong_citation_does_not_fit(
    answer: dict[str, Any], validate: Validate, name: str, value: object
) -> None:
    answer["citations"][0][name] = value
    with pytest.raises(ValidationError):
        validate(answer)
