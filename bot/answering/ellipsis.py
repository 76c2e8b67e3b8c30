"""Ellipsis: what a question leaves out because the conversation has said it.

Pure functions over a question and the small typed state of the conversation; none knows a concept.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.answering.context import Context
from bot.answering.ordinal import chosen, ordinal
from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.answering.topic import follows
from bot.glossary.folding import words

_T = QuestionType
# Words that stand for what was talked about before.
_PRONOUNS = frozenset(
    "it its it's this that these those they them their thing thats that's "
    "es das dies diese dieses dieser sie er ihm ihn ihr deren dessen den dem sowas "
    "davon damit dafuer darueber dabei daran darin dazu dagegen darauf daraus".split()
)
_AND = frozenset(("and", "und"))
_WHICH = frozenset("which welche welcher welches davon".split())
_APART = frozenset("from to with than against von zu zum zur mit gegen als".split())
_CHOOSING = frozenset({_T.CHOOSE, _T.FOLLOW_UP, _T.DEFINE})
_AGREEING = frozenset({_T.AFFIRM, _T.FEEDBACK_GOOD})
_LANGUAGES = {
    "english": "en", "englisch": "en", "german": "de", "deutsch": "de",
}  # fmt: skip
_INTO = frozenset("in auf into to im zu".split())
_MOST_WORDS = 8  # a choice is short: "the one with the phone number please"
_CARRIES = 0.2  # from this probability on "and the second one?" goes on with the same aspect


def points_back(question: Question) -> bool:
    """Tell whether a word of the question stands for something said before."""
    return any(word.folded in _PRONOUNS for word in words(question.text))


def goes_on(question: Question) -> bool:
    """Tell whether the question begins as one that goes on with the one before: "and ..."."""
    said = words(question.text)
    return bool(said) and said[0].folded in _AND


def asks_which(question: Question) -> bool:
    """Tell whether the question is put to all that was talked about: "which one is older"."""
    return any(word.folded in _WHICH for word in words(question.text))


def wanted_language(text: str) -> str | None:
    """Return the language that a message asks for: "in English please", "und auf Deutsch?"."""
    said = [word.folded for word in words(text)]
    for before, word in itertools.pairwise(said):
        if before in _INTO and word in _LANGUAGES:
            return _LANGUAGES[word]
    return None


def choice(
    question: Question,
    kind: QuestionType,
    context: Context,
    names: Mapping[str, frozenset[str]],
    is_asking: Callable[[str], bool],
) -> str | None:
    """Return the concept that a message picks from those offered last, or None.

    Args:
        question: the message, with its mentions.
        kind: its likeliest type.
        context: what was offered, and whether we wait for a choice.
        names: the words of the names of each concept that may be picked.
        is_asking: tells whether a folded word belongs to asking.
    """
    if len(words(question.text)) > _MOST_WORDS:
        return None
    place = ordinal(question.text)
    if place is not None and not question.mentions and (context.pending or _picks(question, kind)):
        return chosen(place, _pool(context), context.topic)
    if not context.pending and kind is not _T.CHOOSE:
        return None
    if kind in _AGREEING and len(context.offered) == 1:
        return context.offered[0]
    offered = context.offered if context.pending else tuple(names)
    named = {c for mention in question.mentions for c in mention.concepts}
    return _only(c for c in offered if c in named) or _told(question, offered, names, is_asking)


def _picks(question: Question, kind: QuestionType) -> bool:
    return kind is _T.CHOOSE or kind in NAMED_TYPES


def _pool(context: Context) -> tuple[str, ...]:
    """Return what an ordinal counts; of one topic, "the other" is the topic before."""
    if len(context.offered) > 1:
        return context.offered
    return (*context.before, *context.offered)


def _told(
    question: Question,
    offered: Sequence[str],
    names: Mapping[str, frozenset[str]],
    is_asking: Callable[[str], bool],
) -> str | None:
    """Return the one concept whose names have most words of the message ("the apple one")."""
    said = {word.folded for word in words(question.text) if not is_asking(word.folded)}
    said |= {word.folded for m in question.mentions for word in words(m.text)}
    shared = {c: sum(_within(word, names.get(c, frozenset())) for word in said) for c in offered}
    most = max(shared.values(), default=0)
    return _only(c for c in offered if shared[c] == most) if most else None


def _within(word: str, names: frozenset[str]) -> bool:
    """Tell whether a word is one of the names, or most of one: a part of a German compound."""
    stem = word[: max(5, len(word) - 2)]
    return any(word == name or (len(stem) >= 5 and stem in name) for name in names)


def _only(found: Iterable[str]) -> str | None:
    listed = list(found)
    return listed[0] if len(listed) == 1 else None


def chosen_type(question: Question, kind: QuestionType, context: Context) -> QuestionType:
    """Return what is asked about a concept that was picked."""
    if kind in NAMED_TYPES - _CHOOSING - PAIRWISE:
        return kind
    if context.pending:
        pending = _T(context.pending)
        return pending if pending in NAMED_TYPES - PAIRWISE - {_T.FOLLOW_UP} else _T.DEFINE
    carries = goes_on(question) or question.probability(_T.FOLLOW_UP) >= _CARRIES
    return carried_on(context) if carries and context.question_type in ASPECTS else _T.DEFINE


def carried_on(context: Context) -> QuestionType:
    """Return the type that "and X?" continues; a definition where there is none."""
    before = _T(context.question_type) if context.question_type else _T.DEFINE
    carried = NAMED_TYPES - {_T.FOLLOW_UP, _T.SHORTER, _T.TELL_MORE, _T.REPEAT}
    return before if before in carried else _T.DEFINE


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
    follows = question.likeliest(NAMED_TYPES) is _T.FOLLOW_UP
    if kind is _T.ASK_KIND_OF and follows:
        return (concepts[0], topic[-1])
    if follows or points_back(question) or _sets_apart(question):
        return (topic[0], concepts[0])
    return concepts


def _sets_apart(question: Question) -> bool:
    """Tell whether the term stands behind "from", "with" and the like."""
    sentence = words(question.text)
    return any(follows(mention, sentence, _APART) for mention in question.mentions[:1])
