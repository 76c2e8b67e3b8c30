"""The retriever: fuses semantic and lexical search into one ranking of concepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

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
        fused = {
            concept: (dense.get(concept, 0.0) + weight * lexical.get(concept, 0.0)) / (1 + weight)
            for concept in {*dense, *lexical} - set(without)
        }
        likely = sorted(fused, key=lambda concept: (-fused[concept], concept))[: max(k, RERANKED)]
        words = self._compare(text, language, likely)
        candidates = [
            Candidate(
                concept, (1 - WORDS_WEIGHT) * fused[concept] + WORDS_WEIGHT * words[concept],
                dense.get(concept, 0.0), lexical.get(concept, 0.0), words[concept],
            )
            for concept in likely
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

    def _scores(self, hits: Sequence[Hit]) -> dict[str, float]:
        """Return per concept the mean of its definition's score and its best passage's.

        A definition that was not among the hits scores as the last of them.
        """
        least = hits[-1].score if len(hits) == DEPTH else 0.0
        best: dict[str, float] = {}
        definition: dict[str, float] = {}
        for place, score in hits:  # best first, so the first of a concept is its best
            passage = self._passages[place]
            concept = passage.concept
            if concept not in best:
                best[concept] = max(score, 0.0)
            if concept not in definition and passage.kind is SectionKind.DEFINITION:
                definition[concept] = max(score, 0.0)
        return {c: (score + definition.get(c, least)) / 2 for c, score in best.items()}
