"""Glossaries in HTML: definition lists, tables of two columns, headings or bold terms with text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.errors import Code, GlossaryError
from bot.formats.entry_draft import EntryDraft, language_code
from bot.formats.node import Node, prose
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.slug import slug
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.term import Status

LARGEST_FILE = 20_000_000  # bytes
DEEPEST = 200  # elements within one another
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXT = ("p", "ul", "ol", "pre", "blockquote")
_APART = {"nav", "header", "footer", "aside", "form", "script", "style", "template", "head"}
_SIGNS = re.compile(rb"<(dl|dt|dfn|table|h[1-6]|p)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,5000}-->\s*)*(<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(rb"\s*<(dl|table|section|article|div|body|h[1-6])[\s>]", re.IGNORECASE)
_MARKDOWN = re.compile(rb"^(#{1,6} |[-*] |```|\*\*|---)", re.MULTILINE)
_MARKS = "¶#§🔗"
_END = " \t\n.:–—-"
_SEVERAL = 4
_SHORTHAND = re.compile(r"\[=([^=\[\]\n]{1,80})=\]")  # a link to a term, as W3C writes it


class HtmlReader:
    """Reads HTML pages; of several ways of writing a glossary the first that is there counts."""

    name = "html"

    def claim(self, source: Source) -> float:
        """Return how surely a file is an HTML glossary."""
        data = source.data[:1_000_000].removeprefix(b"\xef\xbb\xbf")
        page = _HTML.match(data[:20_000])
        if page:
            return 0.95 if _SIGNS.search(data) else 0.5
        if not _FRAGMENT.match(data) or _MARKDOWN.search(data):
            return 0.0
        return 0.8 if _SIGNS.search(data) else 0.3

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read pages; links between their terms become relations.

        Raises:
            GlossaryError: a page is too large, nested too deep, or holds no terms at all.
        """
        entries: list[Entry] = []
        skipped: list[Skipped] = []
        notes: list[str] = []
        for source in sources:
            page = _Page(_parse(source), source.name, options.language)
            page.read()
            found, left = page.entries()
            entries += found
            skipped += left
            notes.append(f"{source.name}: {len(found)} entries from {page.layout or 'nothing'}")
        return Reading(tuple(entries), tuple(skipped), tuple(notes))


