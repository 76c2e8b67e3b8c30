"""Glossaries in HTML are read however they are laid out; scripts never get into a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import GlossaryError
from bot.formats import html_terms
from bot.formats.html_terms import HtmlReader
from bot.formats.reader import Options, Reading, Source
from bot.glossary.entry import Entry
from bot.glossary.section import SectionKind
from bot.glossary.term import Status
from tests.exportable import mutants, no_network, survives

READER = HtmlReader()
LIST = """<!DOCTYPE html>
<html lang="en"><head><title>Garden</title><script>var dl = "<dl><dt>x</dt></dl>";</script></head>
<body><nav><dl></dl></nav><dl>
<dt id="hps"><abbr title="hand-powered spade">HPS</abbr></dt>
<dt>digger:</dt>
<dd>A hand-powered spade digs like a <a href="#rake">rake</a>.<script>alert(1)</script>
  <style>p {}</style><p onclick="x()">It has:<ul><li>a <b>blade</b><li>a handle</ul>
  <dl><dt>moon spade</dt><dd>A moon spade digs at night.</dd></dl></dd>
<dd>See <a href="https://garden.example/spade">more</a>, <a href="javascript:x()">not this</a>.</dd>
<div><dt><dfn id="rake">rake</dfn><a class="headerlink" href="#rake">¶</a></dt>
<dd>A rake has teeth.</dd></div>
<dt lang="de">Spaten</dt><dd lang="de">Ein Spaten gräbt.</dd>
<dt>lonely</dt>
</dl></body></html>
"""
TABLE = """<table><thead><tr><th>Term</th><th>Meaning</th></tr></thead>
<tr><td>rake (RK)</td><td>A rake has <i>teeth</i>.</td></tr>
<tr><th>spade</th><td>A spade digs.<p>It is old.</p></td></tr>
<tr><td colspan="2">B</td></tr></table>
<table><tr><td>1</td><td>2</td><td>3</td></tr></table>
"""
HEADINGS = """<html><body><header><h2>Menu</h2><p>Home</p></header><h1>Glossary</h1><p>Welcome.</p>
<div><h2>A</h2></div>
<section><h3 id="spade">spade</h3><div><p>A spade digs.</p><p>It is old.</p></div>
<h4>Advantages</h4><ul><li>It is cheap.</li></ul></section>
<h3>rake</h3><p>A rake has teeth, unlike a <a href="#spade">spade</a>.</p>
<h3>lonely</h3></body></html>
"""
BOLD = """<div><p>Intro.</p><p><b>rake</b>: A rake has teeth.</p>
<p><strong>spade</strong> – A spade digs.</p></div>"""


def read(text: str | bytes, options: Options | None = None) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    with no_network():
        return READER.read([Source("a.html", data)], options or Options())


def by_name(text: str) -> dict[str, Entry]:
    return {entry.preferred("en"): entry for entry in read(text).entries}


@pytest.mark.parametrize("text", [LIST, TABLE, HEADINGS, BOLD, "<!-- x -->\n" + LIST])
def test_pages_are_claimed(text: str) -> None:
    assert READER.claim(Source("a", text.encode())) >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Title\n\n<dl>",
        "<h1 align=center>x</h1>\n\n## a\n\nb",
        "{}",
        "a,b",
        "<martif/>",
        "<p:x>",
    ],
)
def test_what_is_no_page_is_not_claimed(text: str) -> None:
    assert READER.claim(Source("a.html", text.encode())) == 0


def test_several_names_share_a_definition() -> None:
    spade = by_name(LIST)["hand-powered spade"]
    assert spade.id == "hps"
    assert [(t.text, t.status, t.expansion) for t in spade.terms] == [
        ("hand-powered spade", Status.PREFERRED, None),
        ("HPS", Status.ABBREVIATION, "hand-powered spade"),
        ("digger", Status.ADMITTED, None),
    ]


def test_a_definition_is_its_first_paragraph_without_scripts() -> None:
    text = by_name(LIST)["hand-powered spade"].texts["en"]
    assert text.definition.text == "A hand-powered spade digs like a rake."
    assert text.definition.span.line == 6
    assert text.sections[0].text == "It has:\n\n- a blade\n- a handle\n\nSee more, not this."
    assert "alert" not in str(text)


def test_lists_within_lists_are_entries_of_their_own() -> None:
    assert set(by_name(LIST)) == {"hand-powered spade", "moon spade", "rake", "Spaten"}


def test_end_tags_may_be_left_out() -> None:
    first, second = read("<dl><dt>a<dt>b<dd>c<p>d<dt>e<dd>f<dd>g</dl>").entries
    assert [term.text for term in first.terms] == ["a", "b"]
    assert first.texts["en"].definition.text == "c"
    assert first.texts["en"].sections[0].text == "d"
    assert [term.text for term in second.terms] == ["e"]
    assert second.texts["en"].definition.text == "f"
    assert second.texts["en"].sections[0].text == "g"


def test_a_table_that_lays_out_the_page_is_no_glossary() -> None:
    page = f"<table><tr><td>Menu</td><td>{TABLE}</td></tr></table>"
    assert [entry.preferred("en") for entry in read(page).entries] == ["rake (RK)", "spade"]


def test_links_become_relations_and_only_web_links_are_kept() -> None:
    spade = by_name(LIST)["hand-powered spade"]
    assert spade.related == ("rake",)
    assert spade.extra == {"link": "https://garden.example/spade"}


def test_the_language_is_the_nearest_one() -> None:
    assert by_name(LIST)["Spaten"].texts["de"].definition.text == "Ein Spaten gräbt."
    assert "fr" in read(TABLE, Options(language="fr")).entries[0].texts


def test_a_name_without_text_is_left_out_with_its_line() -> None:
    (left,) = read(LIST).skipped
    assert left.line == LIST[: LIST.index("lonely")].count("\n") + 1
    assert "'lonely' has no text" in left.reason


def test_tables_of_two_columns_are_read_without_their_head() -> None:
    found = by_name(TABLE)
    assert set(found) == {"rake (RK)", "spade"}
    assert found["spade"].texts["en"].definition.text == "A spade digs."
    assert found["spade"].texts["en"].sections[0].text == "It is old."


def test_headings_with_paragraphs_are_entries_and_deeper_ones_sections() -> None:
    found = by_name(HEADINGS)
    assert set(found) == {"spade", "rake"}
    text = found["spade"].texts["en"]
    assert [(s.kind, s.heading, s.text) for s in (text.definition, *text.sections)] == [
        (SectionKind.DEFINITION, "", "A spade digs."),
        (SectionKind.OTHER, "", "It is old."),
        (SectionKind.ADVANTAGES, "Advantages", "- It is cheap."),
    ]
    assert found["rake"].related == ("spade",)


def test_paragraphs_that_begin_with_a_bold_term() -> None:
    found = by_name(BOLD)
    assert found["rake"].texts["en"].definition.text == "A rake has teeth."
    assert found["spade"].texts["en"].definition.text == "A spade digs."


def test_the_layout_is_said() -> None:
    for text, layout in ((LIST, "lists"), (TABLE, "tables"), (HEADINGS, "headings")):
        assert layout in read(text).notes[0]


def test_a_page_without_terms_says_so() -> None:
    reading = read("<html><body><p>Hello.</p></body></html>")
    assert not reading.entries
    assert reading.skipped[0].reason == "the page has no terms with texts"


def test_what_the_page_declares_counts_where_it_is_no_utf8() -> None:
    page = '<html><head><meta charset="windows-1252"></head><dl><dt>Spaten<dd>Er gräbt.</dl></html>'
    (entry,) = read(page.encode("cp1252")).entries
    assert entry.texts["en"].definition.text == "Er gräbt."


@pytest.mark.parametrize("text", ["", "<!-- nothing -->", "<div>" * 10_000 + "<dl><dt>a<dd>b"])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(GlossaryError, match=r"\[G02[23]\] a.html:"):
        read(text)


def test_pages_that_are_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_terms, "LARGEST_FILE", 100)
    with pytest.raises(GlossaryError, match=r"\[G021\]"):
        read(LIST)


@given(
    st.binary(max_size=200)
    | mutants(LIST.encode())
    | mutants(HEADINGS.encode())
    | mutants(TABLE.encode())
)
@settings(max_examples=300, deadline=None)
def test_damaged_files_do_no_harm(data: bytes) -> None:
    survives(READER, data)


def test_many_terms_in_paragraphs_outweigh_a_few_headings() -> None:
    terms = "".join(
        f'<p><dfn data-lt="tool {n}|thing {n}">Rake {n}</dfn>. Has {n} teeth, see [=spade=].</p>'
        for n in range(5)
    )
    page = f"<!DOCTYPE html><html><h2>Use</h2><p>Read it.</p><div>{terms}</div></html>"
    entries = READER.read([Source("t.html", page.encode())], Options()).entries
    assert [entry.terms[0].text for entry in entries] == [f"Rake {n}" for n in range(5)]
    assert entries[1].texts["en"].definition.text == "Has 1 teeth, see spade."
    assert [term.text for term in entries[1].terms[1:]] == ["tool 1", "thing 1"]


def test_the_letter_that_a_term_is_listed_under_is_no_part_of_it() -> None:
    page = (
        "<!DOCTYPE html><dl>"
        "<dt><span><a name='M_'>M</a></span><br>Mulch</dt><dd>Straw on a bed.</dd>"
        "<dt><b>X</b> axis rake</dt><dd>A rake that lies.</dd></dl>"
    )
    entries = READER.read([Source("t.html", page.encode())], Options()).entries
    assert [(e.id, e.terms[0].text) for e in entries] == [
        ("mulch", "Mulch"),
        ("x-axis-rake", "X axis rake"),
    ]
