"""HTML as Markdown text: its words and lists, and nothing that runs, loads or hides."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LARGEST = 200_000  # characters of one piece of HTML
_HIDDEN = frozenset({
    "script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "head",
    "form", "select", "textarea", "canvas", "video", "audio",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "section", "article", "ul", "ol", "dl", "dt", "dd", "table", "tr", "blockquote",
    "figure", "details", "summary", "aside", "header", "footer", "main",
})  # fmt: skip
_MARKS = {"code": "`", "strong": "**", "b": "**", "em": "_", "i": "_", "dfn": "_", "sup": "^"}
_SPACES = {"td": " | ", "th": " | ", "br": " "}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(?:!\[|\?).*?(?:>|\Z)", re.DOTALL)
_TAG = re.compile(r"<[!?/A-Za-z][^<>]*>?")


def html_text(html: str) -> str:
    """Return the Markdown text of a piece of HTML; scripts, frames and comments are gone."""
    html = _COMMENT.sub("", html)  # one without an end would be looked for again and again
    if len(html) > LARGEST:
        return _TAG.sub(" ", html)
    parser = _Text()
    parser.feed(html)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.parts)).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []
        self._links: list[str] = []
        self._exact = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag == "pre":
            self._exact = True
            self._add("\n\n```\n")
        elif tag == "li":
            self._add("\n- ")
        elif re.fullmatch(r"h[1-6]", tag):
            self._add("\n\n" + "#" * int(tag[1]) + " ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self._add("[")
        elif tag in _SPACES:
            self._add(_SPACES[tag])
        elif tag in _BLOCKS:
            self._add("\n\n")
        else:
            self._mark(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            if tag in self._hidden:
                del self._hidden[self._hidden.index(tag) :]
        elif tag == "pre":
            self._add("\n```\n\n")
            self._exact = False
        elif tag == "a" and self._links:
            target = re.sub(r"[<>\s]", "", self._links.pop())
            self._add(f"](<{target}>)")
        elif tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self._add("\n\n")
        elif tag != "sup":
            self._mark(tag)

    def _mark(self, tag: str) -> None:
        if tag in _MARKS and not self._exact:
            self._add(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        self._add(data if self._exact else re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        if not self._hidden:
            self.parts.append(text)
