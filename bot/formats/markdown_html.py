"""Markdown as HTML that is safe in a page: nothing of the text can become markup of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

MarkdownToken = Token
_WEB = ("http://", "https://", "mailto:")
_LOWEST = 6  # levels of headings that HTML has

Resolve = Callable[[str], str]


def no_link(target: str) -> str:
    """Resolve no link beyond the web."""
    return ""


def to_html(markdown: str, resolve: Resolve = no_link, top: int = 3) -> str:
    """Return Markdown as HTML.

    HTML in it is shown as text, a picture as its words. Links lead to the web, to a mail address
    or to where ``resolve`` says; what remains of others are their words.

    Args:
        markdown: the text of a section, or one item of a list.
        resolve: returns where a link that does not lead to the web shall lead; empty for nowhere.
        top: the level of the highest heading, 1 to 6; deeper ones keep their distance to it.
    """
    return render(parse(markdown, resolve, top))


def parse(markdown: str, resolve: Resolve = no_link, top: int = 3) -> list[Token]:
    """Return the tokens of Markdown as :func:`to_html` renders them, to change some before."""
    tokens = _parser().parse(markdown)
    _lower_headings(tokens, top)
    for token in tokens:
        if token.children is not None:
            token.children = list(_safe_links(token.children, resolve))
        if token.type in ("td_open", "th_open"):
            token.attrs = {"class": "end"} if "right" in str(token.attrGet("style")) else {}
    return tokens


def render(tokens: list[Token]) -> str:
    """Return tokens as HTML; those of type ``html`` must be safe already."""
    parser = _parser()
    return str(parser.renderer.render(tokens, parser.options, {}))


def words_of(markdown: str) -> str:
    """Return the words of Markdown on one line."""
    return " ".join(" ".join(_words(parse(markdown))).split())


def html_token(content: str) -> Token:
    """Return a token that is rendered as this HTML."""
    return Token("html", "", 0, content=content)


def text_token(content: str) -> Token:
    """Return a token that is rendered as this text."""
    return Token("text", "", 0, content=content)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Links are judged after parsing, where those that lead nowhere can keep their words.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    rules = parser.renderer.rules  # type: ignore[attr-defined]
    rules["html"] = lambda tokens, index, options, env: tokens[index].content
    rules["image"] = lambda tokens, index, options, env: escape(tokens[index].content)
    rules["table_open"] = lambda *_: '<div class="wide" tabindex="0" role="group"><table>\n'
    rules["table_close"] = lambda *_: "</table></div>\n"
    return parser


def _lower_headings(tokens: list[Token], top: int) -> None:
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    highest = min(levels, default=top)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) - highest + top)}"


def _safe_links(tokens: Iterable[Token], resolve: Resolve) -> Iterable[Token]:
    kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            web = target.lower().startswith(_WEB)
            leads = target if web else resolve(target)
            kept.append(bool(leads))
            if leads:
                token.attrs = {"href": leads, **({"rel": "noopener"} if web else {})}
                yield token
        elif token.type == "link_close":
            if kept.pop():
                yield token
        else:
            yield token


def _words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_words(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.content:
            yield token.content
