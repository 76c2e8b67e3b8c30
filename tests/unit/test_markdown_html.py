"""Markdown in a page: what it shows, and that nothing in it becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.markdown_html import to_html, words_of

KNOWN = {
    "a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
HOSTILE = (
    "<", ">", "&", '"', "'", "`", "[", "]", "(", ")", "!", "*", "_", "|", "\n", "\\", "#", "-",
    "javascript:", "data:text/html,", "<script>", "<img src=x onerror=alert(1)>", "http://x",
    "&#106;avascript:alert(1)", "&lt;", "onload=", " ", "a", "\t", "]: ", "<!--", "\x00", "style=",
)  # fmt: skip


class Seen(HTMLParser):
    """What a browser would make of it: tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


class TestToHtml:
    def test_paragraphs_lists_and_emphasis(self) -> None:
        html = to_html("One **two** `three`\n\n- four\n- five")
        assert [tag for tag, _ in Seen(html).tags] == ["p", "strong", "code", "ul", "li", "li"]

    def test_html_is_text(self) -> None:
        seen = Seen(to_html("<script>alert(1)</script>\n\n<b onclick=x>y</b>"))
        assert {tag for tag, _ in seen.tags} == {"p"}
        assert "<script>alert(1)</script>" in seen.text

    @pytest.mark.parametrize(
        "target", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x",
                   "//elsewhere", "/admin", "#x", "file:///etc/passwd", "ftp://x", ""],
    )  # fmt: skip
    def test_links_elsewhere_keep_only_their_words(self, target: str) -> None:
        seen = Seen(to_html(f"see [these *words*](<{target}>) here"))
        assert "a" not in dict(seen.tags)
        assert seen.text.strip() == "see these words here"

    def test_links_to_the_web_and_to_other_entries(self) -> None:
        def resolve(target: str) -> str:
            return "/terms/b" if target == "b.md" else ""

        html = to_html("[a](https://x.example/?a=1&b=2) [b](b.md) [c](mailto:c@x.example)", resolve)
        links = [found for tag, found in Seen(html).tags if tag == "a"]
        assert links == [
            {"href": "https://x.example/?a=1&b=2", "rel": "noopener"},
            {"href": "/terms/b"},
            {"href": "mailto:c@x.example", "rel": "noopener"},
        ]

    def test_a_picture_is_its_words(self) -> None:
        seen = Seen(to_html('![a "b" <i>](https://x.example/spy.png)'))
        assert seen.tags == [("p", {})]
        assert seen.text.strip() == 'a "b" <i>'

    def test_headings_stand_below_those_of_the_page(self) -> None:
        seen = Seen(to_html("# one\n\n## two\n\n###### six"))
        assert [tag for tag, _ in seen.tags] == ["h3", "h4", "h6"]

    def test_a_table_can_be_scrolled(self) -> None:
        seen = Seen(to_html("| a | b |\n|---|--:|\n| 1 | <b> |"))
        assert seen.tags[0] == ("div", {"class": "wide", "tabindex": "0", "role": "group"})
        assert [found for tag, found in seen.tags if tag == "td"] == [{}, {"class": "end"}]

    @given(st.lists(st.sampled_from(HOSTILE), max_size=30).map("".join))
    def test_nothing_becomes_markup_of_its_own(self, markdown: str) -> None:
        for tag, attributes in Seen(to_html(markdown)).tags:
            assert tag in KNOWN
            assert set(attributes) <= {"href", "rel", "start", "class", "tabindex", "role"}
            href = attributes.get("href")
            assert href is None or href.lower().startswith(("http://", "https://", "mailto:"))

    @pytest.mark.parametrize(
        "text", ["[" * 10_000, "*a" * 5_000, "`" * 9_999, "> " * 5_000], ids="[*`>"
    )
    def test_long_and_strange_texts_come_to_an_end(self, text: str) -> None:
        assert to_html(text)


class TestWordsOf:
    def test_is_one_line_without_signs(self) -> None:
        assert words_of("A **b** [c](https://x) `d`\nnext\n\n- e") == "A b c d next e"
