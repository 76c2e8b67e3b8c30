"""The self-test: each entry is asked for by its names, and by its definition without them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answering.answer import Answer, AnswerKind
from bot.glossary.entry import Entry
from bot.glossary.folding import stem, words
from bot.glossary.glossary import Glossary
from bot.glossary.term import Status
from bot.retrieval.passage import plain

MOST_ENTRIES = 300  # entries that are asked for; of a larger glossary a sample
MOST_WORDS = 40  # of a definition
FEWEST_WORDS = 4  # content words; a shorter description describes nothing
_NAMED: Mapping[str, str] = {"en": "What is {}?", "de": "Was ist {}?"}
_DESCRIBED: Mapping[str, str] = {
    "en": "What do you call {}?",
    "de": "Wie nennt man {}?",
}
_SOMETHING: Mapping[str, str] = {"en": "something", "de": "etwas"}


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A question for an entry: by its name, or (``named`` is False) by its definition."""

    text: str
    concept: str
    language: str
    named: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question of the self-test led to.

    ``first`` is the concept that was answered about or, without an answer, ranked or offered
    first; empty if there is none. ``back`` tells that the concept asked for was answered about or
    offered.
    """

    question: SelfTest
    kind: AnswerKind
    first: str
    back: bool

    @property
    def confused(self) -> bool:
        """Whether another entry came first and the right one was not even offered with it."""
        return self.first not in ("", self.question.concept) and (
            not self.back or not self.question.named
        )


def self_tests(glossary: Glossary, most: int = MOST_ENTRIES, seed: int = 7) -> list[SelfTest]:
    """Return the questions, the same for the same glossary; of at most ``most`` entries."""
    entries = list(glossary)
    if len(entries) > most:
        chosen = set(random.Random(seed).sample([entry.id for entry in entries], most))
        entries = [entry for entry in entries if entry.id in chosen]
    return [question for entry in entries for question in (*_by_name(entry), *_by_text(entry))]


def _by_name(entry: Entry) -> Iterator[SelfTest]:
    seen: set[tuple[str, str]] = set()
    for term in entry.terms:
        if term.language not in entry.texts and term.status is not Status.PREFERRED:
            continue
        key = (term.language, term.text.casefold())
        if key not in seen:
            seen.add(key)
            frame = _NAMED.get(term.language, "{}")
            yield SelfTest(frame.format(term.text), entry.id, term.language, True, term.text)


def _by_text(entry: Entry) -> Iterator[SelfTest]:
    for language, text in entry.texts.items():
        said = described(entry, language, plain(text.definition.text))
        if said:
            frame = _DESCRIBED.get(language, "{}")
            yield SelfTest(frame.format(said), entry.id, language, False)


def described(entry: Entry, language: str, body: str) -> str:
    """Return a definition with its names masked; empty if too little is left to go by."""
    names = [
        tuple(stem(w.folded, language) for w in words(text))
        for term in entry.terms
        for text in (term.text, term.expansion or "")
    ]
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    spoken = words(body)[:MOST_WORDS]
    stems = [stem(word.folded, language) for word in spoken]
    kept: list[str] = []
    place = left = 0
    while place < len(spoken):
        name = next((n for n in longest_first if tuple(stems[place : place + len(n)]) == n), ())
        if name:
            kept.append(_SOMETHING.get(language, ""))
            place += len(name)
            continue
        kept.append(spoken[place].text)
        left += len(spoken[place].text) > 3
        place += 1
    return " ".join(word for word in kept if word) if left >= FEWEST_WORDS else ""


def reply_of(question: SelfTest, answer: Answer) -> Reply:
    """Judge an answer."""
    about = [ref.id for ref in answer.concepts]
    offered = [ref.id for ref in answer.alternatives]
    back = question.concept in about or (
        answer.kind is AnswerKind.CLARIFY and question.concept in offered
    )
    ranked = about or offered
    return Reply(question, answer.kind, ranked[0] if ranked else "", back)


def run(questions: Iterable[SelfTest], ask: Callable[[str], Answer]) -> Sequence[Reply]:
    """Ask all questions, each without a conversation before it."""
    return [reply_of(question, ask(question.text)) for question in questions]
