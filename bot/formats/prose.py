"""Markdown of somebody else's as plain blocks: no HTML, no images, only links to the web."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from bot.formats.html_text import html_text

_KEPT = ("http://", "https://", "mailto:")
_ASIDE = re.compile(r"^\s*\[!\w+\]\s*")
_HIDING = re.compile(r"<(script|style|iframe|object|svg)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CODE = re.compile(r"^(?:```|~~~).*?(?:^(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_MARKUP = re.compile(
    r"<(?=[A-Za-z/!?])|&(?:[A-Za-z]\w{1,30}|#\w{1,8});|\]\((?!https?://|mailto:)|!\["
)
_LONGEST_PARAGRAPH = 10_000  # characters
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}\n]*\}\s*$")  # of a heading: {#id .class}
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_HEADING = re.compile(r"^(?:#{1,6}[ \t]+)+")
_TIGHT = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: where it leads, and its words."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 to 6), or a piece of text (level 0), as Markdown without HTML.

    ``kind`` is ``heading``, ``paragraph``, ``list``, ``quote``, ``code`` or ``table``; ``line``
    counts from 1; ``items`` are the texts of a list's own items.
    """

    kind: str
    text: str
    line: int
    level: int = 0
    links: tuple[Link, ...] = ()
    items: tuple[str, ...] = ()


def blocks(markdown: str, first_line: int = 1) -> list[Block]:
    """Read Markdown into blocks, in order; what has no words is left out."""
    tokens = _parser().parse(_CONTROL.sub("", markdown))
    found = _Renderer(first_line).top(tokens)
    return [block for block in found if block.text.strip()]


def plain_text(text: str) -> str:
    """Return a text of any format made harmless; ordinary text comes back as it is.

    HTML becomes Markdown or goes, links that do not lead to the web become their words, headings
    lose their signs, a code block that was left open is closed.
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _MARKUP.search(_CODE.sub("", text)):
        text = "\n\n".join(
            f"**{block.text}**" if block.level else block.text for block in blocks(text)
        )
    return closed(harmless(text)).strip()


def plain_line(text: str) -> str:
    """Return a name or heading as one line without markup."""
    if _MARKUP.search(text) or "`" in text or "*" in text or "[" in text:
        text = " ".join(block.text for block in blocks(text))
        text = re.sub(r"\*\*|(?<!\w)_|_(?!\w)|`", "", text)
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(_HEADING.sub("", harmless(_CONTROL.sub("", text)).strip()).split())


def harmless(text: str) -> str:
    """Return a text in which, outside of code, nothing can be taken for HTML."""
    parts = []
    at = 0
    for match in _CODE.finditer(text):
        parts += [re.sub(r"<(?=[A-Za-z/!?])", "< ", text[at : match.start()]), match[0]]
        at = match.end()
    parts.append(re.sub(r"<(?=[A-Za-z/!?])", "< ", text[at:]))
    return "".join(parts)


def closed(text: str) -> str:
    """Return a text without headings, and with every code block closed."""
    lines = []
    fence = ""
    for line in text.split("\n"):
        sign = _FENCE.match(line)
        if sign and fence in ("", sign[1]):
            fence = "" if fence else sign[1]
        lines.append(line if fence else _HEADING.sub("", line))
    return "\n".join([*lines, fence] if fence else lines)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.at("inline", _inlines)
    # No scheme is refused here: what a link leads to is looked at when it is written.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _inlines(state: StateCore) -> None:
    """Parse what stands in lines; what is too long for a paragraph stays as it is.

    The time that brackets and backticks without end cost grows with the square of the length.
    """
    for token in state.tokens:
        if token.type != "inline":
            continue
        if len(token.content) > _LONGEST_PARAGRAPH:
            token.children = [Token("text", "", 0, content=token.content)]
        else:
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


class _Renderer:
    """Turns tokens into blocks; ``first_line`` is the line of the first token's line 0."""

    def __init__(self, first_line: int) -> None:
        self._first = first_line

    def top(self, tokens: Sequence[Token]) -> Iterator[Block]:
        for group in _groups(tokens):
            yield from self._block(group)

    def _block(self, group: Sequence[Token]) -> Iterator[Block]:
        first = group[0]
        line = (first.map[0] if first.map else 0) + self._first
        links: list[Link] = []
        if first.type == "heading_open":
            text = _ATTRIBUTES.sub("", _inline(group[1], links))
            yield Block("heading", text, line, int(first.tag[1]), tuple(links))
        elif first.type == "html_block":
            yield from _from_html(first.content, line)
        elif first.type in ("bullet_list_open", "ordered_list_open"):
            text, items = _list(group, links)
            yield Block("list", text, line, 0, tuple(links), tuple(items))
        elif first.type == "blockquote_open":
            text = _ASIDE.sub("", _texts(group[1:-1], links))
            yield Block("quote", text, line, 0, tuple(links))
        elif first.type in ("fence", "code_block"):
            yield Block("code", _code(first), line)
        elif first.type == "table_open":
            yield Block("table", _table(group, links), line, 0, tuple(links))
        elif first.type == "paragraph_open":
            text = _inline(group[1], links)
            yield Block("paragraph", text, line, 0, tuple(links))


