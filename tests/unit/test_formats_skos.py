"""SKOS in four syntaxes is read without fetching anything, and written so that nothing is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import GlossaryError
from bot.formats import skos
from bot.formats.reader import Options, Reading, Source
from bot.formats.skos import SkosReader, SkosWriter
from bot.glossary.entry import Entry
from bot.glossary.section import SectionKind
from bot.glossary.term import Status
from tests.exportable import (
    assert_nothing_lost,
    exportable,
    mutants,
    no_network,
    survives,
    there_and_back,
    without_spans,
)

READER = SkosReader()
TURTLE = """# a garden
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix iso: <http://purl.org/iso25964/skos-thes#> .
@prefix ex: <http://garden.example/terms/> .

ex:scheme a skos:ConceptScheme ; skos:prefLabel "Garden"@en .

ex:spade a skos:Concept ;
  skos:prefLabel "spade"@en, "Spaten"@de ;
  skos:altLabel "digger"@en-GB ;
  skos:hiddenLabel "spaed"@en ;
  skos:definition "A spade is a tool that digs."@en, "A tool with a blade."@en ;
  skos:definition [ rdf:value "Ein Spaten gräbt."@de ] ;
  skos:scopeNote "Not a shovel."@en ;
  skos:example "moon spade"@en ;
  skos:historyNote "Spades are old."@en ;
  skos:broader ex:tool ;
  skos:related <http://other.example/x> ;
  skos:exactMatch <http://other.example/spade> ;
  skos:inScheme ex:scheme ;
  skos:notation "T1" ;
  dct:modified "2026-01-02" .

ex:tool a skos:Concept ;
  xl:prefLabel [ xl:literalForm "tool"@en ] ;
  skos:scopeNote "Something that one works with by hand."@en ;
  skos:narrower ex:rake .

ex:rake a skos:Concept ;
  skos:prefLabel "rake"@en ;
  skos:definition "A rake has teeth." ;
  iso:broaderPartitive ex:spade .

ex:hoe a skos:Concept ; skos:prefLabel "hoe"@en ; skos:note "see p. 5"@en .
"""
XML = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY skos "http://www.w3.org/2004/02/skos/core#">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="&skos;">
<skos:Concept rdf:about="http://garden.example/rake">
  <skos:prefLabel xml:lang="en">rake</skos:prefLabel>
  <skos:definition xml:lang="en">A rake has teeth.</skos:definition>
  <rdf:type rdf:resource="&skos;Concept"/>
</skos:Concept>
</rdf:RDF>
"""
JSON = {
    "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
    "@graph": [
        {
            "@id": "http://garden.example/rake",
            "@type": "skos:Concept",
            "skos:prefLabel": {"@value": "rake", "@language": "en"},
            "skos:definition": {"@value": "A rake has teeth.", "@language": "en"},
        }
    ],
}
NTRIPLES = """<http://garden.example/rake> <http://www.w3.org/2004/02/skos/core#prefLabel> "rake"@en .
<http://garden.example/rake> <http://www.w3.org/2004/02/skos/core#definition> "A rake has teeth."@en .
"""  # noqa: E501
WRITERS = [SkosWriter(), SkosWriter("xml"), SkosWriter("json-ld")]


def read(text: str, options: Options | None = None) -> Reading:
    with no_network():
        return READER.read([Source("a.ttl", text.encode())], options or Options())


def spade() -> Entry:
    return read(TURTLE).entries[0]


def refused(text: str) -> str:
    with no_network(), pytest.raises(GlossaryError) as caught:
        READER.read([Source("a.ttl", text.encode())], Options())
    return str(caught.value)


# ---- what is read


@pytest.mark.parametrize("text", [TURTLE, XML, json.dumps(JSON), NTRIPLES])
def test_each_syntax_is_claimed_by_its_content(text: str) -> None:
    assert READER.claim(Source("a", text.encode())) > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "# On SKOS\n\nSee http://www.w3.org/2004/02/skos/core# for more.",
        "---\ntitle: SKOS\n---\nhttp://www.w3.org/2004/02/skos/core#",
        '<html xmlns="x">http://www.w3.org/2004/02/skos/core#</html>',
        "term,definition\nSKOS,http://www.w3.org/2004/02/skos/core#",
        "@prefix ex: <http://garden.example/> .",
        "",
    ],
)
def test_what_only_mentions_skos_is_not_claimed(text: str) -> None:
    assert READER.claim(Source("a.ttl", text.encode())) == 0


@pytest.mark.parametrize("text", [XML, json.dumps(JSON, indent=1), NTRIPLES])
def test_each_syntax_says_the_same(text: str) -> None:
    (rake,) = read(text).entries
    assert rake.id == "rake"
    assert rake.preferred("en") == "rake"
    assert rake.texts["en"].definition.text == "A rake has teeth."
    place = next(n for n, line in enumerate(text.split("\n"), 1) if "example/rake" in line)
    assert rake.texts["en"].definition.span.line == place
    assert rake.extra["uri"] == "http://garden.example/rake"


