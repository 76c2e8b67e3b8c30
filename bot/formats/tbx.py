"""TBX, the exchange format of terminology: versions 2 (martif) and 3, styles DCA and DCT."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import Code, GlossaryError
from bot.formats.carried import NAME as CARRIED
from bot.formats.carried import carried, carry, restored
from bot.formats.clean_text import clean
from bot.formats.entry_draft import EntryDraft, language_code
from bot.formats.node import Node
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.xml_document import nodes, root_name, to_xml
from bot.glossary.entry import Entry
from bot.glossary.section import Section, SectionKind
from bot.glossary.term import Status, Term

_ENTRIES = ("termEntry", "conceptEntry")
_LANGUAGES = ("langSet", "langSec", "langGroup")
_TERMS = ("tig", "ntig", "termSec", "termGroup")
_GROUPS = {
    "descripGrp", "adminGrp", "transacGrp", "termGrp", "termNoteGrp", "termCompGrp",
    "termCompList", "auxInfo", "xrefGrp", "refGrp",
}  # fmt: skip
_TYPED = {
    "descrip", "descripNote", "admin", "adminNote", "termNote", "transac", "transacNote", "ref",
    "xref", "note",
}  # fmt: skip
_SERVING = ("Explanation", "Note", "Scope note")  # what may stand in for a definition
_SHORT = {"abbreviation", "acronym", "initialism", "shortform"}
_HEADINGS = {
    "example": "Examples", "context": "Examples", "samplesentence": "Examples",
    "note": "Note", "explanation": "Explanation", "usagenote": "Usage note",
    "scopenote": "Scope note", "characteristic": "Characteristics", "history": "History",
}  # fmt: skip
_SUBJECTS = {"subjectfield", "domain", "subject"}
_DATES = {"modification", "modified", "updated", "lastmodified"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" style="dca" type="TBX-Termwise" xml:lang="{language}">
<tbxHeader><fileDesc><sourceDesc><p>Exported by Termwise. \
admin of type termwise-entry is a JSON object with the whole entry.</p></sourceDesc></fileDesc>\
</tbxHeader>
<text><body>
"""
_TAIL = "</body></text>\n</tbx>\n"


class TbxReader:
    """Reads TBX as a stream, one concept after the other."""

    name = "tbx"

    def claim(self, source: Source) -> float:
        """Return how surely a file is TBX: by its first element."""
        root = root_name(source.data)
        return {"martif": 0.98, "tbx": 0.98, "TBX": 0.98}.get(root, 0.0)

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files; relations between entries of all of them are ids.

        Raises:
            GlossaryError: a file is no TBX or is refused.
        """
        termbase = _Termbase(options)
        for source in sources:
            if root_name(source.data).lower() not in ("martif", "tbx"):
                problem = "the first element is neither martif nor tbx"
                raise GlossaryError(
                    Code.G022, file=source.name, line=1, format="TBX", problem=problem
                )
            for node in nodes(source, "TBX", _ENTRIES):
                termbase.add(node, source.name)
        return termbase.reading()


class TbxWriter:
    """Writes TBX version 3, style DCA."""

    name = "tbx"

    def write(self, entries: Sequence[Entry]) -> bytes:
        """Return a TBX document; the language of the document is that of the first term."""
        first = next((term.language for entry in entries for term in entry.terms), "en")
        head = _HEAD.format(language=re.sub(r"[^A-Za-z0-9-]", "", first) or "en")
        body = [to_xml(_concept(entry)) for entry in entries]
        return "\n".join([head + "\n".join(body), _TAIL]).encode()


class _Termbase:
    """The concepts of all files while they are read."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._entries: list[Entry] = []
        self._places: dict[str, int] = {}
        self._synonyms: list[tuple[EntryDraft, str]] = []
        self._inverse: list[tuple[str, str, str]] = []
        self._skipped: list[Skipped] = []
        self._restored = 0
        self._served = 0
        self._altered = 0

    def add(self, node: Node, file: str) -> None:
        concept = _Concept(node, file, self._options.language)
        draft = concept.draft
        self._altered += draft.altered
        if not concept.points and draft.promote(*_SERVING):
            self._served += 1
        self._inverse += concept.inverse
        if not draft.terms:
            self._skip(draft, "it has no term")
        elif not draft.defined():
            targets = draft.related + draft.broader
            if concept.points and len(set(targets)) == 1:
                self._synonyms.append((draft, targets[0]))
            else:
                self._skip(draft, f"{draft.terms[0].text!r} has no definition in any language")
        else:
            self._keep(concept, file)

    def reading(self) -> Reading:
        joined = self._join_synonyms()
        self._turn_inverse()
        notes = []
        if joined:
            notes.append(f"entries that only point to another one, taken as its synonyms: {joined}")
        if self._served:
            notes.append(f"entries defined by their note, for want of a definition: {self._served}")
        if self._restored:
            notes.append(f"entries completed from what Termwise exported: {self._restored}")
        if self._altered:
            notes.append(f"entries with control characters, which were removed: {self._altered}")
        return Reading(tuple(self._entries), tuple(self._skipped), tuple(notes))

    def _keep(self, concept: _Concept, file: str) -> None:
        entry = concept.draft.entry()
        if entry is None:  # defined and named, so it is one; the types do not know
            return
        source_id = entry.id
        kept = carried(concept.carried, file, _line(entry)) if concept.carried else None
        if kept is not None:
            entry = restored(entry, kept, self._plainly)
            self._restored += 1
        self._places.setdefault(source_id, len(self._entries))
        self._entries.append(entry)

    def _plainly(self, entry: Entry) -> Entry | None:
        """Read back what the plain fields of an entry say."""
        xml = to_xml(_concept(entry)).encode()
        for node in nodes(Source(entry.id, xml), "TBX", _ENTRIES):
            return _Concept(node, entry.id, self._options.language).draft.entry()
        return None

    def _skip(self, draft: EntryDraft, reason: str) -> None:
        self._skipped.append(Skipped(draft.file, draft.line, reason))

    def _join_synonyms(self) -> int:
        joined = 0
        for draft, target in self._synonyms:
            place = self._places.get(target)
            name = draft.terms[0].text
            if place is None:
                self._skip(draft, f"{name!r} has no definition and points to {target!r}, unknown")
                continue
            entry = self._entries[place]
            known = {(term.text, term.language) for term in entry.terms}
            added = [
                replace(t, status=Status.ADMITTED) if t.status is Status.PREFERRED else t
                for t in draft.terms
                if (t.text, t.language) not in known
            ]
            self._entries[place] = replace(entry, terms=(*entry.terms, *added))
            joined += 1
        return joined

    def _turn_inverse(self) -> None:
        """A concept that lists a narrower one makes that one's broader."""
        for source, relation, target in self._inverse:
            place = self._places.get(target)
            if place is None:
                continue
            entry = self._entries[place]
            if relation == "part_of":
                entry = replace(entry, part_of=tuple(dict.fromkeys((*entry.part_of, source))))
            else:
                entry = replace(entry, broader=tuple(dict.fromkeys((*entry.broader, source))))
            self._entries[place] = entry


