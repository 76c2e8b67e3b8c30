"""What is remembered of a conversation survives the tracker, and rubbish in it does no harm."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.context import Context, next_context
from bot.answering.question import QuestionType
from bot.app import Assistant
from tests.strategies import nasty_text, unicode_text

SHORT = st.lists(unicode_text(4), max_size=4).map(tuple)
CONTEXTS = st.builds(
    Context, SHORT, st.sampled_from(("", *QuestionType)), st.sampled_from(("", "en")), SHORT, SHORT
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | nasty_text(5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty_text(5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("version", "concepts", "question_type", "language", "shown", "sources")


@given(CONTEXTS)
def test_a_context_survives_the_tracker(context: Context) -> None:
    assert Context.from_dict(json.loads(json.dumps(context.to_dict()))) == context


@given(JSON)
def test_rubbish_is_an_empty_context(stored: object) -> None:
    assert Context.from_dict(stored) == Context()


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)).map(lambda d: {**d, "version": 1})
)
def test_rubbish_inside_does_no_harm(stored: dict[str, object]) -> None:
    context = Context.from_dict(stored)
    assert context.question_type in {"", *QuestionType}
    for part in (context.concepts, context.shown, context.sources):
        assert isinstance(part, tuple)
        assert all(isinstance(item, str) for item in part)
    assert Context.from_dict(context.to_dict()) == context


def test_another_version_is_an_empty_context() -> None:
    stored = Context(("moon-spade",), "define", "en").to_dict()
    assert Context.from_dict(stored) != Context()
    assert Context.from_dict({**stored, "version": 0}) == Context()


def test_concepts_that_the_glossary_has_lost_are_not_talked_about(assistant: Assistant) -> None:
    context = Context(("gone", "moon-spade"), "define", "en")
    answer = assistant.ask("tell me more", context)
    assert [ref.id for ref in answer.concepts] == ["moon-spade"]
    assert assistant.ask("tell me more", Context(("gone",), "define", "en")).concepts == ()


def test_all_sections_that_were_shown_are_remembered(assistant: Assistant) -> None:
    context = next_context(assistant.ask("tell me more about RIS"), Context())
    assert len(context.shown) == 11
    assert Context.from_dict(context.to_dict()) == context