def test_a_graph_that_has_a_name_is_read_too() -> None:
    assert [e.id for e in read(json.dumps({"@id": "http://garden.example/g", **JSON})).entries] == [
        "rake"
    ]


def test_classes_of_an_ontology_with_definitions_are_concepts() -> None:
    text = TURTLE + '<x:dibble> <http://www.w3.org/2000/01/rdf-schema#label> "dibble"@en ;'
    text += ' skos:definition "A dibble makes holes."@en .'
    assert read(text).entries[-1].preferred("en") == "dibble"


def test_labels_are_terms() -> None:
    assert {(t.text, t.language, t.status) for t in spade().terms} == {
        ("spade", "en", Status.PREFERRED),
        ("Spaten", "de", Status.PREFERRED),
        ("digger", "en", Status.ADMITTED),
        ("spaed", "en", Status.ADMITTED),
    }
    assert read(TURTLE).entries[1].preferred("en") == "tool"


def test_the_first_definition_defines_and_the_next_is_a_section() -> None:
    text = spade().texts["en"]
    assert text.definition.text == "A spade is a tool that digs."
    assert text.sections[0].heading == "Further definition"
    assert text.sections[0].text == "A tool with a blade."
    assert text.definition.span.line == 11
    assert spade().texts["de"].definition.text == "Ein Spaten gräbt."


def test_notes_are_sections_of_their_kind() -> None:
    sections = {s.heading: (s.kind, s.text) for s in spade().texts["en"].sections}
    assert sections["Scope note"] == (SectionKind.OTHER, "Not a shovel.")
    assert sections["Examples"] == (SectionKind.EXAMPLES, "moon spade")
    assert sections["History"] == (SectionKind.HISTORY, "Spades are old.")


def test_relations_hold_ids_whichever_side_says_them() -> None:
    spade_, tool, rake = read(TURTLE).entries
    assert spade_.broader == ("tool",)
    assert rake.broader == ("tool",)
    assert rake.part_of == ("spade",)
    assert tool.broader == spade_.related == ()


def test_what_has_no_place_is_kept() -> None:
    extra = spade().extra
    assert extra["related elsewhere"] == "http://other.example/x"
    assert extra["exactMatch"] == "http://other.example/spade"
    assert extra["notation"] == "T1"
    assert spade().updated == "2026-01-02"


def test_a_scope_note_serves_as_definition_and_that_is_said() -> None:
    reading = read(TURTLE)
    assert reading.entries[1].texts["en"].definition.text.startswith("Something that one works")
    assert any("for want of a definition: 1" in note for note in reading.notes)


def test_a_concept_without_any_text_is_left_out_with_its_line() -> None:
    (left,) = read(TURTLE).skipped
    assert TURTLE.split("\n")[left.line - 1].startswith("ex:hoe")
    assert "'hoe' has no definition" in left.reason


def test_addresses_with_the_same_end_are_told_apart() -> None:
    text = TURTLE + '<http://b.example/rake> skos:prefLabel "rake"@en ; skos:definition "x" .'
    ids = {entry.id for entry in read(text).entries}
    assert ids == {
        "spade", "tool", "http://garden.example/terms/rake", "http://b.example/rake",
    }  # fmt: skip


def test_files_refer_to_each_other() -> None:
    head, tail = TURTLE.split("ex:tool a")
    prefixes = head[: head.index("ex:scheme")]
    sources = [
        Source("a.ttl", head.encode()),
        Source("b.ttl", f"{prefixes}ex:tool a{tail}".encode()),
    ]
    reading = READER.read(sources, Options())
    found = {entry.id: entry for entry in reading.entries}
    assert found["spade"].broader == ("tool",)
    assert found["tool"].texts["en"].definition.span.file == "b.ttl"


def test_texts_without_language_are_in_the_language_the_owner_says() -> None:
    reading = read(TURTLE, Options(language="fr"))
    assert "fr" in next(e for e in reading.entries if e.id == "rake").texts


# ---- what is refused


def with_context(context: object) -> str:
    return json.dumps({**JSON, "@context": context})


@pytest.mark.parametrize(
    "text",
    [
        with_context("http://garden.example/context.jsonld"),
        with_context([JSON["@context"], "context.jsonld"]),
        with_context({"@import": "http://garden.example/context.jsonld"}),
        with_context({"rake": {"@id": "x:y", "@context": "file:///etc/passwd"}}),
        json.dumps({"@graph": [{"a": [{"@context": "https://garden.example/c"}]}]}),
    ],
)
def test_contexts_at_an_address_are_refused_not_fetched(text: str) -> None:
    message = refused(text)
    assert message.startswith("[G023] a.ttl:1: the context at ")
    assert "fetched" in message


