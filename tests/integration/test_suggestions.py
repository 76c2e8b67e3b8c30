"""Whatever the assistant suggests, it answers."""

from __future__ import annotations

import pytest

from bot.answering.answer import Answer, AnswerKind
from bot.answering.context import Context, next_context
from bot.answering.phrases import phrase
from bot.answering.question import QuestionType
from bot.app import Assistant
from bot.glossary.span import Span
from tests.integration.questions import LANGUAGES, about


def _fault(answer: Answer, concept: str, language: str) -> str:
    """Say what is wrong with the answer to a suggested question about a concept, or nothing."""
    if answer.kind is not AnswerKind.ANSWER:
        return f"{answer.kind.value} ({answer.confidence:.2f})"
    if concept not in {ref.id for ref in answer.concepts}:
        return f"about {[ref.id for ref in answer.concepts]}"
    if answer.missing:
        return f"the glossary lacks {answer.missing[0].value}"
    return "" if answer.language == language else f"answered in {answer.language}"


def _shown(answer: Answer) -> set[Span]:
    return {citation.span for citation in answer.citations}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_suggested_question_is_answered_about_the_same_concept(
    assistant: Assistant, language: str
) -> None:
    faults = []
    asked = 0
    for entry in assistant.glossary:
        answer = assistant.answerer.answer(about(QuestionType.DEFINE, language, entry))
        for suggestion in answer.suggestions:
            asked += 1
            next_answer = assistant.ask(suggestion, next_context(answer, Context()))
            fault = _fault(next_answer, entry.id, language)
            if not fault and not _shown(next_answer) - _shown(answer):
                fault = "nothing that was not shown before"
            faults += [f"{entry.id}: {suggestion} → {fault}"] * bool(fault)
    assert asked > len(assistant.glossary)
    assert not faults, f"{len(faults)} of {asked}:\n" + "\n".join(faults)


@pytest.mark.parametrize(
    "language",
    [
        "en",
        "de",
    ],
)
def test_the_question_that_is_offered_for_a_concept_leads_to_it(
    assistant: Assistant, language: str
) -> None:
    """Clarifications and refusals offer "What is X?" for the concepts they name."""
    faults = []
    for entry in assistant.glossary:
        question = phrase("example", language, term=entry.preferred(language))
        fault = _fault(assistant.ask(question), entry.id, language)
        faults += [f"{entry.id}: {question} → {fault}"] * bool(fault)
    assert not faults, f"{len(faults)} of {len(assistant.glossary)}:\n" + "\n".join(faults)
