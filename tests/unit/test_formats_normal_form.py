"""An entry in normal form survives being written and read, whatever it holds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.formats.markdown import read_entry
from bot.formats.markdown_writer import MarkdownWriter, file_name
from bot.formats.normal_form import normal
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term
from tests.strategies import nasty_text, unicode_text

NOWHERE = Span("", 1, 0, 0)
LANGUAGES = st.sampled_from(("en", "de", "fr", "pt-br", "no", "zh"))
LINES = (
    "a plant", "# not a heading", "- item", "```", "~~~", "", "  indented", "## x", "1. one",
    "<b>bold</b>", "&lt;script>", "[x](y.md)", "[x](https://x.org)", "---", "| a | b |", "> said",
    "<!-- c -->", "`<i>`", "\ufeff# x", "# # x",
)  # fmt: skip
PROSE = st.lists(st.sampled_from(LINES) | nasty_text(6), max_size=6).map("\n".join)
HEADINGS = st.one_of(
    st.sampled_from(("", "Examples", "How it works", "Definition", "English", "Own #", "a\nb")),
    nasty_text(4),
)
PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), nasty_text(4), st.dates(),
        st.sampled_from(("", "no", "1e5", "=", "2020-01-01", "a: b", "null", "~", "0x1", "é")),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty_text(3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def section(kind: st.SearchStrategy[SectionKind]) -> st.SearchStrategy[Section]:
    return st.builds(Section, kind, HEADINGS, PROSE, st.just(NOWHERE))


TEXTS = st.builds(
    EntryText,
    section(st.just(SectionKind.DEFINITION)),
    st.lists(section(st.sampled_from(SectionKind)), max_size=3).map(tuple),
)
TERMS = st.builds(
    Term,
    st.one_of(st.sampled_from(("mulch", "CPaaS", "no", "a: b")), unicode_text(5)),
    LANGUAGES,
    st.sampled_from(Status),
    st.none() | unicode_text(5),
)
NAMES = st.lists(nasty_text(3), max_size=3).map(tuple)
ENTRIES = st.builds(
    Entry,
    st.sampled_from(("mulch", "1", "no", "ein Name")),
    st.lists(TERMS, min_size=1, max_size=5).map(tuple),
    st.dictionaries(LANGUAGES, TEXTS, min_size=1, max_size=3),
    NAMES,
    NAMES,
    NAMES,
    nasty_text(4),
    st.sampled_from(("", "2026-11-23", "yes")),
    st.sampled_from(("", "1999")),
    st.dictionaries(LANGUAGES, NAMES, max_size=2),
    st.dictionaries(
        st.one_of(st.sampled_from(("id", "title", "extra")), nasty_text(3)), PLAIN, max_size=3
    ),
)


def bare(entry: Entry) -> Entry:
    """The entry without its spans."""

    def nowhere(part: Section) -> Section:
        items = tuple(Item(item.text, NOWHERE) for item in part.items)
        return replace(part, span=NOWHERE, items=items)

    texts = {
        code: EntryText(nowhere(text.definition), tuple(map(nowhere, text.sections)))
        for code, text in entry.texts.items()
    }
    return replace(entry, texts=texts)


@settings(max_examples=120, deadline=None)
@given(ENTRIES)
def test_what_is_written_is_read_again(raw: Entry) -> None:
    entry = normal(raw)
    if not entry.terms or not entry.texts:
        return
    written = MarkdownWriter().one(entry).decode("utf-8")
    assert bare(read_entry(file_name(entry), written)) == bare(entry)


@settings(max_examples=80, deadline=None)
@given(ENTRIES)
def test_the_normal_form_of_a_normal_form_is_itself(raw: Entry) -> None:
    entry = normal(raw)
    assert bare(normal(entry)) == bare(entry)


@settings(max_examples=80, deadline=None)
@given(PROSE)
@example("<scr<script>ipt>alert(1)</script>")
@example("[a](javascript:alert(1)) <a href='javascript:x'>y</a>")
@example("&lt;img src=x onerror=alert(1)&gt;")
def test_nothing_of_html_or_of_other_links_is_left(text: str) -> None:
    found = normal(one(text))
    for section_ in [s for t in found.texts.values() for s in (t.definition, *t.sections)]:
        prose = "".join(section_.text.split("`")[::2]) if "`" in section_.text else section_.text
        assert "<script" not in prose
        assert "](javascript" not in prose.lower()


def one(text: str) -> Entry:
    definition = Section(SectionKind.DEFINITION, "", text, NOWHERE)
    return Entry("x", (Term("x", "en", Status.PREFERRED),), {"en": EntryText(definition)})


def test_a_definition_of_two_paragraphs_is_cut() -> None:
    found = normal(one("First.\n\nSecond.\n\n- third")).texts["en"]
    assert found.definition.text == "First."
    assert [(s.heading, s.text) for s in found.sections] == [("", "Second.\n\n- third")]


def test_ordinary_text_is_left_alone() -> None:
    text = "Rated 5 < 6 & *good*, see [it](https://x.org/a_b); C++ and `<b>`."
    assert normal(one(text)).texts["en"].definition.text == text
