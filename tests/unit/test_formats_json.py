"""JSON and JSON Lines become entries; what is exported comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Code, GlossaryError
from bot.formats import json_records
from bot.formats.entry_object import from_object, to_object
from bot.formats.json_records import JsonRecords
from bot.formats.reader import Options, Reading, Source
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.glossary.term import Status
from tests.exports import NOWHERE, clean_entries, without_spans
from tests.strategies import entries, nasty_text

JSON = JsonRecords()
S = Status


def read(data: object, columns: Mapping[str, str] | None = None) -> Reading:
    """Read bytes, or a value that is written as JSON first, a line per member."""
    data = data if isinstance(data, bytes) else json.dumps(data, indent=0).encode()
    return JSON.read([Source("t.json", data)], Options(columns=columns or {}))


def one(data: object, columns: Mapping[str, str] | None = None) -> Entry:
    """Return the only entry of a file."""
    (entry,) = read(data, columns).entries
    return entry


def refused(data: object, columns: Mapping[str, str] | None = None) -> GlossaryError:
    """Return the error with which a file is refused."""
    with pytest.raises(GlossaryError) as caught:
        read(data, columns)
    return caught.value


MOON = {"term": "moon", "definition": "It shines."}


@pytest.mark.parametrize(
    "data",
    [
        MOON,
        [MOON],
        {"terms": [MOON]},
        {"version": 2, "glossary": {"entries": [MOON]}},
        {"moon": {"definition": "It shines."}},
        {"version": 2, "terms": {"moon": {"definition": "It shines."}}},
        {"moon": "It shines."},
        {"moon": {"label": {"en": "moon"}, "definition": {"en": "It shines."}}},
        [{"slug": "moon", "en": {"term": "moon", "def": "It shines."}}],
        json.dumps(MOON).encode() + b"\n\n",
        json.dumps([MOON]).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps([MOON]).encode(),
    ],
)
def test_any_shape(data: object) -> None:
    entry = one(data)
    assert (entry.id, entry.terms[0].text) == ("moon", "moon")
    assert entry.text("en").definition.text == "It shines."
    assert entry.extra == {}


def test_all_fields() -> None:
    entry = one(
        [
            {
                "identifier": 7,
                "prefLabel": {"en": "cost per click", "de": "Kosten pro Klick"},
                "acronym": "CPC",
                "altLabel": ["click price, in short", {"label": "PPC", "lang": "en"}],
                "definition": {"en": "What a click costs.\n\nMore.", "de-DE": "Was er kostet."},
                "description": "Longer.",
                "examples": ["10 cents", "1 euro"],
                "related": [{"id": "cpm"}, "ctr"],
                "broader": "price",
                "tags": "money",
                "sources": [{"url": "https://example.org"}],
                "approved": True,
            }
        ]
    )
    assert entry.id == "7"
    assert [(t.text, t.language, t.status) for t in entry.terms] == [
        ("cost per click", "en", S.PREFERRED),
        ("PPC", "en", S.ADMITTED),
        ("click price, in short", "en", S.ADMITTED),
        ("CPC", "en", S.ABBREVIATION),
        ("Kosten pro Klick", "de", S.PREFERRED),
    ]
    assert entry.texts["de"].definition.text == "Was er kostet."
    assert [(s.kind, s.heading, s.text) for s in entry.texts["en"].sections] == [
        (SectionKind.OTHER, "", "More."),
        (SectionKind.EXAMPLES, "Examples", "- 10 cents\n- 1 euro"),
        (SectionKind.OTHER, "Description", "Longer."),
    ]
    assert (entry.related, entry.broader, entry.subject) == (("cpm", "ctr"), ("price",), "money")
    assert entry.extra == {"sources": [{"url": "https://example.org"}], "approved": True}


def test_groups_are_subjects_and_letters_are_not() -> None:
    found = read({"A": [{"term": "a", "definition": "x"}], "Sky": [MOON]})
    assert [(e.id, e.subject) for e in found.entries] == [("a", ""), ("moon", "Sky")]


def test_translations_in_a_place_of_their_own() -> None:
    entry = one([{**MOON, "translations": {"de": {"term": "Mond", "definition": "Er scheint."}}}])
    assert entry.texts["de"].definition.text == "Er scheint."
    entry = one([{**MOON, "translations": [{"lang": "de", "term": "Mond"}, {"fr": 1}]}])
    assert [t.text for t in entry.terms] == ["moon", "Mond"]
    assert "translations" in entry.extra


def test_acronyms_with_their_full_forms() -> None:
    found = read({"MOO": "Modern Orbit Office", "ZOO": "A place where animals live."})
    assert [t.expansion for t in found.entries[0].terms] == [None, "Modern Orbit Office"]
    assert found.entries[1].text("en").definition.text == "A place where animals live."


def test_lines_are_told() -> None:
    found = read([MOON, {"term": "x"}, 5, {"term": "y", "definition": "z"}])
    assert [e.text("en").definition.span.line for e in found.entries] == [2, 10]
    assert [(s.line, s.reason) for s in found.skipped] == [
        (6, "it has no definition"),
        (9, "it is no object"),
    ]
    found = read(b'{"term": "a", "definition": "b"}\n\nno\n{"term": "c", "definition": "d"}\r\n')
    assert [e.text("en").definition.span.line for e in found.entries] == [1, 4]
    assert [s.line for s in found.skipped] == [3]


def test_the_owner_has_the_last_word() -> None:
    entry = one([{"Wort": "Mond", "t": "Er scheint."}], {"Wort": "term:de", "t": "definition:de"})
    assert entry.texts["de"].definition.text == "Er scheint."
    assert refused([MOON], {"trem": "term"}).code is Code.G051
    assert "Did you mean 'term'?" in str(refused([MOON], {"trem": "term"}))
    assert refused([MOON], {"term": "noun"}).code is Code.G052
    assert refused([{"a": 1}]).code is Code.G053


def test_drafts_are_left_out() -> None:
    found = read([{**MOON, "draft": True}, {**MOON, "draft": False}])
    assert (len(found.entries), len(found.skipped)) == (1, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'[{"term": "a", "definition": "b", "c": ' + b"[" * 60 + b"]" * 60 + b"}]",
        b'{"term": "a"}\n' + b"[" * 100_000,
    ],
)
def test_nesting_has_a_bound(data: bytes) -> None:
    error = refused(data)
    assert error.code is Code.G022
    assert "nested deeper than 40 levels" in str(error)


def test_members_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "_MOST_MEMBERS", 3)
    assert len(read([MOON] * 3).entries) == 3
    assert refused([MOON] * 4).code is Code.G022


def test_damage_is_told_with_its_line() -> None:
    error = refused(b'[\n{"term": "a",\n"definition" "b"}]')
    assert (error.code, error.facts["line"]) == (Code.G022, 3)


def test_odd_numbers_and_characters_stay_harmless() -> None:
    data = b'[{"term": "a\\u0000", "definition": "b\\ud800", "n": [1e999, NaN, %s]}]' % (
        b"9" * 5000
    )
    entry = one(data)
    assert (entry.terms[0].text, entry.text("en").definition.text) == ("a", "b")
    assert entry.extra == {"n": ["1e999", "NaN", "9" * 5000]}
    json.dumps(entry.extra, allow_nan=False).encode()


def test_claims_by_content() -> None:
    def claim(text: str, name: str = "x") -> float:
        return JSON.claim(Source(name, text.encode()))

    assert claim(json.dumps([MOON])) >= 0.9
    assert claim('{"@context": {}, "@graph": []}') <= 0.3
    assert claim('{"moon": "It shines."}', "x.json") == 0.5
    assert claim("term,definition\n") == 0
    assert claim("") == 0


# ---- out and in again


@given(entries(), st.dictionaries(st.sampled_from(("en", "de")), st.just(("shines", "is round"))))
def test_an_object_holds_all_of_an_entry(entry: Entry, said: dict[str, tuple[str, ...]]) -> None:
    entry = replace(entry, described=said)
    assert from_object(to_object(entry), NOWHERE) == without_spans(entry)


@given(clean_entries())
def test_an_export_reads_back_to_the_same_entries(entries: list[Entry]) -> None:
    data = JSON.write(entries)
    found = read(data)
    assert [without_spans(e) for e in found.entries] == [without_spans(e) for e in entries]
    assert found.skipped == ()
    assert JSON.claim(Source("t", data)) == 0.99


def test_an_export_tells_where_entries_stand(glossary: Glossary) -> None:
    listed = list(glossary)
    data = JSON.write(listed)
    again = read(data).entries
    assert [without_spans(e) for e in again] == [without_spans(e) for e in listed]
    lines = data.decode().split("\n")
    for entry in again:
        span = next(iter(entry.texts.values())).definition.span
        assert f'"id": "{entry.id}"' in lines[span.line - 1]


@pytest.mark.parametrize(
    "damage",
    [
        {"terms": []}, {"terms": [{}]}, {"terms": 3}, {"texts": {}}, {"texts": {"en": []}},
        {"texts": {"en": [3]}}, {"id": 3}, {"broader": [3]}, {"extra": []},
        {"terms": [{"text": "a", "language": "en", "status": "best"}]},
        {"terms": [{"text": "a", "language": "en", "status": "preferred", "expansion": 3}]},
        {"texts": {"en": [{"kind": "how", "heading": "", "text": "x"}]}},
    ],
)  # fmt: skip
def test_a_damaged_entry_is_skipped(glossary: Glossary, damage: dict[str, Any]) -> None:
    whole = json.loads(JSON.write(list(glossary)[:2]))
    whole["entries"][0].update(damage)
    found = read(whole)
    assert len(found.entries) == 1
    assert found.skipped[0].reason.startswith("the entry is damaged")


# ---- anything


def harmless(data: bytes) -> None:
    """Check that a file is read or refused with a message of ours."""
    assert 0 <= JSON.claim(Source("t.json", data)) <= 1
    try:
        reading = read(data)
    except GlossaryError:
        return
    for entry in reading.entries:
        assert entry.id
        assert entry.terms
        assert entry.texts
        json.dumps(dict(entry.extra)).encode()
        repr(entry).encode()


_KEYS = st.sampled_from(
    ("term", "definition", "en", "de", "id", "terms", "synonyms", "translations", "draft", "x",
     "related", "language", "examples", "acronym", "expansion", "termwise", "entries", "texts")
) | nasty_text(4)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | nasty_text(8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    harmless(data)


@given(st.lists(_VALUES, max_size=3), st.sampled_from(("list", "terms", "termwise", "lines")))
def test_any_values(values: list[Any], shape: str) -> None:
    whole: Any = values
    if shape == "terms":
        whole = {"terms": values}
    if shape == "termwise":
        whole = {"termwise": 1, "entries": values}
    data = json.dumps(whole).encode()
    if shape == "lines":
        data = b"\n".join(json.dumps(value).encode() for value in values)
    harmless(data)


@given(clean_entries(), st.data())
def test_any_damage_to_an_export(entries: list[Entry], data: st.DataObject) -> None:
    whole = bytearray(JSON.write(entries))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    harmless(bytes(whole))


def test_translations_in_files_named_by_language_are_one_concept() -> None:
    files = {
        "data/terms.json": [{"id": "moon", **MOON}],
        "data/i18n/es.json": {"moon": {"term": "luna", "definition": "Brilla."}},
        "package.json": {"name": "glossary", "description": "All the terms."},
    }
    sources = [Source(name, json.dumps(data).encode()) for name, data in files.items()]
    reading = JSON.read(sources, Options())
    (entry,) = reading.entries
    assert {code: text.definition.text for code, text in entry.texts.items()} == {
        "en": "It shines.", "es": "Brilla.",
    }  # fmt: skip
    assert [(s.file, s.expected) for s in reading.skipped] == [("package.json", True)]
