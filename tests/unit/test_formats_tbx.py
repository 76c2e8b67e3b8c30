"""TBX of both versions and styles is read as a stream, and written so that nothing is lost."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import GlossaryError
from bot.formats.reader import Options, Reading, Source
from bot.formats.tbx import TbxReader, TbxWriter
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
)

READER = TbxReader()
MARTIF = """<?xml version='1.0'?>
<!DOCTYPE martif SYSTEM "http://garden.example/TBXcoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en-US"><martifHeader/><text><body>
<termEntry id="t1">
  <descrip type="subjectField">tools</descrip>
  <descripGrp><descrip type="definition">A <hi>spade</hi> is a tool that digs.</descrip>
    <admin type="source">The Garden Book</admin></descripGrp>
  <descrip type="broaderConceptGeneric" target="t2">tool</descrip>
  <ref type="crossReference" target="t3">rake</ref>
  <xref type="externalCrossReference" target="http://garden.example/spade">more</xref>
  <transacGrp><transacNote type="responsibility" target="p1">Jo</transacNote></transacGrp>
  <note>Not a shovel.</note>
  <langSet xml:lang="en-US"><tig><term>digger</term>
      <termNote type="administrativeStatus">admittedTerm-admn-sts</termNote></tig>
    <ntig><termGrp><term>SPD</term><termNote type="termType">acronym</termNote></termGrp></ntig>
    <ntig><termGrp><term>spade</term>
      <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote>
      <termNote type="partOfSpeech">noun</termNote></termGrp>
      <descrip type="context">Take the spade.</descrip></ntig>
    <tig><term>delver</term>
      <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig></langSet>
  <langSet xml:lang="ar"><descrip type="definition">أداة للحفر.</descrip>
    <tig><term>مجرفة</term></tig></langSet>
</termEntry>
<termEntry id="t2"><langSet xml:lang="en"><tig><term>tool</term>
  <descrip type="definition">A tool helps to work.</descrip></tig></langSet></termEntry>
<termEntry id="t3"><langSet xml:lang="en"><tig><term>rake</term></tig></langSet></termEntry>
<termEntry id="t4"><ref type="see" target="t2">tool</ref>
  <langSet xml:lang="en"><tig><term>implement</term></tig></langSet></termEntry>
