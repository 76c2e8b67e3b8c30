"""The retriever: fuses semantic and lexical search into one ranking of concepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.glossary.section import SectionKind
from bot.retrieval.bm25 import Bm25, TermIndex
from bot.retrieval.centroid import Centroids
from bot.retrieval.encoder import Encoder
from bot.retrieval.hit import Candidate, Hits
from bot.retrieval.interaction import Interaction
from bot.retrieval.passage import Passage, are_worded
from bot.retrieval.searcher import DenseSearcher, Searcher

RERANKED = 12  # candidates that are compared word by word
DEPTH = 400  # passages per searcher: enough that a concept's best passages are among them
NEIGHBOURS = 5  # sections that tell how far a text is of the glossary's own field

# How much word-piece similarity counts beside the cosine, by language of the question. The encoder
# reads English, and German by a dictionary; other languages lean on words. Chosen on data/eval/dev
# (docs/adr/0004, docs/adr/0019).
LEXICAL_WEIGHTS: Mapping[str, float] = {"en": 0.5, "de": 0.5}
LEXICAL_WEIGHT = 2.0
WORDS_WEIGHT = 0.6  # how much the comparison word by word counts beside that
TERMS_WEIGHT = 0.12  # how much the words that all of an entry says count (docs/adr/0023)
WHOLE_WEIGHT = 0.15  # ... and how near all of an entry is, beside both (docs/adr/0021)
# The same, of questions in English, for glossaries without wordings, where single sentences make
# cosines surer; chosen on descriptions of seven glossaries of others (docs/foreign-glossaries.md).
BARE_LEXICAL_WEIGHT = 0.1
BARE_WORDS_WEIGHT = 0.45


class Retriever:
    """Ranks concepts for a description in the user's own words."""

    def __init__(
        self,
        passages: Sequence[Passage],
        dense: DenseSearcher,
        lexical: Searcher,
        encoder: Encoder,
        interaction: Interaction,
        centroids: Centroids,
        terms: TermIndex,
    ) -> None:
        self._passages = passages
        self._dense = dense
        self._lexical = lexical
        self._encoder = encoder
        self._interaction = interaction
        self._centroids = centroids
        self._terms = terms

    def rank(
        self,
        text: str,
        language: str,
        *,
        k: int = 5,
        without: Collection[str] = (),
    ) -> list[Candidate]:
        """Return at most ``k`` candidates, best first, ties by concept id.

        Args:
            text: the question, unmasked.
            language: its language; weighs the searchers.
            k: how many candidates.
            without: concepts to leave out.
        """
        spoken = language in LEXICAL_WEIGHTS  # the encoder tells sentences of it apart
        vectors, pieces = self._encoder.encode_pieces([text])
        dense = self._scores(self._dense.nearest(vectors[0], DEPTH), sentences=spoken)
        lexical = self._scores(self._lexical.search(text, DEPTH), sentences=False)
        weight, by_words = self._weights(language)
        found = np.union1d(dense.concepts, lexical.concepts)
        found = found[[self._ids[number] not in without for number in found]] if without else found
        semantic, lexic = dense.of(found), lexical.of(found)
        fused = (semantic + weight * lexic) / (1 + weight)
        order = np.lexsort((found, -fused))[: max(k, RERANKED)]
        likely = [self._ids[number] for number in found[order]]
        words = self._interaction.scores(text, pieces[0], language, likely)
        whole = self._centroids.cosines(vectors[0], likely) if self._worded else {}
        by_whole = WHOLE_WEIGHT if whole else 0.0
        by_terms = TERMS_WEIGHT if self._bm25 else 0.0
        terms = self._bm25.scores(text, language)[found[order]]
        parts = (fused[order], semantic[order], lexic[order], terms)
        candidates = [
            Candidate(
                concept,
                (1 - by_terms) * (
                    (1 - by_whole) * ((1 - by_words) * score + by_words * words[concept])
                    + by_whole * whole.get(concept, 0.0)
                ) + by_terms * said,
                dense_score, lexical_score, words[concept], said,
            )
            for concept, score, dense_score, lexical_score, said in zip(
                likely, *(part.tolist() for part in parts), strict=True
            )
        ]  # fmt: skip
        return sorted(candidates, key=lambda c: (-c.score, c.concept))[:k]

    def _weights(self, language: str) -> tuple[float, float]:
        """Return how much word pieces and the comparison word by word count."""
        if self._worded or language != "en":
            return LEXICAL_WEIGHTS.get(language, LEXICAL_WEIGHT), WORDS_WEIGHT
        return BARE_LEXICAL_WEIGHT, BARE_WORDS_WEIGHT

    @cached_property
    def _worded(self) -> bool:
        return are_worded(self._passages)

    @cached_property
    def _bm25(self) -> Bm25:
        return Bm25(self._terms, len(self._ids))

    def similarity(self, text: str, concepts: Collection[str]) -> float:
        """Return the cosine of a text and the nearest passage of these concepts (0 if none)."""
        places = [place for concept in concepts for place in self._places.get(concept, ())]
        return max(self._dense.similarities(text, places), default=0.0)

    def closeness(self, text: str) -> float:
        """Return the mean cosine of a text and the ``NEIGHBOURS`` sections nearest to it.

        Wordings do not count: people describe things by all sorts of occasions.
        """
        hits = self._dense.search(text, DEPTH)
        near = [h.score for h in hits if self._passages[h.passage].kind][:NEIGHBOURS]
        return sum(near) / max(1, len(near))

    def familiarity(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        concepts: Sequence[str],
        *,
        wordings: bool = True,
    ) -> list[float]:
        """Return, per span of a text, how near it comes to something in these entries.

        The cosine of each word piece in its context and the nearest piece of the entries, averaged
        over the span; 1 for a span without pieces. Without ``wordings``, their sections count only.
        """
        _, pieces = self._encoder.encode_pieces([text])
        return self._interaction.familiarity(pieces[0], spans, concepts, wordings=wordings)

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, passage in enumerate(self._passages):
            found.setdefault(passage.concept, []).append(place)
        return found

    @cached_property
    def _ids(self) -> Sequence[str]:
        """The concepts by number; numbers are in the order of ids."""
        return sorted({passage.concept for passage in self._passages})

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        """The number of the concept of each passage."""
        number_of = {concept: number for number, concept in enumerate(self._ids)}
        numbers = (number_of[passage.concept] for passage in self._passages)
        return np.fromiter(numbers, np.int64, len(self._passages))

    @cached_property
    def _definitions(self) -> NDArray[np.bool_]:
        """Whether each passage is a definition."""
        kinds = (passage.kind is SectionKind.DEFINITION for passage in self._passages)
        return np.fromiter(kinds, np.bool_, len(self._passages))

    @cached_property
    def _sentences(self) -> NDArray[np.bool_]:
        """Whether each passage is a sentence by itself."""
        kinds = (passage.sentence for passage in self._passages)
        return np.fromiter(kinds, np.bool_, len(self._passages))

    @cached_property
    def _cut(self) -> NDArray[np.bool_]:
        """Whether each concept has sentences among its passages."""
        cut = np.zeros(len(self._ids), np.bool_)
        cut[self._numbers[self._sentences]] = True
        return cut

    def _scores(self, hits: Hits, *, sentences: bool) -> _Scores:
        """Return per concept the mean of its definition's score and its best passage's.

        Its best sentence, if it has some and they count, counts as much as both. What was not
        among the hits scores as the last of them.
        """
        scores = np.maximum(hits.scores, 0.0, dtype=np.float64)
        least = float(scores[-1]) if len(hits) == DEPTH else 0.0
        places, single = hits.passages, self._sentences[hits.passages]
        if not sentences:
            places, scores, single = places[~single], scores[~single], single[~single]
        concepts, rows = np.unique(self._numbers[places], return_inverse=True)

        def best(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
            found = np.full(len(concepts), least)
            # Hits come best first, and of several values for a row the last one stays.
            found[rows[chosen][::-1]] = scores[chosen][::-1]
            return found

        whole = (best(~single) + best(self._definitions[places])) / 2
        if sentences:
            whole = np.where(self._cut[concepts], (whole + best(single)) / 2, whole)
        return _Scores(concepts, whole)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Concepts by number, ascending, and the score of each."""

    concepts: NDArray[np.int64]
    scores: NDArray[np.float64]

    def of(self, concepts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the scores of some concepts, 0 for those that have none."""
        if not len(self.concepts):
            return np.zeros(len(concepts))
        places = np.minimum(np.searchsorted(self.concepts, concepts), len(self.concepts) - 1)
        return np.where(self.concepts[places] == concepts, self.scores[places], 0.0)
