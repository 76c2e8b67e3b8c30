"""An XML document: read as a stream of nodes, with no entity, include or DTD ever followed."""

from __future__ import annotations

import contextlib
import html.entities
import io
from collections.abc import Callable, Collection, Iterator
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from bot.errors import Code, GlossaryError
from bot.formats.clean_text import clean
from bot.formats.node import Node
from bot.formats.reader import Source

LARGEST_DOCUMENT = 500_000_000  # bytes
LARGEST_ELEMENT = 5_000_000  # characters of one entry
DEEPEST = 200  # elements within one another
_LONGEST_TAG = 8_000_000  # bytes; the parser's time grows with their square
_NODE = 20  # characters that an element counts as
_PIECE = 1 << 18
_INCLUDE = "http://www.w3.org/2001/XInclude"
_LONGEST_SHORTHAND = 200  # characters of an entity that stands for a namespace


def nodes(source: Source, kind: str, wanted: Collection[str]) -> Iterator[Node]:
    """Yield the elements of the wanted names, whole and in document order.

    The document is held as nodes piece by piece. A wanted element within another is part of it.
    A DOCTYPE is passed over; what it would define is not fetched.

    Args:
        source: the document.
        kind: the format, as errors name it.
        wanted: local names.

    Raises:
        GlossaryError: the document is damaged, too large or too deep, or declares entities or
            includes; names the line.
    """
    if len(source.data) > LARGEST_DOCUMENT:
        size = len(source.data)
        raise GlossaryError(
            Code.G021, file=source.name, size=size, limit=LARGEST_DOCUMENT, format=kind
        )
    collector = _Collector(source.name, kind, frozenset(wanted))
    parser = _Parser(namespaceHandling=1)
    parser.setFeature(feature_namespaces, 1)
    parser.setContentHandler(collector)
    collector.line = parser.getLineNumber
    for start in range(0, len(source.data) or 1, _PIECE):
        _feed(parser, source.data[start : start + _PIECE], collector)
        if start + _PIECE - max(parser.byte_index(), 0) > _LONGEST_TAG + _PIECE:
            raise collector.refused("a single tag of more than 8 MB", "no glossary needs one")
        yield from collector.taken()
    _feed(parser, None, collector)
    yield from collector.taken()


def check(source: Source, kind: str) -> None:
    """Read a document for nothing but the errors of :func:`nodes`."""
    for _ in nodes(source, kind, ()):
        pass


def root_name(data: bytes) -> str:
    """Return the local name of the first element of what may be XML, "" if it is none."""
    finder = _Root()
    parser = _Parser(namespaceHandling=1, forbid_entities=False)  # none is used before the root
    parser.setFeature(feature_namespaces, 1)
    parser.setContentHandler(finder)
    with contextlib.suppress(SAXException, LookupError, ValueError):
        parser.feed(data[:65_536])
    return finder.name


def to_xml(node: Node) -> str:
    """Return an element as XML; characters that XML cannot hold are left out.

    ``lang`` and ``id`` are written as they are named: call them ``xml:lang`` for XML's own.
    """
    written = io.StringIO()
    _write(node, written)
    return written.getvalue()


def _write(node: Node, out: io.StringIO) -> None:
    attributes = "".join(f" {key}={quoteattr(clean(v))}" for key, v in node.attributes.items())
    out.write(f"<{node.name}{attributes}>")
    for piece in node.content:
        if isinstance(piece, str):
            out.write(escape(clean(piece), {"\r": "&#13;"}))
        else:
            _write(piece, out)
    out.write(f"</{node.name}>")


def _feed(parser: _Parser, data: bytes | None, collector: _Collector) -> None:
    try:
        if data is None:
            parser.close()
        else:
            parser.feed(data)
    except SAXParseException as error:
        line = error.getLineNumber() or 1
        raise collector.damaged(line, error.getMessage()) from None
    except DefusedXmlException:
        reason = "it could fetch files or grow without end"
        raise collector.refused("an entity declared in the DOCTYPE", reason) from None
    except (SAXException, LookupError, ValueError) as error:
        raise collector.damaged(1, str(error)) from None


class _Parser(DefusedExpatParser):
    """Passes over external DTDs instead of refusing them, and allows shorthands."""

    def defused_entity_decl(
        self,
        name: str,
        is_parameter_entity: bool,
        value: str | None,
        base: Any,
        sysid: Any,
        pubid: Any,
        notation_name: Any,
    ) -> None:
        """Refuse entities but those that stand for a namespace, as ontology editors write."""
        plain = value is not None and not any(sign in value for sign in "&%<")
        if is_parameter_entity or not plain or len(value or "") > _LONGEST_SHORTHAND:
            super().defused_entity_decl(
                name, is_parameter_entity, value, base, sysid, pubid, notation_name
            )

    def defused_external_entity_ref_handler(self, *_: object) -> int:  # type: ignore[override]
        """Read an external DTD as if it were empty."""
        return 1

    def byte_index(self) -> int:
        """Return how far the parser has come, in bytes."""
        return int(self._parser.CurrentByteIndex)  # type: ignore[attr-defined]


class _Root(ContentHandler):
    """Remembers the first element, and stops at it."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        self.name = name[1]
        raise SAXException("found")


class _Collector(ContentHandler):
    """Builds the wanted elements; of all others it keeps only depth and language."""

    def __init__(self, file: str, kind: str, wanted: frozenset[str]) -> None:
        super().__init__()
        self._file = file
        self._kind = kind
        self._wanted = wanted
        self._languages: list[str] = []
        self._open: list[Node] = []
        self._ready: list[Node] = []
        self._size = 0
        self.line: Callable[[], int | None] = lambda: 1

    def taken(self) -> list[Node]:
        ready, self._ready = self._ready, []
        return ready

    def damaged(self, line: int, problem: str) -> GlossaryError:
        return GlossaryError(
            Code.G022, file=self._file, line=line, format=self._kind, problem=problem
        )

    def refused(self, what: str, reason: str) -> GlossaryError:
        line = self._line()
        return GlossaryError(Code.G023, file=self._file, line=line, found=what, reason=reason)

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        if len(self._languages) >= DEEPEST:
            raise self.refused(f"more than {DEEPEST} elements within one another", _TOO_DEEP)
        if name[0] == _INCLUDE:
            raise self.refused("an XInclude", "it would read other files")
        attributes = {local: value for (_, local), value in attrs.items()}
        inherited = self._languages[-1] if self._languages else ""
        self._languages.append(attributes.get("lang", inherited))
        if not self._open and name[1] not in self._wanted:
            return
        node = Node(name[1], attributes, [], self._line(), self._languages[-1])
        if self._open:
            self._open[-1].content.append(node)
        self._open.append(node)
        self._grow(_NODE + sum(map(len, attributes.values())))

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        self._languages.pop()
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self._ready.append(node)
            self._size = 0

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].content.append(content)
            self._grow(len(content))

    def skippedEntity(self, name: str) -> None:  # noqa: N802
        """Keep the characters that HTML and DITA name in the DTD that is not read."""
        self.characters(html.entities.html5.get(f"{name};", ""))

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > LARGEST_ELEMENT:
            raise self.refused(f"an entry of more than {LARGEST_ELEMENT} characters", _TOO_DEEP)

    def _line(self) -> int:
        return self.line() or 1


_TOO_DEEP = "no glossary needs that"
