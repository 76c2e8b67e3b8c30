"""Entries for round trips: any that a reader can give, and their comparison without spans."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from bot.formats.clean_text import clean, cleaned
from bot.formats.entry_object import from_object, to_object
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section
from bot.glossary.span import Span
from tests.strategies import entries, unicode_text

NOWHERE = Span("", 1, 0, 0)
_CELLS = st.sampled_from(
    ("=1+1", "@x", "-", "'", "'=", "a;b", "a,b", '"', "a\nb", "a\r\nb", " a ", "x = y", "[1]", "é")
) | unicode_text(8).map(clean)  # fmt: skip
_NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | _CELLS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_CELLS, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def clean_entries() -> st.SearchStrategy[list[Entry]]:
    """Entries with different ids, without characters that readers take out."""
    made = st.builds(
        lambda entry, extra, subject, text: _clean(entry, extra, subject, text),
        entries(),
        st.dictionaries(_CELLS, _NESTED, max_size=2),
        _CELLS,
        _CELLS,
    )
    return st.lists(made, min_size=1, max_size=4, unique_by=lambda entry: entry.id)


def _clean(entry: Entry, extra: dict[str, object], subject: str, text: str) -> Entry:
    whole = cleaned(to_object(replace(entry, extra=extra, subject=subject)))
    assert isinstance(whole, dict)
    next(iter(whole["texts"].values()))[0]["text"] = text
    return from_object(json.loads(json.dumps(whole)), NOWHERE)


def without_spans(entry: Entry) -> Entry:
    """Return the entry with all its spans alike."""
    texts = {
        language: EntryText(_placeless(text.definition), tuple(map(_placeless, text.sections)))
        for language, text in entry.texts.items()
    }
    return replace(entry, texts=texts)


def _placeless(section: Section) -> Section:
    items = tuple(replace(item, span=NOWHERE) for item in section.items)
    return replace(section, span=NOWHERE, items=items)
