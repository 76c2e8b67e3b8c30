"""Folding: the form in which two spellings of one name are equal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e"
_LETTERS = rf"[^\W_](?:[^\W_]|[{_MARKS}])*"  # a combining mark belongs to its letter
WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*[+#]*")
_PLURAL_ABBREVIATION = re.compile(r"[A-Z]{2,}s")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'"})
_KEEP_S = ("ss", "us", "is")
_GERMAN_ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")
_BEFORE_N = ("e", "el", "er")  # "Regeln"; the n of "Impression" belongs to the word
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: characters ``start`` to ``end`` (exclusive), ``folded`` for comparison."""

    text: str
    start: int
    end: int
    folded: str


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Return the text without case, accents and typographic variants; umlauts become ae, oe, ue."""
    if text.isascii():  # nearly all words of a large glossary: none of the below changes it
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=256)  # the parts of one turn ask for the words of the same texts
def words(text: str) -> tuple[Word, ...]:
    """Split a text into words with their places; hyphens, dots and punctuation separate.

    ``I'm`` and ``C++`` stay one word each, so that the name ``IM`` or ``C`` is not seen in them.
    """
    return tuple(Word(m[0], m.start(), m.end(), _folded(m[0])) for m in WORD.finditer(text))


def spoken(text: str) -> list[str]:
    """Return the words of a text in order, folded, without their places."""
    return [_folded(word) for word in WORD.findall(text)]


def _folded(word: str) -> str:
    """Fold a word; ``IMs`` is the plural of an abbreviation, whatever its length."""
    return fold(word[:-1] if _PLURAL_ABBREVIATION.fullmatch(word) else word)


def singular(folded: str) -> str:
    """Strip an English plural ending from a folded word (the S-stemmer, Harman 1991).

    The stem is no word: "cookie" and "cookies" are both "cooky", "cache" and "caches" "cach".
    """
    if len(folded) > 3 and folded.endswith("'s"):
        folded = folded[:-2]
    elif len(folded) > 3 and folded.endswith("s") and not folded.endswith(_KEEP_S):
        folded = folded[:-1]
    if len(folded) > 4 and folded.endswith("ie"):
        return folded[:-2] + "y"
    if len(folded) > 4 and folded.endswith("ae"):
        return folded[:-1]  # Latin: "supernovae"
    if len(folded) > 3 and folded.endswith(("she", "che", "xe", "sse")):
        return folded[:-1]
    return folded


def german_stem(folded: str) -> str:
    """Strip one German inflectional ending, keeping at least four letters (after Savoy 2006)."""
    if len(folded) > _SHORTEST_STEM and folded.endswith("ies"):
        return folded[:-3] + "y"  # of an English word: "Queries"
    for ending in _GERMAN_ENDINGS:
        rest = folded.removesuffix(ending)
        inflected = ending != "n" or rest.endswith(_BEFORE_N)
        if rest != folded and len(rest) >= _SHORTEST_STEM and inflected:
            return rest
    return folded


@lru_cache(maxsize=50_000)  # entries share most of their words
def forms(folded: str) -> frozenset[str]:
    """Return the forms under which a folded word may equal another one."""
    return frozenset((folded, singular(folded), german_stem(folded)))


@lru_cache(maxsize=50_000)
def stem(folded: str, language: str) -> str:
    """Return the form in which the inflected forms of a word are equal in that language."""
    return german_stem(folded) if language == "de" else singular(folded)


def squeeze(text: str, language: str) -> str:
    """Return the name as one word: ``E-Mails``, ``e mail`` and ``email`` are all ``email``."""
    return "".join(stem(word.folded, language) for word in words(text))