def _groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Cut tokens into those of one block each."""
    start = depth = 0
    for place, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : place + 1]
            start = place + 1


def _from_html(html: str, line: int) -> list[Block]:
    """Read the Markdown that a block of HTML makes; what remains of HTML in it is dropped."""
    text = html_text(html)
    read = blocks(harmless(text), line) if text else []
    return [Block(b.kind, b.text, line, b.level, b.links, b.items) for b in read]


def _texts(tokens: Sequence[Token], links: list[Link]) -> str:
    """Return the text of blocks inside of another, one below the other."""
    parts = []
    for group in _groups(tokens):
        for block in _Renderer(1)._block(group):
            parts.append(f"**{block.text}**" if block.level else block.text)
            links.extend(block.links)
    return "\n".join(part for part in parts if part.strip())


def _list(group: Sequence[Token], links: list[Link]) -> tuple[str, list[str]]:
    ordered = group[0].type == "ordered_list_open"
    number = int(group[0].attrGet("start") or 1) if ordered else 0
    items = [_texts(item[1:-1], links) for item in _groups(group[1:-1])]
    lines = []
    for place, item in enumerate(filter(None, items)):
        sign = f"{number + place}. " if ordered else "- "
        lines.append(sign + item.replace("\n", "\n" + " " * len(sign)))
    return "\n".join(lines), [item for item in items if item]


def _code(token: Token) -> str:
    sign = "~~~" if "```" in token.content else "```"
    kind = re.sub(r"[^\w+#.-].*", "", token.info.strip())
    return f"{sign}{kind}\n{token.content.rstrip()}\n{sign}" if token.content.strip() else ""


def _table(group: Sequence[Token], links: list[Link]) -> str:
    rows: list[list[str]] = []
    for token in group:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token, links).replace("|", "\\|"))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) if rows else ""


def _inline(token: Token, links: list[Link]) -> str:
    """Return the text of a paragraph on one line, and collect its links."""
    parts: list[str] = []
    opened: list[tuple[str, int]] = []
    hidden = False
    for child in token.children or []:
        if child.type == "html_inline":
            hidden = _hides(child.content, hidden)
            parts.append("" if hidden else _inline_html(child.content))
        elif hidden:
            continue
        elif child.type == "link_open":
            opened.append((unquote(str(child.attrGet("href") or "")), len(parts)))
        elif child.type == "link_close" and opened:
            target, start = opened.pop()
            words = "".join(parts[start:]).strip()
            links.append(Link(target, words))
            parts[start:] = [_link(target, words)]
        else:
            parts.append(_leaf(child))
    return harmless(_joined(parts))


def _leaf(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    if child.type == "code_inline":
        sign = "``" if "`" in child.content else "`"
        return f"{sign}{child.content}{sign}"
    if child.type == "image":
        return ""
    return child.markup if child.nesting else child.content


def _joined(parts: list[str]) -> str:
    """Join the lines of a paragraph, without a blank between characters that know none."""
    lines = [line.strip() for line in "".join(parts).split("\n")]
    text = lines[0]
    for line in lines[1:]:
        tight = text and line and _TIGHT.match(text[-1]) and _TIGHT.match(line[0])
        text += line if tight else f" {line}"
    return text.strip() if "`" in text else re.sub(r" {2,}", " ", text).strip()


def _link(target: str, words: str) -> str:
    if not target.lower().startswith(_KEPT) or not words:
        return words
    if words == target or f"mailto:{words}" == target:
        return words
    safe = target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return f"[{words}]({safe.replace('<', '%3C').replace('>', '%3E')})"


def _hides(tag: str, hidden: bool) -> bool:
    if _HIDING.match(tag) and not tag.endswith("/>"):
        return True
    return hidden and not re.match(r"</(script|style|iframe|object|svg)", tag, re.IGNORECASE)


def _inline_html(tag: str) -> str:
    if re.match(r"<br\b", tag, re.IGNORECASE):
        return " "
    if re.match(r"</?(code|samp|kbd|tt)\b", tag, re.IGNORECASE):
        return "`"
    return "^" if re.match(r"<sup\b", tag, re.IGNORECASE) else ""
