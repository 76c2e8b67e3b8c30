"""The words a customer wrote: out of HTML, without what a mail program quoted or signed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr "
    "ul".split()
)
_UNSEEN = frozenset("head noscript object script style template title".split())
_QUOTES = frozenset(["blockquote"])
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_DEEPEST = 200  # open elements; what is nested deeper is no message
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\n{3,}")
# What stands above a quoted message, in the mail programs' languages that we speak.
_ABOVE_QUOTE = re.compile(
    r"^(on .{5,200} wrote:|am .{5,200} schrieb .{1,200}:|-{2,} ?(original message|forwarded message"
    r"|urspr(ü|ue)ngliche nachricht|weitergeleitete nachricht) ?-{2,}|_{20,})$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not any(tag in _UNSEEN or tag in _QUOTES for tag in self._open):
            self.parts.append(data.replace("\n", " "))


def from_html(html: str) -> str:
    """Return the text of HTML, without scripts, quoted mail and what is never shown."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(parser.parts).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def without_quotes(text: str) -> str:
    """Return what the writer of a mail added: no quoted lines, no signature.

    Where nothing would be left, the text stays as it is.
    """
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.strip()
        if _ABOVE_QUOTE.match(bare) or _SIGNATURE.match(line):
            break
        if not bare.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()
