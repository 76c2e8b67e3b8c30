"""A question is answered, asked back or declined; what was said before counts where it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Answer, AnswerKind
from bot.answering.context import Context, next_context
from bot.answering.question import Question
from bot.app import Assistant
from bot.formats.markdown import read_entry
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import SectionKind
from tests.fakes import fake_assistant
from tests.garden import SOURCES, garden
from tests.strategies import nasty_text, questions
from tests.unit.test_composer import assert_verbatim

K = AnswerKind
GARDENER = fake_assistant(garden())


def about(answer: Answer) -> list[str]:
    """Return the concepts of an answer."""
    return [ref.id for ref in answer.concepts]


def converse(assistant: Assistant, *texts: str) -> list[Answer]:
    """Ask one question after the other in one conversation."""
    context, answers = Context(), []
    for text in texts:
        answers.append(assistant.ask(text, context))
        context = next_context(answers[-1], Context.from_dict(context.to_dict()))
    return answers


@pytest.mark.parametrize(
    ("text", "kind", "question_type", "concepts"),
    [
        ("What is a moon spade?", K.ANSWER, "define", ["moon-spade"]),
        ("moon spade", K.ANSWER, "define", ["moon-spade"]),
        ("Was ist ein Mondspaten?", K.ANSWER, "define", ["moon-spade"]),
        ("purpose of the star fork", K.ANSWER, "ask_purpose", ["star-fork"]),
        ("What does CPW stand for", K.ANSWER, "expand", ["careful-plant-watch"]),
        ("explain moon spade and star fork", K.ANSWER, "define", ["moon-spade", "star-fork"]),
        ("is a moon spade a garden tool", K.ANSWER, "ask_kind_of", ["moon-spade", "garden-tool"]),
        ("what is a bed", K.CLARIFY, "define", []),
        ("Was ist ein Beet?", K.CLARIFY, "define", []),
        ("what is the weather on a moon spade", K.DECLINE, "out_of_scope", []),
        ("what is a moon spade holder", K.DECLINE, "out_of_scope", []),
        ("qwrtz plmk", K.DECLINE, "out_of_scope", []),
        ("7", K.DECLINE, "out_of_scope", []),
        ("hello", K.SMALLTALK, "greet", []),
        ("I want to talk to a person", K.HANDOFF, "ask_human", []),
        ("what is a moon spade? I want to talk to a person", K.HANDOFF, "ask_human", []),
    ],
)
def test_a_question_gets(
    assistant: Assistant, text: str, kind: AnswerKind, question_type: str, concepts: list[str]
) -> None:
    answer = assistant.ask(text)
    assert (answer.kind, answer.question_type, about(answer)) == (kind, question_type, concepts)
    assert answer.glossary_version == assistant.glossary.version


def test_a_description_finds_the_concept_and_quotes_it(assistant: Assistant) -> None:
    answer = assistant.ask("What do you call a box with a glass lid for young plants in winter")
    assert (answer.kind, about(answer)) == (K.ANSWER, ["cold-frame"])
    assert answer.text.startswith("That sounds like **cold frame**.")
    assert answer.alternatives[0].id == "cold-frame"
    assert_verbatim(answer.text, answer.citations, SOURCES)


def test_terms_that_help_to_describe_are_not_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask("what do you call the water store that collects the dew of one night")
    assert answer.alternatives[0].id == "dew-barrel"
    assert "water-store" not in [ref.id for ref in answer.alternatives]


def test_a_description_of_nothing_here_is_declined_with_the_nearest_entries(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("what do you call the cake grandmothers make of apples")
    assert answer.kind in (K.DECLINE, K.CLARIFY)
    assert answer.concepts == ()
    assert answer.kind is K.CLARIFY or answer.citations == ()
    assert 0 < len(answer.alternatives) <= 5


def test_a_homonym_is_asked_back_with_all_its_meanings(assistant: Assistant) -> None:
    answer = assistant.ask("what is a bed")
    assert [ref.id for ref in answer.alternatives] == ["flower-bed", "seedbed"]
    assert "“bed” has several meanings here." in answer.text
    assert "- **seedbed**: A seedbed is a patch of fine soil in which seeds come up." in answer.text
    assert_verbatim(answer.text, answer.citations, SOURCES)
    assert answer.suggestions == ("What is flower bed?", "What is seedbed?")
    assert [about(a) for a in map(assistant.ask, answer.suggestions)] == [
        ["flower-bed"],
        ["seedbed"],
    ]


def test_a_homonym_is_clear_where_one_meaning_was_talked_about(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a seedbed", "what is a bed")
    assert [about(a) for a in answers] == [["seedbed"], ["seedbed"]]


def test_a_homonym_is_clear_beside_a_neighbour_of_one_meaning(assistant: Assistant) -> None:
    assert about(assistant.ask("explain bed and comet rake")) == ["seedbed", "comet-rake"]
    unclear = assistant.ask("explain bed and star fork")
    assert unclear.kind is K.CLARIFY


def put(assistant: Assistant, text: str, **intents: float) -> Answer:
    """Ask a question whose type is given."""
    return assistant.answerer.answer(Question(text, "en", assistant.spotter.spot(text), intents))


def test_two_aspects_that_may_be_meant_are_both_answered(assistant: Assistant) -> None:
    answer = put(assistant, "what is RIS good for", ask_purpose=0.5, ask_advantages=0.4)
    kinds = [c.kind for c in answer.citations]
    assert kinds == [SectionKind.DEFINITION, SectionKind.PURPOSE, SectionKind.ADVANTAGES]
    certain = put(assistant, "what is RIS good for", ask_purpose=0.9, ask_advantages=0.1)
    assert [c.kind for c in certain.citations] == kinds[:2]
    assert_verbatim(answer.text, answer.citations, SOURCES)


def test_two_terms_that_may_be_compared_are(assistant: Assistant) -> None:
    text = "does star fork mean the same as comet rake"
    assert put(assistant, text, define=0.6, compare=0.4).question_type == "compare"
    assert put(assistant, text, define=0.95, compare=0.05).question_type == "define"
    assert put(assistant, "a star fork", define=0.6, compare=0.4).question_type == "define"


def test_a_side_of_a_comparison_without_an_entry_is_admitted(assistant: Assistant) -> None:
    answer = assistant.ask("difference between a star fork and a trowel")
    assert answer.text.startswith("The glossary has no entry for “trowel”.")
    assert about(answer) == ["star-fork"]


def test_a_guess_at_a_misspelt_name_is_shown(assistant: Assistant) -> None:
    answer = assistant.ask("what is a moon spdae")
    assert about(answer) == ["moon-spade"]
    assert answer.text.startswith("Showing **moon spade**.")
    assert "Showing" not in assistant.ask("what is a moon spade").text


def test_an_empty_message_gets_an_example(assistant: Assistant) -> None:
    for text in ("", "  ", "?!…", "\x00"):
        answer = assistant.ask(text)
        assert answer.kind in (K.DECLINE, K.CLARIFY)
        assert "Please type a question" in answer.text
        assert answer.citations == ()


# ---- conversations


def test_a_question_without_a_term_leans_on_the_one_before(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a star fork", "tell me more", "tell me more")
    assert [about(a) for a in answers] == [["star-fork"]] * 3
    shown = [{c.kind for c in a.citations} for a in answers]
    assert shown[0] == {SectionKind.DEFINITION}
    assert shown[1] == {SectionKind.CHARACTERISTICS, SectionKind.PURPOSE}
    assert "That is all the glossary says about star fork." in answers[2].text


def test_and_what_about_another_asks_the_same_of_it(assistant: Assistant) -> None:
    answers = converse(assistant, "purpose of the star fork", "and comet rake?")
    assert (answers[1].question_type, about(answers[1])) == ("ask_purpose", ["comet-rake"])


def test_without_anything_before_it_asks_which_concept(assistant: Assistant) -> None:
    answer = assistant.ask("tell me more")
    assert (answer.kind, answer.concepts) == (K.CLARIFY, ())
    assert answer.text == "Which concept do you mean?"


def test_the_language_of_the_conversation_stays(assistant: Assistant) -> None:
    answers = converse(assistant, "Was ist eine Sterngabel?", "RIS")
    assert [a.language for a in answers] == ["de", "de"]
    assert "Eine Wurzelbewässerung leitet" in answers[1].text


def test_sources_of_the_last_answer_are_told_again(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a star fork", "what is the source?")
    assert answers[1].kind is K.SMALLTALK
    assert "tools/star-fork.md, line " in answers[1].text


def test_feedback_names_the_source_of_the_answer_it_is_about(assistant: Assistant) -> None:
    first = next_context(assistant.ask("what is a star fork"), Context())
    wrong = Question("thank you", "en", (), {"feedback_bad": 1.0})
    assert "tools/star-fork.md, line " in assistant.answerer.answer(wrong, first).text
    talk = next_context(assistant.ask("hello", first), first)
    assert "Source: tools/star-fork.md, line " in assistant.answerer.answer(wrong, talk).text


def test_a_decline_has_no_source(assistant: Assistant) -> None:
    first = next_context(assistant.ask("what is a star fork"), Context())
    declined = next_context(assistant.ask("qwrtz plmk", first), first)
    for kind in ("feedback_bad", "feedback_good", "ask_source"):
        said = assistant.answerer.answer(Question("thank you", "en", (), {kind: 1.0}), declined)
        assert said.question_type == kind
        assert "star-fork.md" not in said.text


def test_only_answers_about_concepts_change_what_is_talked_about(assistant: Assistant) -> None:
    first = next_context(assistant.ask("what is a star fork"), Context())
    assert first.concepts == ("star-fork",)
    for text in ("hello", "qwrtz plmk", "what is a bed", ""):
        after = next_context(assistant.ask(text, first), first)
        assert after.topic == first.topic
        assert (after.question_type, after.shown) == (first.question_type, first.shown)
        assert after.age == first.age + 1


def test_asking_for_more_comes_to_an_end_without_repetition(assistant: Assistant) -> None:
    answers = converse(assistant, "what is RIS", *["tell me more"] * 8)
    kinds = [c.kind for a in answers[:6] for c in a.citations]
    assert len(set(kinds)) == len(kinds)
    assert "That is all the glossary says" in answers[-1].text


# ---- whatever is asked


@given(st.one_of(questions(Names(garden())), nasty_text()), st.booleans())
def test_any_message_gets_an_answer_that_is_verbatim_or_none(text: str, talked: bool) -> None:
    context = Context(("moon-spade",), "define", "en", ("definition",)) if talked else Context()
    answer = GARDENER.ask(text, context)
    assert answer == GARDENER.ask(text, context)
    assert answer.text.strip()
    assert 0 <= answer.confidence <= 1
    assert all(ref.id in GARDENER.glossary for ref in (*answer.concepts, *answer.alternatives))
    assert bool(answer.concepts) == (answer.kind is K.ANSWER)
    for citation in answer.citations:
        span = citation.span
        assert SOURCES[span.file][span.offset : span.offset + span.length] in answer.text
    if answer.kind is K.CLARIFY:  # what each candidate is
        assert [c.entry for c in answer.citations] == [ref.id for ref in answer.listed]
    elif answer.kind is not K.ANSWER:
        assert not answer.citations


def test_a_message_that_tells_something_is_hardly_small_talk(assistant: Assistant) -> None:
    text = "gravelux lanterns beside ultrasonic comets"
    assert put(assistant, text, ask_bot=0.9, out_of_scope=0.1).kind is not AnswerKind.SMALLTALK
    assert put(assistant, text, ask_bot=0.98, out_of_scope=0.02).kind is AnswerKind.SMALLTALK
    assert put(assistant, "are you it", ask_bot=0.9).kind is AnswerKind.SMALLTALK


def test_a_long_message_that_surely_compares_is_read_as_a_whole(assistant: Assistant) -> None:
    text = (
        "why does everybody in the club want a moon spade when all of them have a star fork, "
        "so where is the difference"
    )
    answer = put(assistant, text, compare=0.95, ask_purpose=0.05)
    assert about(answer) == ["moon-spade", "star-fork"]


TWIN = """\
---
id: {id}
terms:
  en: {{preferred: {name}}}