class _Page:
    """One page while it is read."""

    def __init__(self, root: Node, file: str, default: str) -> None:
        self._root = root
        self._file = file
        self._default = default
        self._drafts: list[EntryDraft] = []
        self._links: list[tuple[EntryDraft, str]] = []
        self._anchors: dict[str, EntryDraft] = {}
        self.layout = ""

    def read(self) -> None:
        """Try the layouts, the surest first; a later one counts if it finds several times more.

        A page of terms in bold has headings too, and one of headings may explain in a short list.
        """
        most, best = 0, None
        for layout, way in (
            ("definition lists", self._lists),
            ("tables of two columns", self._tables),
            ("headings and paragraphs", self._headings),
            ("paragraphs that begin with a bold term", self._paragraphs),
        ):
            self._drafts, self._links, self._anchors = [], [], {}
            way()
            count = sum(bool(draft.terms) and draft.defined() for draft in self._drafts)
            if count > _SEVERAL * most:
                most = count
                best = layout, self._drafts, self._links, self._anchors
        self._drafts, self._links, self._anchors = [], [], {}
        if best:
            self.layout, self._drafts, self._links, self._anchors = best

    def entries(self) -> tuple[list[Entry], list[Skipped]]:
        for draft, anchor in self._links:
            target = self._anchors.get(anchor)
            if target is not None and target is not draft:
                draft.related.append(target.id)
        found, left = [], []
        for draft in self._drafts:
            entry = draft.entry()
            if entry is not None:
                found.append(entry)
                continue
            reason = f"{draft.terms[0].text!r} has no text" if draft.terms else "it has no term"
            left.append(Skipped(self._file, draft.line, reason))
        if not self._drafts:
            left.append(Skipped(self._file, 1, "the page has no terms with texts"))
        return found, left

    def _lists(self) -> None:
        for found in self._root.within("dl"):
            names: list[Node] = []
            draft: EntryDraft | None = None
            for child in _group(found):
                if child.name == "dt":
                    if draft is not None:
                        names, draft = [], None
                    names.append(child)
                elif names:
                    draft = draft or self._draft(names)
                    self._define(draft, child, frozenset({"dl"}))
            if names and draft is None:
                self._draft(names)

    def _tables(self) -> None:
        for table in self._root.within("table"):
            if next(table.within("table"), None) is not None:
                continue  # it lays out the page
            rows = [list(row.children("td", "th")) for row in table.within("tr")]
            two = [row for row in rows if len(row) == 2 and all(cell.text() for cell in row)]
            if len(two) < max(1, 0.6 * len(rows)):
                continue
            for name, text in two:
                if name.name == "th" and text.name == "th":
                    continue  # the head of the table
                self._define(self._draft([name]), text)

    def _headings(self) -> None:
        """Read the headings of the level that most often has text right below it."""
        blocks = list(_blocks(self._root))
        levels = [
            block.name
            for block, after in itertools.pairwise(blocks)
            if block.name in _HEADINGS and after.name in _TEXT
        ]
        below_title = [level for level in levels if level != "h1"] or levels
        if not below_title:
            return
        term = max(sorted(set(below_title)), key=below_title.count)
        draft: EntryDraft | None = None
        heading = ""
        for block in blocks:
            if block.name == term:
                draft, heading = self._draft([block]), ""
            elif block.name in _HEADINGS:
                heading = block.text()
                draft = draft if block.name > term else None
            elif draft is not None and heading and draft.defined():
                language = language_code(block.language, self._default)
                draft.section(heading, prose(block), language, block.line)
            elif draft is not None:
                self._define(draft, block)

    def _paragraphs(self) -> None:
        for block in self._root.within("p", "li"):
            first = next((p for p in block.content if not isinstance(p, str) or p.strip()), None)
            if not isinstance(first, Node) or first.name not in ("b", "strong", "dfn"):
                continue
            rest = Node(block.name, {}, [p for p in block.content if p is not first], block.line)
            text = _plain(prose(rest).lstrip(_END))
            if text:
                draft = self._draft([first])
                draft.definition(text, language_code(block.language, self._default), block.line)
                self._remember_links(draft, block)

    def _draft(self, names: list[Node]) -> EntryDraft:
        """Begin an entry with its names; the first is preferred."""
        draft = EntryDraft(self._file, names[0].line)
        for name in map(_without_letter, names):
            language = language_code(name.language, self._default)
            _name(draft, name, language)
            for anchor in _anchors(name):
                draft.id = draft.id or anchor
                self._anchors.setdefault(anchor, draft)
        if not draft.id and draft.terms:
            draft.id = slug(draft.terms[0].text)
        self._drafts.append(draft)
        return draft

    def _define(self, draft: EntryDraft, node: Node, without: frozenset[str] = frozenset()) -> None:
        """Add a text: the definition, or more of it."""
        language = language_code(node.language, self._default)
        text = prose(Node(node.name, {}, [node]), without) if node.name in _TEXT else ""
        text = _plain(text or prose(node, without))
        if draft.defined(language):
            draft.section("", text, language, node.line)
        else:
            draft.definition(text, language, node.line)
        self._remember_links(draft, node)
        for anchor in _anchors(node):
            self._anchors.setdefault(anchor, draft)

    def _remember_links(self, draft: EntryDraft, node: Node) -> None:
        for link in node.within("a"):
            address = link.attributes.get("href", "")
            if address.startswith("#"):
                self._links.append((draft, address[1:]))
            elif re.match(r"(https?|mailto):", address, re.IGNORECASE):
                draft.keep("link", address)


def _plain(text: str) -> str:
    """Return a text without the shorthand for links to terms."""
    return _SHORTHAND.sub(lambda match: match[1].rpartition("|")[2], text)


def _name(draft: EntryDraft, node: Node, language: str) -> None:
    """Add the term of an element, and the full form that an abbr gives as its title."""
    _named(draft, node, language)
    for name in node.attributes.get("data-lt", "").split("|"):  # other names, as W3C writes them
        if name.strip():
            draft.term(name.strip(), language)


