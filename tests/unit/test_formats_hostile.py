"""Whatever a Markdown file holds, it is read or left out: no error, no HTML, no long wait."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.assembly import assemble
from bot.formats.markdown import read_entry
from bot.formats.markdown_writer import MarkdownWriter
from bot.formats.reader import Options, Source
from bot.formats.registry import reader_named
from tests.strategies import nasty_text

PIECES = (
    "---\n", "+++\n", "title: x\n", "title = 'x'\n", "aliases: [a, /b]\n", "draft: true\n",
    "# A\n", "## B\n", "text ", "\n\n", "- **a**: b\n", "term\n: text\n", "<b>", "<!-- ",
    "| a | b |\n|---|---|\n| c | d |\n", '{{< x y="z" >}}', "{{% /x %}}", '{{Glossary("a")}}',
    "<script>x</script>", "[a](b)", "[a](javascript:x)", "```\n", ":::note\n",
    "import x from 'y'\n", "<Tabs a={b}>", "See: A.", "API (Application Programming Interface)",
    '{"a": 1}\n', "[[a|b]]", "\r\n", "\x00",
)  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES) | nasty_text(3), max_size=15).map("".join)
READERS = ("markdown", "hugo", "mdn", "docusaurus", "termwise")


@settings(max_examples=150, deadline=None)
@given(MARKDOWN, st.sampled_from(READERS))
def test_anything_is_read_or_left_out(text: str, name: str) -> None:
    source = Source("g/a.md", text.encode("utf-8", "surrogatepass"))
    reader = reader_named(name)
    assert 0 <= reader.claim(source) <= 1
    reading = reader.read([source, Source("g/b.md", b"# B\n\nA thing.\n")], Options())
    for entry in assemble([reading]).entries:
        written = MarkdownWriter().one(entry).decode()
        assert read_entry("x.md", written).terms == entry.terms
        if "`" not in written and "    " not in written:  # code is shown as it is
            assert "](javascript" not in written
            assert "<script" not in written


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "piece",
    ["[", "[a](", "`a``b", "<!-- ", "<a ", "{{< x ", '{{< x "', '{{Glossary("', "{{a((", "[[",
     "{% ", "{/*", "<A b={", "|a", "# a\n", ":::a\n", "> ", "- ", " ", "\n", "**a", "&#x", "*a "],
)  # fmt: skip
def test_signs_without_end_cost_little(name: str, piece: str) -> None:
    source = Source("a.md", (piece * 20_000).encode())
    reader = reader_named(name)
    reader.claim(source)
    assemble([reader.read([source], Options())])
