"""Entries whose definitions say nearly the same, or the same but for a number or a "not"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.checkup.finding import Check, Finding
from bot.checkup.subject import Subject
from bot.glossary.entry import Entry
from bot.glossary.folding import fold, stem, words
from bot.retrieval.passage import plain

ALIKE = 0.80  # cosine of two definitions from which on they are compared word by word
SAME = 0.60  # share of common content words of two that say the same
NEAR = 0.93  # cosine from which on fewer common words are enough
SAME_IF_NEAR = 0.45
NAMESAKES = 0.35  # for entries of one name

_NEGATIONS = frozenset(
    "not no never without cannot except neither nor nicht kein keine keinen keiner nie niemals "
    "ohne weder".split()
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries whose definitions in a language are near; ``cosine`` of their vectors."""

    one: str
    other: str
    language: str
    cosine: float


def duplicates(subject: Subject, pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Find pairs that say nearly the same, and among them those that contradict each other."""
    for pair in pairs:
        one, other = subject.glossary[pair.one], subject.glossary[pair.other]
        if pair.cosine < ALIKE or not {pair.language} <= one.texts.keys() & other.texts.keys():
            continue
        left, right = _Said(subject, one, pair.language), _Said(subject, other, pair.language)
        shared = _overlap(left.words, right.words)
        related = other.id in (*one.broader, *one.part_of) or one.id in (
            *other.broader, *other.part_of
        )  # fmt: skip
        least = NAMESAKES if left.names & right.names else (
            SAME_IF_NEAR if pair.cosine >= NEAR else SAME
        )  # fmt: skip
        if shared < least:
            continue
        what = _contradiction(left, right)
        place = subject.place(one, pair.language)
        shown = f"{one.label(pair.language)} and {other.label(pair.language)} ({pair.language})"
        if what:
            yield Finding(
                Check.CONTRADICTION, place,
                f"{shown} say nearly the same but for {what}; the other stands in "
                f"{subject.place(other, pair.language)}",
                "Check which is right; say what tells them apart, or join the entries.",
                one.id, pair.cosine,
            )  # fmt: skip
        elif not related or shared >= SAME:
            yield Finding(
                Check.DUPLICATE, place,
                f"{shown} say nearly the same ({shared:.0%} of the words); the other stands in "
                f"{subject.place(other, pair.language)}".replace("%", " %"),
                "Join the entries, one name as a synonym, or say what tells them apart.",
                one.id, pair.cosine,
            )  # fmt: skip


class _Said:
    """What a definition says without the names of its entry."""

    def __init__(self, subject: Subject, entry: Entry, language: str) -> None:
        self.names = {fold(term.text) for term in entry.terms}
        own = {stem(w.folded, language) for t in entry.terms for w in words(t.text)}
        spoken = words(plain(entry.texts[language].definition.text))
        stems = [(stem(w.folded, language), w.folded) for w in spoken]
        self.negations = sum(folded in _NEGATIONS for _, folded in stems)
        self.numbers = {
            folded for stemmed, folded in stems if folded[0].isdigit() and stemmed not in own
        }
        self.words = {
            stemmed
            for stemmed, folded in stems
            if stemmed not in own
            and not subject.is_stop(folded, language)
            and folded not in _NEGATIONS
            and not folded[0].isdigit()
        }


def _overlap(one: set[str], other: set[str]) -> float:
    """Return the share of common words (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _contradiction(left: _Said, right: _Said) -> str:
    """Return what two definitions that say nearly the same differ in, if it turns the meaning."""
    if left.numbers and right.numbers and left.numbers != right.numbers:
        one, other = sorted(left.numbers - right.numbers), sorted(right.numbers - left.numbers)
        if one and other:
            return f"numbers ({', '.join(one)} and {', '.join(other)})"
    if bool(left.negations) != bool(right.negations):
        return "a negation"
    return ""
