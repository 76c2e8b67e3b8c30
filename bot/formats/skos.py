"""SKOS, the vocabulary of thesauri, in Turtle, N-Triples, RDF/XML and JSON-LD, by rdflib."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import IdentifiedNode, Node

from bot.errors import Code, GlossaryError
from bot.formats.carried import NAME, carried, carry, restored
from bot.formats.clean_text import clean
from bot.formats.entry_draft import EntryDraft, language_code
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.xml_document import check, root_name
from bot.glossary.entry import Entry
from bot.glossary.section import Section, SectionKind
from bot.glossary.term import Status

LARGEST_FILE = 50_000_000  # bytes; a graph takes some twenty times as much memory
DEEPEST_JSON = 100  # lists and objects within one another
_VOCABULARY = b"http://www.w3.org/2004/02/skos/core#"
_IDS = "urn:termwise:entry:"
_BASE = "urn:termwise:base:"  # what relative addresses are relative to
_OWN = Namespace("urn:termwise:ns:")
_CARRIED = _OWN[NAME]
_XL = Namespace("http://www.w3.org/2008/05/skos-xl#")
_ISO = Namespace("http://purl.org/iso25964/skos-thes#")

_LABELS = (
    (SKOS.prefLabel, Status.PREFERRED), (_XL.prefLabel, Status.PREFERRED),
    (RDFS.label, Status.PREFERRED),
    (SKOS.altLabel, Status.ADMITTED), (_XL.altLabel, Status.ADMITTED),
    (SKOS.hiddenLabel, Status.ADMITTED), (_XL.hiddenLabel, Status.ADMITTED),
)  # fmt: skip
_DEFINITIONS = (SKOS.definition, DCTERMS.description, RDFS.comment)
_NOTES = (
    (SKOS.scopeNote, "Scope note"), (SKOS.note, "Note"), (SKOS.example, "Examples"),
    (SKOS.historyNote, "History"), (SKOS.editorialNote, "Editorial note"),
    (SKOS.changeNote, "Change note"),
)  # fmt: skip
_SERVING = ("Scope note", "Note")
_RELATIONS = (
    (SKOS.broader, "broader"), (_ISO.broaderGeneric, "broader"),
    (_ISO.broaderInstantial, "broader"), (_ISO.broaderPartitive, "part_of"),
    (DCTERMS.isPartOf, "part_of"), (SKOS.related, "related"),
)  # fmt: skip
_INVERSE = (
    (SKOS.narrower, "broader"), (_ISO.narrowerGeneric, "broader"),
    (_ISO.narrowerInstantial, "broader"), (_ISO.narrowerPartitive, "part_of"),
    (DCTERMS.hasPart, "part_of"),
)  # fmt: skip
_READ = {
    RDF.type, _CARRIED, DCTERMS.modified, DCTERMS.subject, *_DEFINITIONS,
    *(p for p, _ in (*_LABELS, *_NOTES, *_RELATIONS, *_INVERSE)),
    SKOS.topConceptOf, SKOS.broaderTransitive, SKOS.narrowerTransitive, SKOS.semanticRelation,
}  # fmt: skip
_NO_CONCEPTS = (SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection, _XL.Label)
_SECTION_PROPERTIES = {
    SectionKind.EXAMPLES: SKOS.example,
    SectionKind.HISTORY: SKOS.historyNote,
    SectionKind.DIFFERENCES: SKOS.scopeNote,
}
_SYNTAXES = {"turtle": "Turtle", "xml": "RDF/XML", "json-ld": "JSON-LD"}
_SUBJECTS = {
    "turtle": re.compile(r"^[ \t]*(<[^>\n]*>|[\w.-]*:[^\s;,]+)(?=[ \t]*$|[ \t]+[^\s;,.])"),
    "xml": re.compile(r"rdf:(?:about|ID|nodeID)\s*=\s*[\"']([^\"']*)"),
    "json-ld": re.compile(r"\"(?:@id|id|uri)\"\s*:\s*\"([^\"]*)\""),
}
_TURTLE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:#[^\n]*\n|\s)*"
    rb"(?:@?prefix\s+[\w.-]*:\s*<|@?base\s+<|<[^>\s]*>\s|_:\w|\[\s)",
    re.IGNORECASE,
)
_TAG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


class SkosReader:
    """Reads SKOS; all files are one graph, so that they may refer to each other."""

    name = "skos"

    def claim(self, source: Source) -> float:
        """Return how surely a file is SKOS: an RDF syntax that names the vocabulary."""
        if _VOCABULARY not in source.data[:2_000_000]:
            return 0.0
        syntax = _syntax(source.data)
        if syntax == "xml":
            named = source.name.endswith((".rdf", ".owl", ".skos"))
            return 0.95 if root_name(source.data) == "RDF" or named else 0.0
        if syntax == "json-ld":
            return 0.95 if b'"@' in source.data[:65_536] else 0.0
        return 0.95 if _TURTLE.match(source.data[:65_536]) else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files; relations between their concepts are ids, others stay in ``extra``.

        Raises:
            GlossaryError: a file cannot be parsed, is too large, or wants something fetched.
        """
        graph = Graph()
        places: dict[str, tuple[str, int]] = {}
        for source in sources:
            syntax = _syntax(source.data)
            _parse(graph, source, syntax)
            for name, line in _subject_lines(source.data, syntax):
                places.setdefault(name, (source.name, line))
        first = sources[0].name if sources else ""
        return _Thesaurus(graph, places, first, options).reading()


