"""Choices: which of the things offered or said somebody picks, and what is asked about it.

Pure functions over a question and the small typed state of the conversation; none knows a concept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.answering.clauses import pauses
from bot.answering.context import Context
from bot.answering.ellipsis import carried_on, goes_on
from bot.answering.ordinal import chosen, ordinal, places
from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.glossary.folding import Word, words

_T = QuestionType
_ARTICLES = frozenset("the that those these der die das den dem des dat".split())
_LEADS = frozenset(
    "i mean meant ich mein meine meinte ok okay um uh hm hmm well ja na no nein nee ne and und "
    "aber but what about was ist mit".split()
)
_THINGS = frozenset("one ones thing things thingy stuff bit ding dings sache zeug zeugs".split())
_MOST_ASKING = 12  # words of a question about "the one with ..."
_TELLING = frozenset("with that for from who where about in on by mit fuer von aus wo".split())
_GERMAN = frozenset("der die das den dem des dat".split())
_OF_ONE = frozenset("mit mim aus auf von vom fuer bei beim im am zum".split())  # "das mit ..."
_MOST_WORDS = 8  # a choice is short: "the one with the phone number please"
_DENYING = frozenset("not nothing never nicht nichts kein keine keinen keiner keins ohne".split())
_CHOOSING = frozenset({_T.CHOOSE, _T.FOLLOW_UP, _T.DEFINE})
_AGREEING = frozenset({_T.AFFIRM, _T.FEEDBACK_GOOD})
_CARRIES = 0.2  # from this probability on "and the second one?" goes on with the same aspect


def counted(context: Context) -> tuple[str, ...]:
    """Return what an ordinal counts; of one topic, "the other" is the topic before."""
    if context.pending or (context.topic and len(context.offered) > 1):
        return context.offered
    return (*context.before, *context.offered) if context.topic else ()


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
    if not context.pending and kind is not _T.CHOOSE:
        return None
    place = ordinal(question.text) if context.pending else None
    if place is not None and not question.mentions:
        return chosen(place, context.offered, context.topic)
    if kind in _AGREEING and len(context.offered) == 1:
        return context.offered[0]
    offered = context.offered if context.pending else tuple(names)
    named = {c for mention in question.mentions for c in mention.concepts}
    return _only(c for c in offered if c in named) or _told(question, offered, names, is_asking)


def described_choice(
    question: Question, kind: QuestionType, context: Context, is_asking: Callable[[str], bool]
) -> str:
    """Return the words in which a message may tell which of the things offered is meant, or "".

    They are all of it, if it is short, begins with an article ("the one journalists get") and asks
    nothing; or a part of it: "the one with ...", "the german one". A place in a list is no such
    word.
    """
    if places(question.text):
        return ""
    said = words(question.text)
    listed = len(context.offered) > 1 or context.offered != context.concepts
    part = _described_part(question.text, said, is_asking)
    if listed and part and len(said) <= _MOST_ASKING:
        return part
    folded = [word.folded for word in said]
    lead = next((word for word in folded if word not in _LEADS), "")
    most = _MOST_ASKING if context.pending else _MOST_WORDS
    if len(context.offered) < 2 or len(said) > most or lead not in _ARTICLES:
        return ""
    if question.mentions and not (context.pending and any(word in _THINGS for word in folded)):
        return ""
    free = context.pending or kind not in NAMED_TYPES - _CHOOSING - {_T.EXPAND}
    return question.text if free and not all(map(is_asking, folded)) else ""


def affirmed(text: str) -> str:
    """Return the parts of a message that do not say what is not meant; all of it if all do."""
    spans = [text[start:end] for start, end in pauses(text)]
    meant = [part for part in spans if not any(w.folded in _DENYING for w in words(part))]
    return " ".join(meant).strip(" ,") if 0 < len(meant) < len(spans) else text


def _described_part(text: str, said: Sequence[Word], is_asking: Callable[[str], bool]) -> str:
    """Return "the one with ..." or "das mit ..." up to the end, or "the german one".

    "Der aus ..." may be a relative clause, where something else is said before.
    """
    for at, word in enumerate(said):
        after = [w.folded for w in said[at + 1 : at + 4]]
        if word.folded not in _ARTICLES or len(after) < 2:
            continue
        with_ = after[0] in _THINGS and (after[1] in _TELLING or not is_asking(after[1]))
        of_one = word.folded in _GERMAN and after[0] in _OF_ONE
        begins = of_one and all(w.folded in _LEADS for w in said[:at])
        if with_ or begins or (word.folded in ("das", "dem") and after[0] == "mit"):
            return text[word.start :]
        thing = next((n for n, w in enumerate(after) if w in _THINGS), 0)
        if thing and not all(map(is_asking, after[:thing])):
            return text[word.start : said[at + 1 + thing].end]
    return ""


def chosen_type(question: Question, kind: QuestionType, context: Context) -> QuestionType:
    """Return what is asked about a concept that was picked."""
    if kind in NAMED_TYPES - _CHOOSING - PAIRWISE:
        return kind
    if context.pending:
        pending = _T(context.pending)
        return pending if pending in NAMED_TYPES - PAIRWISE - {_T.FOLLOW_UP} else _T.DEFINE
    carries = goes_on(question) or question.probability(_T.FOLLOW_UP) >= _CARRIES
    return carried_on(context) if carries and context.question_type in ASPECTS else _T.DEFINE


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
