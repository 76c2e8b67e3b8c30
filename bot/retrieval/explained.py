"""The words with which each entry explains its concept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from bot.glossary.compounds import key_in
from bot.glossary.folding import forms, spoken
from bot.retrieval.passage import Passage


class Explained(Mapping[str, frozenset[str]]):
    """The words of each entry's passages in all their forms, worked out when first asked for.

    Args:
        passages: by concept.
        found: words that were worked out of the same passages before.
    """

    def __init__(
        self,
        passages: Mapping[str, Sequence[Passage]],
        found: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._passages = passages
        self._found = dict(found or {})

    @property
    def found(self) -> Mapping[str, frozenset[str]]:
        """What has been worked out so far."""
        return self._found

    def prepare(self, most: int) -> None:
        """Work out the words of the first entries, at most so many: it takes a millisecond each."""
        for concept in islice(self._passages, most):
            self[concept]

    def __getitem__(self, concept: str) -> frozenset[str]:
        if concept not in self._found:
            said = set(spoken("\n".join(passage.text for passage in self._passages[concept])))
            self._found[concept] = frozenset().union(*map(forms, said))
        return self._found[concept]

    def has(self, concept: str, compound: str, language: str) -> bool:
        """Tell whether an entry has a compound, as :func:`key_in` wants it."""
        return (
            concept in self._passages
            and self[concept].issuperset(compound.split())
            and any(key_in(compound, p.text, language) for p in self._passages[concept])
        )

    def __contains__(self, concept: object) -> bool:
        return concept in self._passages

    def __iter__(self) -> Iterator[str]:
        return iter(self._passages)

    def __len__(self) -> int:
        return len(self._passages)