class SkosWriter:
    """Writes SKOS in one of its syntaxes: ``turtle``, ``xml`` or ``json-ld``."""

    def __init__(self, syntax: str = "turtle") -> None:
        self._syntax = syntax

    @property
    def name(self) -> str:
        """``skos``; with another syntax than Turtle, ``skos-xml`` or ``skos-json-ld``."""
        return "skos" if self._syntax == "turtle" else f"skos-{self._syntax}"

    def write(self, entries: Sequence[Entry]) -> bytes:
        """Return an RDF document with a concept per entry, at the ``uri`` it came from if any."""
        graph = Graph()
        graph.bind("skos", SKOS)
        graph.bind("dcterms", DCTERMS)
        graph.bind("termwise", _OWN)
        uris = _uris(entries)
        for entry in entries:
            _describe(graph, entry, uris)
        if self._syntax == "json-ld":
            context = {"skos": str(SKOS), "dcterms": str(DCTERMS), "termwise": str(_OWN)}
            return graph.serialize(format="json-ld", context=context, encoding="utf-8")
        return graph.serialize(format=self._syntax, encoding="utf-8")


class _Thesaurus:
    """A graph while its concepts are read."""

    def __init__(
        self, graph: Graph, places: dict[str, tuple[str, int]], file: str, options: Options
    ) -> None:
        self._graph = graph
        self._places = places
        self._file = file
        self._options = options
        self._concepts = sorted(_concepts(graph), key=lambda c: self._place(c)[1])
        self._kept = dict(self._carried())
        self._ids = _ids(self._concepts) | _own_ids(self._kept)
        self._uris = {name: uri for uri, name in self._ids.items()}
        self._sorted = False
        self._served = self._restored = self._altered = 0

    def reading(self) -> Reading:
        entries: list[Entry] = []
        skipped: list[Skipped] = []
        for concept in self._concepts:
            draft = self._draft(concept)
            entry = self._entry(concept, draft)
            if entry is not None:
                entries.append(entry)
                continue
            name = repr(draft.terms[0].text) if draft.terms else str(concept)
            lack = "no definition, scope note or note" if draft.terms else "no label"
            skipped.append(Skipped(draft.file, draft.line, f"the concept {name} has {lack}"))
        counts = (
            (
                self._served,
                "concepts defined by their scope note or note, for want of a definition",
            ),
            (self._restored, "concepts completed from what Termwise exported"),
            (self._altered, "concepts with control characters, which were removed"),
        )
        notes = tuple(f"{what}: {count}" for count, what in counts if count)
        return Reading(tuple(entries), tuple(skipped), notes)

    def plain(self, concept: IdentifiedNode) -> Entry | None:
        """Return what the plain properties of one concept say, whatever their order."""
        self._sorted = True
        draft = self._draft(concept)
        self._sorted = False
        draft.promote(*_SERVING)
        return draft.entry()

    def _carried(self) -> Iterator[tuple[str, Entry]]:
        """Yield the addresses of concepts that Termwise exported, and what they carry."""
        for concept, exported in self._graph.subject_objects(_CARRIED):
            file, line = self._place(concept)
            kept = carried(str(exported), file, line)
            if kept is not None:
                yield str(concept), kept

    def _objects(self, concept: Any, predicate: URIRef) -> list[Any]:
        found = list(self._graph.objects(concept, predicate))
        return sorted(found) if self._sorted else found

    def _entry(self, concept: IdentifiedNode, draft: EntryDraft) -> Entry | None:
        self._served += bool(draft.terms) and draft.promote(*_SERVING)
        self._altered += draft.altered
        kept = self._kept.get(str(concept))
        if kept is None:
            return draft.entry()
        plain = self.plain(concept)
        if plain is None:
            return None
        self._restored += 1
        return restored(plain, kept, lambda wanted: self._plainly(wanted, concept))

    def _plainly(self, entry: Entry, concept: IdentifiedNode) -> Entry | None:
        """Read back what the plain properties of an entry say, at the same address."""
        uri = URIRef(concept)
        targets = (*entry.broader, *entry.part_of, *entry.related)
        uris = {name: URIRef(self._uris[name]) for name in targets if name in self._uris}
        graph = Graph(bind_namespaces="none")
        _describe(graph, entry, {**uris, entry.id: uri})
        alone = _Thesaurus(graph, {}, self._file, self._options)
        alone._ids = self._ids
        return alone.plain(uri)

    def _place(self, concept: Node) -> tuple[str, int]:
        return self._places.get(_local(str(concept)), (self._file, 1))

    def _draft(self, concept: IdentifiedNode) -> EntryDraft:
        file, line = self._place(concept)
        draft = EntryDraft(file, line, self._ids.get(str(concept), ""))
        uri = str(concept)
        if isinstance(concept, URIRef) and not uri.startswith(_IDS):
            draft.keep("uri", uri)
        for predicate, status in _LABELS:
            for text, language in self._texts(concept, predicate):
                draft.term(text, language, status)
        for predicate in _DEFINITIONS:
            for text, language in self._texts(concept, predicate):
                draft.definition(text, language, line)
        self._sections(concept, draft)
        self._relations(concept, draft)
        self._rest(concept, draft)
        return draft

    def _sections(self, concept: IdentifiedNode, draft: EntryDraft) -> None:
        for predicate, heading in _NOTES:
            for text, language in self._texts(concept, predicate):
                draft.section(heading, text, language, draft.line)

    def _relations(self, concept: IdentifiedNode, draft: EntryDraft) -> None:
        for predicate, relation in _RELATIONS:
            for target in self._objects(concept, predicate):
                self._relate(draft, relation, target)
        for predicate, relation in _INVERSE:
            for source in self._graph.subjects(predicate, concept):
                self._relate(draft, relation, source)

    def _relate(self, draft: EntryDraft, relation: str, target: Any) -> None:
        uri = str(target)
        if uri in self._ids:
            getattr(draft, relation).append(self._ids[uri])
        elif uri.startswith(_IDS):
            getattr(draft, relation).append(unquote(uri.removeprefix(_IDS)))
        else:
            draft.keep(f"{relation} elsewhere", uri)

    def _rest(self, concept: IdentifiedNode, draft: EntryDraft) -> None:
        """Keep the other properties under their local names."""
        dates = [str(value) for value in self._graph.objects(concept, DCTERMS.modified)]
        draft.updated = max(dates, default="")
        for subject in self._objects(concept, DCTERMS.subject):
            if isinstance(subject, Literal) and not draft.subject:
                draft.subject = str(subject)
            else:
                draft.keep("subject", str(subject))
        pairs = list(self._graph.predicate_objects(concept))
        for predicate, value in sorted(pairs) if self._sorted else pairs:
            if predicate not in _READ and isinstance(value, (Literal, URIRef)):
                draft.keep(_local(str(predicate)), str(value))

    def _texts(self, concept: IdentifiedNode, predicate: URIRef) -> Iterator[tuple[str, str]]:
        """Yield the texts of a property with their languages, those behind a node included."""
        for value in self._objects(concept, predicate):
            if isinstance(value, Literal):
                held: Iterable[Any] = (value,)
            else:
                held = (
                    *self._graph.objects(value, _XL.literalForm),
                    *self._graph.objects(value, RDF.value),
                )
            for literal in held:
                if isinstance(literal, Literal):
                    tag = literal.language or ""
                    yield str(literal), language_code(tag, self._options.language)


