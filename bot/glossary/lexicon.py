"""The lexicon: in how many entries of a glossary each word occurs, by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.glossary.entry import Entry
from bot.glossary.folding import spoken


class Lexicon:
    """Words of terms, texts and headings, folded.

    Args:
        entries: the entries to count.
        before: a lexicon that is counted on from; it stays as it is.
        gone: entries that ``before`` counted and that are no longer there.
    """

    def __init__(
        self, entries: Iterable[Entry], before: Lexicon | None = None, gone: Iterable[Entry] = ()
    ) -> None:
        counts = before._counts if before else {}
        self._counts: dict[str, Counter[str]] = {c: Counter(n) for c, n in counts.items()}
        for entry in gone:
            for code, said in _words_of(entry).items():
                self._counts[code].subtract(said)
        for entry in entries:
            for code, said in _words_of(entry).items():
                self._counts.setdefault(code, Counter()).update(said)

    def has(self, folded: str) -> bool:
        """Tell whether an entry uses a folded word, in whichever language."""
        return any(count[folded] > 0 for count in self._counts.values())

    def own(self) -> Mapping[str, frozenset[str]]:
        """Return per language the words that occur in no other language of the glossary."""
        known = {code: {w for w, n in count.items() if n} for code, count in self._counts.items()}
        return {
            code: frozenset(said.difference(*(w for c, w in known.items() if c != code)))
            for code, said in known.items()
        }


def _words_of(entry: Entry) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in entry.terms:
        found.setdefault(term.language, set()).update(spoken(term.text))
    for code, text in entry.texts.items():
        said = found.setdefault(code, set())
        for section in (text.definition, *text.sections):
            said.update(spoken(section.text), spoken(section.heading))
    return found
