"""Every citation of every answer is a slice of a glossary file, over the whole glossary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from bot.answering.answer import Answer, AnswerKind
from bot.answering.context import Context, next_context
from bot.answering.phrases import phrase
from bot.answering.question import Question, QuestionType
from bot.app import Assistant
from bot.formats.folder import read_folder
from bot.settings import Settings
from tests.integration.questions import LANGUAGES, about, every_question

MORE = {"en": "more", "de": "mehr"}
MARKER = re.compile(r"\[(\d+)\]")
Source = Callable[[str], str]


def test_the_index_holds_the_glossary_as_it_is(assistant: Assistant, settings: Settings) -> None:
    glossary = read_folder(settings.glossary)
    assert assistant.glossary.version == glossary.version
    assert list(assistant.glossary) == list(glossary)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_cut_from_the_files_it_cites(
    assistant: Assistant, source: Source, language: str
) -> None:
    answers = Counter[str]()
    for question in every_question(assistant.glossary, language):
        answer = assistant.answerer.answer(question)
        assert answer.kind is AnswerKind.ANSWER, question
        check(answer, source, assistant.glossary.version)
        answers[answer.question_type] += 1
    assert min(answers.values()) >= len(assistant.glossary), "a type of question was never asked"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_definition_found_by_its_description_is_cited_too(
    assistant: Assistant, source: Source, language: str
) -> None:
    found = 0
    for entry in list(assistant.glossary)[::4]:
        definition = entry.text(language).definition.text
        question = assistant.question(definition, (), {QuestionType.FIND_TERM.value: 1.0}, language)
        answer = assistant.answerer.answer(question)
        if answer.kind is AnswerKind.ANSWER:
            found += 1
            check(answer, source, assistant.glossary.version)
        else:
            assert not answer.citations
    assert found, "not one definition led to an answer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_telling_more_shows_each_section_once_and_then_says_that_this_is_all(
    assistant: Assistant, source: Source, language: str
) -> None:
    for entry in assistant.glossary:
        text = entry.text(language)
        all_said = phrase("nothing_more", language, term=entry.preferred(language))
        shown: list[tuple[int, int]] = []
        context = Context()
        question = about(QuestionType.DEFINE, language, entry)
        for _ in range(len(text.sections) + 2):
            answer = assistant.answerer.answer(question, context)
            check(answer, source, assistant.glossary.version)
            if all_said in answer.text:
                break
            shown += [(c.span.offset, c.span.length) for c in answer.citations]
            context = Context.from_dict(next_context(answer, context).to_dict())
            question = Question(MORE[language], language, (), {QuestionType.TELL_MORE.value: 1.0})
        every = [(s.span.offset, s.span.length) for s in (text.definition, *text.sections)]
        assert shown == every, f"{entry.id}: sections shown in this order, by offset and length"


def check(answer: Answer, source: Source, version: str) -> None:
    """Hold an answer against the files."""
    body, _, sources = answer.text.rpartition("\n\n")
    assert answer.glossary_version == version
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert Counter(MARKER.findall(body)) == Counter(str(c.n) for c in answer.citations), answer.text
    assert Counter(MARKER.findall(sources)) == Counter(str(c.n) for c in answer.citations)
    for citation in answer.citations:
        place = citation.span
        text = source(place.file)
        slice_ = text[place.offset : place.offset + place.length]
        assert len(slice_) == place.length
        assert slice_.strip() == slice_ != ""
        assert text.count("\n", 0, place.offset) + 1 == place.line
        assert citation.glossary_version == version
        marker = f"[{citation.n}]"
        assert f"{slice_} {marker}" in body or f"{marker}\n\n{slice_}" in body, (
            f"{place}: not word for word beside its marker in {answer.text}"
        )
        said = re.escape(f"{marker} {place.file}, ")
        assert re.search(rf"{said}\w+ {place.line}\b", sources), sources