def _concepts(graph: Graph) -> list[IdentifiedNode]:
    """Return what is a concept, by its type or by having a preferred label or a definition."""
    found: dict[Any, None] = dict.fromkeys(graph.subjects(RDF.type, SKOS.Concept))
    for predicate in (SKOS.prefLabel, _XL.prefLabel, SKOS.definition):
        found.update(dict.fromkeys(graph.subjects(predicate, None)))
    for kind in _NO_CONCEPTS:
        for other in graph.subjects(RDF.type, kind):
            found.pop(other, None)
    return list(found)


def _ids(concepts: Iterable[IdentifiedNode]) -> dict[str, str]:
    """Return the id of each concept: the end of its address if no other ends so."""
    uris = [str(concept) for concept in concepts if isinstance(concept, URIRef)]
    ends: dict[str, int] = {}
    for uri in uris:
        ends[_local(uri)] = ends.get(_local(uri), 0) + 1
    return {uri: _id(uri, ends[_local(uri)] == 1) for uri in uris}


def _own_ids(kept: Mapping[str, Entry]) -> dict[str, str]:
    """Return the ids that entries had when they were exported."""
    first: dict[str, str] = {}
    for uri, entry in kept.items():
        first.setdefault(entry.id, uri)
    return {uri: name for name, uri in first.items()}