</body></text></martif>
"""
DCT = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://garden.example/min" xmlns:basic="http://garden.example/basic">
<tbxHeader/><text><body><conceptEntry id="c1">
  <min:subjectField>tools</min:subjectField>
  <langSec xml:lang="en"><basic:definition>A rake has teeth.</basic:definition>
    <termSec><term>rake</term><basic:termType>fullForm</basic:termType>
      <min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
    <termSec><term>RK</term><basic:termType>abbreviation</basic:termType></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
NESTED = "<hi>" * 10_000


def read(text: str, options: Options | None = None) -> Reading:
    return READER.read([Source("a.tbx", text.encode())], options or Options())


def spade() -> Entry:
    return read(MARTIF).entries[0]


def refused(data: bytes) -> str:
    with no_network(), pytest.raises(GlossaryError) as caught:
        READER.read([Source("a.tbx", data)], Options())
    return str(caught.value)


# ---- what is read


def test_version_and_style_do_not_matter_to_the_claim() -> None:
    for text in (MARTIF, DCT, MARTIF.replace("<?xml version='1.0'?>", "")):
        assert READER.claim(Source("a.xml", text.encode())) > 0.9
    for other in ("<html/>", "<rdf/>", "martif", "", "# tbx\n\n<martif>"):
        assert READER.claim(Source("a.tbx", other.encode())) == 0


def test_terms_stand_as_their_status_and_type_say() -> None:
    assert [(t.text, t.language, t.status, t.expansion) for t in spade().terms] == [
        ("spade", "en", Status.PREFERRED, None),
        ("digger", "en", Status.ADMITTED, None),
        ("delver", "en", Status.ADMITTED, None),
        ("مجرفة", "ar", Status.PREFERRED, None),
        ("SPD", "en", Status.ABBREVIATION, "spade"),
    ]
    assert spade().extra["deprecated (en)"] == "delver"


def test_definitions_of_every_level_get_their_language_and_line() -> None:
    texts = spade().texts
    assert texts["en"].definition.text == "A spade is a tool that digs."
    assert texts["en"].definition.span.line == 6
    assert texts["en"].definition.span.file == "a.tbx"
    assert texts["ar"].definition.text == "أداة للحفر."
    assert read(MARTIF).entries[1].text("en").definition.text == "A tool helps to work."


def test_notes_and_contexts_are_sections() -> None:
    sections = {s.heading: s for s in spade().texts["en"].sections}
    assert sections["Note"].text == "Not a shovel."
    assert sections["Examples"].text == "Take the spade."
    assert sections["Examples"].kind is SectionKind.EXAMPLES


def test_references_are_relations_and_other_fields_are_kept() -> None:
    assert spade().broader == ("t2",)
    assert spade().related == ("t3",)
    assert spade().subject == "tools"
    assert spade().extra["source"] == "The Garden Book"
    assert spade().extra["partOfSpeech"] == "noun"
    assert spade().extra["responsibility"] == "Jo <p1>"
    assert spade().extra["externalCrossReference"] == "more <http://garden.example/spade>"


def test_an_entry_that_only_points_to_another_is_its_synonym() -> None:
    reading = read(MARTIF)
    tool = reading.entries[1]
    assert [(t.text, t.status) for t in tool.terms][1] == ("implement", Status.ADMITTED)
    assert any("synonyms: 1" in note for note in reading.notes)


def test_an_entry_without_definition_is_left_out_with_its_line() -> None:
    (left,) = read(MARTIF).skipped
    line = MARTIF[: MARTIF.index('id="t3"')].count("\n") + 1
    assert (left.file, left.line) == ("a.tbx", line)
    assert "'rake' has no definition" in left.reason


def test_a_note_serves_as_definition_and_that_is_said() -> None:
    note = "</term></tig><note>A rake gathers fallen leaves.</note>"
    reading = read(MARTIF.replace("rake</term></tig>", f"rake{note}"))
    assert reading.entries[2].texts["en"].definition.text == "A rake gathers fallen leaves."
    assert any("for want of a definition: 1" in found for found in reading.notes)
    source = note.replace("A rake gathers fallen leaves.", "source: http://garden.example/rake")
    assert len(read(MARTIF.replace("rake</term></tig>", f"rake{source}")).entries) == 2


def test_style_dct_says_the_same_by_names_of_elements() -> None:
    (rake,) = read(DCT).entries
    assert (rake.id, rake.subject) == ("c1", "tools")
    assert [(t.text, t.expansion) for t in rake.terms] == [("rake", None), ("RK", "rake")]
    assert rake.texts["en"].definition.text == "A rake has teeth."


def test_a_narrower_concept_is_turned_round() -> None:
    text = MARTIF.replace("broaderConceptGeneric", "subordinateConceptGeneric")
    spade_, tool = read(text).entries
    assert spade_.broader == ()
    assert tool.broader == ("t1",)


def test_characters_named_in_the_dtd_are_known_without_reading_it() -> None:
    with no_network():
        reading = read(MARTIF.replace("that digs", "that&nbsp;digs &mdash; well"))
    assert "that digs — well" in reading.entries[0].texts["en"].definition.text.replace("\xa0", " ")


def test_files_of_any_size_are_read_in_bounded_memory() -> None:
    entry = MARTIF[MARTIF.index('<termEntry id="t3"') : MARTIF.index('<termEntry id="t4"')]
    data = (MARTIF[: MARTIF.index("<termEntry")] + entry * 20_000).encode()
    source = Source("big.tbx", data + b"</body></text></martif>")
    from bot.formats.xml_document import nodes

    tracemalloc.start()
    count = sum(1 for _ in nodes(source, "TBX", ("termEntry",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 12_000_000


# ---- what is refused


@pytest.mark.parametrize(
    ("data", "code", "part"),
    [
        (b"", "G022", "neither martif nor tbx"),
        (b"<html></html>", "G022", "neither martif nor tbx"),
        (MARTIF.replace("</termEntry>", "", 1).encode(), "G022", "mismatched tag"),
        (MARTIF.replace("<hi>", NESTED).encode(), "G023", "a.tbx:6: more than 200 elements"),
        (
            MARTIF.replace('.dtd">', '.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode(),
            "G023",
            "an entity declared in the DOCTYPE",
        ),
        (
            MARTIF.replace(
                '.dtd">', '.dtd" [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
            ).encode(),
            "G023",
            "an entity declared",
        ),
        (
            MARTIF.replace('.dtd">', '.dtd" [<!ENTITY % p SYSTEM "http://x.example/p">%p;]>').encode(),
            "G023",
            "an entity declared",
        ),
        (
            MARTIF.replace(
                "<hi>", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x"/><hi>'
            ).encode(),
            "G023",
            "an XInclude",
        ),
        (MARTIF.replace("digs", "d" * 6_000_000).encode(), "G023", "more than 5000000 characters"),
        (MARTIF.replace("<hi>", "<hi a='" + "x" * 12_000_000 + "'>").encode(), "G023", "a"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, code: str, part: str) -> None:
    message = refused(data)
    assert message.startswith(f"[{code}] a.tbx")
    assert part in message


@given(st.binary(max_size=200))
def test_random_bytes_do_no_harm(data: bytes) -> None:
    survives(READER, data)


@given(mutants(MARTIF.encode()) | mutants(DCT.encode()))
@settings(max_examples=200)
def test_damaged_files_do_no_harm(data: bytes) -> None:
    survives(READER, data)


# ---- what is written


@given(exportable())
@settings(deadline=None)
def test_nothing_is_lost(entries: list[Entry]) -> None:
    assert_nothing_lost(TbxWriter(), READER, entries)


def test_other_programs_find_terms_texts_and_relations() -> None:
    text = TbxWriter().write(read(MARTIF).entries).decode()
    for part in (
        '<termNote type="termType">abbreviation</termNote>',
        '<descrip type="definition">A spade is a tool that digs.</descrip>',
        '<ref type="superordinateConceptGeneric" target="t2">t2</ref>',
        '<langSec xml:lang="ar">',
    ):
        assert part in text


def test_what_somebody_edited_in_the_file_counts() -> None:
    written = TbxWriter().write(read(MARTIF).entries)
    changed = written.replace(b">A spade is a tool that digs.<", b">A spade is changed.<")
    changed = changed.replace(b"<term>digger</term>", b"<term>trencher</term>")
    (entry, _) = READER.read([Source("a.tbx", changed)], Options()).entries
    assert entry.texts["en"].definition.text == "A spade is changed."
    assert "trencher" in [term.text for term in entry.terms]
    assert entry.broader == ("t2",)


def test_control_characters_are_left_out() -> None:
    entry = spade()
    odd = Entry("x\x00", entry.terms, entry.texts, extra={"a\x01": ["b\x02\ud800"]})
    (back,) = there_and_back(TbxWriter(), READER, [odd]).entries
    assert back.id == "x"
    assert back.extra == {"a": ["b"]}
