"""Plain Python in place of the libraries behind the ports, and of a trained classifier.

Each passes the same contract tests as the real thing (``tests/contract``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bot.adapters.ngram_searcher import build_index
from bot.answering.decision import DESCRIBED_FEATURES, NAMED_FEATURES, Judge, Threshold
from bot.answering.question import QuestionType
from bot.app import Assistant, SearchData
from bot.glossary.fields import FieldWords
from bot.glossary.folding import Word, fold, stem, words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER
from bot.glossary.names import Name, Names
from bot.retrieval.bm25 import index_terms
from bot.retrieval.encoder import Encoder, Pieces, Vectors
from bot.retrieval.hit import Hit, Hits
from bot.retrieval.interaction import PieceIndex, as_bytes, content, project, projection_of
from bot.retrieval.passage import Passage, passages_of


class HashEncoder:
    """An encoder that hashes words: texts that share words are similar, and the sums are exact.

    Each word votes for a sign per dimension; a row is the signs, scaled to length 1. All numbers
    are multiples of powers of two, so inner products have no rounding error and ties are real.
    """

    dimensions = 64

    def as_read(self, text: str) -> str:
        return text

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), 64), L2 norm 1."""
        rows = [self._row(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimensions)

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what :meth:`encode` returns, and each word of a text as a piece."""
        return self.encode(texts), [self._pieces(text) for text in texts]

    def _pieces(self, text: str) -> Pieces:
        found = words(text)
        rows = [_signs(word.folded) / np.sqrt(self.dimensions) for word in found]
        vectors = np.array(rows, np.float32).reshape(len(rows), self.dimensions)
        return Pieces(vectors, tuple((word.start, word.end) for word in found))

    def _row(self, text: str) -> NDArray[np.float64]:
        votes = sum((_signs(word.folded) for word in words(text)), 0.5 * _signs(""))
        return np.where(votes > 0, 1.0, -1.0) / np.sqrt(self.dimensions)


@lru_cache(maxsize=10_000)
def _signs(word: str) -> NDArray[np.float64]:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.unpackbits(np.frombuffer(digest, np.uint8)) * 2.0 - 1.0


class FakePhrases:
    """A phrase finder that looks every slice of the sentence up in a dictionary."""

    def __init__(self, names: Names) -> None:
        self._names = {(name.language, name.stems): name for name in names.all}
        self._languages = names.languages
        self._longest = names.longest

    def find(self, sentence: Sequence[Word]) -> Iterable[tuple[int, int, Name]]:
        """Return (first word, word after the last, name) for every name, overlaps included."""
        for language in self._languages:
            stems = tuple(stem(word.folded, language) for word in sentence)
            for first in range(len(stems)):
                for last in range(first + 1, min(first + self._longest, len(stems)) + 1):
                    name = self._names.get((language, stems[first:last]))
                    if name:
                        yield first, last, name


class FakeSpellings:
    """A spelling finder that compares with every name; short names and abbreviations are out."""

    def __init__(self, names: Names) -> None:
        self._names = [n for n in names.all if not n.fixed and len(n.squeezed) >= 4]

    def nearest(self, squeezed: str, edits: int) -> tuple[Name, float] | None:
        """Return the nearest name within that many edits and its similarity (0 to 1), or None.

        Of names equally near one with the same first letter.
        """
        found: tuple[int, Name] | None = None
        for name in sorted(self._names, key=lambda n: n.squeezed[:1] != squeezed[:1]):
            if abs(len(name.squeezed) - len(squeezed)) > edits:
                continue  # each letter too many is an edit
            distance = edits_between(squeezed, name.squeezed)
            if distance <= edits and (found is None or distance < found[0]):
                found = distance, name
        if found is None:
            return None
        distance, name = found
        return name, 1.0 - distance / max(len(squeezed), len(name.squeezed))


def edits_between(one: str, other: str) -> int:
    """Return the edits (neighbours swapped count as one) that turn one text into the other."""

    @cache
    def rest(i: int, j: int) -> int:
        if i == len(one) or j == len(other):
            return len(one) - i + len(other) - j
        if one[i] == other[j]:
            return rest(i + 1, j + 1)
        ways = [rest(i + 1, j), rest(i, j + 1), rest(i + 1, j + 1)]
        if one[i : i + 2] == other[j : j + 2][::-1] and len(one[i : i + 2]) == 2:
            ways.append(rest(i + 2, j + 2))
        return 1 + min(ways)

    return rest(0, 0)


class FakeVocabulary:
    """A vocabulary of the words it is given."""

    def __init__(self, question_words: Iterable[str], common: Iterable[str] = ()) -> None:
        self._question_words = frozenset(question_words)
        self._common = frozenset(common)

    def is_common(self, folded: str) -> bool:
        """Tell whether it is a word of everyday language."""
        return folded in self._common

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the word to ask."""
        return folded in self._question_words

    def doubt(self, folded: str) -> float:
        """Return 0 for a word of asking, misspelt or not, and 1 for any other."""
        return 0.0 if self.means_asking(folded) else 1.0

    def is_filler(self, folded: str) -> bool:
        """Tell whether the word says nothing of a concept: all words of asking do."""
        return folded in self._question_words

    def means_asking(self, folded: str) -> bool:
        """Tell the same of a long word with one error, or two in eight letters.

        A short word may have two letters swapped, but not the first two.
        """
        if folded in self._question_words:
            return True
        if folded in self._common:
            return False
        if len(folded) < 5:
            return any(
                len(word) > 2 and word[:1] == folded[:1] and _are_swapped(word, folded)
                for word in self._question_words
            )
        edits = 1 if len(folded) < 8 else 2
        return any(
            len(word) >= 5
            and abs(len(word) - len(folded)) <= edits
            and edits_between(folded, word) <= edits
            for word in self._question_words
        )


def _are_swapped(one: str, other: str) -> bool:
    """Tell whether two words of a length differ in two neighbouring letters, swapped."""
    same = sorted(one) == sorted(other)
    return same and one != other and edits_between(one, other) == 1


class FakeSearcher:
    """A searcher whose scores do not depend on the question: passage ``i`` has ``scores[i]``."""

    def __init__(self, scores: Sequence[float]) -> None:
        self._hits = sorted(
            (Hit(place, score) for place, score in enumerate(scores)),
            key=lambda hit: (-hit.score, hit.passage),
        )

    def search(self, text: str, k: int) -> Hits:
        """Return at most ``k`` hits, scores descending, ties by passage number."""
        passages = np.array([hit.passage for hit in self._hits[:k]], np.int64)
        return Hits(passages, np.array([hit.score for hit in self._hits[:k]]))

    def nearest(self, vector: NDArray[np.float32], k: int) -> Hits:
        """Return the same."""
        return self.search("", k)

    def similarities(self, text: str, passages: Sequence[int]) -> list[float]:
        """Return the score of each of these passages."""
        scores = {hit.passage: hit.score for hit in self._hits}
        return [scores[place] for place in passages]


_T = QuestionType
_WORDING: tuple[tuple[str, QuestionType], ...] = (
    ("yes please", _T.AFFIRM),
    ("no thank", _T.DENY),
    ("say that again", _T.REPEAT),
    ("sag das noch einmal", _T.REPEAT),
    ("shorter", _T.SHORTER),
    ("stand for", _T.EXPAND),
    ("abkuerzung", _T.EXPAND),
    ("difference", _T.COMPARE),
    ("unterschied", _T.COMPARE),
    ("kinds of", _T.LIST_NARROWER),
    ("arten von", _T.LIST_NARROWER),
    ("is a <term> a <term>", _T.ASK_KIND_OF),
    ("ist ein <term> ein <term>", _T.ASK_KIND_OF),
    ("belong to", _T.ASK_BROADER),
    ("gehoert", _T.ASK_BROADER),
    ("related", _T.ASK_RELATED),
    ("verwandt", _T.ASK_RELATED),
    ("features of", _T.ASK_CHARACTERISTICS),
    ("merkmale", _T.ASK_CHARACTERISTICS),
    ("how does", _T.ASK_HOW),
    ("wie funktioniert", _T.ASK_HOW),
    ("purpose of", _T.ASK_PURPOSE),
    ("wozu", _T.ASK_PURPOSE),
    ("who uses", _T.ASK_USERS),
    ("wer nutzt", _T.ASK_USERS),
    ("advantages of", _T.ASK_ADVANTAGES),
    ("vorteile", _T.ASK_ADVANTAGES),
    ("limits of", _T.ASK_LIMITS),
    ("nachteile", _T.ASK_LIMITS),
    ("what does it cost", _T.ASK_COST),
    ("cost of", _T.ASK_COST),
    ("was kostet", _T.ASK_COST),
    ("safe is", _T.ASK_SAFETY),
    ("sicher ist", _T.ASK_SAFETY),
    ("example of", _T.ASK_EXAMPLE),
    ("beispiel", _T.ASK_EXAMPLE),
    ("history of", _T.ASK_HISTORY),
    ("geschichte", _T.ASK_HISTORY),
    ("tell me more", _T.TELL_MORE),
    ("erzaehl mehr", _T.TELL_MORE),
    ("and <term>", _T.FOLLOW_UP),
    ("und <term>", _T.FOLLOW_UP),
    ("what do you call", _T.FIND_TERM),
    ("wie nennt man", _T.FIND_TERM),
    ("the second one", _T.CHOOSE),
    ("the other one", _T.CHOOSE),
    ("the last one", _T.CHOOSE),
    ("hello", _T.GREET),
    ("thank", _T.THANK),
    ("source", _T.ASK_SOURCE),
    ("a person", _T.ASK_HUMAN),
    ("weather", _T.OUT_OF_SCOPE),
    ("book me", _T.OUT_OF_SCOPE),
    ("what is", _T.DEFINE),
    ("was ist", _T.DEFINE),
    ("explain", _T.DEFINE),
)
"""What makes a masked question one of a type; the first that occurs counts."""

ASKING: tuple[str, ...] = (
    "a", "about", "advantages", "an", "and", "are", "bed", "belong", "between", "bitte", "call",
    "cost", "das", "der", "die", "difference", "do", "does", "ein", "eine", "einem", "einen",
    "explain", "features", "for", "gehoert", "geschichte", "hello", "history", "how", "in", "is",
    "ist", "it", "kinds", "limits", "me", "mehr", "merkmale", "more", "nennt", "of", "on", "person",
    "purpose", "related", "shorter", "source", "stand", "talk", "tell", "thank", "the", "to", "und",
    "unterschied", "us", "uses", "von", "vorteile", "was", "what", "which", "who", "wie", "with",
    "work", "wozu", "you", "zwischen",
)  # fmt: skip
"""Words that questions are asked with, folded; ``bed`` stands for words that are names as well."""


class FakeIntents:
    """A classifier of question types by wording; stands in for ``IntentModel``."""

    question_words: Mapping[str, int] = dict.fromkeys(ASKING, 9)
    field_words: FieldWords = MappingProxyType({})
    compounds: Mapping[str, Sequence[str]] = MappingProxyType({})

    def predict(self, masked_text: str, encoder: Encoder) -> dict[str, float]:
        """Return the probability of each type for one masked question, most likely first."""
        plain = " ".join(fold(masked_text).split())
        lone = plain.strip(" ?.!") == PLACEHOLDER
        default = _T.DEFINE if lone else _T.OUT_OF_SCOPE
        chosen = next((kind for wording, kind in _WORDING if wording in plain), default)
        others = [kind for kind in QuestionType if kind is not chosen]
        return {chosen.value: 0.9} | {kind.value: 0.1 / len(others) for kind in others}


def fake_assistant(
    glossary: Glossary,
    named: Mapping[str, float] | None = None,
    intents: FakeIntents | None = None,
) -> Assistant:
    """Return an assistant over a glossary, with fakes for all that is trained.

    Args:
        glossary: what is known.
        named: what the judge of named questions weighs beside what it weighs anyway.
        intents: tells question types, by wording if nothing else is given.
    """
    weights = {"out_of_scope": -8.0, "foreign_beside": -6.0, **(named or {})}
    passages = passages_of(glossary)
    return Assistant(
        glossary=glossary,
        encoder=HashEncoder(),
        intents=intents or FakeIntents(),  # type: ignore[arg-type]
        common=(
            "cake",
            "compared",
            "differ",
            "garden",
            "grow",
            "night",
            "soil",
            "water",
            "weather",
        ),
        search=search_data([p.text for p in passages], passages),
        named=judge(NAMED_FEATURES, 3.0, weights),
        described=judge(DESCRIBED_FEATURES, -3.0, {"score": 9.0, "margin": 9.0}),
    )


def search_data(texts: Sequence[str], passages: Sequence[Passage] = ()) -> SearchData:
    """Return what passage search needs, made with the fake encoder.

    Args:
        texts: of the passages.
        passages: the same, whose words are indexed; those of the texts without them.
    """
    is_asking = FakeVocabulary(ASKING).is_question_word
    rows, found = HashEncoder().encode_pieces(texts)
    said = [content(text, each, is_asking) for text, each in zip(texts, found, strict=True)]
    projection = projection_of(said)
    return SearchData(
        vectors=rows,
        pieces=PieceIndex(
            projection=projection,
            vectors=as_bytes(project(np.concatenate(said), projection)),
            counts=np.array([len(part) for part in said], np.int64),
        ),
        ngrams=build_index([p.lexical for p in passages] or texts, is_asking),
        terms=index_terms(passages),
    )


def judge(features: tuple[str, ...], bias: float, weights: Mapping[str, float]) -> Judge:
    """Return a judge that weighs some of the features and answers from 0.5, asks back from 0.2."""
    chosen = tuple(weights.get(name, 0.0) for name in features)
    return Judge(features, chosen, bias, Threshold(0.5, 0.2))
