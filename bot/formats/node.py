"""A node: one element of an XML or HTML document, free of the library that parsed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_DROPPED = {"script", "style", "template", "noscript", "object", "embed", "iframe", "svg", "math"}
_BLOCKS = {
    "p", "div", "section", "article", "ul", "ol", "sl", "dl", "dt", "dd", "li", "sli", "pre",
    "blockquote", "lq", "table", "tr", "dlentry", "figure", "figcaption", "note",
    "h1", "h2", "h3", "h4", "h5", "h6", "codeblock", "lines",
}  # fmt: skip
_ITEMS = {"li", "sli"}


@dataclass(slots=True, eq=False)
class Node:
    """An element: ``name`` and attribute names are without prefix, ``content`` is in order.

    ``line`` counts from 1; ``language`` is that of the nearest ``xml:lang`` or ``lang``, "" if
    there is none.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[str | Node] = field(default_factory=list)
    line: int = 1
    language: str = ""

    def children(self, *names: str) -> Iterator[Node]:
        """Yield the child elements, if names are given only those of these names."""
        for piece in self.content:
            if isinstance(piece, Node) and (not names or piece.name in names):
                yield piece

    def within(self, *names: str) -> Iterator[Node]:
        """Yield the elements of these names below this one, in document order."""
        open_ = [self.children()]
        while open_:
            child = next(open_[-1], None)
            if child is None:
                open_.pop()
                continue
            if child.name in names:
                yield child
            open_.append(child.children())

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """Return all text in one line, but that of elements of the names in ``without``."""
        return " ".join(prose(self, without).split())


def prose(node: Node, without: frozenset[str] = frozenset()) -> str:
    """Return the text of an element as plain Markdown.

    Paragraphs are apart by an empty line, list items begin with ``- ``; scripts and styles are
    left out, and so are elements of the names in ``without``. Other markup leaves only its text.
    """
    prose = _Prose(_DROPPED | without)
    prose.visit(node)
    prose.end()
    return prose.joined()


class _Prose:
    """Blocks of text while they are collected."""

    def __init__(self, dropped: set[str]) -> None:
        self._dropped = dropped
        self._blocks: list[tuple[bool, str]] = []
        self._words: list[str] = []
        self._bullet = False

    def visit(self, node: Node) -> None:
        for piece in node.content:
            if isinstance(piece, str):
                self._words.append(piece)
            elif piece.name in _BLOCKS and piece.name not in self._dropped:
                self.end()
                self._bullet = piece.name in _ITEMS or self._bullet
                self.visit(piece)
                self.end()
                self._bullet = False
            elif piece.name not in self._dropped:
                self._words.append(" " if piece.name in ("br", "td", "th") else "")
                self.visit(piece)

    def end(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self._blocks.append((self._bullet, text))
            self._bullet = False

    def joined(self) -> str:
        made = ""
        before = False
        for bullet, text in self._blocks:
            made += ("\n" if bullet and before else "\n\n") if made else ""
            made += f"- {text}" if bullet else text
            before = bullet
        return made