def _named(draft: EntryDraft, node: Node, language: str) -> None:
    text = node.text().rstrip(_MARKS).strip().rstrip(":").strip()
    for short in node.within("abbr", "acronym"):
        full = short.attributes.get("title", "").strip()
        if full and short.text() == text:
            draft.term(full, language)
            draft.term(text, language, Status.ABBREVIATION, full)
            return
        if full:
            text = " ".join(text.replace(f"({short.text()})", "").split())
            draft.term(text, language)
            draft.term(short.text(), language, Status.ABBREVIATION, full)
            return
    draft.term(text, language)


def _without_letter(name: Node) -> Node:
    """Return a name without the letter that it is listed under, where that is in its element."""
    letter, _, rest = name.text().partition(" ")
    if len(letter) == 1 and letter.isalpha() and fold(rest).startswith(letter.lower()):
        above = next((child for child in name.children() if child.text() == letter), None)
        return replace(name, content=[piece for piece in name.content if piece is not above])
    return name


def _anchors(node: Node) -> Iterator[str]:
    for part in (node, *node.within("a", "dfn", "span")):
        anchor = part.attributes.get("id") or part.attributes.get("name") or ""
        if anchor:
            yield anchor


def _group(node: Node) -> Iterator[Node]:
    """Yield the dt and dd of a list; a div may hold a group of them."""
    for child in node.children():
        if child.name in ("dt", "dd"):
            yield from _unnested(child)
        elif child.name == "div":
            for part in child.children("dt", "dd"):
                yield from _unnested(part)


def _unnested(node: Node) -> Iterator[Node]:
    """Yield a dt or dd, and those after it that the parser put into it for want of an end tag."""
    inner = list(node.children("dt", "dd"))
    own = [piece for piece in node.content if piece not in inner] if inner else node.content
    yield Node(node.name, node.attributes, own, node.line, node.language)
    for part in inner:
        yield from _unnested(part)


def _blocks(node: Node) -> Iterator[Node]:
    """Yield headings and blocks of text in document order, without what frames a page."""
    for child in node.children():
        if child.name in (*_HEADINGS, *_TEXT):
            yield child
        elif child.name not in _APART:
            yield from _blocks(child)


def _parse(source: Source) -> Node:
    """Parse a page.

    Raises:
        GlossaryError: it is too large, nested too deep, or no HTML.
    """
    from lxml import etree

    if len(source.data) > LARGEST_FILE:
        size = len(source.data)
        raise GlossaryError(
            Code.G021, file=source.name, size=size, limit=LARGEST_FILE, format="HTML"
        )
    parser = etree.HTMLParser(
        encoding=_encoding(source.data), no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source.data, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        problem = " ".join(str(error).split())[:120].rstrip(".") or "it is empty"
        raise GlossaryError(
            Code.G022, file=source.name, line=1, format="HTML", problem=problem
        ) from None
    if root is None:
        raise GlossaryError(
            Code.G022, file=source.name, line=1, format="HTML", problem="it is empty"
        )
    return _nodes(root, source.name)


def _encoding(data: bytes) -> str | None:
    """Return UTF-8 if a page is that, else None: what the page declares counts."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _nodes(root: Any, file: str) -> Node:
    """Return an element of lxml as a node, with all that is in it."""
    made = _node(root, "")
    waiting = [(root, made, 1)]
    while waiting:
        element, node, depth = waiting.pop()
        if depth > DEEPEST:
            found = f"more than {DEEPEST} elements within one another"
            reason = "no glossary needs that"
            raise GlossaryError(Code.G023, file=file, line=node.line, found=found, reason=reason)
        if element.text:
            node.content.append(element.text)
        for child in element:
            if isinstance(child.tag, str):
                inner = _node(child, node.language)
                node.content.append(inner)
                waiting.append((child, inner, depth + 1))
            if child.tail:
                node.content.append(child.tail)
    return made


def _node(element: Any, language: str) -> Node:
    attributes = {str(key).rpartition(":")[2]: str(value) for key, value in element.items()}
    name = str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
    own = attributes.get("lang") or language
    return Node(name, attributes, [], element.sourceline or 1, own)