def test_of_two_contexts_of_one_object_none_is_fetched() -> None:
    text = json.dumps(JSON).replace("{", '{"@context": "http://garden.example/c",', 1)
    assert [entry.id for entry in read(text).entries] == ["rake"]


DEEP_TURTLE = "@prefix : <x:> . :a :b " + "[ :b " * 10_000
ENTITY = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 10_000 + '{"skos": 1}', "G022"),
        ('{"a": ' * 10_000 + "1" + "}" * 10_000, "G023"),
        ('{"a": ' * 500 + "1" + "}" * 500, "G023"),
        ('{"a": 1', "G022"),
        (DEEP_TURTLE, "G022"),
        ("@prefix : <x:> . :a :b " + "(" * 10_000, "G022"),
        (XML.replace("<!ENTITY ", ENTITY + "<!ENTITY "), "G023"),
        (XML.replace("[<!ENTITY ", '[<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY '), "G023"),
        (XML.replace("<skos:definition", "<skos:x>" * 10_000 + "<skos:definition"), "G023"),
        (XML.replace("</rdf:RDF>", ""), "G022"),
        (XML.replace("rdf:about", "rdf:bagID"), "G022"),
        (TURTLE.replace('"spade"@en', '"spade'), "G022"),
        ("a skos:b", "G022"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, code: str) -> None:
    message = refused(text)
    assert message.startswith(f"[{code}] a.ttl:")
    assert len(message) < 300


def test_the_line_of_a_fault_is_told() -> None:
    assert "a.ttl:21" in refused(TURTLE.replace("skos:related <", "skos:related ;; <<"))


def test_files_that_are_no_utf8_or_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GlossaryError, match="G001"):
        READER.read([Source("a.ttl", TURTLE.encode("latin-1"))], Options())
    monkeypatch.setattr(skos, "LARGEST_FILE", 100)
    assert refused(TURTLE).startswith("[G021] a.ttl: has ")


def test_odd_dates_and_numbers_leave_no_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    xsd = "^^<http://www.w3.org/2001/XMLSchema#"
    read(TURTLE.replace('"2026-01-02"', f'"soon"{xsd}date>, "1{"0" * 5000}"{xsd}integer>'))
    assert not caplog.records


@given(st.binary(max_size=200))
def test_random_bytes_do_no_harm(data: bytes) -> None:
    survives(READER, data)


@given(
    st.one_of(
        mutants(TURTLE.encode()),
        mutants(XML.encode()),
        mutants(json.dumps(JSON).encode()),
        mutants(NTRIPLES.encode()),
    )
)
@settings(max_examples=200, deadline=None)
def test_damaged_files_do_no_harm(data: bytes) -> None:
    with no_network():
        survives(READER, data)


# ---- what is written


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
@given(entries=exportable())
@settings(deadline=None, max_examples=50)
def test_nothing_is_lost(writer: SkosWriter, entries: list[Entry]) -> None:
    assert_nothing_lost(writer, READER, entries)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_a_thesaurus_comes_back_with_its_addresses(writer: SkosWriter) -> None:
    entries = read(TURTLE).entries
    assert b"http://garden.example/terms/spade" in writer.write(entries)
    back = there_and_back(writer, READER, entries).entries
    assert {e.id: without_spans(e) for e in back} == {e.id: without_spans(e) for e in entries}


def test_other_programs_find_labels_texts_and_relations() -> None:
    text = SkosWriter().write(read(TURTLE).entries).decode()
    for part in (
        "skos:prefLabel", '"Spaten"@de', "skos:scopeNote", 'skos:historyNote "Spades are old."@en',
        "skos:broader <http://garden.example/terms/tool>", 'dcterms:modified "2026-01-02"',
    ):  # fmt: skip
        assert part in text or part.replace("skos:scopeNote", "skos:note") in text


def test_what_somebody_edited_in_the_file_counts() -> None:
    written = SkosWriter().write([spade()]).decode()
    changed = written.replace('"A spade is a tool that digs."@en', '"A spade is changed."@en')
    changed = changed.replace('skos:altLabel "digger"@en', 'skos:altLabel "trencher"@en')
    (entry,) = read(changed).entries
    texts = [s.text for s in (entry.texts["en"].definition, *entry.texts["en"].sections)]
    assert "A spade is changed." in texts
    assert "A spade is a tool that digs." not in texts
    assert "trencher" in [term.text for term in entry.terms]
    assert "digger" not in [term.text for term in entry.terms]
    assert entry.texts["de"].definition.text == "Ein Spaten gräbt."


def test_control_characters_are_left_out() -> None:
    odd = Entry("x\x00", spade().terms, spade().texts, extra={"a\x01": ["b\x02\ud800"]})
    for writer in WRITERS:
        (back,) = there_and_back(writer, READER, [odd]).entries
        assert back.id == "x"
        assert back.extra == {"a": ["b"]}
