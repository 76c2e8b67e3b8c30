"""Entries that can be exported, generated, and what an exchange format must give back of them."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from hypothesis import strategies as st

from bot.errors import GlossaryError
from bot.formats.entry_json import to_json
from bot.formats.reader import Options, Reader, Reading, Source
from bot.formats.writer import Writer
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

_NOWHERE = Span("", 1, 0, 0)
_LETTERS = "abcz ABZ019-äßéش中_.,;:/#%&<>\"'\\{}[]()|^`~?!=+*@$\u200f\u00a0👩‍👧"
_PLAIN = st.text(_LETTERS + "\n\t\r", max_size=12)
_FILLED = st.text(_LETTERS, min_size=1, max_size=12).filter(lambda text: text.split() != [])
_LANGUAGES = st.sampled_from(("en", "de", "ar", "pt-BR", "zh-Hant", "x y"))
_TERMS = st.lists(
    st.builds(Term, _FILLED, _LANGUAGES, st.sampled_from(Status), st.none() | _FILLED),
    min_size=1,
    max_size=4,
).map(tuple)
_ITEMS = st.lists(st.builds(Item, _FILLED, st.just(_NOWHERE)), max_size=2).map(tuple)


def _sections(kind: st.SearchStrategy[SectionKind]) -> st.SearchStrategy[Section]:
    return st.builds(Section, kind, _PLAIN, _FILLED, st.just(_NOWHERE), _ITEMS)


_TEXTS = st.dictionaries(
    _LANGUAGES,
    st.builds(
        EntryText,
        _sections(st.just(SectionKind.DEFINITION)),
        st.lists(_sections(st.sampled_from(SectionKind)), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=3,
)
_TARGETS = st.lists(st.sampled_from(("a", "b-1", "c d", "é/#")), max_size=3, unique=True).map(tuple)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _PLAIN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_PLAIN, inner, max_size=2),
    max_leaves=5,
)
_DESCRIBED = st.dictionaries(_LANGUAGES, st.lists(_FILLED, max_size=2).map(tuple), max_size=2)
_EXTRAS = st.dictionaries(_PLAIN, _JSON, max_size=3) | st.just({"uri": "http://garden.example/x"})


@st.composite
def exportable(draw: st.DrawFn) -> list[Entry]:
    """Up to three entries with different ids and without characters that are removed."""
    ids = draw(st.lists(_FILLED | _TARGETS.map("".join).filter(str.split), max_size=3, unique=True))
    return [
        Entry(
            id=name,
            terms=draw(_TERMS),
            texts=draw(_TEXTS),
            broader=draw(_TARGETS),
            part_of=draw(_TARGETS),
            related=draw(_TARGETS),
            subject=draw(_PLAIN),
            updated=draw(st.sampled_from(("", "2026-11-23", "yesterday"))),
            ended=draw(st.sampled_from(("", "2019"))),
            described=draw(_DESCRIBED),
            extra=draw(_EXTRAS),
        )
        for name in ids
    ]


def without_spans(entry: Entry) -> dict[str, object]:
    """Return all of an entry but its spans; in any order where order means nothing."""
    made = to_json(entry)
    made["texts"] = {
        language: [
            (s.kind, s.heading, s.text, [item.text for item in s.items])
            for s in (text.definition, *text.sections)
        ]
        for language, text in entry.texts.items()
    }
    return made


def there_and_back(writer: Writer, reader: Reader, entries: Sequence[Entry]) -> Reading:
    """Return what a reader makes of what a writer wrote."""
    return reader.read([Source("export", writer.write(entries))], Options())


def assert_nothing_lost(writer: Writer, reader: Reader, entries: Sequence[Entry]) -> None:
    """Check that entries come back as they were, with spans of the file read."""
    back = there_and_back(writer, reader, entries)
    assert not back.skipped
    found = {entry.id: without_spans(entry) for entry in back.entries}
    assert found == {entry.id: without_spans(entry) for entry in entries}
    for entry in back.entries:
        assert {text.definition.span.file for text in entry.texts.values()} == {"export"}


def survives(reader: Reader, data: bytes) -> Reading | None:
    """Read bytes that may be anything; None if they are refused as they should be."""
    reader.claim(Source("any", data))
    try:
        reading = reader.read([Source("any", data)], Options())
    except GlossaryError:
        return None
    for entry in reading.entries:
        assert entry.id
        assert entry.terms
        assert entry.texts
    return reading


def mutants(valid: bytes) -> st.SearchStrategy[bytes]:
    """Valid files with some bytes cut out, doubled or replaced."""
    return st.builds(
        _mutated, st.just(valid), st.integers(0, 2**32), st.integers(1, 6), st.binary(max_size=4)
    )


def _mutated(data: bytes, seed: int, times: int, piece: bytes) -> bytes:
    chance = random.Random(seed)
    for _ in range(times):
        start = chance.randrange(len(data) + 1)
        end = start + chance.randrange(20)
        middle = chance.choice((b"", piece, data[start:end] * 2, bytes([chance.randrange(256)])))
        data = data[:start] + middle + data[end:]
    return data


@contextmanager
def no_network() -> Iterator[None]:
    """Fail if a socket is opened or a host looked up, even if the code swallows the refusal."""
    tried: list[object] = []
    before = socket.socket, socket.getaddrinfo

    def refuse(*where: object, **__: object) -> NoReturn:
        tried.append(where)
        raise OSError("there is no network here")

    socket.socket = socket.getaddrinfo = refuse  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        socket.socket, socket.getaddrinfo = before  # type: ignore[misc]
    assert not tried