def _line(entry: Entry) -> int:
    """Return the line where an entry begins."""
    return next(iter(entry.texts.values())).definition.span.line


class _Concept:
    """One termEntry or conceptEntry while it is read."""

    def __init__(self, node: Node, file: str, default: str) -> None:
        self.draft = EntryDraft(file, node.line, node.attributes.get("id", ""))
        self.carried = ""
        self.points = False
        self.inverse: list[tuple[str, str, str]] = []
        self._default = default
        self._main = language_code(node.language, default)
        self._expanding: list[tuple[str, str]] = []
        languages = list(node.children(*_LANGUAGES))
        for section in languages:
            self._language(section)
        self._fields(node, self._concept_language(languages))
        self._expand()

    def _concept_language(self, sections: list[Node]) -> str:
        """Return the language of definitions at concept level, which rarely say theirs."""
        present = [language_code(section.language, self._default) for section in sections]
        if self._main in present or not present:
            return self._main
        return self._default if self._default in present else present[0]

    def _language(self, section: Node) -> None:
        language = language_code(section.language, self._default)
        for term in _ordered(section.children(*_TERMS)):
            self._term(term, language)
        self._fields(section, language)

    def _term(self, node: Node, language: str) -> None:
        term = next(node.within("term"), None)
        if term is None:
            return
        text = term.text()
        kind, standing = _kind(node), _standing(node)
        if kind in _SHORT:
            self._expanding.append((text, language))
        elif standing == "preferred":
            self.draft.term(text, language)
        else:
            self.draft.term(text, language, Status.ADMITTED)
        if standing == "deprecated":
            self.draft.keep(f"deprecated ({language})", text)
        self._fields(node, language)

    def _expand(self) -> None:
        """Add the abbreviations; they stand for the first other term of their language."""
        for text, language in self._expanding:
            full = [t.text for t in self.draft.terms if t.language == language and not t.expansion]
            status = Status.ABBREVIATION if full else Status.ADMITTED
            self.draft.term(text, language, status, full[0] if full else None)

    def _fields(self, node: Node, language: str) -> None:
        for child in node.children():
            if child.name in _GROUPS:
                self._fields(child, language)
            elif child.name not in (*_LANGUAGES, *_TERMS, "term"):
                own = child.attributes.get("lang", "")
                self._field(child, language_code(own, language))

    def _field(self, node: Node, language: str) -> None:
        category = _category(node)
        key, text = category.lower(), node.text()
        if category == CARRIED:
            self.carried = "".join(piece for piece in node.content if isinstance(piece, str))
        elif key == "definition":
            self.draft.definition(text, language, node.line)
        elif key in _SUBJECTS:
            self.draft.subject = self.draft.subject or text
        elif key in _HEADINGS:
            self.draft.section(_HEADINGS[key], text, language, node.line)
        elif node.name == "date" or key in ("date", *_DATES):
            self.draft.updated = max(self.draft.updated, text)
        elif key in ("administrativestatus", "normativeauthorization", "termtype"):
            pass  # read with the term
        elif not self._relation(node, key, text):
            self.draft.keep(category, _with_address(node, text))

    def _relation(self, node: Node, key: str, text: str) -> bool:
        """Take a reference to another concept up as a relation."""
        target = node.attributes.get("target", "").removeprefix("#")
        target = target or (text if key == "crossreference" else "")
        other = node.name in _NO_CONCEPTS or key in _NO_CONCEPTS
        if other or not target or ":" in target:
            return False
        self.points = self.points or not any(part in key for part in _PROPER)
        if any(part in key for part in ("subordinate", "narrower")):
            self.inverse.append((self.draft.id, _relation_of(key), target))
        elif any(part in key for part in ("superordinate", "broader")):
            getattr(self.draft, _relation_of(key)).append(target)
        else:
            self.draft.related.append(target)
        return True


