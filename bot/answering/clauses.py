"""Clauses: the places where one message may hold two questions, or a question and a story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from bot.glossary.folding import words

# Such a word begins another question: "what is X and how does it work".
_ASKING = frozenset(
    "what whats what's how hows how's why who whos who's when where which is are does do can "
    "could was wie warum wieso weshalb wozu wer wann wo welche welcher welches wofuer ist sind "
    "kann gibt hat has give tell explain define compare show nenne erklaere erklaer zeig zeige "
    "wodurch woher worin just".split()
)
_VERBS = frozenset(
    "is are does do can could ist sind kann gibt hat has give tell compare show zeig zeige "
    "just".split()
)
_END = re.compile(r"[?!;\n]+|\.(?=\s)")
_COMMA = re.compile(r",(?=\s)")
_JOIN = re.compile(r",|\b(?:and|und|also|plus|sowie|but|aber|or|oder|so)\b", re.I)
_BREAK = re.compile(
    r"[?!;:,\n]+|\.(?=\s)|\b(?:and|und|but|aber|because|weil|dass|says|said|sagt)\b", re.I
)
_PAUSE = re.compile(r"[?!;:,\n]+|\.(?=\s)")
_CLAUSES = frozenset("when where which who wo wann".split())  # begin descriptions as well
_FILLERS = frozenset("and und also then dann auch but aber so or oder please bitte mal".split())


def clauses(text: str) -> list[tuple[int, int]]:
    """Return start and end of the parts of a message that may be questions of their own.

    It is cut at the ends of sentences, and at commas and conjunctions before an asking word.
    """
    cuts = {0, len(text)}
    cuts.update(match.end() for match in _END.finditer(text))
    for match in _JOIN.finditer(text):
        after = [w for w in words(text[match.end() :])[:4] if w.folded not in _FILLERS]
        if after and after[0].folded in _ASKING:
            cuts.add(match.start())
    return _spans(text, cuts)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of the sentences of a message; a line is one too."""
    return _spans(text, {0, len(text)} | {match.end() for match in _END.finditer(text)})


def breaks(text: str) -> list[tuple[int, int]]:
    """Return the same, cut at every comma too: "what is X, my boss wants one"."""
    cuts = {start for start, _ in clauses(text)} | {0, len(text)}
    cuts.update(match.end() for match in _COMMA.finditer(text))
    return _spans(text, cuts)


def is_asked(text: str, language: str) -> bool:
    """Tell whether a clause asks: by a mark, by a verb in front, or by an asking word anywhere."""
    said = [word.folded for word in words(text)]
    first = next((word for word in said if word not in _FILLERS), "")
    asking = _ASKING - _VERBS - ({"was"} if language == "en" else set())
    return "?" in text or first in _ASKING or any(word in asking for word in said)


def asks(text: str) -> bool:
    """Tell whether a text asks: its first word does, or the first after a comma.

    Not the "who" of "a man who plays", nor the "when" of "when it rains".
    """
    for start, end in pauses(text):
        said = [word.folded for word in words(text[start:end])]
        first = next((word for word in said if word not in _FILLERS), "")
        if first in _ASKING - _CLAUSES:
            return True
    return False


def last_question(text: str, before: int, *, describes: bool = False) -> int:
    """Return where the last words begin that ask for what is named at a place, or 0.

    Args:
        text: a message.
        before: the place.
        describes: whether it is a description, in which "where X comes from" asks nothing.
    """
    asking = _ASKING - _VERBS - (_CLAUSES if describes else set())
    starts = [w.start for w in words(text) if w.end <= before and w.folded in asking]
    return max(starts, default=0)


def halves(text: str) -> list[tuple[int, int]]:
    """Return the parts around each conjunction, for enumerated aspects: "pros and cons of X"."""
    cuts = {0, len(text)}
    cuts.update(match.start() for match in _JOIN.finditer(text))
    return _spans(text, cuts)


def pauses(text: str) -> list[tuple[int, int]]:
    """Return the parts of a message between its punctuation marks: "thanks", "who uses it"."""
    return _spans(text, {0, len(text)} | {match.end() for match in _PAUSE.finditer(text)})


def surroundings(text: str, places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return start and end of the clauses that these places are in, as far as commas tell."""
    cuts = {0, len(text)}
    cuts.update(match.end() for match in _BREAK.finditer(text))
    every = list(pairwise(sorted(cuts)))
    starts = [start for start, _ in places]
    return [(low, high) for low, high in every if any(low <= start < high for start in starts)]


def _spans(text: str, cuts: set[int]) -> list[tuple[int, int]]:
    parts = pairwise(sorted(cuts))
    return [(start, end) for start, end in parts if _says_something(text[start:end])]


def _says_something(part: str) -> bool:
    return any(word.folded not in _FILLERS for word in words(part))
