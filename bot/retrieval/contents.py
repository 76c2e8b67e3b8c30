"""The contents of a glossary: what is worked out of each entry by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.lexicon import Lexicon
from bot.glossary.names import Names
from bot.glossary.section import SectionKind
from bot.retrieval.explained import Explained
from bot.retrieval.passage import Passage, has_sentences, passages_in


class Contents:
    """Passages, names and words of a glossary.

    Args:
        glossary: the entries.
        before: the contents of another version; what it has of the very same entries is taken.
    """

    def __init__(self, glossary: Glossary, before: Contents | None = None) -> None:
        known = before._cut if before else {}
        self.glossary = glossary
        self._sentences = has_sentences(len(glossary))
        alike = before is not None and before._sentences == self._sentences
        self._cut: dict[str, tuple[Entry, Sequence[Passage]]] = {}
        for entry in glossary:
            cut = known.get(entry.id)
            same = alike and cut is not None and cut[0] is entry
            own = cut if cut and same else (entry, passages_in(entry, self._sentences))
            self._cut[entry.id] = own
        found: Mapping[str, frozenset[str]] = before.explained.found if before else {}
        self.explained: Explained = Explained(
            {concept: cut for concept, (_, cut) in self._cut.items()},
            {c: found[c] for c in found if c in self._cut and self._cut[c] is known[c]},
        )
        self._counted_on = before.lexicon if before else None
        self._gone = [entry for entry, _ in known.values() if not self._has(entry)]
        self._new = [entry for entry in glossary if not (before and before._has(entry))]
        self.names = Names(glossary)

    def _has(self, entry: Entry) -> bool:
        cut = self._cut.get(entry.id)
        return cut is not None and cut[0] is entry

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """All passages, in the order of :func:`bot.retrieval.passage.passages_of`."""
        return [passage for _, cut in self._cut.values() for passage in cut]

    @cached_property
    def defined(self) -> Explained:
        """The words of each entry's definition."""
        return Explained(
            {
                concept: [passage for passage in cut if passage.kind is SectionKind.DEFINITION]
                for concept, (_, cut) in self._cut.items()
            }
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """In how many entries each word occurs, by language."""
        lexicon = Lexicon(self._new, self._counted_on, self._gone)
        self._counted_on, self._gone, self._new = None, [], []  # let the former version go
        return lexicon
