"""A lesson: a question and the passage that answers it, both made from a glossary's own text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.retrieval.passage import indexed, plain

HIDDEN = "it"
"""Stands where a lesson's question would name its concept."""

_ENDING = 2  # letters that a name may have more, in the plural or a case


@dataclass(frozen=True, slots=True)
class Lesson:
    """``question`` means ``concept`` without naming it; ``passage`` is a text of its entry."""

    concept: str
    question: str
    passage: str


def lessons_of(glossary: Glossary) -> list[Lesson]:
    """Return the lessons that a glossary gives, in the order of its entries.

    Wordings in which people describe a concept lead to its definition, and so do its sections with
    its names hidden; the definition in one language leads to that in another.
    """
    return [lesson for entry in glossary for lesson in _lessons(entry)]


def _lessons(entry: Entry) -> Iterator[Lesson]:
    definitions = {
        language: indexed(entry, language, text.definition)
        for language, text in entry.texts.items()
    }
    for language, wordings in entry.described.items():
        answers = [definitions[language]] if language in definitions else [*definitions.values()]
        for wording in wordings:
            yield from (Lesson(entry.id, wording, answer) for answer in answers)
    for language, text in entry.texts.items():
        told = (s for s in text.sections if s.kind is not SectionKind.DIFFERENCES)
        for section in told:
            yield Lesson(entry.id, hidden(plain(section.text), entry), definitions[language])
        question = hidden(plain(text.definition.text), entry)
        for other, answer in definitions.items():
            if other != language:
                yield Lesson(entry.id, question, answer)


def hidden(text: str, entry: Entry) -> str:
    """Return a text with the names of an entry, in any case, replaced by :data:`HIDDEN`."""
    names = {name for term in entry.terms for name in (term.text, term.expansion) if name}
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    found = re.compile(rf"\b(?:{longest_first})\w{{0,{_ENDING}}}\b", re.IGNORECASE)
    return found.sub(HIDDEN, text)


def batches(
    lessons: Iterable[Lesson], glossary: Glossary, size: int, seed: int
) -> list[list[Lesson]]:
    """Cut lessons into batches in which no concept occurs twice and neighbours stand together.

    So every other passage of a batch is wrong for a question, and many are wrong by little.

    Args:
        lessons: each is in one batch, or in none if its batch would have no second lesson.
        glossary: tells who is a neighbour of whom.
        size: lessons in a batch, at most.
        seed: of the order; the same seed gives the same batches.
    """
    order = random.Random(seed)
    left: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        left.setdefault(lesson.concept, []).append(lesson)
    for waiting in left.values():
        order.shuffle(waiting)
    found: list[list[Lesson]] = []
    while left:
        walk = _walk(glossary, list(left), order)
        found += [
            [left[concept].pop() for concept in walk[start : start + size]]
            for start in range(0, len(walk), size)
        ]
        left = {concept: waiting for concept, waiting in left.items() if waiting}
    order.shuffle(found)
    return [batch for batch in found if len(batch) > 1]


def _walk(glossary: Glossary, concepts: list[str], order: random.Random) -> list[str]:
    """Return the concepts so that neighbours follow each other, from random starts."""
    order.shuffle(concepts)
    left = dict.fromkeys(concepts)
    walk: list[str] = []
    while left:
        queue = [next(iter(left))]
        while queue:
            concept = queue.pop()
            if concept in left:
                del left[concept]
                walk.append(concept)
                around = [*_neighbours(glossary, concept)]
                order.shuffle(around)
                queue += around
    return walk


def _neighbours(glossary: Glossary, concept: str) -> Iterator[str]:
    entry = glossary[concept]
    for near in (entry.related, entry.broader, glossary.narrower(concept), entry.part_of):
        yield from near