def _id(uri: str, alone: bool) -> str:
    if uri.startswith(_IDS):
        return unquote(uri.removeprefix(_IDS))
    return unquote(_local(uri)) if alone and _local(uri) else uri


def _local(uri: str) -> str:
    """Return the end of an address; of an exported one, all of it."""
    if uri.startswith(_IDS):
        return uri
    return re.split(r"[#/]" if re.search("[#/]", uri) else ":", uri.rstrip("#/"))[-1]


def _syntax(data: bytes) -> str:
    head = data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "xml"  # UTF-16: only XML may be
    if re.match(rb"<(\?xml|!|[\w.-]+(:[\w.-]+)?[\s>])", head) and b"xmlns" in head:
        return "xml"
    if head.startswith(b"{") or re.match(rb"\[\s*\{", head):
        return "json-ld"
    return "turtle"


def _parse(graph: Graph, source: Source, syntax: str) -> None:
    """Add the triples of a file to a graph.

    Raises:
        GlossaryError: it is damaged, too large, or wants something fetched.
    """
    kind = _SYNTAXES[syntax]
    if len(source.data) > LARGEST_FILE:
        size = len(source.data)
        raise GlossaryError(
            Code.G021, file=source.name, size=size, limit=LARGEST_FILE, format="SKOS"
        )
    data = source.data.removeprefix(b"\xef\xbb\xbf")
    if syntax == "xml":
        check(source, kind)
    elif syntax == "json-ld":
        data = _closed_json(source.name, data)
    else:
        _check_utf8(source.name, data)
    try:
        with _quiet():
            if syntax == "json-ld":  # may name its graphs; a plain graph would pass over those
                named = Dataset(default_union=True)
                named.parse(data=data, format=syntax, publicID=_BASE)
                graph += named.triples((None, None, None))
            else:
                graph.parse(data=data, format=syntax, publicID=_BASE)
    # The parsers raise whatever their code stumbles over in damaged files.
    except Exception as error:
        problem, line = _problem(error)
        raise GlossaryError(
            Code.G022, file=source.name, line=line, format=kind, problem=problem
        ) from None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging odd dates and numbers with tracebacks; only their text is wanted."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _problem(error: Exception) -> tuple[str, int]:
    """Return what is wrong and in which line (1 if the parser does not say)."""
    line = getattr(error, "lines", None)
    if not isinstance(line, int):
        line = getattr(error, "getLineNumber", int)() or 0
    why = getattr(error, "_why", None) or getattr(error, "message", None) or str(error)
    if isinstance(error, RecursionError):
        why = "it is nested too deep"
    text = " ".join(clean(str(why)).split())[:120] or type(error).__name__
    return text.rstrip("."), line + 1 if hasattr(error, "lines") else max(line, 1)


def _check_utf8(file: str, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=file, position=error.start) from None