---

# English

A {name} is a kettle in which three gardeners boil nettles for the neighbours.
"""


@pytest.mark.parametrize(
    ("text", "define", "kind"),
    [
        ("a store collects dew at night from leaves in drops", 0.05, AnswerKind.ANSWER),
        ("a store collects dew at night from leaves in drops", 0.5, AnswerKind.DECLINE),
        ("collects water from fog overnight", 0.05, AnswerKind.DECLINE),  # others fit as well
    ],
)
def test_what_fits_one_entry_plainly_is_found_whatever_it_is_taken_for(
    text: str, define: float, kind: AnswerKind
) -> None:
    assistant = fake_assistant(garden())
    question = Question(text, "en", (), {"out_of_scope": 1.0 - define, "define": define})
    assert assistant.answerer.answer(question).kind is kind


@pytest.mark.parametrize("twins", [("grumkin", "plonder"), ("grumkin",)])
def test_of_two_that_fit_alike_neither_is_picked(twins: tuple[str, ...]) -> None:
    sources = {f"{name}.md": TWIN.format(id=name, name="grumkin") for name in twins}
    entries = (read_entry(name, text) for name, text in sources.items())
    glossary = Glossary(entries, "twins")
    assistant = fake_assistant(glossary)
    answer = assistant.ask(
        "what do you call a kettle in which three gardeners boil nettles for the neighbours"
    )
    asked_back = len(twins) > 1
    assert answer.question_type == "find_term"
    assert answer.kind is (AnswerKind.CLARIFY if asked_back else AnswerKind.ANSWER)
    assert [each.id for each in answer.alternatives] == [*twins]
