"""The retriever: fuses semantic and lexical search into one ranking of concepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.glossary.section import SectionKind
from bot.retrieval.encoder import Encoder
from bot.retrieval.hit import Candidate, Hit
from bot.retrieval.interaction import Interaction
from bot.retrieval.passage import Passage
from bot.retrieval.searcher import DenseSearcher, Searcher

RERANKED = 12  # candidates that are compared word by word
DEPTH = 400  # passages per searcher: enough that a concept's best passages are among them
NEIGHBOURS = 5  # sections that tell how far a text is of the glossary's own field

# How much word-piece similarity counts beside the cosine, by language of the question. The encoder
# knows English only, so other languages lean on words; chosen on data/eval/dev (docs/adr/0004).
LEXICAL_WEIGHTS: Mapping[str, float] = {"en": 0.5}
LEXICAL_WEIGHT = 2.0
WORDS_WEIGHT = 0.6  # how much the comparison word by word counts beside that


class Retriever:
    """Ranks concepts for a description in the user's own words."""

    def __init__(
        self,
        passages: Sequence[Passage],
        dense: DenseSearcher,
        lexical: Searcher,
        encoder: Encoder,
        interaction: Interaction,
    ) -> None:
        self._passages = passages
        self._dense = dense
        self._lexical = lexical
        self._encoder = encoder
        self._interaction = interaction

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
        dense = self._scores(self._dense.search(text, DEPTH))
        lexical = self._scores(self._lexical.search(text, DEPTH))
        weight = LEXICAL_WEIGHTS.get(language, LEXICAL_WEIGHT)
        found = np.union1d(dense.concepts, lexical.concepts)
        found = found[[self._ids[number] not in without for number in found]] if without else found
        fused = (dense.of(found) + weight * lexical.of(found)) / (1 + weight)
        order = np.lexsort((found, -fused))[: max(k, RERANKED)]
        best, likely = found[order], [self._ids[number] for number in found[order]]
        words = self._compare(text, language, likely)
        parts = (fused[order], dense.of(best), lexical.of(best))
        candidates = [
            Candidate(
                concept, (1 - WORDS_WEIGHT) * score + WORDS_WEIGHT * words[concept],
                semantic, lexic, words[concept],
            )
            for concept, score, semantic, lexic in zip(
                likely, *(part.tolist() for part in parts), strict=True
            )
        ]  # fmt: skip
        return sorted(candidates, key=lambda c: (-c.score, c.concept))[:k]

    def _compare(self, text: str, language: str, concepts: Sequence[str]) -> dict[str, float]:
        _, pieces = self._encoder.encode_pieces([text])
        return self._interaction.scores(text, pieces[0], language, concepts)

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
        self, text: str, spans: Sequence[tuple[int, int]], concepts: Sequence[str]
    ) -> list[float]:
        """Return, per span of a text, how near it comes to something in these entries.

        The cosine of each word piece in its context and the nearest piece of the entries, averaged
        over the span; 1 for a span without pieces.
        """
        _, pieces = self._encoder.encode_pieces([text])
        return self._interaction.familiarity(pieces[0], spans, concepts)

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

    def _scores(self, hits: Sequence[Hit]) -> _Scores:
        """Return per concept the mean of its definition's score and its best passage's.

        A definition that was not among the hits scores as the last of them.
        """
        places = np.array([hit.passage for hit in hits], np.int64)
        scores = np.maximum([hit.score for hit in hits], 0.0)
        least = hits[-1].score if len(hits) == DEPTH else 0.0
        numbers, defining = self._numbers[places], self._definitions[places]
        # Hits come best first, so the first of a concept is its best.
        concepts, first = np.unique(numbers, return_index=True)
        defined, first_definition = np.unique(numbers[defining], return_index=True)
        definition = np.full(len(concepts), least)
        definition[np.searchsorted(concepts, defined)] = scores[defining][first_definition]
        return _Scores(concepts, (scores[first] + definition) / 2)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Concepts by number, ascending, and the score of each."""

    concepts: NDArray[np.int64]
    scores: NDArray[np.float64]

    def of(self, concepts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the scores of some concepts, 0 for those that have none."""
        found = np.zeros(len(concepts))
        known = np.isin(concepts, self.concepts)
        found[known] = self.scores[np.searchsorted(self.concepts, concepts[known])]
        return found
