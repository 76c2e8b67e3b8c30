"""Clauses: the places where one message may hold two questions, or a question and a story."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from bot.glossary.folding import fold, words

# Such a word begins another question: "what is X and how does it work".
_ASKING = frozenset(
    "what whats what's how hows how's why who whos who's when where which is are does do can "
    "could was wie warum wieso weshalb wozu wer wann wo welche welcher welches wofuer ist sind "
    "kann gibt hat has give tell explain define compare show nenne erklaere erklaer zeig zeige "
    "wodurch woher worin just".split()
)
_LEADS = frozenset("since from by with for seit ab von mit fuer bei zu".split())
_VERBS = frozenset(
    "is are does do can could ist sind kann gibt hat has give tell compare show zeig zeige "
    "just".split()
)
_END = re.compile(r"[?!;\n]+|\.(?=\s)")
_COMMA = re.compile(r",(?=\s)")
_JOIN = re.compile(r",|&|\b(?:and|und|n|also|plus|sowie|but|aber|or|oder|so)\b", re.I)
_BREAK = re.compile(
    r"[?!;:,\n]+|\.(?=\s)|\b(?:and|und|but|aber|because|weil|dass|says|said|sagt)\b", re.I
)
_PAUSE = re.compile(r"[?!;:,\n]+|\.(?=\s)")
_SHARED = re.compile(r"\b(\w+)-(\s+(?:und|oder|bzw\.?|u\.|&)\s+)(\w+)", re.I)
_SOMETHING = frozenset((("was", "von"), ("was", "vom"), ("was", "ueber")))  # "etwas von"
_CLAUSES = frozenset("when where which who wo wann".split())  # begin descriptions as well
_MEANS = frozenset("heisst hiess heissen hiessen".split())
_CALLS = _MEANS | frozenset("call calls called named nennt nennen nennst genannt".split())
_NAMES = frozenset(
    "name term word begriff wort ausdruck bezeichnung fachwort fachbegriff fachausdruck".split()
)
_MOST_NAMING = 9  # words; a longer clause tells something itself
_TAGS = (["or", "what"], ["oder", "wie"], ["oder", "was"])  # at the end they ask nothing
_FILLERS = frozenset("and und also then dann auch but aber so or oder please bitte mal".split())


def clauses(text: str) -> list[tuple[int, int]]:
    """Return start and end of the parts of a message that may be questions of their own.

    It is cut at the ends of sentences, and at commas and conjunctions before an asking word.
    """
    cuts = {0, len(text)}
    cuts.update(match.end() for match in _END.finditer(text))
    for match in _JOIN.finditer(text):
        after = [w for w in words(text[match.end() :])[:4] if w.folded not in _FILLERS]
        tag = [word.folded for word in words(text[match.start() :])] in _TAGS
        if not tag and _begins([word.folded for word in after]):
            cuts.add(match.start())
    return _spans(text, cuts)


def _begins(folded: Sequence[str]) -> bool:
    """Tell whether so begins a question: "who uses it", "since when is it"."""
    if folded[:1] and folded[0] in _LEADS:
        folded = folded[1:2] if folded[1:2] and folded[1] in _ASKING - _VERBS else []
    return bool(folded) and folded[0] in _ASKING


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
    something = any(pair in _SOMETHING for pair in pairwise(said))
    asked = [word for word in said if word in asking and not (something and word == "was")]
    return "?" in text or first in _ASKING or bool(asked)


def is_asked_anywhere(text: str) -> bool:
    """Tell whether a text asks: by its first words, or by a word that begins no description.

    "When it rains" asks nothing, "when does it rain" and "and one for the garden" do.
    """
    said = [word.folded for word in words(text)]
    first, second = (*said, "", "")[:2]
    clause = first in _CLAUSES and (first != "when" or second in _VERBS)
    begins = clause or first in _VERBS or first in _FILLERS or first.endswith("n't")
    return begins or any(word in _ASKING - _CLAUSES - _VERBS for word in said)


def begins_asking(text: str) -> bool:
    """Tell whether the first word of a clause asks."""
    return _begins([word.folded for word in words(text) if word.folded not in _FILLERS][:2])


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


def name_wanted(text: str) -> int:
    """Return where the last clause begins if it but asks for a name: ", what is that called"; or 0.

    Before that, what has the name is described.
    """
    *before, (start, end) = pauses(text) or [(0, 0)]
    said = {word.folded for word in words(text[start:end])}
    means = said & _MEANS and "was" in said  # "was heißt das" asks what it is
    calls = said & (_CALLS | _NAMES) or {"sagt", "man"} <= said
    wanted = calls and len(words(text[start:end])) <= _MOST_NAMING and not means
    return start if before and wanted else 0


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


def spelt_out(text: str, is_word: Callable[[str], bool]) -> str:
    """Return a text with what two words share in both: "vor- und nachteile", "Vorteile und ...".

    Args:
        text: a message.
        is_word: tells of a folded word whether it is one; a part that makes none stays as it is.
    """

    def spelt(match: re.Match[str]) -> str:
        first, joint, second = match.groups()
        ends = (second[place:] for place in range(1, len(second) - 1))
        whole = next((first + end for end in ends if is_word(fold(first + end))), None)
        return f"{whole}{joint}{second}" if whole else match[0]

    return _SHARED.sub(spelt, text)


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
