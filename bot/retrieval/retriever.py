"""The retriever: fuses semantic and lexical search into one ranking of concepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.retrieval.hit import Candidate, Hit
from bot.retrieval.passage import Passage
from bot.retrieval.searcher import Searcher

DEPTH = 60  # passages per searcher: enough that a concept's best passage is among them

# How much n-gram similarity counts beside the cosine, by language of the question. The encoder
# knows English only, so German leans on words; chosen on data/eval/dev (docs/adr/0004).
LEXICAL_WEIGHTS: Mapping[str, float] = {"en": 0.6}
LEXICAL_WEIGHT = 1.5


class Retriever:
    """Ranks concepts for a description in the user's own words."""

    def __init__(self, passages: Sequence[Passage], dense: Searcher, lexical: Searcher) -> None:
        self._passages = passages
        self._dense = dense
        self._lexical = lexical

    def rank(
        self,
        text: str,
        language: str,
        *,
        k: int = 5,
        without: Collection[str] = (),
        unseen: Collection[int] = (),
    ) -> list[Candidate]:
        """Return at most ``k`` candidates, best first, ties by concept id.

        Args:
            text: the question, unmasked.
            language: its language; weighs the searchers.
            k: how many candidates.
            without: concepts to leave out.
            unseen: passages to leave out, by number (calibration asks with their words).
        """
        dense = self._best(self._dense.search(text, DEPTH), unseen)
        lexical = self._best(self._lexical.search(text, DEPTH), unseen)
        weight = LEXICAL_WEIGHTS.get(language, LEXICAL_WEIGHT)
        candidates = [
            Candidate(concept, d + weight * x, d, x)
            for concept in {*dense, *lexical} - set(without)
            for d, x in [(dense.get(concept, 0.0), lexical.get(concept, 0.0))]
        ]
        return sorted(candidates, key=lambda c: (-c.score, c.concept))[:k]

    def _best(self, hits: Sequence[Hit], unseen: Collection[int]) -> dict[str, float]:
        best: dict[str, float] = {}
        for hit in hits:
            if hit.passage not in unseen:
                concept = self._passages[hit.passage].concept
                best[concept] = max(best.get(concept, 0.0), hit.score)
        return best
