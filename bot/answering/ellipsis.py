"""Ellipsis: what a question leaves out because the conversation has said it.

Pure functions over a question and the small typed state of the conversation; none knows a concept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.answering.context import Context
from bot.answering.ordinal import chosen, ordinal
from bot.answering.question import NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.glossary.folding import words

# Words that stand for what was talked about before.
_PRONOUNS = frozenset(
    "it its it's this that these those they them their one thats that's "
    "es das dies diese dieses dieser sie er ihm ihn ihr deren dessen den dem dessen "
    "davon damit dafuer darueber dabei daran darin dazu dagegen darauf daraus".split()
)
_APART = frozenset("from to with than against von zu zum zur mit gegen als".split())
_CHOOSING = frozenset({QuestionType.CHOOSE, QuestionType.FOLLOW_UP, QuestionType.DEFINE})
_AGREEING = frozenset({QuestionType.AFFIRM, QuestionType.FEEDBACK_GOOD})
_MOST_WORDS = 6  # a choice is short: "the one with the phone number"


def points_back(question: Question) -> bool:
    """Tell whether a word of the question stands for something said before."""
    return any(word.folded in _PRONOUNS for word in words(question.text))


def choice(
    question: Question,
    kind: QuestionType,
    context: Context,
    explained: Mapping[str, frozenset[str]],
    is_asking: Callable[[str], bool],
) -> str | None:
    """Return the concept that a message picks from those offered last, or None.

    Args:
        question: the message, with its mentions.
        kind: its likeliest type.
        context: what was offered, and whether we wait for a choice.
        explained: per concept the words of its entry.
        is_asking: tells whether a folded word belongs to asking.
    """
    if not context.offered or len(words(question.text)) > _MOST_WORDS:
        return None
    place = ordinal(question.text)
    if place is not None and not question.mentions and (context.pending or _picks(question, kind)):
        return chosen(place, _pool(context), context.topic)
    if not context.pending:
        return None
    if kind in _AGREEING and len(context.offered) == 1:
        return context.offered[0]
    named = {c for mention in question.mentions for c in mention.concepts}
    return _only(c for c in context.offered if c in named) if named else _told(
        question, context, explained, is_asking
    )  # fmt: skip


def _picks(question: Question, kind: QuestionType) -> bool:
    return kind is QuestionType.CHOOSE or kind in NAMED_TYPES


def _pool(context: Context) -> tuple[str, ...]:
    """Return what an ordinal counts; of one topic, "the other" is the topic before."""
    if len(context.offered) > 1:
        return context.offered
    return (*context.before, *context.offered)


def _told(
    question: Question,
    context: Context,
    explained: Mapping[str, frozenset[str]],
    is_asking: Callable[[str], bool],
) -> str | None:
    """Return the one offered concept whose entry has the words of the message."""
    said = {word.folded for word in words(question.text) if not is_asking(word.folded)}
    if not said:
        return None
    return _only(c for c in context.offered if said <= explained.get(c, frozenset()))


def _only(found: Iterable[str]) -> str | None:
    listed = list(found)
    return listed[0] if len(listed) == 1 else None


def chosen_type(question: Question, kind: QuestionType, context: Context) -> QuestionType:
    """Return what is asked about a concept that was picked."""
    if context.pending and (kind in _CHOOSING or kind not in NAMED_TYPES):
        pending = QuestionType(context.pending)
        return pending if pending in NAMED_TYPES - PAIRWISE else QuestionType.DEFINE
    if kind in NAMED_TYPES - _CHOOSING - PAIRWISE:
        return kind
    return QuestionType.DEFINE


def carried_on(context: Context) -> QuestionType:
    """Return the type that "and X?" continues; a definition where there is none."""
    before = QuestionType(context.question_type) if context.question_type else QuestionType.DEFINE
    carried = NAMED_TYPES - {QuestionType.FOLLOW_UP, QuestionType.SHORTER, QuestionType.TELL_MORE}
    return before if before in carried else QuestionType.DEFINE


def completed(
    question: Question,
    kind: QuestionType,
    concepts: tuple[str, ...],
    context: Context,
) -> tuple[str, ...]:
    """Return the concepts of a question about two, of which one was said before.

    "How does it differ from X" compares the topic with X, "and from Y" the same with Y; "is it a
    kind of X" asks about the topic, "and Y?" asks the same of Y.
    """
    topic = context.topic
    if kind not in PAIRWISE or len(concepts) != 1 or not topic or concepts[0] in topic:
        return concepts
    goes_on = question.likeliest(NAMED_TYPES) is QuestionType.FOLLOW_UP
    if kind is QuestionType.ASK_KIND_OF and goes_on:
        return (concepts[0], topic[-1])
    if goes_on or points_back(question) or _sets_apart(question):
        return (topic[0], concepts[0])
    return concepts


def _sets_apart(question: Question) -> bool:
    """Tell whether the term stands behind "from", "with" and the like."""
    start = question.mentions[0].start if question.mentions else 0
    before = [word.folded for word in words(question.text) if word.end <= start]
    return bool(before) and before[-1] in _APART