_NO_CONCEPTS = {
    "xref", "admin", "adminNote", "transac", "transacNote", "responsibility", "source",
    "sourceidentifier", "xgraphic",
}  # fmt: skip
_PROPER = ("ordinate", "broader", "narrower", "antonym", "related", "associated")


def _relation_of(key: str) -> str:
    return "part_of" if "partitive" in key else "broader"


def _category(node: Node) -> str:
    """Return the data category: the type in style DCA, the name of the element in DCT."""
    kind = node.attributes.get("type", "")
    return kind if kind and node.name in _TYPED else node.name


def _value(node: Node, *categories: str) -> str:
    for part in node.within(*_TYPED, *categories):
        if _category(part).lower() in {category.lower() for category in categories}:
            return part.text().lower()
    return ""


def _kind(node: Node) -> str:
    return _value(node, "termType").replace(" ", "").replace("-", "")


def _standing(node: Node) -> str:
    """Return whether a term is preferred, deprecated, or "" for all others."""
    status = _value(node, "administrativeStatus", "normativeAuthorization")
    if status.startswith("preferred"):
        return "preferred"
    out = ("deprecated", "superseded", "obsolete", "forbidden", "notrecommended", "rejected")
    return "deprecated" if status.replace(" ", "").startswith(out) else ""


def _ordered(terms: object) -> list[Node]:
    """Return terms with the preferred first and the deprecated last."""
    rank = {"preferred": 0, "": 1, "deprecated": 2}
    found = [node for node in terms if isinstance(node, Node)]  # type: ignore[attr-defined]
    return sorted(found, key=lambda node: rank[_standing(node)])


def _with_address(node: Node, text: str) -> str:
    address = node.attributes.get("target", "")
    return f"{text} <{address}>" if text and address and address != text else text or address


def _xml_id(name: str) -> str:
    """Return an id that XML allows, another for each name: the name itself if it is one."""
    name = clean(name)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
        return name
    return "_" + "".join(c if re.match("[A-Za-z0-9-]", c) else f"_{ord(c):x}." for c in name)


def _concept(entry: Entry) -> Node:
    concept = Node("conceptEntry", {"id": _xml_id(entry.id)})
    add = concept.content.append
    if entry.subject:
        add(_typed("descrip", "subjectField", entry.subject))
    if entry.updated:
        add(_typed("admin", "updated", entry.updated))
    for kind, targets in (
        ("superordinateConceptGeneric", entry.broader),
        ("superordinateConceptPartitive", entry.part_of),
        ("relatedConcept", entry.related),
    ):
        for target in targets:
            reference = _typed("ref", kind, target)
            reference.attributes["target"] = _xml_id(target)
            add(reference)
    add(_typed("admin", CARRIED, carry(entry)))
    languages = dict.fromkeys([*(term.language for term in entry.terms), *entry.texts])
    for language in languages:
        add(_language_section(entry, language))
    return concept


def _language_section(entry: Entry, language: str) -> Node:
    section = Node("langSec", {"xml:lang": language})
    text = entry.texts.get(language)
    if text:
        section.content.append(_typed("descrip", "definition", text.definition.text))
        section.content += [_section(part) for part in text.sections]
    section.content += [_term(term) for term in entry.terms if term.language == language]
    return section


def _section(section: Section) -> Node:
    if section.kind is SectionKind.EXAMPLES:
        return _typed("descrip", "example", section.text)
    if section.kind is SectionKind.CHARACTERISTICS:
        return _typed("descrip", "characteristic", section.text)
    heading = f"{section.heading}: " if section.heading else ""
    return Node("note", {}, [heading + section.text])


def _term(term: Term) -> Node:
    node = Node("termSec", {}, [Node("term", {}, [term.text])])
    if term.status is Status.ABBREVIATION:
        node.content.append(_typed("termNote", "termType", "abbreviation"))
    status = "preferred" if term.status is Status.PREFERRED else "admitted"
    node.content.append(_typed("termNote", "administrativeStatus", f"{status}Term-admn-sts"))
    return node


def _typed(name: str, kind: str, text: str) -> Node:
    return Node(name, {"type": kind}, [text])
