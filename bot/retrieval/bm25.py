"""BM25: how much an entry says of what is asked, word by word, rare words counting more.

All that an entry says in a language is one document, wordings included. A word that is asked with
adds ``idf · f (k1 + 1) / (f + k1 (1 - b + b · length / mean length))``, where ``f`` is how often
the entry says it and ``idf = ln(1 + (n - n_w + ½) / (n_w + ½))`` for ``n_w`` of ``n`` entries with
it (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009). Words are stems.
``docs/adr/0023-bm25.md`` has what it gains.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.glossary.folding import spoken, stem
from bot.retrieval.passage import Passage, are_worded

_K1, _B = 1.2, 0.75  # as in the source; others from 0.6 to 4 and 0.3 to 0.75 do as well
_MOST = 30_000  # passages; more would take long at each change of the glossary
_stem = lru_cache(maxsize=65_536)(stem)


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Which entries say which words, and how much that adds.

    ``terms`` are words with their language in front, ascending; those of number ``t`` are said by
    the concepts (numbers in the order of ids, int32) from ``offsets[t]`` to ``offsets[t + 1]``,
    with these ``weights`` (float32).
    """

    terms: tuple[str, ...]
    concepts: NDArray[np.int32]
    weights: NDArray[np.float32]
    offsets: NDArray[np.int64]

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return plain arrays, which :meth:`from_arrays` reads; they may be mapped from disk."""
        return {
            "terms": np.frombuffer("\n".join(self.terms).encode(), np.uint8),
            "term_concepts": self.concepts,
            "term_weights": self.weights,
            "term_offsets": self.offsets,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> TermIndex:
        """Read what :meth:`to_arrays` made."""
        terms = arrays["terms"].tobytes().decode()
        return cls(
            tuple(terms.split("\n")) if terms else (),
            np.asarray(arrays["term_concepts"]),
            np.asarray(arrays["term_weights"]),
            np.asarray(arrays["term_offsets"]),
        )


def index_terms(passages: Sequence[Passage]) -> TermIndex:
    """Return which entries say which words.

    Nothing where most entries have no wordings, which gains nothing, nor for more than ``_MOST``
    passages.
    """
    useful = len(passages) <= _MOST and are_worded(passages)
    said = _said(passages) if useful else {}
    found: dict[str, list[tuple[int, float]]] = {}
    for language, documents in said.items():
        for word, concept, weight in _weights(documents):
            found.setdefault(f"{language}:{word}", []).append((concept, weight))
    terms = sorted(found)
    pairs = [pair for term in terms for pair in found[term]]
    return TermIndex(
        tuple(terms),
        np.array([concept for concept, _ in pairs], np.int32),
        np.array([weight for _, weight in pairs], np.float32),
        np.cumsum([0, *(len(found[term]) for term in terms)], dtype=np.int64),
    )


def _said(passages: Sequence[Passage]) -> dict[str, dict[int, Counter[str]]]:
    """Return how often each concept says each word, by language."""
    numbers = {c: n for n, c in enumerate(sorted({p.concept for p in passages}))}
    said: dict[str, dict[int, Counter[str]]] = {}
    for passage in passages:
        documents = said.setdefault(passage.language, {})
        counts = documents.setdefault(numbers[passage.concept], Counter())
        counts.update(_stem(word, passage.language) for word in spoken(passage.lexical))
    return said


def _weights(documents: Mapping[int, Counter[str]]) -> list[tuple[str, int, float]]:
    """Return word, concept and what it adds, for each word of each concept, by concept."""
    lengths = {concept: counts.total() for concept, counts in documents.items()}
    mean = max(1.0, sum(lengths.values()) / len(lengths))
    having = Counter(word for counts in documents.values() for word in counts)
    idf = {word: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for word, n in having.items()}
    return [
        (word, concept, idf[word] * f * (_K1 + 1) / (f + _K1 * (1 - _B + _B * length / mean)))
        for concept, length in sorted(lengths.items())
        for word, f in documents[concept].items()
    ]


class Bm25:
    """Scores concepts by the words they share with a question.

    Args:
        index: of the passages.
        concepts: how many there are.
    """

    def __init__(self, index: TermIndex, concepts: int) -> None:
        self._index = index
        self._concepts = concepts
        self._places = {term: place for place, term in enumerate(index.terms)}

    def __bool__(self) -> bool:
        """Tell whether anything is indexed."""
        return bool(self._places)

    def scores(self, text: str, language: str) -> NDArray[np.float64]:
        """Return the score of each concept by number, 0 to 1: a share of the best one's.

        Args:
            text: the question.
            language: of it; in a language that the entries do not have, all score 0.
        """
        total = np.zeros(self._concepts)
        for word in {_stem(word, language) for word in spoken(text)}:
            place = self._places.get(f"{language}:{word}")
            if place is not None:
                these = slice(*self._index.offsets[place : place + 2].tolist())
                total[self._index.concepts[these]] += self._index.weights[these]
        best = total.max(initial=0.0)
        return total / best if best else total
