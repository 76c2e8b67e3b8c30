"""DITA glossary entries are read alone and in groups; nothing they refer to is fetched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import GlossaryError
from bot.formats.dita import DitaReader
from bot.formats.reader import Options, Reading, Source
from bot.glossary.entry import Entry
from bot.glossary.term import Status
from tests.exportable import mutants, no_network, survives

READER = DitaReader()
GROUP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE glossgroup PUBLIC "-//OASIS//DTD DITA Glossary Group//EN"
  "http://garden.example/glossgroup.dtd">
<glossgroup id="garden" xml:lang="en-GB"><title>Garden</title>
<glossentry id="hps">
  <glossterm>hand-powered spade</glossterm>
  <glossdef>A hand-powered spade is a <term keyref="tool">tool</term> that digs.
    <p>It has:</p><ul><li>a blade,</li><li>a handle.</li></ul></glossdef>
  <prolog><critdates><revised modified="2026-01-02"/></critdates>
    <metadata><category>tools</category></metadata></prolog>
  <glossBody>
    <glossPartOfSpeech value="noun"/>
    <glossSurfaceForm>handspade</glossSurfaceForm>
    <glossUsage>Write it with a hyphen.</glossUsage>
    <glossScopeNote>Not a shovel.</glossScopeNote>
    <glossAlt><glossAcronym>HPS</glossAcronym><glossStatus value="restricted"/></glossAlt>
    <glossAlt><glossAbbreviation>h. spade</glossAbbreviation></glossAlt>
    <glossAlt id="d"><glossSynonym>digger</glossSynonym><glossStatus value="deprecated"/>
      <glossUsage>Not in texts.</glossUsage></glossAlt>
  </glossBody>
  <related-links><link href="rakes.dita#rake"/><link href="#hps"/>
    <link href="https://garden.example/" scope="external"/></related-links>
</glossentry>
<glossentry id="spaten" xml:lang="de"><glossterm>Spaten</glossterm>
  <glossdef>Ein Spaten gr&auml;bt.</glossdef></glossentry>
<glossentry id="hoe"><glossterm>hoe</glossterm></glossentry>
<glossentry id="fork"><glossterm>fork</glossterm><glossdef conref="x.dita#x/y"/></glossentry>
</glossgroup>
"""


def read(text: str) -> Reading:
    with no_network():
        return READER.read([Source("a.dita", text.encode())], Options())


def spade() -> Entry:
    return read(GROUP).entries[0]


def test_groups_and_single_entries_are_claimed() -> None:
    single = GROUP[GROUP.index("<glossentry") : GROUP.index('<glossentry id="spaten"')]
    for text in (GROUP, single, f"<dita>{single}</dita>"):
        assert READER.claim(Source("a.xml", text.encode())) >= 0.9
    assert [entry.id for entry in read(single).entries] == ["hps"]
    for other in ("<dita><concept/></dita>", "<html/>", "", "text"):
        assert READER.claim(Source("a.dita", other.encode())) == 0


def test_terms_and_their_alternatives() -> None:
    found = {(t.text, t.status, t.expansion) for t in spade().terms}
    assert found == {
        ("hand-powered spade", Status.PREFERRED, None),
        ("HPS", Status.ABBREVIATION, "hand-powered spade"),
        ("h. spade", Status.ABBREVIATION, "hand-powered spade"),
        ("handspade", Status.ADMITTED, None),
        ("digger", Status.ADMITTED, None),
    }
    assert spade().extra["deprecated (en)"] == "digger"


def test_a_definition_keeps_its_paragraphs_and_lists() -> None:
    text = spade().texts["en"]
    assert text.definition.text == "A hand-powered spade is a tool that digs."
    assert text.definition.span.line == 7
    assert text.sections[0].text == "It has:\n\n- a blade,\n- a handle."
    assert [item.text for item in text.sections[0].items] == ["a blade,", "a handle."]


def test_notes_relations_and_the_rest() -> None:
    sections = {s.heading: s.text for s in spade().texts["en"].sections}
    assert sections["Scope note"] == "Not a shovel."
    assert sections["Usage note"] == "Write it with a hyphen.\n\ndigger: Not in texts."
    assert spade().related == ("tool", "rake")
    assert spade().subject == "tools"
    assert spade().updated == "2026-01-02"
    assert spade().extra["glossPartOfSpeech"] == "noun"
    assert spade().extra["link"] == "https://garden.example/"


def test_the_language_is_the_nearest_one_and_entities_are_known() -> None:
    spaten = read(GROUP).entries[1]
    assert spaten.texts["de"].definition.text == "Ein Spaten gräbt."


def test_what_has_no_text_is_left_out_with_its_line() -> None:
    hoe, fork = read(GROUP).skipped
    assert GROUP.split("\n")[hoe.line - 1].startswith('<glossentry id="hoe"')
    assert "'hoe' has no definition" in hoe.reason
    assert "conref" in fork.reason


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "G022"),
        (GROUP.replace("</glossgroup>", ""), "G022"),
        (GROUP.replace("<p>", "<p>" * 10_000), "G023"),
        (GROUP.replace('.dtd">', '.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "G023"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    with no_network(), pytest.raises(GlossaryError, match=rf"\[{code}\] a.dita:"):
        READER.read([Source("a.dita", text.encode())], Options())


@given(st.binary(max_size=200) | mutants(GROUP.encode()))
@settings(max_examples=300)
def test_damaged_files_do_no_harm(data: bytes) -> None:
    survives(READER, data)
