"""What is remembered of a conversation survives the tracker, and rubbish in it does no harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Answer, AnswerKind, ConceptRef
from bot.answering.context import PATIENCE, Context, next_context
from bot.answering.question import QuestionType
from bot.app import Assistant
from tests.strategies import nasty_text, unicode_text

SHORT = st.lists(unicode_text(4), max_size=4).map(tuple)
KINDS = st.sampled_from(("", *QuestionType))
CONTEXTS = st.builds(
    Context, SHORT, KINDS, st.lists(st.sampled_from(QuestionType), max_size=3).map(
        lambda kinds: tuple(kind.value for kind in kinds)
    ),
    st.sampled_from(("", "en")), SHORT, SHORT, SHORT, SHORT, KINDS, st.integers(0, 99),
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | nasty_text(5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty_text(5), inner, max_size=3),
    max_leaves=8,
)
KEYS = tuple(Context().to_dict())


@given(CONTEXTS)
def test_a_context_survives_the_tracker(context: Context) -> None:
    assert Context.from_dict(json.loads(json.dumps(context.to_dict()))) == context


@given(JSON)
def test_rubbish_is_an_empty_context(stored: object) -> None:
    assert Context.from_dict(stored) == Context()


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)).map(lambda d: {**d, "version": 2})
)
def test_rubbish_inside_does_no_harm(stored: dict[str, object]) -> None:
    context = Context.from_dict(stored)
    assert {context.question_type, context.pending} <= {"", *QuestionType}
    assert {*context.further} <= {*QuestionType}
    assert context.age >= 0
    parts = (context.concepts, context.shown, context.sources, context.before, context.offered)
    for part in parts:
        assert isinstance(part, tuple)
        assert all(isinstance(item, str) for item in part)
    assert Context.from_dict(context.to_dict()) == context


def test_another_version_is_an_empty_context() -> None:
    stored = Context(("moon-spade",), "define", ("ask_how",), "en").to_dict()
    assert Context.from_dict(stored) != Context()
    assert Context.from_dict({**stored, "version": 1}) == Context()


@pytest.mark.parametrize("age", [None, "1", -1, 1.5])
def test_of_an_unreadable_age_nothing_is_talked_about_any_more(age: object) -> None:
    stored = Context(("moon-spade",)).to_dict()
    assert Context.from_dict(stored).topic == ("moon-spade",)
    assert Context.from_dict({**stored, "age": age}).topic == ()


def test_concepts_that_the_glossary_has_lost_are_not_talked_about(assistant: Assistant) -> None:
    context = Context(("gone", "moon-spade"), "define", "en")
    answer = assistant.ask("tell me more", context)
    assert [ref.id for ref in answer.concepts] == ["moon-spade"]
    assert assistant.ask("tell me more", Context(("gone",), "define", "en")).concepts == ()


def test_all_sections_that_were_shown_are_remembered(assistant: Assistant) -> None:
    context = next_context(assistant.ask("tell me more about RIS"), Context())
    assert len(context.shown) == 11
    assert Context.from_dict(context.to_dict()) == context


# ---- what an answer leaves behind


def answer(kind: AnswerKind, question_type: str, **facts: tuple[str, ...]) -> Answer:
    """Return an answer with references to concepts."""
    refs = {name: tuple(ConceptRef(i, i) for i in ids) for name, ids in facts.items()}
    return Answer(kind, question_type, "en", "text", **refs)


TALKED = Context(
    ("a",), "define", (), "en", ("definition",), ("a.md, line 1",), ("z",), ("x", "y"), "ask_how"
)


def test_a_question_back_waits_for_a_choice() -> None:
    after = next_context(answer(AnswerKind.CLARIFY, "ask_cost", alternatives=("b", "c")), TALKED)
    assert (after.offered, after.pending, after.age) == (("b", "c"), "ask_cost", 1)
    assert (after.concepts, after.sources) == (TALKED.concepts, TALKED.sources)
    again = next_context(answer(AnswerKind.CLARIFY, "define"), after)
    assert again.offered == ("b", "c")


def test_a_decline_ends_the_waiting_and_small_talk_does_not() -> None:
    declined = next_context(answer(AnswerKind.DECLINE, "out_of_scope"), TALKED)
    assert (declined.pending, declined.sources, declined.age) == ("", (), 1)
    assert (declined.concepts, declined.offered) == (TALKED.concepts, TALKED.offered)
    greeted = next_context(answer(AnswerKind.SMALLTALK, "greet"), TALKED)
    assert (greeted.pending, greeted.sources, greeted.age) == ("ask_how", TALKED.sources, 1)


def test_an_answer_is_talked_about_and_the_one_before_is_kept() -> None:
    old = Context(**{**_fields(TALKED), "age": 4})
    after = next_context(answer(AnswerKind.ANSWER, "ask_cost", concepts=("b",)), old)
    assert (after.concepts, after.before, after.offered) == (("b",), ("a",), ("b",))
    assert (after.question_type, after.pending, after.age) == ("ask_cost", "", 0)
    same = next_context(answer(AnswerKind.ANSWER, "ask_how", concepts=("b",)), after)
    assert same.before == ("a",)


def _fields(context: Context) -> dict[str, object]:
    return {name: getattr(context, name) for name in Context.__slots__}


def test_a_list_is_what_may_be_picked_from_and_stays_so_after_a_pick() -> None:
    listed = answer(AnswerKind.ANSWER, "list_narrower", concepts=("a",), listed=("x", "y", "z"))
    after = next_context(listed, Context())
    assert after.offered == ("x", "y", "z")
    picked = next_context(answer(AnswerKind.ANSWER, "define", concepts=("y",)), after)
    assert picked.offered == ("x", "y", "z")
    other = next_context(answer(AnswerKind.ANSWER, "define", concepts=("q",)), picked)
    assert other.offered == ("q",)


@given(CONTEXTS)
def test_what_was_talked_about_is_forgotten_after_a_while(context: Context) -> None:
    assert context.topic == (context.concepts if context.age < PATIENCE else ())
    later = context
    for _ in range(PATIENCE):
        later = next_context(answer(AnswerKind.SMALLTALK, "greet"), later)
    assert later.topic == ()
