"""Questions put together by hand: what is asked is certain, so no classifier decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention

LANGUAGES = ("en", "de")
ABOUT_ONE = sorted(NAMED_TYPES)
ABOUT_TWO = [*sorted(PAIRWISE), *sorted(ASPECTS), QuestionType.DEFINE]


def about(kind: QuestionType, language: str, *entries: Entry) -> Question:
    """Return a question of that type that names these concepts and nothing else."""
    text = ""
    mentions = []
    for entry in entries:
        text += " " if text else ""
        term = entry.preferred(language)
        mentions.append(Mention(len(text), len(text) + len(term), term, term, (entry.id,)))
        text += term
    return Question(text, language, tuple(mentions), {kind.value: 1.0})


def pairs(glossary: Glossary) -> Iterator[tuple[Entry, Entry]]:
    """Return every entry with its first broader concept, whole and relative."""
    for entry in glossary:
        for ids in (entry.broader, entry.part_of, entry.related):
            yield from ((entry, glossary[i]) for i in ids[:1])


def every_question(glossary: Glossary, language: str) -> Iterator[Question]:
    """Return a question of every type about every entry, and about pairs of them."""
    for entry in glossary:
        yield from (about(kind, language, entry) for kind in ABOUT_ONE)
    yield from _about_pairs(pairs(glossary), language)


def _about_pairs(both: Iterable[tuple[Entry, Entry]], language: str) -> Iterator[Question]:
    for one, other in both:
        for kind in ABOUT_TWO:
            yield about(kind, language, one, other)
            yield about(kind, language, other, one)