def _closed_json(file: str, data: bytes) -> bytes:
    """Return JSON-LD that needs nothing from elsewhere.

    Raises:
        GlossaryError: it is no JSON, too deep, or names a context at an address.
    """
    try:
        loaded = json.loads(data)
    except RecursionError:
        raise _too_deep(file) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        problem = getattr(error, "msg", "") or "it is not UTF-8"
        raise GlossaryError(
            Code.G022, file=file, line=line, format="JSON-LD", problem=problem
        ) from None
    waiting = [(loaded, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST_JSON:
            raise _too_deep(file)
        if isinstance(value, dict):
            _check_context(file, data, value.get("@context"))
            waiting += [(held, depth + 1) for held in value.values()]
        elif isinstance(value, list):
            waiting += [(held, depth + 1) for held in value]
    return json.dumps(loaded).encode()  # of two keys that are alike, only the one checked


def _check_context(file: str, data: bytes, context: object) -> None:
    for part in context if isinstance(context, list) else [context]:
        address = part.get("@import") if isinstance(part, dict) else part
        if address is not None:
            line = data[: max(data.find(b"@context"), 0)].count(b"\n") + 1
            raise GlossaryError(
                Code.G023,
                file=file,
                line=line,
                found=f"the context at {clean(str(address))[:80]!r}",
                reason="it would have to be fetched",
            )


def _too_deep(file: str) -> GlossaryError:
    found = f"JSON of more than {DEEPEST_JSON} levels"
    return GlossaryError(Code.G023, file=file, line=1, found=found, reason="no glossary needs that")


def _subject_lines(data: bytes, syntax: str) -> Iterator[tuple[str, int]]:
    """Yield the ends of the addresses that a file describes, with their lines."""
    pattern = _SUBJECTS[syntax]
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    for number, line in enumerate(text.split("\n"), start=1):
        for match in pattern.finditer(line[:10_000]):
            short = syntax == "turtle" and not match[1].startswith("<")  # ex:spade
            name = match[1].rpartition(":")[2] if short else match[1].strip("<>")
            yield _local(name), number


def _uris(entries: Sequence[Entry]) -> dict[str, URIRef]:
    """Return the address of each entry: where it came from, else one made of its id."""
    came: dict[str, str] = {}
    for entry in entries:
        uri = entry.extra.get("uri")
        if isinstance(uri, str) and re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", uri):
            came.setdefault(uri, entry.id)
    uris = {name: URIRef(clean(uri)) for uri, name in came.items() if not uri.startswith(_IDS)}
    return {entry.id: uris.get(entry.id, _made_uri(entry.id)) for entry in entries}


def _made_uri(name: str) -> URIRef:
    return URIRef(_IDS + quote(clean(name), safe=""))


def _describe(graph: Graph, entry: Entry, uris: dict[str, URIRef]) -> None:
    """Add the triples of an entry to a graph."""
    concept = uris[entry.id]
    graph.add((concept, RDF.type, SKOS.Concept))
    for term in entry.terms:
        preferred = term.status is Status.PREFERRED
        label = _literal(term.text, term.language)
        taken = any(
            isinstance(held, Literal) and held.language == label.language
            for held in graph.objects(concept, SKOS.prefLabel)
        )
        graph.add((concept, SKOS.prefLabel if preferred and not taken else SKOS.altLabel, label))
    for language, text in entry.texts.items():
        graph.add((concept, SKOS.definition, _literal(text.definition.text, language)))
        for section in text.sections:
            note = _literal(_headed(section), language)
            graph.add((concept, _SECTION_PROPERTIES.get(section.kind, SKOS.note), note))
    for predicate, targets in (
        (SKOS.broader, entry.broader),
        (DCTERMS.isPartOf, entry.part_of),
        (SKOS.related, entry.related),
    ):
        for target in targets:
            graph.add((concept, predicate, uris.get(target) or _made_uri(target)))
    if entry.subject:
        graph.add((concept, DCTERMS.subject, Literal(clean(entry.subject))))
    if entry.updated:
        graph.add((concept, DCTERMS.modified, Literal(clean(entry.updated))))
    graph.add((concept, _CARRIED, Literal(carry(entry))))


def _headed(section: Section) -> str:
    plain = section.kind in _SECTION_PROPERTIES or not section.heading
    return section.text if plain else f"{section.heading}: {section.text}"


def _literal(text: str, language: str) -> Literal:
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    return Literal(text, lang=language if _TAG.fullmatch(language) else None)
